"""What an operation does, read off its name."""

from __future__ import annotations

from typing import Any

import pytest

from siemcast_sinks.formats.flat.verbs import operation, verb


@pytest.mark.parametrize(
    ("name", "does"),
    [
        ("Write Deployments", "update"),
        ("New-InboxRule", "create"),
        ("Set-Mailbox", "update"),
        ("MailItemsAccessed", "read"),
        ("MICROSOFT.COMPUTE/VIRTUALMACHINES/START/ACTION", "start"),
        ("Microsoft.KeyVault/vaults/delete", "delete"),
        ("SecretGet", "read"),
        ("FileUploaded", "update"),
        ("Add member to role.", "create"),
        ("Consent to application.", "update"),
        ("settings", None),
        ("", None),
        (None, None),
        ({"a": ["b"]}, None),
        ("x" * 10_000 + " delete", None),
    ],
)
def test_the_first_verb_counts(name: Any, does: str | None) -> None:
    assert verb(name) == does
    assert verb(None, name) == does


def test_an_action_that_says_nothing_gives_way_to_the_operation() -> None:
    assert operation("Update", "Microsoft.Sql/servers/write") == "Microsoft.Sql/servers/write"
    assert operation("SAMR query", "QueryGroup") == "SAMR query"
    assert operation("Delete", None) == "Delete"
    assert operation(None, ["a"]) == "a"
    assert operation("", {}) is None
