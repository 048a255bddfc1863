"""Every CEF line is read by rsyslog's own parser (mmnormalize, liblognorm) as our strict one reads it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from hostile_records import bases, hostile
from real.test_syslog import document, send, settings
from siemcast.api import FormatOptions
from siemcast.cli.records import Torn, read_records
from siemcast.registry import load_registry
from siemcast.schema import Record
from siemcast_lab.cef import parse_cef

if TYPE_CHECKING:
    from real.conftest import Daemon

pytestmark = pytest.mark.real

SAMPLES = Path(__file__).parents[3] / "shared/samples"
HEADER = {
    "DeviceVendor": "vendor", "DeviceProduct": "product", "DeviceVersion": "device_version", "SignatureID": "class_id",
    "Name": "name", "Severity": "severity",
}  # fmt: skip  # a table
ENCODER = load_registry().format("cef").open(FormatOptions())
SHORT = load_registry().format("cef").open(FormatOptions(max_bytes=2000))


def encoded(kind: str, raws: Iterable[bytes]) -> Iterator[str]:
    """Give the CEF lines of a kind's records, whole and shortened."""
    shapes = load_registry().records(kind)
    for raw in raws:
        record = Record(raw, shapes[0])
        record.shape = next((shape for shape in shapes if shape.recognise(record.data)), shapes[0])
        whole = [line.body.decode() for line in ENCODER.encode(record)]
        yield from whole
        if any(len(line) > 2000 for line in whole):
            yield from (line.body.decode() for line in SHORT.encode(record))


def strictly(line: str) -> Mapping[str, Any]:
    """Give what our strict parser reads, in liblognorm's words."""
    parsed = parse_cef(line.encode())
    return {name: getattr(parsed, ours) for name, ours in HEADER.items()} | {"Extensions": dict(parsed.extension)}


def by_liblognorm(read: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give what liblognorm reads; it (2.0.6) drops the first letter of the first key, which is put back."""
    extensions = {"externalId" if name == "xternalId" else name: value for name, value in read["Extensions"].items()}
    return {name: read[name] for name in HEADER} | {"Extensions": extensions}


def differences(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Name what two parsers read differently, with what each of them read."""
    flat = [{**one, **one["Extensions"], "Extensions": None} for one in (theirs, ours)]
    both = [(key, flat[0].get(key), flat[1].get(key)) for key in sorted({*flat[0], *flat[1]})]
    return [one for one in both if one[1] != one[2]]


def misread(rsyslog: Daemon, host: str, lines: Sequence[str]) -> list[tuple[str, Any]]:
    """Send lines to rsyslog, and give those that it cannot parse, or reads otherwise than we do."""
    send(settings(rsyslog, "tcp", host), [document(line) for line in lines])
    got = rsyslog.received(host, len(lines), "cef.ndjson")
    found: list[tuple[str, Any]] = []
    for line, read in zip(lines, got, strict=True):
        if "cef" not in read:
            found.append((line[:3000], f"not parsed: {read.get('unparsed-data', '')[:200]!r}"))
        elif unlike := differences(by_liblognorm(read["cef"]), strictly(line)):
            found.append((line[:3000], unlike))
    return found


@pytest.mark.parametrize("kind", sorted(bases()))
def test_records_of_every_kind(rsyslog: Daemon, kind: str) -> None:
    lines = list(encoded(kind, map(orjson.dumps, bases()[kind])))
    assert lines
    assert misread(rsyslog, f"cef-{kind}", lines) == []


@pytest.mark.parametrize("kind", sorted(bases()))
def test_hostile_records_of_every_kind(rsyslog: Daemon, kind: str) -> None:
    records = (hostile(kind, 5, number) for number in range(150))
    every = encoded(kind, (record.raw for record in records if not record.torn))
    lines = [line for line in every if len(line.encode()) < 200_000]
    assert len(lines) > 75  # of 150 records, some torn and some longer
    assert misread(rsyslog, f"cef-hostile-{kind}", lines) == []


def test_samples(rsyslog: Daemon) -> None:
    files = sorted(path for path in SAMPLES.glob("*/*") if path.suffix == ".jsonl" or path.name.endswith("-page.json"))
    if not files:
        pytest.skip("needs ../shared/samples beside the repository")
    raws = [
        raw for path in files for _, raw in read_records(io.BytesIO(path.read_bytes())) if not isinstance(raw, Torn)
    ]
    lines = list(encoded("replay.file", raws))
    assert len(lines) >= len(raws) > 0
    assert misread(rsyslog, "cef-samples", lines) == []
