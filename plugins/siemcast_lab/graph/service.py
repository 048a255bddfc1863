"""The stand-in Graph itself, without a socket: a request in, an answer out, everything recorded."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Literal

import orjson

from siemcast_lab.graph.faults import fault_of
from siemcast_lab.graph.listing import Listed, listing, single
from siemcast_lab.graph.odata import BadRequest
from siemcast_lab.graph.quirks import Quirks
from siemcast_lab.graph.store import Store

HOST = "https://graph.microsoft.com"


@dataclass(frozen=True, slots=True)
class Answer:
    """What to send back."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    ending: Literal["whole", "cut", "dropped"] = "whole"
    """How the connection behaves: dropped sends nothing at all, cut breaks off in the middle."""
    delay: float = 0.0
    """Seconds before the first byte."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it came, and the status it was answered with."""

    path: str
    params: Mapping[str, str]
    prefer: str
    status: int
    ids: tuple[str, ...] = ()
    """What it brought."""


class LabGraph:
    """Graph's `/v1.0/security/incidents` and `/v1.0/security/alerts_v2`."""

    def __init__(
        self,
        store: Store,
        quirks: Quirks | None = None,
        *,
        seed: int = 1,
        now: Callable[[], datetime] | None = None,
        authorise: Callable[[str], bool] | None = None,
    ) -> None:
        self.store = store
        self.quirks = quirks or Quirks()
        self.seen: list[Seen] = []
        self.before_request: Callable[[LabGraph], None] | None = None
        """Called before each request: the place to change the store while somebody reads."""
        self.random = random.Random(seed)
        self._now = now or _machine_clock
        self._authorise = authorise or bool
        self._times: list[datetime] = []
        self._unauthorised = 0

    @property
    def number(self) -> int:
        """Number of the request being answered, from 1."""
        return len(self.seen) + 1

    def respond(self, path: str, params: Mapping[str, str], headers: Mapping[str, str], base: str = HOST) -> Answer:
        """Answer a GET of `path` (from `/v1.0/` on); `headers` with lower-case names; `base` begins nextLinks."""
        if self.before_request is not None:
            self.before_request(self)
        answer, ids = self._answer(path, params, headers, base)
        self.seen.append(Seen(path, dict(params), headers.get("prefer", ""), answer.status, ids))
        date = format_datetime(self._now() + timedelta(seconds=self.quirks.clock_skew), usegmt=True)
        return Answer(answer.status, answer.body, {"Date": date, **answer.headers}, answer.ending, answer.delay)

    def _answer(
        self, path: str, params: Mapping[str, str], headers: Mapping[str, str], base: str
    ) -> tuple[Answer, tuple[str, ...]]:
        name, _, id_ = path.removeprefix("/v1.0/security/").partition("/")
        if (refusal := self._refusal(name, headers)) is not None:
            return refusal, ()
        fault = fault_of(self.quirks, self.random, self._now())
        if fault is not None and fault.status != 200:
            return Answer(fault.status, problem("faulty", "the lab fails on purpose"), fault.headers, fault.ending), ()
        shelf = self.store.shelf(name)
        if shelf is None:
            return Answer(404, problem("ResourceNotFound", f"no such resource: {path}")), ()
        prefers = "include-unknown-enum-members" in headers.get("prefer", "")
        request = Listed(self.store, shelf, self.quirks, params, prefers, self.number)
        try:
            found = single(request, id_) if id_ else listing(request, f"{base}{path}", self.random)
        except BadRequest as error:
            return Answer(400, problem("BadRequest", str(error))), ()
        if fault is None or found.status != 200:
            return Answer(found.status, found.body), found.ids
        return Answer(200, fault.damage(found.body), {}, fault.ending, fault.delay), found.ids

    def _refusal(self, name: str, headers: Mapping[str, str]) -> Answer | None:
        token = headers.get("authorization", "").removeprefix("Bearer ")
        if self._unauthorised < self.quirks.unauthorised or not self._authorise(token):
            self._unauthorised += 1
            return Answer(401, problem("InvalidAuthenticationToken", "Access token has expired or is not yet valid."))
        if name in self.quirks.forbidden:
            return Answer(403, problem("Forbidden", "Missing application permission."))
        if self.quirks.budget is not None:
            now = self._now()
            window = timedelta(seconds=self.quirks.budget_window)
            self._times = [time for time in self._times if time > now - window]
            if len(self._times) >= self.quirks.budget:
                wait = (self._times[0] + window - now).total_seconds()
                return Answer(429, problem("TooManyRequests", "budget spent"), {"Retry-After": str(int(wait) + 1)})
            self._times.append(now)
        return None


def problem(code: str, message: str) -> bytes:
    """Write an error as Graph does."""
    return orjson.dumps({"error": {"code": code, "message": message}})


def _machine_clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the stand-in has no context; callers who want another clock give one
