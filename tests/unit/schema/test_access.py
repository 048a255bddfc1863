"""A canonical path, a field of the head or a column is found in any record."""

from __future__ import annotations

import orjson
import pytest

from siemcast.errors import ConfigError
from siemcast.schema import Record, Severity
from siemcast.schema.access import getter
from siemcast_defender.shapes import ALERT, HUNTING
from siemcast_lab.generator import Generator

ROW = Record(orjson.dumps(next(Generator(1).hunting(1, ["DeviceProcessEvents"]))), HUNTING)
OBJECT = Record(orjson.dumps(next(Generator(1).alerts(1))), ALERT)


def test_the_head_answers_first() -> None:
    assert getter("table")(ROW) == "DeviceProcessEvents"
    assert getter("severity")(OBJECT) == Severity.parse(OBJECT.data["severity"])


def test_a_canonical_path_is_found_whatever_the_column() -> None:
    columns = ROW.data["properties"]
    assert getter("process.name")(ROW) == columns["FileName"]
    assert getter("actor.process.name")(ROW) == columns["InitiatingProcessFileName"]
    assert getter("device.hostname")(ROW) == columns["DeviceName"]
    assert getter("device.hostname")(OBJECT) == [OBJECT.data["evidence"][0]["deviceDnsName"]]
    assert getter("reg_key.path")(ROW) is None


def test_a_column_is_found_by_its_own_name() -> None:
    assert getter("record.FileName")(ROW) == ROW.data["properties"]["FileName"]
    assert getter("record.FileName.inner")(ROW) is None


def test_an_unknown_path_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(ConfigError, match=r"did you mean 'process\.name'"):
        getter("process.nam")
