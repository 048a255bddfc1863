"""Whatever fields users make up for a format: refused when it is built, or every record is encoded as it should be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from siemcast.api import FormatOptions
from siemcast.errors import ConfigError
from siemcast.schema import Record
from siemcast.schema.files.overlay import mappings_for_now
from siemcast.schema.files.own import read_mappings
from siemcast_defender.mappings import table_mapping
from siemcast_defender.shapes import HUNTING
from siemcast_defender.shapes.hunting import Hunting
from siemcast_lab.cef import parse_cef
from siemcast_lab.generator import Generator
from siemcast_lab.leef import parse_leef
from siemcast_sinks.formats.cef import encoder as cef
from siemcast_sinks.formats.ecs import encoder as ecs
from siemcast_sinks.formats.leef import encoder as leef

_TABLE = "DeviceProcessEvents"
_PATHS = sorted({*table_mapping(_TABLE).columns_of("process_activity").values()})
_ROW = next(Generator(4).hunting(1, [_TABLE]))
_PLAIN = {"text", "integer", "first"}
_FIELDS = {  # of CEF and LEEF those that are just text or numbers: addresses are for users to get right
    "ecs": sorted({target.field for target in ecs.mapping().targets[""]}),
    "cef": sorted(target.field for target in cef.mapping().targets[""] if target.convert in _PLAIN),
    "leef": sorted(
        target.field for target in leef.mapping().targets[""] if target.convert in _PLAIN and target.sources
    ),
}
_NEW: dict[str, dict[str, Any]] = {
    "ecs": {"text": "acme.a", "texts": "acme.b", "integer": "acme.c.d", "boolean": "acme.e", "time": "f", "ip": "g.h"},
    "cef": {"acmeA": 10, "acmeB": 0},
    "leef": {"acmeA": 10, "acmeB": 0},
}
_NAMES = {
    "ecs": ["acme.a", "acme.b", "acme.c.d", "acme.e", "f", "g.h"],
    "cef": ["acmeA", "acmeB"],
    "leef": ["acmeA", "acmeB"],
}
_CONVERTERS = {name: sorted(form.mapping().converters) for name, form in (("ecs", ecs), ("cef", cef), ("leef", leef))}
_REMEMBER: dict[str, list[Callable[..., Any]]] = {
    "ecs": [ecs.mapping, ecs.rows, ecs.objects, ecs.documents],
    "cef": [cef.limits, cef._file, cef.mapping, cef.pairs],
    "leef": [leef.limits, leef.mapping, leef.compiler, leef.rows, leef._taken],
}
_ENCODERS: dict[str, Any] = {"ecs": ecs.Ecs, "cef": cef.Cef, "leef": leef.Leef}
_VALUES = st.sampled_from([None, "a", "", "10.0.0.5", "2026-11-21T10:00:00Z", 7, -1, 1.5, True, ["a", 2], {"a": ["b"]}])


@st.composite
def _own(draw: st.DrawFn, name: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for field in draw(st.lists(st.sampled_from([*_FIELDS[name], *_NAMES[name] * 8]), min_size=1, max_size=5)):
        paths = draw(st.lists(st.sampled_from(_PATHS), min_size=1, max_size=4))
        by = draw(st.none() | st.sampled_from(_CONVERTERS[name]))
        fields[field] = {"from": paths, "by": by} if by else paths[0]
    return {"formats": {name: {"dictionary": _NEW[name], "fields": fields}}}


@st.composite
def _case(draw: st.DrawFn) -> tuple[str, dict[str, Any], list[bytes]]:
    name = draw(st.sampled_from(sorted(_FIELDS)))
    rows = []
    for _ in range(3):
        changes = draw(st.dictionaries(st.sampled_from(sorted(_ROW["properties"])), _VALUES, max_size=12))
        rows.append(orjson.dumps({**_ROW, "properties": {**_ROW["properties"], **changes}}))
    return name, draw(_own(name)), rows


def _forget(name: str) -> None:
    for remembered in _REMEMBER[name]:
        remembered.cache_clear()  # type: ignore[attr-defined]


@settings(max_examples=60, deadline=None)
@given(_case())
def test_every_record_is_encoded_with_any_fields_that_are_taken(case: tuple[str, dict[str, Any], list[bytes]]) -> None:
    name, own, rows = case
    with TemporaryDirectory() as folder:
        Path(folder, "own.yaml").write_text(yaml.safe_dump(own))
        overlay = read_mappings(Path(folder))
    _forget(name)
    refused = None
    try:
        with mappings_for_now(overlay):
            try:
                encoder = _ENCODERS[name](FormatOptions())
                encoder.encode(Record(rows[0], HUNTING))
            except ConfigError as error:
                refused = str(error)
            assume(refused is None or f"{folder}/own.yaml:" not in refused)
            assert refused is None
            for raw in rows * 3:  # what is learnt from rows must hold for the next
                (document,) = encoder.encode(Record(raw, HUNTING))
                _judge(name, document.body)
    finally:
        _forget(name)


@pytest.mark.parametrize("name", sorted(_FIELDS))
def test_a_converter_of_several_values_is_never_asked_for_one(name: str, tmp_path: Path) -> None:
    field, paths = _NAMES[name][0], ["process.file.hashes.md5", "process.integrity", "process.file.original_name"]
    limit = {"text": field} if name == "ecs" else {field: 10}
    own = {"dictionary": limit, "fields": {field: {"from": paths, "by": "of_same"}}}
    (tmp_path / "own.yaml").write_text(yaml.safe_dump({"formats": {name: own}}))
    _forget(name)
    try:
        with mappings_for_now(read_mappings(tmp_path)):
            encoder, shape = _ENCODERS[name](FormatOptions()), Hunting(watched=2)
            bodies = [encoder.encode(Record(orjson.dumps(_ROW), shape))[0].body for _ in range(5)]
    finally:
        _forget(name)
    assert len(set(bodies)) == 1
    _judge(name, bodies[0])
    assert b"acme" in bodies[0]


def _judge(name: str, body: bytes) -> None:
    if name == "ecs":
        acme = orjson.loads(body).get("acme", {})
        assert isinstance(acme.get("a", ""), str)
        assert isinstance(acme.get("b", []), list)
        assert type(acme.get("c", {}).get("d", 0)) is int
        assert type(acme.get("e", True)) is bool
        return
    found = parse_cef(body).extension if name == "cef" else parse_leef(body).attributes
    assert len(found.get("acmeA", "")) <= 10
    assert found.get("acmeB", "0").lstrip("-").isdigit()
