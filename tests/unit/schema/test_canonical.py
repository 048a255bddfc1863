"""Canonical paths are OCSF's, but for what their module says."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from siemcast.schema.canonical import CLASSES, OBJECTS, TYPES, nearest, paths, type_of

_SCHEMA = Path(__file__).parents[4] / "shared/ocsf/schema-1.8.0.json.gz"


def test_every_attribute_is_a_type_or_an_object() -> None:
    for name, attributes in OBJECTS.items():
        for attribute, kind in attributes.items():
            assert kind in TYPES or kind in OBJECTS, f"{name}.{attribute}: {kind}"


def test_paths_go_through_objects_and_end_at_values() -> None:
    assert type_of("actor.process.parent_process.pid") == "integer"
    assert type_of("device.os.name") == "text"
    assert type_of("device.os") is None
    assert type_of("device.nonsense") is None
    assert nearest("device.hostnam") == "device.hostname"
    assert all(type_of(path) for path in paths(4))


def test_classes_are_ocsfs() -> None:
    if not _SCHEMA.exists():
        pytest.skip(f"needs the OCSF schema at {_SCHEMA.name} in ../shared/ocsf")
    schema: dict[str, Any] = json.loads(gzip.decompress(_SCHEMA.read_bytes()))
    known = {name.rpartition("/")[2] for name in schema["classes"]} | {"base_event"}
    assert known >= CLASSES
