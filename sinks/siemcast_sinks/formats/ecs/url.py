"""The parts of a URL as ECS names them; what is no URL has no parts, and a bare host name is a domain."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from siemcast.schema.convert import text
from siemcast.schema.memo import remembered

_LONGEST = 8192
_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{0,30})://(?:(?P<user>[^/?#@]*)@)?(?P<host>\[[^\]/?#]*\]|[^/?#:]*)"
    r"(?::(?P<port>\d{0,5}))?(?=[/?#]|$)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?\Z",
    re.DOTALL,
)
_HOST = re.compile(r"(?=[^/]{1,253}\Z)[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})+\.?\Z")
_PORTS = 65536


class _Parts(NamedTuple):
    scheme: str | None = None
    username: str | None = None
    password: str | None = None
    domain: str | None = None
    port: int | None = None
    path: str | None = None
    query: str | None = None
    fragment: str | None = None
    extension: str | None = None


_NONE = _Parts()


def _parts(url: Any) -> _Parts:
    return _split(url) if isinstance(url, str) and 0 < len(url) <= _LONGEST else _NONE


@remembered()  # asked once for each part
def _split(url: str) -> _Parts:
    match = _URL.match(url)
    if match is None:
        return _Parts(domain=url.rstrip(".").lower()) if _HOST.match(url) else _NONE
    user, _, password = (match["user"] or "").partition(":")
    port = int(match["port"]) if match["port"] else None
    stem, dot, extension = match["path"].rpartition("/")[2].rpartition(".")
    return _Parts(
        scheme=match["scheme"].lower(),
        username=user or None,
        password=password or None,
        domain=match["host"].strip("[]").lower() or None,
        port=port if port is not None and port < _PORTS else None,
        path=match["path"] or None,
        query=match["query"] or None,
        fragment=match["fragment"] or None,
        extension=extension if stem and dot and 0 < len(extension) <= 20 else None,
    )


def url_domain(url: Any, domain: Any = None) -> str | None:
    """Give the host of a URL, or a domain that was told by itself."""
    return _parts(url).domain or text(domain)


def host_of(name: Any, url: Any) -> str | None:
    """Give a host's name, or the host of the URL that was asked for."""
    return text(name) or _parts(url).domain


def _part(name: str) -> Callable[[Any], Any]:
    place = _Parts._fields.index(name)
    return lambda url: _parts(url)[place]


URL_CONVERTERS: Mapping[str, Callable[..., Any]] = {
    "url_domain": url_domain,
    "host_of": host_of,
    **{f"url_{name}": _part(name) for name in _Parts._fields if name != "domain"},
}
"""By the names that mapping files use: `url_path` gives a URL's path, and so on."""
