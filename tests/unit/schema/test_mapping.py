"""Mapping files are checked when they are read: whatever is wrong is refused with its file and line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from siemcast.errors import ConfigError
from siemcast.schema.convert import COMMON
from siemcast.schema.files.loading import Section, columns, format_mapping, read_file, table_mapping
from siemcast.schema.mapping import Activity, FormatMapping, Ref

TABLE = """\
Things:
  is: file_activity
  actions: {FileCreated: file_activity/create}
  expand: {More: json}
  columns:
    Name: file.name
    Silent:
    More: {query: query.hostname}
"""


def _file(folder: Path, text: str) -> Section:
    path = folder / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return read_file(path)


def _json(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _format(folder: Path, text: str) -> FormatMapping:
    def usual(field: str) -> str:
        if field not in ("name", "size"):
            raise ConfigError(f"no field {field!r}")
        return "text"

    return format_mapping(_file(folder, text), COMMON, usual)


def test_a_table_says_what_its_columns_mean(tmp_path: Path) -> None:
    own = _file(tmp_path, TABLE).section("Things")
    shared = {Ref("DeviceName"): "device.hostname", Ref("Silent"): "message"}
    table = table_mapping("Things", own, shared, {}, {"json": _json})
    assert table.columns == {
        Ref("DeviceName"): "device.hostname", Ref("Name"): "file.name", Ref("More", "query"): "query.hostname",
    }  # fmt: skip  # what a column of nothing silences, and what is added
    assert table.activity_of({"ActionType": "filecreated"}) == Activity("file_activity", "create")
    assert table.activity_of({"ActionType": 7}) == Activity("file_activity")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: [", "own.yaml:"),
        ("a: 1\na: 2\n", "own.yaml:2: a stands twice"),
        ("- list\n", "own.yaml:1: a mapping file is a YAML mapping"),
    ],
)
def test_what_is_no_mapping_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        _file(tmp_path, text)


def test_an_unknown_path_is_refused_with_its_line_and_a_better_one(tmp_path: Path) -> None:
    file = _file(tmp_path, "columns:\n  Good: file.name\n  Bad: file.nam\n")
    with pytest.raises(ConfigError, match=r"own.yaml:3: no canonical path 'file.nam'; did you mean 'file.name'"):
        columns(file.section("columns"))


def test_parts_without_an_expander_are_refused(tmp_path: Path) -> None:
    own = _file(tmp_path, TABLE.replace("  expand: {More: json}\n", "")).section("Things")
    with pytest.raises(ConfigError, match="More has parts but no expander"):
        table_mapping("Things", own, {}, {}, {"json": _json})


def test_an_unknown_expander_class_or_activity_is_refused(tmp_path: Path) -> None:
    own = _file(tmp_path, TABLE).section("Things")
    with pytest.raises(ConfigError, match=r"own.yaml:4: no expander 'json'"):
        table_mapping("Things", own, {}, {}, {})
    for text in (TABLE.replace("is: file_activity", "is: file_activty"), TABLE.replace("/create", "/invent")):
        with pytest.raises(ConfigError, match=r"no class 'file_activty'|no activity 'invent'"):
            table_mapping("Things", _file(tmp_path, text).section("Things"), {}, {}, {"json": _json})


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("  name: file.nam\n", r"own.yaml:2: no canonical path 'file.nam'"),
        ("  name: file.name\n  nome: file.name\n", r"own.yaml:3: no field 'nome'"),
        ("  name: {from: file.name, by: magic}\n", r"own.yaml:2: no converter 'magic'; known: "),
    ],
)
def test_a_wrong_line_of_a_format_is_named(tmp_path: Path, fields: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        _format(tmp_path, "fields:\n" + fields)


def test_a_class_overrides_and_drops_fields(tmp_path: Path) -> None:
    form = _format(
        tmp_path,
        "fields: {name: file.name, size: file.size}\nclasses:\n  file_activity: {name: file.path, size: }\n"
        "activities:\n  file_activity: {kind: a, type: b}\n  file_activity/create: {type: c}\n",
    )
    targets = {target.field: target.sources for target in form.targets_of("file_activity")}
    assert targets == {"name": ("file.path",), "size": ()}
    assert {target.field for target in form.targets_of("base_event")} == {"name", "size"}
    assert form.constants_of(Activity("file_activity", "create")) == {"kind": "a", "type": "c"}
