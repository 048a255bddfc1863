"""What ECS asks of mail: categories, directions, and the parts of addresses.

Converters take any values, give None for what they cannot use, and never raise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from siemcast.schema.convert import First, given, text, texts

_MAIL_DIRECTIONS = {"inbound": "inbound", "outbound": "outbound", "intra-org": "internal", "intraorg": "internal"}


def mail_categories(attached: Any, *signs: Any) -> list[str] | None:
    """Give the categories of a row about mail: one about an attachment is about a file as well."""
    if not any(map(given, (attached, *signs))):
        return None
    return ["email", "file"] if given(attached) else ["email"]


def mail_direction(value: Any) -> str | None:
    """Give ECS's word for the direction of mail."""
    found = First(text)(value)
    return _MAIL_DIRECTIONS.get(found.lower(), found.lower()) if found else None


def mail_hosts(domains: Any, addresses: Any, *hosts: Any) -> list[str] | None:
    """Give the domains of the senders that are seen and of the envelopes', and whatever hosts there are."""
    senders = [mail_domain(one) for one in texts(addresses) or ()]
    return texts(domains, senders, *hosts)


def mail_address(name: Any) -> str | None:
    """Give a name that is an address of mail."""
    found = text(name)
    local, _, domain = (found or "").rpartition("@")
    return found if local and domain else None


def local_part(name: Any) -> str | None:
    """Give the name in an address, and one that is no address as it is."""
    found = mail_address(name)
    return found.rpartition("@")[0] if found else text(name)


def mail_domain(name: Any) -> str | None:
    """Give the domain of an address."""
    found = mail_address(name)
    return found.rpartition("@")[2] if found else None


MAIL_CONVERTERS: Mapping[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (mail_categories, mail_direction, mail_hosts, mail_address, local_part, mail_domain)
}
"""By the names that mapping files use."""
