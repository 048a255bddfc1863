"""Evidence of alerts as Elastic's package has it: what is of one thing in one object, and values and objects apart."""

from __future__ import annotations

from typing import Any

_RENAMED = {"anti_spam_direction": "antispam_direction", "p_1_sender": "p1_sender", "p_2_sender": "p2_sender"}
_PLACES = {
    "parent_process_creation_datetime": "parent_process.creation_datetime",
    "parent_process_id": "parent_process.id",
    "parent_process_image_file": "parent_process.image_file",
    "process_command_line": "process.command_line",
    "process_creation_datetime": "process.creation_datetime",
    "process_id": "process.id",
    "rbac_group_id": "rbac_group.id",
    "rbac_group_name": "rbac_group.name",
}
_FILES = frozenset(("file_details", "image_file", "parent_process_image_file"))
_OF_FILES = {"file_name": "name", "file_path": "path", "file_publisher": "publisher", "file_size": "size"}
_VALUES = frozenset(("ip_address", "registry", "urls"))
"""What most evidence has as a value, and some (a device's adapter, an image, a Teams message) as evidence again."""
_OBJECTS = frozenset(("location", "parent_process", "process", "rbac_group"))
"""What holds other names, here or in evidence of another type: Elasticsearch refuses a value there."""


def arranged(evidence: Any) -> Any:
    """Give a piece of evidence, in snake case, by the package's names; one whose place is taken keeps its own."""
    if not isinstance(evidence, dict):
        return evidence
    own = {name: _of_file(value) if name in _FILES else value for name, value in evidence.items()}
    result: dict[str, Any] = {}
    for name in (name for name in own if name not in _PLACES):
        apart = _apart(name, own[name])
        result[name if apart in own else apart] = own[name]
    for name in (name for name in own if name in _PLACES):
        group, _, place = _PLACES[name].partition(".")
        inner = result.get(group, {})
        is_free = isinstance(inner, dict) and place not in inner
        result |= {group: {**inner, place: own[name]}} if is_free else {name: own[name]}
    return result


def _apart(name: str, value: Any) -> str:
    """Name apart what is a value in evidence of one type and an object in another: Elasticsearch takes one of both."""
    is_object = isinstance(value[0] if isinstance(value, list) else value, dict)
    if is_object:
        return f"{name}_evidence" if name in _VALUES else _RENAMED.get(name, name)
    return f"{name}_name" if name in _OBJECTS else _RENAMED.get(name, name)


def _of_file(details: Any) -> Any:
    if not isinstance(details, dict):
        return details
    short = {name: _OF_FILES.get(name, name) for name in details}
    return {name if short[name] in details else short[name]: value for name, value in details.items()}
