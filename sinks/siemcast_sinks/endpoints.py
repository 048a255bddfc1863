"""The addresses of one HTTP receiver: taken in turn, and the next one asked where one fails."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from siemcast.api import Context
from siemcast.errors import DeliveryError
from siemcast.kit.plaintext import refuse_plaintext

if TYPE_CHECKING:
    import httpx

_BUSY = frozenset({429, 500, 502, 503, 504})
_REST = 30.0
"""How long an address that failed is asked last."""


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _bare(urls: tuple[str, ...]) -> tuple[str, ...]:
    for url in urls:
        parts = urlsplit(url)
        if parts.username is not None or parts.password is not None:
            raise ValueError("a URL with a user name or password in it; give credentials by their own settings")
        if parts.query or parts.fragment:
            raise ValueError("a URL with a query; give scheme, host and port only")
    return tuple(url.rstrip("/") for url in urls)


Urls = Annotated[
    tuple[str, ...],
    BeforeValidator(_listed),
    Field(min_length=1),
    AfterValidator(_bare),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
            "examples": ["https://siem.example:8088"],
        }
    ),
]
"""One base URL, or a list of them."""


def refuse_plaintext_urls(urls: Sequence[str], allow: bool, where: str) -> None:
    """Raise ValueError unless every URL is https, on loopback, or allowed; `where` is the name of the setting."""
    for url in urls:
        refuse_plaintext(url, allow, where)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, and the address that gave it."""

    url: str
    response: httpx.Response


class Endpoints:
    """Sends each request to the next address in turn; network faults, 429 and 5xx pass it on to the one after."""

    def __init__(self, http: httpx.AsyncClient, urls: Sequence[str], context: Context, product: str) -> None:
        self.urls = tuple(urls)
        self._http = http
        self._context = context
        self._product = product
        self._turn = itertools.count()
        self._failed: dict[str, float] = {}

    def who(self, url: str) -> str:
        """Name an address in words, without anything that could be secret."""
        return f"{self._product} at {urlsplit(url).netloc}"

    async def post(
        self, path: str, content: bytes, headers: Mapping[str, str], params: Mapping[str, str | int] | None = None
    ) -> Reply:
        """Post to one of the addresses and give its answer, whatever the status. Raises what the last one failed by."""
        *others, last = self._order()
        for url in others:
            try:
                reply = await self.ask("POST", url, path, content=content, headers=headers, params=params)
            except DeliveryError:
                self._failed[url] = self._context.elapsed()
                continue
            if reply.response.status_code not in _BUSY:
                return reply
            self._failed[url] = self._context.elapsed()
        return await self.ask("POST", last, path, content=content, headers=headers, params=params)

    async def ask(
        self,
        method: str,
        url: str,
        path: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str | int] | None = None,
    ) -> Reply:
        """Ask this very address. Raises Transient or AuthRefused where no answer comes."""
        from siemcast.kit.http import request  # noqa: PLC0415 - to declare a kind must not cost what httpx does

        response = await request(
            self._http, method, url + path, who=self.who(url), content=content, headers=headers, params=params
        )
        return Reply(url, response)

    def _order(self) -> list[str]:
        start = next(self._turn) % len(self.urls)
        turn = [*self.urls[start:], *self.urls[:start]]
        now = self._context.elapsed()
        return sorted(turn, key=lambda url: url in self._failed and now - self._failed[url] < _REST)
