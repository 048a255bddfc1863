"""Asks Splunk's management port through splunk-sdk, which is made to verify certificates (by default it does not)."""

from __future__ import annotations

import ssl
from typing import Any
from urllib.parse import urlsplit

from siemcast.api import Tls
from siemcast.errors import AuthRefused, ConfigError, DeliveryError, Transient
from siemcast.kit.tls import ssl_context, tls_failure
from siemcast_sinks.splunk.config import ManagementSettings


def check_management(settings: ManagementSettings, tls: Tls, index: str | None, timeout: float) -> str:
    """Log in, look for the index, and give Splunk's version; blocks, so run it in a thread.

    Raises AuthRefused, Transient, or ConfigError for an index that does not exist.
    """
    from splunklib.binding import AuthenticationError, HTTPError  # noqa: PLC0415 - heavy, and seldom used

    who = f"Splunk's management port at {urlsplit(settings.url).netloc}"
    try:
        service = _connect(settings, ssl_context(tls), timeout)
        version = str(service.info["version"])
        known = index is None or index in service.indexes
    except AuthenticationError:
        hint = "check management.token, or management.username and password"
        raise AuthRefused(f"{who} refuses the credentials", hint=hint) from None
    except HTTPError as error:
        raise _answered(error.status, error.reason, who) from None
    except OSError as error:
        raise tls_failure(error, who) or Transient(
            f"{who} can not be reached ({type(error).__name__})", hint="check management.url and the firewall"
        ) from None
    if not known:
        hint = "create it there, or correct the sink's index"
        raise ConfigError(f"{who} knows no index {index}", hint=hint)
    return version


def _answered(status: int, reason: str, who: str) -> DeliveryError:
    if status in (401, 403):
        return AuthRefused(f"{who} answered {status}: {reason}", hint="give that user the rights to read indexes")
    return Transient(f"{who} answered {status}: {reason}")


def _connect(settings: ManagementSettings, context: ssl.SSLContext, timeout: float) -> Any:
    import splunklib.client  # noqa: PLC0415 - heavy, and seldom used
    from splunklib.binding import handler  # noqa: PLC0415 - as above

    parts = urlsplit(settings.url)
    identity: dict[str, str] = {}
    if settings.token is not None:
        identity["splunkToken"] = settings.token.reveal()
    if settings.username is not None and settings.password is not None:
        identity = {"username": settings.username, "password": settings.password.reveal()}
    return splunklib.client.connect(
        handler=handler(timeout=timeout, verify=True, context=context),
        scheme=parts.scheme,
        host=parts.hostname,
        port=parts.port or 8089,
        **identity,
    )
