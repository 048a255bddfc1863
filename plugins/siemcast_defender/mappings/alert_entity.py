"""Takes the entity apart that a row of AlertEvidence holds as JSON: it says more than the columns do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from siemcast.schema.convert import given
from siemcast.schema.mapping import NOTHING
from siemcast_defender.mappings.cloud_entities import entities
from siemcast_defender.mappings.expand import json_of

_OF_THE_COLUMNS = frozenset({"types", "count"})


def entity(value: Any) -> Mapping[str, Any]:
    """Give what the entity says, in the parts of Defender for Cloud's entities; without a type it has its process."""
    data = json_of(value)
    if not isinstance(data, Mapping):
        return NOTHING
    told = {part: content[0] for part, content in entities([data]).items() if part not in _OF_THE_COLUMNS}
    if given(data.get("ProcessId")):
        told.setdefault("process.pid", data["ProcessId"])
    return told
