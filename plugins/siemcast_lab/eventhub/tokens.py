"""Checks the tokens of `$cbs`: shared access signatures, and JWTs by a check that the lab's Entra brings."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from urllib.parse import unquote, urlsplit

CheckJwt = Callable[[str], str | None]
"""Gives why a JWT is refused, or None."""


class Tokens:
    """Says whether a token opens an entity."""

    def __init__(self, keys: Mapping[str, str], check_jwt: CheckJwt | None, now_ms: Callable[[], int]) -> None:
        self._keys = keys
        self._check_jwt = check_jwt
        self._now_ms = now_ms

    def refusal(self, kind: str, token: str, audience: str) -> str | None:
        """Give why the token does not open the audience, in the service's style, or None when it does."""
        if kind == "servicebus.windows.net:sastoken":
            return self._signature(token, audience)
        if kind == "jwt":
            return self._check_jwt(token) if self._check_jwt else "InvalidIssuer: no tokens of Entra are trusted here"
        return f"InvalidToken: unknown type {kind}"

    def _signature(self, token: str, audience: str) -> str | None:
        parts = dict(part.split("=", 1) for part in token.split(" ", 1)[-1].split("&") if "=" in part)
        key = self._keys.get(unquote(parts.get("skn", "")))
        if key is None or not {"sr", "se", "sig"} <= parts.keys():
            return "InvalidSignature: unknown key name"
        if not parts["se"].isdigit() or int(parts["se"]) * 1000 < self._now_ms():
            return "ExpiredToken: The token is expired"
        if entity(unquote(parts["sr"])) not in ("", entity(audience)):
            return "InvalidAudience: The authorization header contains a token for another entity"
        digest = hmac.new(key.encode(), f"{parts['sr']}\n{parts['se']}".encode(), hashlib.sha256).digest()
        if not hmac.compare_digest(base64.b64encode(digest), unquote(parts["sig"]).encode()):
            return "InvalidSignature: The token has an invalid signature"
        return None


def entity(audience: str) -> str:
    """Give the hub's name in an audience such as `amqps://host/hub/ConsumerGroups/...`, in lower case."""
    return urlsplit(audience).path.strip("/").split("/")[0].lower()
