"""Asks Graph for pages of a security list and for single objects, and says in plain words what it refuses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import quote

import httpx

from siemcast.api import Context
from siemcast.errors import AuthRefused, Permanent, Transient
from siemcast.kit.http import ApiClient, same_host
from siemcast_defender.graph import stamp
from siemcast_defender.graph.page import Page, parse_item, parse_page
from siemcast_defender.graph.window import Query

PREFER = {"Prefer": "include-unknown-enum-members"}
"""Without it newer enum members (microsoftSentinel, awaitingAction, ...) arrive as `unknownFutureValue`."""
SURE_PAGE = 50
"""No list refuses a `$top` of 50."""
TRIES = 5
"""How often a call is made before its failure is taken for more than a moment's."""
LONGEST_PAUSE = 30.0
"""Seconds; whoever asks for more time is reported to the engine, which says why it waits."""

INCIDENTS = {"path": "/security/incidents", "permission": "SecurityIncident.Read.All"}
ALERTS = {"path": "/security/alerts_v2", "permission": "SecurityAlert.Read.All"}

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One of Graph's security lists, as a source reads it."""

    path: str
    permission: str
    """The application permission that reading it needs."""
    page_size: int
    filter: str | None = None
    """The user's own OData condition."""


class Graph:
    """Reads one list by one tenant's identity."""

    def __init__(self, context: Context, http: httpx.AsyncClient, api: ApiClient, listing: Listing) -> None:
        self.listing = listing
        self._context = context
        self._http = http
        self._api = api
        self._orders = True
        self._top = listing.page_size

    @property
    def page_size(self) -> int:
        """The `$top` that Graph accepts, as far as is known."""
        return self._top

    async def page(self, query: Query, *, expand: str | None = None) -> Page:
        """Get a page. Raises Permanent where Graph refuses the request (400), Transient, or AuthRefused."""
        if query.link is not None:
            return self._read(await self._get(query.link if expand else _unexpanded(query.link)))
        while True:
            try:
                return self._read(await self._get(self._url(query, expand)))
            except Permanent as refusal:
                if query.is_optional or not self._yield_to(refusal):
                    raise

    async def newest(self) -> Page:
        """Get the one record that Graph puts first: the cheapest call, which tells the server's clock."""
        parts = {"$top": "1", **({"$filter": self.listing.filter} if self.listing.filter else {})}
        return self._read(await self._get(self._query(self.listing.path, parts)))

    async def single(self, id_: str, *, expand: str | None = None) -> bytes:
        """Get one object's bytes by its id. Raises as `page` does, Transient too for an answer that is no object."""
        path = f"{self.listing.path}/{quote(id_, safe='')}"
        body = (await self._get(self._query(path, {"$expand": expand} if expand else {}))).content
        if parse_item(body).facts.id is None:
            hint = "a proxy may answer in its place"
            raise Transient(f"Graph answered {path} with what is torn or no object ({len(body)} bytes)", hint=hint)
        return body

    async def patiently(
        self, call: Callable[[], Awaitable[T]], tries: int = TRIES, longest: float = LONGEST_PAUSE
    ) -> T:
        """Make a call again after short pauses while it fails for a moment; then raise what it last failed with.

        A service that asks for a pause of more than `longest` seconds is reported at once.
        """
        for attempt in range(1, tries):
            try:
                return await call()
            except Transient as error:
                pause = error.retry_after if error.retry_after is not None else 0.25 * 2**attempt
                if pause > longest:
                    raise
            await self._context.sleep(pause * self._context.random.uniform(1.0, 1.25))
        return await call()

    def _url(self, query: Query, expand: str | None) -> str:
        conditions = [query.window.condition()]
        if self.listing.filter:
            conditions.append(f"({self.listing.filter})")
        parts = {"$filter": " and ".join(filter(None, conditions))}
        if self._orders:
            parts["$orderby"] = f"{query.window.by} asc"
        parts["$top"] = str(self._top)
        if query.skip:
            parts["$skip"] = str(query.skip)
        if expand:
            parts["$expand"] = expand
        return self._query(self.listing.path, parts)

    def _query(self, path: str, parts: dict[str, str]) -> str:
        written = "&".join(f"{name}={quote(value, safe=':,()$')}" for name, value in parts.items() if value)
        return f"{path}?{written}" if written else path

    async def _get(self, url: str) -> httpx.Response:
        try:
            return await self._api.send("GET", url, headers=PREFER)
        except AuthRefused as refusal:
            if " answered 403" not in refusal.message:
                raise
            hint = (
                f"grant the app registration the application permission {self.listing.permission} of Microsoft Graph,"
                " and have an administrator consent to it"
            )
            raise AuthRefused(refusal.message, hint=hint) from refusal

    def _read(self, response: httpx.Response) -> Page:
        page = parse_page(response.content, clock(response))
        if page.link is None or same_host(self._http.base_url, page.link):
            return page
        self._context.log.warning("next_link_elsewhere", path=self.listing.path, hint="not followed")
        return Page(page.items, None, page.clock)

    def _yield_to(self, refusal: Permanent) -> bool:
        """Leave away what Graph's documents do not promise, once each; False when nothing is left to leave."""
        if " answered 400" not in refusal.message:
            return False
        if self._top > SURE_PAGE and ("top" in refusal.message.lower() or not self._orders):
            self._top = SURE_PAGE
        elif self._orders:
            self._orders = False
        else:
            self._orders, self._top = True, self.listing.page_size
            return False
        return True


def _unexpanded(link: str) -> str:
    """Take `$expand` out of a nextLink, which repeats what the first page was asked with."""
    path, mark, options = link.partition("?")
    kept = [option for option in options.split("&") if not option.lower().startswith(("$expand=", "%24expand="))]
    return path + mark + "&".join(kept)


def clock(response: httpx.Response) -> int | None:
    """Read the server's clock off its answer, in ticks."""
    try:
        return stamp.of(parsedate_to_datetime(response.headers["date"]))
    except (KeyError, ValueError, OverflowError):
        return None
