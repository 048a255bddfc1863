"""Judges what an application signs in with: a secret, a certificate's assertion, or a workload's own token."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

from siemcast_lab.entra.registration import Registration

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LONGEST_ASSERTION = 24 * 3600
_TIMES: Any = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False}
_REQUIRED = ("aud", "iss", "sub", "exp")


@dataclass(eq=False, slots=True)
class Refusal(Exception):  # noqa: N818 - it is an answer, raised
    """A sign-in refused: status, OAuth's error and Entra's code with its words."""

    status: int
    error: str
    code: int
    words: str


class Grants:
    """Judges the forms posted to one tenant's token endpoint."""

    def __init__(self, registration: Registration, clock: Callable[[], float]) -> None:
        self._registration = registration
        self._clock = clock
        self._used: set[str] = set()
        self._workload_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def judge(self, tenant: str, form: Mapping[str, Any], token_endpoint: str) -> str:
        """Give how the application signed in (`secret`, `PS256`, `RS256`, `workload`). Raises Refusal."""
        registration = self._registration
        if tenant != registration.tenant_id:
            raise Refusal(400, "invalid_request", 90002, f"Tenant '{tenant}' not found.")
        if form.get("grant_type") != "client_credentials":
            raise Refusal(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
        if form.get("client_id") != registration.client_id:
            raise Refusal(400, "unauthorized_client", 700016, "Application was not found in the directory.")
        how = self._credential(form, token_endpoint)
        if not str(form.get("scope", "")).endswith("/.default"):
            raise Refusal(400, "invalid_scope", 1002012, "The provided value for scope is not valid.")
        if registration.conditional_access:
            raise Refusal(400, "invalid_grant", 53003, "Access has been blocked by Conditional Access policies.")
        return how

    def workload_token(self, **claims: Any) -> str:
        """Make the token that a platform (Kubernetes, say) would write for the workload; `claims` replace its own."""
        registration, start = self._registration, int(self._clock())
        own = {
            "iss": registration.issuer,
            "sub": registration.subject,
            "aud": registration.federation_audience,
            "iat": start,
            "exp": start + 3600,
        }
        return jwt.encode({**own, **claims}, self._workload_key, "RS256", headers={"kid": "workload"})

    def _credential(self, form: Mapping[str, Any], token_endpoint: str) -> str:
        secret = form.get("client_secret")
        if secret is not None:
            return self._secret(secret)
        if form.get("client_assertion_type") != _ASSERTION:
            raise Refusal(401, "invalid_client", 7000218, "The request body must contain 'client_assertion'.")
        return self._assertion(str(form.get("client_assertion", "")), token_endpoint)

    def _secret(self, secret: str) -> str:
        if secret in self._registration.expired_secrets:
            raise Refusal(401, "invalid_client", 7000222, "The provided client secret keys are expired.")
        if secret != self._registration.secret:
            raise Refusal(401, "invalid_client", 7000215, "Invalid client secret provided.")
        return "secret"

    def _assertion(self, assertion: str, token_endpoint: str) -> str:
        try:
            header = jwt.get_unverified_header(assertion)
        except jwt.PyJWTError as error:
            raise _bad_signature() from error
        if header.get("kid") == "workload":
            return self._workload(assertion)
        return self._certificate(assertion, header, token_endpoint)

    def _certificate(self, assertion: str, header: Mapping[str, Any], token_endpoint: str) -> str:
        path = self._registration.certificate
        if path is None:
            raise _bad_signature()
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        if not _names(header, certificate):
            raise _bad_signature()
        claims = _decode(assertion, certificate.public_key(), ["PS256", "RS256"])
        client = self._registration.client_id
        if (claims["iss"], claims["sub"]) != (client, client):
            raise Refusal(400, "unauthorized_client", 700016, "Application was not found in the directory.")
        if claims["aud"] != token_endpoint:
            raise Refusal(401, "invalid_client", 700023, "Client assertion audience claim does not match the realm.")
        self._in_time(claims)
        self._first_use(claims)
        return str(header["alg"])

    def _workload(self, token: str) -> str:
        claims, registration = _decode(token, self._workload_key.public_key(), ["RS256"]), self._registration
        expected = (
            ("iss", registration.issuer, 700211, "issuer"),
            ("aud", registration.federation_audience, 700212, "audience"),
            ("sub", registration.subject, 700213, "subject"),
        )
        for claim, value, code, name in expected:
            if claims[claim] != value:
                words = f"No matching federated identity record found for presented assertion {name}."
                raise Refusal(401, "invalid_client", code, words)
        self._in_time(claims)
        return "workload"

    def _in_time(self, claims: Mapping[str, Any]) -> None:
        now = self._clock()
        start = claims.get("nbf", claims.get("iat", now))
        if not start - 300 <= now < claims["exp"] <= now + _LONGEST_ASSERTION:
            raise Refusal(401, "invalid_client", 700024, "Client assertion is not within its valid time range.")

    def _first_use(self, claims: Mapping[str, Any]) -> None:
        jti = str(claims.get("jti", ""))
        if not jti or jti in self._used:
            raise Refusal(401, "invalid_client", 50013, "Assertion failed validation: it was used before.")
        self._used.add(jti)


def _decode(token: str, key: Any, algorithms: list[str]) -> dict[str, Any]:
    try:
        options: Any = {**_TIMES, "require": list(_REQUIRED)}
        claims: dict[str, Any] = jwt.decode(token, key, algorithms=algorithms, options=options)
    except jwt.PyJWTError as error:
        raise _bad_signature() from error
    return claims


def _names(header: Mapping[str, Any], certificate: x509.Certificate) -> bool:
    """Tell whether the assertion's header carries the certificate's thumbprint, SHA-256 or SHA-1."""
    sha256, sha1 = certificate.fingerprint(hashes.SHA256()), certificate.fingerprint(hashes.SHA1())  # noqa: S303 - x5t
    return _thumbprint(header.get("x5t#S256")) == sha256 or _thumbprint(header.get("x5t")) == sha1


def _thumbprint(value: Any) -> bytes:
    try:
        return base64.urlsafe_b64decode(str(value).rstrip("=") + "==")  # msal leaves the padding on
    except (ValueError, binascii.Error):
        return b""


def _bad_signature() -> Refusal:
    return Refusal(
        401, "invalid_client", 700027, "The certificate used to sign the client assertion is not registered."
    )
