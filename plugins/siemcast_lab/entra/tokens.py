"""Access tokens as Entra makes them (RS256 JWTs), and the check that a resource makes of one."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from siemcast_lab.entra.registration import Registration

Answer = tuple[int, Mapping[str, Any]]
_KEY_ID = "lab-1"


class Tokens:
    """Issues and verifies the tokens of one lab tenant. `clock` gives seconds since 1970."""

    def __init__(self, registration: Registration, clock: Callable[[], float]) -> None:
        self._registration = registration
        self._clock = clock
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._generation = 0

    def revoke(self) -> None:
        """Let every token issued so far be refused with 401."""
        self._generation += 1

    def issue(self, audience: str, how: str, issuer: str) -> dict[str, Any]:
        """Make a token endpoint's answer for an audience (scope without `/.default`)."""
        registration, start = self._registration, int(self._clock())
        claims = {
            "aud": audience,
            "iss": issuer,
            "iat": start,
            "nbf": start,
            "exp": start + registration.token_seconds,
            "appid": registration.client_id,
            "tid": registration.tenant_id,
            "roles": list(registration.roles.get(audience, ())),
            "uti": secrets.token_urlsafe(12),
            "lab_how": how,
            "lab_generation": self._generation,
        }
        token = jwt.encode(claims, self._key, "RS256", headers={"kid": _KEY_ID})
        seconds = registration.token_seconds
        return {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token}

    def claims(self, token: str) -> dict[str, Any]:
        """Verify the signature only and give the claims. Raises jwt.PyJWTError."""
        options: Any = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False}
        claims: dict[str, Any] = jwt.decode(token, self._key.public_key(), algorithms=["RS256"], options=options)
        return claims

    def authorise(self, header: str | None, audience: str, role: str) -> Answer | None:
        """Give None for a good Authorization header, else the status and body that Graph would answer with."""
        kind, _, token = (header or "").partition(" ")
        if kind.lower() != "bearer" or not token:
            return _refuse(401, "InvalidAuthenticationToken", "Access token is empty.")
        try:
            claims = self.claims(token)
        except jwt.PyJWTError:
            return _refuse(401, "InvalidAuthenticationToken", "Access token validation failure. Invalid signature.")
        if claims["aud"].rstrip("/") != audience.rstrip("/"):
            return _refuse(401, "InvalidAuthenticationToken", "Access token validation failure. Invalid audience.")
        if claims["exp"] <= self._clock() or claims["lab_generation"] != self._generation:
            return _refuse(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")
        if role not in claims["roles"]:
            return _refuse(403, "Forbidden", f"Missing application roles. API required roles: {role}.")
        return None

    def key_set(self) -> dict[str, Any]:
        """Give the public key as a JSON Web Key Set."""
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        return {"keys": [{**key, "kid": _KEY_ID, "use": "sig"}]}


def _refuse(status: int, code: str, message: str) -> Answer:
    return status, {"error": {"code": code, "message": message, "innerError": {"request-id": secrets.token_hex(8)}}}
