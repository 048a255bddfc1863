"""What goes wrong with Event Hubs and its checkpoints, in plain words. Pure."""

from __future__ import annotations

from siemcast.errors import AuthRefused, DeliveryError, Transient
from siemcast.kit.tls import causes, tls_failure

_RIGHTS = (
    "give the application the role Azure Event Hubs Data Receiver on the namespace, or the policy the Listen right"
)
_KEY = "check the connection string: the policy's name and key"
_STOLEN = (
    "give each forwarder a consumer group of its own, or share the partitions with checkpoints: {blob: ...}; "
    "other products that read this group count as well"
)


def verdict(error: BaseException, where: str, host: str) -> DeliveryError:
    """Say what an error of the SDK means for `where` (`hub telemetry, partition 3`), which is read from `host`."""
    for cause in causes(error):
        if isinstance(cause, DeliveryError):  # of the tenant's credential, on its way through the SDK
            return cause
        if isinstance(inner := getattr(cause, "certificate_error", None), Exception):
            error = inner  # aiohttp's own error of a certificate only looks like the one it wraps
    return tls_failure(error, host) or _refusal(error, where, host) or _failure(error, where, host)


def _refusal(error: BaseException, where: str, host: str) -> DeliveryError | None:
    """Read the service's refusals: the SDK hands over its words, and for many of them no condition of its own."""
    text = _text(error)
    lowered = text.lower()
    if "link:stolen" in lowered or "higher epoch" in lowered or "with epoch" in lowered:
        return Transient(f"{where}: another reader took the partition over", hint=_STOLEN)
    if "unauthorized" in lowered or "status code: 401" in lowered or "invalidsignature" in lowered:
        hint = _KEY if "invalidsignature" in lowered else _RIGHTS
        return AuthRefused(f"{where}: {host} refused the credentials ({text})", hint=hint)
    if "not-found" in lowered or "could not be found" in lowered or "status code: 404" in lowered:
        hint = "check hubs and consumer_group; Defender makes a table's hub with its first record"
        return Transient(f"{where}: no such hub or consumer group at {host}", hint=hint)
    return None


def _failure(error: BaseException, where: str, host: str) -> DeliveryError:
    if isinstance(error, TimeoutError):
        return Transient(f"{where}: {host} did not answer in time", hint="check the network: port 5671, or 443")
    return Transient(f"{where}: {host} can not be read ({_text(error)})")


def store_verdict(error: BaseException, where: str) -> DeliveryError:
    """Say what an error of the checkpoints' storage means."""
    for cause in causes(error):
        if isinstance(cause, DeliveryError):
            return cause
    status = getattr(error, "status_code", None)
    if status in (401, 403):
        hint = "give the application the role Storage Blob Data Contributor on the container, or a SAS that may write"
        return AuthRefused(f"{where}: the checkpoints' storage refused the credentials ({_text(error)})", hint=hint)
    if status == 404:
        return Transient(f"{where}: the checkpoints' container does not exist", hint="make it in the storage account")
    return Transient(f"{where}: the checkpoints' storage can not be used ({_text(error)})")


def _text(error: BaseException) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
