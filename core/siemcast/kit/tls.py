"""TLS contexts that always verify, and TLS failures in plain words."""

from __future__ import annotations

import ssl
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from siemcast.api.settings import Tls
from siemcast.errors import AuthRefused, ConfigError, DeliveryError, Transient

# OpenSSL's X509_V_ERR_* codes, as x509_vfy.h numbers them.
_CERTIFICATE_FAULTS = {
    9: ("is not valid yet", "check the clocks of both machines"),
    10: ("has expired", "have it renewed"),
    62: ("was issued for another name", "use the name that the certificate carries"),
    64: ("was issued for another address", "use the name that the certificate carries"),
}
_NO_FAILURE = (ssl.SSLWantReadError, ssl.SSLWantWriteError, ssl.SSLZeroReturnError, ssl.SSLEOFError)
"""What a library met on its way, or the network cutting in: no quarrel about TLS."""
_UNKNOWN_AUTHORITY = (
    "is not signed by an authority that siemcast trusts",
    "set tls.ca_file (a tenant's ca_file) to a PEM file of the authority that signed it",
)


def ssl_context(tls: Tls) -> ssl.SSLContext:
    """Make a client's context: TLS 1.2 or newer, certificates always verified.

    Only `ca_file` is trusted when it is set, whatever SSL_CERT_FILE and REQUESTS_CA_BUNDLE say; without it the system's
    authorities are, where OpenSSL looks into SSL_CERT_FILE. Raises ConfigError that names the file.
    """
    context = _Renewed(ssl.PROTOCOL_TLS_CLIENT)
    context.read(tls)
    return context


class _Renewed(ssl.SSLContext):
    """Reads its files again before a handshake when they have changed: a renewed certificate needs no restart.

    They are read into another context, since OpenSSL only ever adds to those that it trusts, and what is renewed by
    halves (a certificate, not yet its key) must leave what was whole.
    """

    _tls = Tls()
    _seen: tuple[object, ...] = ()
    _alpn: Sequence[str] = ()
    _latest: _Renewed | None = None

    def read(self, tls: Tls) -> None:
        """Read what `tls` names. Raises ConfigError that names the file."""
        self._tls, self._seen = tls, _seen(tls)
        self.minimum_version = ssl.TLSVersion.TLSv1_2
        self.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # an intermediate authority may be the one that is trusted
        if sys.version_info >= (3, 13):
            self.verify_flags |= ssl.VERIFY_X509_STRICT  # as ssl.create_default_context does from there on
        _trust(self, tls.ca_file)
        if tls.cert_file and tls.key_file:
            _present(self, tls.cert_file, tls.key_file)

    def set_alpn_protocols(self, alpn_protocols: Iterable[str]) -> None:
        self._alpn = list(alpn_protocols)
        super().set_alpn_protocols(self._alpn)

    def wrap_bio(self, *args: Any, **options: Any) -> ssl.SSLObject:
        self._renew()
        return super(_Renewed, self._latest or self).wrap_bio(*args, **options)

    def wrap_socket(self, *args: Any, **options: Any) -> ssl.SSLSocket:
        self._renew()
        return super(_Renewed, self._latest or self).wrap_socket(*args, **options)

    def _renew(self) -> None:
        if _seen(self._tls) != self._seen:
            latest = _Renewed(ssl.PROTOCOL_TLS_CLIENT)
            with suppress(ConfigError):  # half of it is written: the next handshake tries again
                latest.read(self._tls)
                self._latest, self._seen = latest, latest._seen
        if self._latest and self._alpn:
            self._latest.set_alpn_protocols(self._alpn)


def _seen(tls: Tls) -> tuple[object, ...]:
    """Give what tells each file's content from what was in it before."""
    return tuple(_stamp(path) for path in (tls.ca_file, tls.cert_file, tls.key_file) if path)


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        status = path.stat()
    except OSError:
        return ()
    return (status.st_mtime_ns, status.st_size, status.st_ino)


def tls_failure(error: BaseException, host: str) -> DeliveryError | None:
    """Say in plain words what went wrong with TLS to `host`, wherever in the error's causes it is; None if nothing did.

    A certificate that is not trusted, or one of ours that is not, is a person's to mend: AuthRefused.
    """
    for cause in causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            fault, hint = _CERTIFICATE_FAULTS.get(cause.verify_code, _UNKNOWN_AUTHORITY)
            return AuthRefused(f"the certificate of {host} {fault} ({cause.verify_message})", hint=hint)
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, _NO_FAILURE):
            return _handshake_failure(cause, host)
    return None


def causes(error: BaseException) -> Iterator[BaseException]:
    """Give an error and all that it was made of, each once: HTTP libraries wrap in several ways."""
    waiting, seen = [error], set[int]()
    while waiting:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        held = (*current.args, *getattr(current, "exceptions", ()), getattr(current, "reason", None))
        wrapped = (current.__cause__, current.__context__, *held)
        waiting.extend(item for item in wrapped if isinstance(item, BaseException))


def _trust(context: ssl.SSLContext, ca_file: Path | None) -> None:
    if ca_file is None:
        context.load_default_certs()
        return
    try:
        context.load_verify_locations(ca_file)
    except ssl.SSLError as error:  # before OSError, which it is as well
        hint = "give a PEM file with at least one '-----BEGIN CERTIFICATE-----'"
        raise ConfigError(f"ca_file {ca_file} holds no certificate that can be read", hint=hint) from error
    except OSError as error:
        raise _unreadable("ca_file", ca_file, error) from error


def _present(context: ssl.SSLContext, cert_file: Path, key_file: Path) -> None:
    def refuse_to_ask() -> str:
        raise ConfigError(
            f"key_file {key_file} is encrypted", hint="give a key without a passphrase, readable by siemcast only"
        )

    for key, path in (("cert_file", cert_file), ("key_file", key_file)):
        try:
            path.read_bytes()
        except OSError as error:
            raise _unreadable(key, path, error) from error
    try:
        context.load_cert_chain(cert_file, key_file, password=refuse_to_ask)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise ConfigError(
                f"key_file {key_file} is not the key of cert_file {cert_file}",
                hint="give the two that were made together",
            ) from error
        raise ConfigError(
            f"cert_file {cert_file} and key_file {key_file} are not a PEM certificate and its PEM key",
            hint="give '-----BEGIN CERTIFICATE-----' in the one and '-----BEGIN PRIVATE KEY-----' in the other",
        ) from error


def _unreadable(key: str, path: Path, error: OSError) -> ConfigError:
    return ConfigError(f"{key} {path} can not be read ({error.strerror})", hint="check the path and its permissions")


def _handshake_failure(error: ssl.SSLError, host: str) -> DeliveryError:
    reason = error.reason or "unknown reason"
    if "ALERT" in reason and ("CERTIFICATE" in reason or "UNKNOWN_CA" in reason):
        hint = "set tls.cert_file and tls.key_file to a client certificate that it trusts"
        return AuthRefused(f"{host} refused our client certificate, or wants one ({reason})", hint=hint)
    if reason in {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"}:
        return Transient(f"{host} does not speak TLS at this port ({reason})", hint="check the scheme and the port")
    return Transient(f"TLS with {host} failed ({reason})")
