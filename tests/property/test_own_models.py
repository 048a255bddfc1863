"""Whatever users make up for `cim`, `asim` and `ocsf`: refused when it is built, or all documents are in order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import ocsf_records
import ocsf_validator
from siemcast.api import FormatOptions
from siemcast.errors import ConfigError
from siemcast.schema import Record
from siemcast.schema.dump import dumps_sorted
from siemcast.schema.files.overlay import mappings_for_now
from siemcast.schema.files.own import read_mappings
from siemcast_defender.mappings import table_mapping
from siemcast_defender.shapes.hunting import Hunting
from siemcast_lab.generator import Generator
from siemcast_sinks.formats.asim import encoder as asim
from siemcast_sinks.formats.asim.convert import CONVERTERS as OF_ASIM
from siemcast_sinks.formats.cim import encoder as cim
from siemcast_sinks.formats.cim.convert import CONVERTERS as OF_CIM
from siemcast_sinks.formats.flat.parts import parts
from siemcast_sinks.formats.ocsf import Ocsf, evidence, mapping
from siemcast_sinks.formats.ocsf.convert import CONVERTERS as OF_OCSF
from siemcast_sinks.formats.ocsf.mapping import converters, evidence_mapping, own, own_names, own_types
from unit.formats.flat_checks import lost, offences

TABLES = ("DeviceProcessEvents", "DeviceLogonEvents", "DeviceNetworkEvents", "AlertInfo")
PATHS = sorted({path for table in TABLES for path in table_mapping(table).columns.values()})
ROWS = [next(Generator(seed).hunting(1, [table])) for seed, table in enumerate(TABLES)]
OBJECTS = [next(Generator(7).incidents(1)), next(Generator(8).alerts(1))]
VALUES = st.sampled_from([
    None, "a", "", "High", "10.0.0.5", "2026-11-21T10:00:00Z", "soon", 7, -1, 1.5, 2**40, True, ["a", 2], {"a": ["b"]},
])  # fmt: skip  # one or another
MODELS = {"cim": cim.models(), "asim": asim.models()}
OCSF_FIELDS = sorted({target.field for targets in mapping().targets.values() for target in targets})
TYPES: Mapping[str, Mapping[str, str]] = {
    "cim": {kind: f"acme_{kind}" for kind in ("text", "texts", "integer", "number", "boolean", "time", "ip")},
    "asim": {kind: f"Acme{kind}" for kind in ("text", "texts", "int", "long", "real", "bool", "datetime", "ip")},
    "ocsf": {kind: f"unmapped.acme.{kind}" for kind in ("text", "texts", "integer", "number", "boolean", "time", "ip")},
}
CONVERTERS = {
    "cim": sorted(OF_CIM), "asim": sorted(OF_ASIM), "ocsf": sorted(OF_OCSF)
}  # fmt: skip  # a table
REMEMBER: Mapping[str, Sequence[Callable[..., Any]]] = {
    "cim": [cim.models, cim._names, cim._of_head, cim.vendor_field.__self__.clear],  # type: ignore[attr-defined]
    "asim": [asim.models, asim.aliases],
    "ocsf": [
        own, own_types, own_names, converters, mapping, evidence_mapping, evidence._compiler, evidence._made.clear,
    ],
}  # fmt: skip  # what holds what was built


def _sources(draw: st.DrawFn, name: str) -> Any:
    paths = draw(st.lists(st.sampled_from(PATHS), min_size=1, max_size=3))
    by = draw(st.none() | st.sampled_from(CONVERTERS[name]))
    return {"from": paths, "by": by} if by else draw(st.sampled_from([paths[0], paths, None]))


@st.composite
def _own(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """Fields of one's own, and other sources of published ones."""
    added = draw(st.lists(st.sampled_from(sorted(TYPES[name].values())), max_size=4))
    made: dict[str, Any] = {"dictionary": dict(TYPES[name]), "fields": {field: _sources(draw, name) for field in added}}
    if name == "ocsf":
        changed = draw(st.lists(st.sampled_from(OCSF_FIELDS), max_size=3))
        made["fields"] |= {field: _sources(draw, name) for field in changed}
        return made
    made["models"] = {}
    for model in draw(st.lists(st.sampled_from(sorted(MODELS[name].models)), max_size=3)):
        there = sorted({*MODELS[name].models[model].schema.types, *TYPES[name].values()})
        fields = draw(st.lists(st.sampled_from(there), max_size=3))
        made["models"][model] = {"fields": {field: _sources(draw, name) for field in fields}}
    return made


@st.composite
def _cases(draw: st.DrawFn) -> tuple[str, dict[str, Any], list[dict[str, Any]]]:
    name = draw(st.sampled_from(sorted(TYPES)))
    row = draw(st.sampled_from(ROWS))
    columns = row["properties"]
    changes = st.dictionaries(st.sampled_from(sorted(columns)), VALUES, max_size=8)
    rows = [{**row, "properties": columns | draw(changes)} for _ in range(2)]
    return name, draw(_own(name)), [row, row, *rows, row, draw(st.sampled_from(OBJECTS))]


@contextmanager
def _with(name: str, mine: dict[str, Any]) -> Iterator[None]:
    """Use mappings for as long as it takes; leave the case aside where they are refused in the user's file."""

    def forget() -> None:
        for remembered in REMEMBER[name]:
            getattr(remembered, "cache_clear", remembered)()

    with TemporaryDirectory() as folder:
        Path(folder, "own.yaml").write_text(yaml.safe_dump({"formats": {name: mine}}))
        overlay = read_mappings(Path(folder))
        forget()
        try:
            with mappings_for_now(overlay):
                refused = f"{folder}/own.yaml:"
                try:
                    mapping() if name == "ocsf" else (cim if name == "cim" else asim).models()
                    refused = ""
                except ConfigError as error:
                    assume(refused not in str(error))
                assert not refused
                yield
        finally:
            forget()


@settings(max_examples=150, deadline=None)
@given(_cases())
def test_every_record_is_encoded_with_what_is_taken(case: tuple[str, dict[str, Any], list[dict[str, Any]]]) -> None:
    name, mine, told = case
    hunting = Hunting(watched=2)
    with _with(name, mine):
        for data in told:
            shape = hunting if "properties" in data else ocsf_records.shape_of(data)
            record = Record(json.dumps(data).encode(), shape)
            slow = JUDGES[name](record)
            if record.row is not None:
                assert FAST[name](record) == slow


def _flat(module: Any, make: Callable[[Any], dict[str, Any]], schema_of: str) -> Callable[[Record], dict[str, Any]]:
    def judge(record: Record) -> dict[str, Any]:
        document: dict[str, Any] = {}
        for part in parts(record):
            for _ in range(2):  # by interpretation, then compiled
                document = orjson.loads(orjson.dumps(make(part)))
                assert offences(document, module.models().models[document[schema_of]].schema) == []
                told = {column: value for column, value in part.columns.items() if column not in part.left}
                assert lost(told, document) == []
        return document

    return judge


def _ocsf(record: Record) -> dict[str, Any]:
    event: dict[str, Any] = orjson.loads(dumps_sorted(Ocsf(FormatOptions()).event_of(record)))
    if ocsf_validator.SCHEMA.exists():
        assert ocsf_validator.errors(event) == []
    assert ocsf_records.lost(record.shape.columns(record.data), event) == []
    acme = event.get("unmapped", {}).get("acme", {})
    classes: Mapping[str, tuple[type, ...]] = {
        "integer": (int,), "number": (int, float), "boolean": (bool,), "time": (int,), "texts": (list,)
    }  # fmt: skip  # a table
    assert [kind for kind, value in acme.items() if not isinstance(value, classes.get(kind, (str,)))] == []
    return event


JUDGES = {
    "cim": _flat(cim, cim.event, "cim_dataset"),
    "asim": _flat(asim, asim.row, "EventSchema"),
    "ocsf": _ocsf,
}
FAST: Mapping[str, Callable[[Any], Any]] = {
    "cim": lambda record: orjson.loads(orjson.dumps(cim.event_of_row(record.row, record.head))),
    "asim": lambda record: orjson.loads(orjson.dumps(asim.row_of(record.row, record.head))),
    "ocsf": lambda record: orjson.loads(dumps_sorted(Ocsf(FormatOptions()).event_of_row(record.row, record.head))),
}
