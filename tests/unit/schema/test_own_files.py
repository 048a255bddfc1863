"""Users' own mapping files: several are one, and all that is wrong is told with file, line and path."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest

from siemcast.schema.files.overlay import Overlay
from siemcast.schema.files.own import BadMappingsError, read_mappings

_RIGHT = """\
columns:
  Host: device.hostname
  Gone:
classes: {process_activity: {FileName: process.file.name}}
types: {integer: Count Size}
tables:
  Things:
    is: file_activity/create
    action: Verb
    actions: {Ran: process_activity/launch}
    has: Host Count More
    expand: {More: json}
    columns: {More: {owner: user.name}}
    classes: {process_activity: {More: {owner: process.user.name}}}
    types: {boolean: Flag}
formats:
  ecs:
    dictionary: {text: acme.team}
    fields:
      acme.team: {from: [device.groups.name, user.name], by: first}
      message:
    classes: {file_activity: {acme.file: file.name}}
    activities: {file_activity/create: {event.kind: event}}
"""


def _read(folder: Path, **files: str) -> Overlay:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return read_mappings(folder)


def _refused(folder: Path, **files: str) -> list[str]:
    with pytest.raises(BadMappingsError) as refused:
        _read(folder, **files)
    return [line.removeprefix(f"{folder}/") for line in refused.value.lines]


def test_what_is_right_is_read(tmp_path: Path) -> None:
    overlay = _read(tmp_path, a=_RIGHT)
    assert overlay
    assert overlay.columns == {"Host": "device.hostname", "Gone": None}
    assert overlay.table("tHINGS")["has"] == "Host Count More"
    assert overlay.formats.section("ecs").place("fields") == (f"{tmp_path}/a.yaml", 19)


def test_several_files_are_one(tmp_path: Path) -> None:
    more = "tables: {Things: {has: Last, columns: {Last: message}}}\nformats: {cef: {fields: {msg: message}}}\n"
    overlay = _read(tmp_path, a=_RIGHT, b=more, c="", d="# nothing yet\n")
    assert overlay.table("Things")["has"] == "Host Count More Last"
    assert list(overlay.table("Things")["columns"]) == ["More", "Last"]
    assert list(overlay.formats) == ["ecs", "cef"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("columns:\n  Host", "colums:\n  Host", "1: colums: no section 'colums'; did you mean columns?"),
        ("device.hostname", "device.hostnam", "2: columns.Host: no canonical path 'device.hostnam'; did you mean"),
        ("  Gone:", "  Gone: {part: message}", "3: columns.Gone: has parts; write them in a table"),
        ("{process_activity: {FileName", "{process: {FileName", "4: classes.process: no class 'process'; did you mean"),
        ("process.file.name", "process.fil", "4: classes.process_activity.FileName: no canonical path 'process.fil'"),
        ("integer: Count Size", "int: Count", "5: types.int: no column type 'int'; did you mean integer?"),
        ("integer: Count Size", "integer: [Count]", "5: types.integer: not names separated by blanks"),
        ("Things:\n", "Things: text\n  Others:\n", "7: Things must be a mapping"),
        ("is: file_activity/create", "is: file", "8: tables.Things.is: no class 'file'"),
        ("/create\n", "/creation\n", "8: tables.Things.is: no activity 'creation'; did you mean create?"),
        ("action: Verb", "actoin: Verb", "9: tables.Things.actoin: no section 'actoin'; did you mean action?"),
        ("activity/launch", "activity/lunch", "10: tables.Things.actions.Ran: no activity 'lunch'"),
        ("action: Verb", "action: [Verb]", "9: tables.Things.action: not the name of a column; write key: NAME"),
        ("has: Host Count More", "has: Host, Count", "11: tables.Things.has: not names separated by blanks"),
        ("  Gone:", "  Gone: [message]", "3: columns.Gone: not a canonical path: ['message']; write a word"),
        (
            "from: [device.groups.name, user.name], ",
            "",
            "20: formats.ecs.fields.acme.team: made of nothing; name",
        ),
        ("has: Host Count More", "has: [Host]", "11: tables.Things.has: not names separated by blanks"),
        ("expand: {More: json}", "expand: {More: }", "12: tables.Things.expand.More: not the name of an expander"),
        ("owner: user.name}}\n", "owner: usr}}\n", "13: tables.Things.columns.More.owner: no canonical path 'usr'"),
        ("process.user.name", "process.usr", "14: tables.Things.classes.process_activity.More.owner: no canonical"),
        (
            "boolean: Flag",
            "boolean: Flag, json: Flag",
            "15: tables.Things.types.json: Flag holds boolean already; keep",
        ),
        ("boolean: Flag", "bool: Flag", "15: tables.Things.types.bool: no column type 'bool'"),
        ("from: [device", "form: [device", "20: formats.ecs.fields.acme.team.form: no part of a field 'form'"),
        ("user.name], by", "user.nam], by", "20: formats.ecs.fields.acme.team: no canonical path 'user.nam'"),
        ("{file_activity: {acme.file", "{files: {acme.file", "22: formats.ecs.classes.files: no class 'files'"),
        ("acme.file: file.name", "acme.file: 7", "22: formats.ecs.classes.file_activity.acme.file: not a canonical"),
        ("{file_activity/create: {event", "{file_activity/x: {event", "23: formats.ecs.activities.file_activity/x: no"),
        ("  Gone:", "  Host:", "3: Host stands twice"),
        ("columns:\n  Host", "columns: [\n  Host", ": no YAML"),
        ("  Gone:", "  [Gone]: message", "3: a list or mapping as a key"),
        ("  Gone:", "  Gone: !!python/object:os.system x", "3: no YAML"),
        ("  Gone:", "  2026-99-99: message", "1: no mapping file"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_path(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert _RIGHT.count(before) == 1
    lines = _refused(tmp_path, a=_RIGHT.replace(before, after))
    assert any(line.startswith("a.yaml:") and said in line for line in lines), lines


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    wrong = "columns:\n  A: nothing\n  B: nowhere\n"
    assert [line[:9] for line in _refused(tmp_path, a=wrong, b="formats: []", c="a: b: c")] == [
        "a.yaml:2:", "a.yaml:3:", "b.yaml:1:", "c.yaml:1:",
    ]  # fmt: skip  # in the order of the files


def test_what_two_files_say_of_the_same_is_refused(tmp_path: Path) -> None:
    one = "tables:\n  Things:\n    columns: {A: message}\n"
    lines = _refused(tmp_path, a=one, b="columns: {A: message}\n" + one)
    assert lines == [f"b.yaml:4: A stands twice (first in {tmp_path}/a.yaml:3); keep one of the two"]
    (tmp_path / "b.yaml").unlink()
    lines = _refused(tmp_path, a=one, c="tables:\n  tHings: {has: B}\n")
    assert lines == ["c.yaml:2: tHings and Things are the same table; keep one of the two"]


def test_a_folder_without_files_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no mapping")
    with pytest.raises(BadMappingsError, match=r"there is no \*.yaml file in it"):
        read_mappings(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 5000, "no mapping file|no YAML"),
        ("a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(f"{n}: &{n} [{', '.join([f'*{p}'] * 9)}]\n" for p, n in
         zip("abcdefg", "bcdefgh", strict=True)), "aliases make this endless"),
        ("\ufeff\x00", "no YAML"),
    ],
)  # fmt: skip  # hostile texts
def test_hostile_yaml_is_refused_and_costs_nothing(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadMappingsError, match=said):
        _read(tmp_path, a=text)


def test_what_is_no_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes(b"columns: {A: \xff}")
    with pytest.raises(BadMappingsError, match=r"a\.yml:1: cannot be read"):
        read_mappings(tmp_path)


def test_a_folder_that_cannot_be_read_is_not_called_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(folder: Path) -> Iterator[Path]:
        raise PermissionError(errno.EACCES, "Permission denied", str(folder))

    monkeypatch.setattr(Path, "iterdir", closed)
    with pytest.raises(BadMappingsError, match="cannot be read: Permission denied; let this user read it"):
        read_mappings(tmp_path)
