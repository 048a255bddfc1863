"""Formats keep their contract on records of Defender for Cloud, Defender for Endpoint's API and Azure Monitor too."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from siemcast.registry import load_registry
from siemcast.schema import Record
from siemcast.testing import FormatContract
from siemcast_defender.record_kinds import ALL
from siemcast_lab.generator import Generator


class Samples(FormatContract):
    """The samples of all suites here."""

    __test__ = False

    def samples(self) -> Sequence[Record]:
        lab = Generator(13)
        items = [
            *lab.cloud.export(7),
            lab.cloud.managed_alert(),
            lab.endpoint.alert(),
            lab.endpoint.change(),
            *lab.azure.logs(3),
        ]
        shapes = [next(shape for shape in ALL if shape.recognise(item)) for item in items]
        return [Record(orjson.dumps(item), shape) for item, shape in zip(items, shapes, strict=True)]


class TestRaw(Samples):
    __test__ = True
    spec = load_registry().format("raw")
    limit = 0


class TestNativeForSplunk(Samples):
    __test__ = True
    spec = load_registry().format("native", "splunk")
    limit = 0


class TestNativeForElastic(Samples):
    __test__ = True
    spec = load_registry().format("native", "elastic")


class TestEcs(Samples):
    __test__ = True
    spec = load_registry().format("ecs")


class TestCef(Samples):
    __test__ = True
    spec = load_registry().format("cef")


class TestLeef(Samples):
    __test__ = True
    spec = load_registry().format("leef")
