"""A hundred thousand hostile mutations through `siemcast encode`: a sound document a line, and nothing else stops.

A check is one record in one format. More of them, or others, by the environment: SIEMCAST_HOSTILE_CHECKS (100000),
SIEMCAST_HOSTILE_SEED (1). A failure names the kind, seed and number of its record, and the command that repeats it.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr
from functools import cache
from typing import Any

import orjson
import pytest

import ocsf_records
from hostile_records import Hostile, bases, hostile
from siemcast.api import FormatOptions, FormatSpec
from siemcast.cli.encode import encode_stream
from siemcast.cli.records import read_records
from siemcast.registry import Registry, load_registry
from siemcast.schema import Record
from siemcast.schema.dump import dumps
from siemcast.schema.times import epoch_ms
from siemcast_lab.cef import parse_cef
from siemcast_lab.leef import parse_leef
from siemcast_sinks.formats.asim import encoder as asim
from siemcast_sinks.formats.cim import encoder as cim
from siemcast_sinks.formats.flat.parts import parts
from unit.formats import flat_checks

CHECKS = int(os.environ.get("SIEMCAST_HOSTILE_CHECKS", "100000"))
SEED = int(os.environ.get("SIEMCAST_HOSTILE_SEED", "1"))
PARTS = 4
"""Each kind's records in so many tests, so that they can run side by side."""
BATCH = 60
"""Records that go through the command at once."""
SAMPLE = max(20, CHECKS // 1000)
"""Records of each kind that are looked at one by one."""
LIMITS = (1_500, 4_000, 60_000)
AS_SENT = frozenset({"raw", "native"})
"""Formats that pass bytes on, and with them what JSON allows and strict readers do not: half a surrogate pair."""


@cache
def registry() -> Registry:
    return load_registry()


def formats() -> Sequence[FormatSpec]:
    return registry().formats.all()


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _as_sent(document: bytes) -> None:
    assert isinstance(json.loads(document, parse_constant=_no_constant), dict)


def _strict_json(document: bytes) -> None:
    assert isinstance(orjson.loads(document), dict)


def judge(spec: FormatSpec) -> Callable[[bytes], Any]:
    """Give what takes sound documents of a format only."""
    if spec.text == "line":
        return {"cef": parse_cef, "leef": parse_leef}[spec.name]
    return _as_sent if spec.name.partition("-")[0] in AS_SENT else _strict_json


def encoded(kind: str, spec: FormatSpec, records: Sequence[Hostile]) -> tuple[list[bytes], int]:
    """Give what `siemcast encode` writes, without the last line break; and how many records it found torn."""
    target, errors = io.BytesIO(), io.StringIO()
    with redirect_stderr(errors):
        source = io.BytesIO(b"\n".join(record.raw for record in records))
        code = encode_stream(kind, spec.name, spec.sink, source, target, registry())
    said = errors.getvalue().splitlines()
    assert code == (1 if said else 0)
    return target.getvalue().split(b"\n")[:-1], len(said)


def check(kind: str, spec: FormatSpec, records: Sequence[Hostile]) -> None:
    """Encode records and look at every document."""
    documents, torn = encoded(kind, spec, records)
    assert torn == sum(record.torn for record in records), "torn records, and only they, are refused"
    assert len(documents) >= len(records) - torn, "a record made no document"
    sound = judge(spec)
    for document in documents:
        document.decode()
        sound(document)


def trouble(kind: str, spec: FormatSpec, seed: int, numbers: Sequence[int]) -> str:
    """Find the record that alone makes an error; "" where only what went before it does."""
    for number in numbers:
        try:
            check(kind, spec, [hostile(kind, seed, number)])
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what this looks for
            return f"number {number}: {type(error).__name__}: {str(error)[:500]}"
    return ""


def name_of(spec: FormatSpec) -> str:
    return f"{spec.name} for {spec.sink}" if spec.sink else spec.name


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("kind", sorted(bases()))
def test_every_format_makes_sound_documents_of_hostile_records(kind: str, part: int) -> None:
    share = -(-CHECKS // (len(bases()) * PARTS * len(formats())))
    for first in range(part * share, (part + 1) * share, BATCH):
        numbers = range(first, min(first + BATCH, (part + 1) * share))
        records = [hostile(kind, SEED, number) for number in numbers]
        for spec in formats():
            try:
                check(kind, spec, records)
            except Exception as error:  # noqa: BLE001 - told again with what repeats it
                alone = trouble(kind, spec, SEED, numbers) or f"numbers {numbers}, in that order: {error!r:.500}"
                pytest.fail(
                    f"{kind} as {name_of(spec)}, seed {SEED}, {alone}\n"
                    f"again: SIEMCAST_HOSTILE_SEED={SEED} SIEMCAST_HOSTILE_CHECKS={CHECKS} "
                    f"pytest '{__file__}' -k 'sound_documents and {kind}-{part}'",
                    pytrace=False,
                )


def told(kind: str, number: int) -> str:
    """Say which record it is, and how to look at it."""
    return f"{kind}, seed {SEED}, number {number}: hostile_records.hostile({kind!r}, {SEED}, {number}).raw"


def whole(kind: str, first: int, count: int) -> Iterator[tuple[int, Record]]:
    """Give records of a kind that are not torn, as `siemcast encode` would read them."""
    shapes = registry().records(kind)
    for number in range(first, first + count):
        raw, torn = hostile(kind, SEED, number)
        if not torn:
            record = Record(raw, shapes[0])
            record.shape = next((shape for shape in shapes if shape.recognise(record.data)), shapes[0])
            yield number, record


def untold(record: Record, document: Mapping[str, Any]) -> list[Any]:
    """Give the values of a record that stand nowhere in a document: as they are, as a time, or within longer texts.

    ECS and OCSF name the hive of a registry key in their own words, and a row's table where its category did; ECS has
    objects instead of JSON in text.
    """
    data = {key: value for key, value in record.data.items() if key != "category"}
    leaves = list(flat_checks.leaves(document))
    texts = "\n".join(_bare(leaf) for leaf in leaves)
    said = {"document": document, "times": [epoch_ms(leaf) for leaf in leaves]}

    def told(leaf: Any) -> bool:
        if isinstance(leaf, str) and leaf.startswith("HKEY_"):
            leaf = leaf.partition("\\")[2]
        if isinstance(leaf, str) and leaf.startswith(("{", "[")) and _bare(leaf) not in texts:
            return all(told(inner) for inner in flat_checks.leaves(orjson.loads(leaf)) if inner not in (None, ""))
        return _bare(leaf) in texts or not ocsf_records.lost({"": leaf}, said)

    return [leaf for leaf in flat_checks.leaves(data) if leaf not in (None, "") and not told(leaf)]


def _bare(value: Any) -> str:
    """Write a value as JSON without any backslash, for it may stand in JSON within JSON."""
    return dumps(value).decode().lower().strip('"').replace("\\", "")


@pytest.mark.parametrize("kind", sorted(bases()))
def test_documents_of_hostile_records_are_within_every_limit(kind: str) -> None:
    encoders = [
        (spec, limit, spec.open(FormatOptions(sink=spec.sink, max_bytes=limit)))
        for spec in formats()
        for limit in LIMITS
    ]
    for number, record in whole(kind, 1_000_000, SAMPLE):
        for spec, limit, encoder in encoders:
            for document in encoder.encode(record):
                assert len(document.body) <= limit, f"{name_of(spec)}: {told(kind, number)}"
                judge(spec)(document.body)


@pytest.mark.parametrize("kind", sorted(bases()))
def test_no_value_of_a_hostile_record_is_lost(kind: str) -> None:
    ecs, ocsf = (registry().format(name).open(FormatOptions()) for name in ("ecs", "ocsf"))
    for number, record in whole(kind, 2_000_000, SAMPLE):
        for encoder in (ecs, ocsf):
            (document,) = encoder.encode(record)
            missing = untold(record, orjson.loads(document.body))
            assert missing == [], f"{type(encoder).__name__}: {told(kind, number)}"
        for part in parts(record):
            kept = {name: value for name, value in part.columns.items() if name not in part.left}
            for made in (cim.event(part), asim.row(part)):
                assert flat_checks.lost(kept, made) == [], told(kind, number)


@pytest.mark.parametrize("frame", [b"[%b]", b'{"records": [\n%b\n]}', b'{"@odata.context": "x", "value": [%b]}'])
def test_a_page_of_hostile_records_is_cut_into_them(frame: bytes) -> None:
    sound = [one.raw for number in range(200) if not (one := hostile("replay.file", SEED, number)).torn]
    assert [raw for _, raw in read_records(io.BytesIO(frame % b", ".join(sound)))] == sound


def test_all_kinds_of_record_are_bent() -> None:
    assert set(bases()) == set(registry().kinds_of_record)
