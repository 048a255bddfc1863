"""Refuses connections without TLS to another machine, since secrets and findings travel on them."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_loopback(host: str) -> bool:
    """Tell whether a host (without port) is this machine: localhost, 127.0.0.0/8, ::1."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def refuse_plaintext(url: str, allow: bool | None, where: str) -> None:
    """Raise ValueError unless `url` is https, on loopback, or `allow` says so; `where` is the name of the setting.

    `allow` is the value of `allow_plaintext`, or None where there is no such setting.

    Made for pydantic validators. Never repeats more of the URL than its scheme and host: the rest may be secret.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"{where} is not a URL; write it as https://HOST[:PORT]") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise ValueError(f"{where} is not a web address; write it as https://HOST[:PORT]")
    if parts.scheme == "http" and not allow and not is_loopback(host):
        way_out = "" if allow is None else ", or set allow_plaintext: true"
        raise ValueError(f"{where} would send secrets to {host} without TLS; write https://{way_out}")
