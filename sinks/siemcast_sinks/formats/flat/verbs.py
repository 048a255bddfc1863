"""Reads off the name of an operation what it does: `Write Deployments` changes, `New-InboxRule` creates.

Clouds have thousands of operations, and no list of them is whole. So it is the first verb in the name that counts,
where the mapping of the table says no more than that an interface was called.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from siemcast.schema.memo import remembered
from siemcast_sinks.formats.flat.values import one

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_LONGEST_NAME = 300
_VERBS: Mapping[str, str] = {
    verb: does
    for does, verbs in {
        "create": "create created send add added new register registered invite issue generate provision insert",
        "delete": "delete deleted remove removed purge purged unregister destroy drop recycle recycled",
        "update": "update updated modify modified set write written change changed edit edited put patch rename renamed"
        " move moved reset assign assigned grant consent revoke upload uploaded share shared restore",
        "read": "read get list view viewed access accessed download downloaded query search searched export fetch"
        " preview previewed describe",
        "enable": "enable enabled activate activated",
        "disable": "disable disabled deactivate deactivated suspend suspended",
        "start": "start started run restart restarted",
        "stop": "stop stopped deallocate poweroff terminate terminated",
    }.items()
    for verb in verbs.split()
}
_VAGUE = frozenset({"create", "read", "update", "delete", "other", "unknown", "action", "basic"})
"""What some tables have for an action, who name the operation elsewhere."""


@remembered()  # operations recur
def _does(name: str) -> str | None:
    words = (word.lower() for word in _WORD.findall(name))
    return next((does for word in words if (does := _VERBS.get(word))), None)


def verb(*names: Any) -> str | None:
    """Give `create`, `read`, `update`, `delete`, `enable`, `disable`, `start` or `stop`: what the first verb says."""
    return next((does for name in names if (does := _does(one(name)[:_LONGEST_NAME]))), None)


def operation(action: Any, called: Any) -> str | None:
    """Give what was done in the words of the source: the action, unless it says no more than the operation does."""
    named, other = one(action), one(called)
    return (other if named.lower() in _VAGUE else "") or named or other or None
