"""Every built-in format keeps the contract of formats, on records of every shape that a Defender source yields."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from siemcast.registry import load_registry
from siemcast.schema import Record
from siemcast.testing import FormatContract
from siemcast_defender.shapes import ALERT, HUNTING, INCIDENT
from siemcast_lab.generator import Generator


def _samples() -> Sequence[Record]:
    lab = Generator(11)
    hunting = [Record(orjson.dumps(record), HUNTING) for record in lab.hunting(40)]
    by_table = {record.head.table: record for record in hunting}
    graph = [Record(orjson.dumps(item), INCIDENT) for item in lab.incidents(1)]
    alerts = [Record(orjson.dumps(item), ALERT) for item in lab.alerts(2)]
    return [*by_table.values(), *graph, *alerts]


class Samples(FormatContract):
    """The samples of all suites here."""

    __test__ = False

    def samples(self) -> Sequence[Record]:
        return _samples()


class TestRaw(Samples):
    __test__ = True
    spec = load_registry().format("raw")
    limit = 0


class TestNative(Samples):
    __test__ = True
    spec = load_registry().format("native")
    limit = 0


class TestNativeForSplunk(Samples):
    __test__ = True
    spec = load_registry().format("native", "splunk")
    limit = 0


class TestNativeGraphForSplunk(Samples):
    __test__ = True
    spec = load_registry().format("native-graph", "splunk")
    limit = 0


class TestNativeEndpointForSplunk(Samples):
    __test__ = True
    spec = load_registry().format("native-endpoint", "splunk")
    limit = 0


class TestNativeForElastic(Samples):
    __test__ = True
    spec = load_registry().format("native", "elastic")
    limit = 0


class TestEcs(Samples):
    __test__ = True
    spec = load_registry().format("ecs")


class TestCef(Samples):
    __test__ = True
    spec = load_registry().format("cef")


class TestLeef(Samples):
    __test__ = True
    spec = load_registry().format("leef")


class TestCim(Samples):
    __test__ = True
    spec = load_registry().format("cim")


class TestAsim(Samples):
    __test__ = True
    spec = load_registry().format("asim")


class TestOcsf(Samples):
    __test__ = True
    spec = load_registry().format("ocsf")


def test_no_built_in_format_is_missing_here() -> None:
    checked = {(suite.spec.name, suite.spec.sink) for suite in Samples.__subclasses__()}
    assert checked >= {(spec.name, spec.sink) for spec in load_registry().formats.all()}
