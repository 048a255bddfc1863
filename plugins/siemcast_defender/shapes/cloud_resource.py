"""What the id of a cloud resource tells a head: whether it is a machine, and which."""

from __future__ import annotations

from siemcast_defender.mappings.cloud_parts import resource

_MACHINES = frozenset({
    "microsoft.compute/virtualmachines", "microsoft.hybridcompute/machines", "microsoft.classiccompute/virtualmachines",
})  # fmt: skip  # a list of words


def machine_of(uid: object) -> str:
    """Give the machine's name where a resource is one, else nothing."""
    parts = resource(uid)
    return str(parts.get("name", "")) if str(parts.get("type", "")).lower() in _MACHINES else ""
