"""What a `where` matches, and what it refuses."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from siemcast.engine.where import WhereError, check_where, compile_where
from siemcast.schema import Head, Record, Severity
from siemcast.schema.mapping import Activity, Ref, TableMapping
from siemcast.testing.engine import PlainShape


class Shape(PlainShape):
    def mapping(self, table: str) -> TableMapping:
        return TableMapping(table=table, activity=Activity("process_activity"), columns={Ref("FileName"): "file.name"})

    def head(self, record: Record) -> Head:
        return Head(
            id="7",
            kind="alert",
            table="DeviceProcessEvents",
            time_ms=0,
            severity=Severity.MEDIUM,
            status="new",
            hostname="PC-0142",
        )


RECORD = Record(
    orjson.dumps(
        {
            "FileName": "PowerShell.exe",
            "Port": 443,
            "Signed": True,
            "Tags": ["vip", "Lab"],
            "Nothing": None,
            "a": {"b": 1},
        }
    ),
    Shape(),
)


@pytest.mark.parametrize(
    ("where", "matches"),
    [
        ({}, True),
        ({"table": "DeviceProcessEvents"}, True),
        ({"table": "deviceprocessevents"}, True),
        ({"table": "DeviceLogonEvents"}, False),
        ({"table": ["DeviceLogonEvents", "DeviceProcessEvents"]}, True),
        ({"table": "DeviceProcessEvents", "kind": "incident"}, False),
        ({"severity": "medium"}, True),
        ({"severity": ["low", "high"]}, False),
        ({"severity": {"at_least": "low"}}, True),
        ({"severity": {"at_least": "Medium"}}, True),
        ({"severity": {"at_least": "high"}}, False),
        ({"severity": {"not": {"at_least": "high"}}}, True),
        ({"severity": {"glob": "med*"}}, True),
        ({"status": {"not": ["new", "resolved"]}}, False),
        ({"status": {"not": "resolved"}}, True),
        ({"device.hostname": {"glob": "pc-*"}}, True),
        ({"device.hostname": {"glob": ["srv-*", "dc-*"]}}, False),
        ({"file.name": {"glob": "power*"}}, True),
        ({"file.path": {"exists": True}}, False),
        ({"tenant": {"exists": True}}, False),
        ({"tenant": {"exists": False}}, True),
        ({"record.FileName": "powershell.exe"}, True),
        ({"record.FileName": {"glob": "*.exe", "not": "cmd.exe"}}, True),
        ({"record.Port": 443}, True),
        ({"record.Port": "443"}, True),
        ({"record.Port": {"at_least": 444}}, False),
        ({"record.Port": {"at_least": 443}}, True),
        ({"record.Signed": True}, True),
        ({"record.Signed": 1}, False),
        ({"record.Tags": "lab"}, True),
        ({"record.Tags": {"not": "lab"}}, False),
        ({"record.Tags": {"glob": "v*"}}, True),
        ({"record.Nothing": {"exists": True}}, False),
        ({"record.Absent": "x"}, False),
        ({"record.Absent": {"not": "x"}}, True),
        ({"record.Absent": {"glob": "*"}}, False),
        ({"record.a.b": 1}, True),
        ({"record.a.b.c": 1}, False),
        ({"record.a": {"exists": True}}, True),
    ],
)
def test_every_key_must_match(where: dict[str, Any], matches: bool) -> None:
    assert compile_where(where)(RECORD) is matches


@pytest.mark.parametrize(
    ("where", "path", "words"),
    [
        ({"tabel": "x"}, ("tabel",), "no canonical path 'tabel'; did you mean 'table'?"),
        ({"device.hostnam": "x"}, ("device.hostnam",), "did you mean 'device.hostname'"),
        ({"table": []}, ("table",), "empty list"),
        ({"table": None}, ("table",), "no value"),
        ({"table": {}}, ("table",), "no operator"),
        (
            {"table": {"like": "x"}},
            ("table", "like"),
            "unknown operator 'like'; use one of at_least, exists, glob, not",
        ),
        ({"table": {"not": {"like": "x"}}}, ("table", "not", "like"), "unknown operator"),
        ({"table": {"at_least": 3}}, ("table", "at_least"), "cannot compare table"),
        ({"record.Port": {"at_least": "x"}}, ("record.Port", "at_least"), "cannot compare"),
        ({"severity": "grave"}, ("severity",), "unknown severity 'grave'; use one of"),
        ({"severity": {"at_least": "grave"}}, ("severity", "at_least"), "unknown severity"),
        ({"table": {"glob": 7}}, ("table", "glob"), "not a pattern"),
        ({"table": {"exists": "yes"}}, ("table", "exists"), "not true or false"),
    ],
)
def test_what_has_no_meaning_is_refused_where_it_stands(
    where: dict[str, Any], path: tuple[str, ...], words: str
) -> None:
    with pytest.raises(WhereError, match=words) as refused:
        check_where(where)
    assert refused.value.path == path
