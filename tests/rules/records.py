"""Records to be detected, made of the lab's, and what a SIEM gets of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import orjson

from siemcast.api import Format, FormatOptions
from siemcast.registry import load_registry
from siemcast.schema import Record
from siemcast_defender.record_kinds import ALL
from siemcast_lab.generator import Generator
from siemcast_lab.generator.columns import COLUMNS

Data = dict[str, Any]
NOBODY = "S-1-5-21-1004336348-1177238915-682003330-1122"


def row(table: str, **columns: Any) -> Data:
    """Give a hunting row with some columns as wanted in its envelope: of the lab, where that has rows of the table."""
    envelope = next(Generator(1).hunting(1, [table if table in COLUMNS else "EmailEvents"]))
    others = envelope["properties"] if table in COLUMNS else {"Timestamp": envelope["properties"]["Timestamp"]}
    return {**envelope, "category": f"AdvancedHunting-{table}", "properties": {**others, **columns}}


def process(name: str, line: str, parent: str = "explorer.exe", **columns: Any) -> Data:
    """Give a row of DeviceProcessEvents."""
    told = {"FileName": name, "FolderPath": f"C:\\Windows\\System32\\{name}", "ProcessCommandLine": line}
    told |= {"InitiatingProcessFileName": parent, "ProcessVersionInfoOriginalFileName": name, "AccountSid": NOBODY}
    return row("DeviceProcessEvents", **{**told, **columns})


def file(path: str, action: str = "FileCreated", by: str = "C:\\Users\\ada\\tool.exe", **columns: Any) -> Data:
    """Give a row of DeviceFileEvents."""
    told = {"FolderPath": path, "FileName": path.rpartition("\\")[2], "ActionType": action}
    told |= {"InitiatingProcessFolderPath": by, "InitiatingProcessFileName": by.rpartition("\\")[2]}
    return row("DeviceFileEvents", **{**told, **columns})


def registry(key: str, name: str, data: str, by: str = "C:\\Users\\ada\\tool.exe", **columns: Any) -> Data:
    """Give a row of DeviceRegistryEvents, by default of a value that was set."""
    told = {"ActionType": "RegistryValueSet", "RegistryKey": key, "RegistryValueName": name, "RegistryValueData": data}
    told |= {"InitiatingProcessFolderPath": by, "InitiatingProcessFileName": by.rpartition("\\")[2]}
    return row("DeviceRegistryEvents", **{**told, "InitiatingProcessAccountSid": NOBODY, **columns})


def connection(by: str, to: str, port: int, action: str = "ConnectionSuccess", **columns: Any) -> Data:
    """Give a row of DeviceNetworkEvents, of a connection that went out."""
    told = {"ActionType": action, "InitiatingProcessFileName": by, "RemoteIP": to, "RemotePort": port}
    told |= {"LocalIP": "10.0.0.5", "Protocol": "Tcp", "AdditionalFields": '{"direction":"Out"}'}
    return row("DeviceNetworkEvents", **{**told, **columns})


def alert(**fields: Any) -> Data:
    """Give a Graph alert of the lab with some fields as wanted."""
    return {**next(Generator(1).alerts(1)), **fields}


def incident(**fields: Any) -> Data:
    """Give a Graph incident of the lab with some fields as wanted."""
    return {**next(Generator(1).incidents(1)), **fields}


def encoded(data: Mapping[str, Any], form: str, sink: str | None = None) -> list[Data]:
    """Give what a SIEM gets of a record."""
    shape = next(shape for shape in ALL if shape.recognise(data))
    return [orjson.loads(one.body) for one in _format(form, sink).encode(Record(orjson.dumps(data), shape))]


@cache
def _format(form: str, sink: str | None) -> Format:
    return load_registry().format(form, sink).open(FormatOptions(sink=sink))
