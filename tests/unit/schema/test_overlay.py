"""What users change in mappings: before what is built in, named by their file where a table or format refuses it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from siemcast.errors import ConfigError
from siemcast.schema.convert import COMMON
from siemcast.schema.files.loading import format_mapping, new_tables, read_file, table_mapping
from siemcast.schema.files.overlay import mappings_for_now
from siemcast.schema.files.own import read_mappings
from siemcast.schema.files.sections import Section
from siemcast.schema.mapping import Activity, FormatMapping, Ref, TableMapping

_TABLES = """\
Things:
  is: file_activity
  actions: {Made: file_activity/create}
  has: Name Silent More
  expand: {More: json}
  columns: {Name: file.name, Silent: , More: {query: query.hostname}}
  types: {json: More}
"""
_FORMAT = """\
format: own
reserved: vendor
dictionary: {text: name host.name, integer: size}
fields: {name: file.name, host.name: device.hostname, size: {from: file.size, by: integer}}
classes: {file_activity: {name: file.path}}
activities: {file_activity: {kind: a}}
"""
_SHARED = {Ref("Host"): "device.hostname", Ref("Silent"): "message", Ref("FileName"): "file.name"}
_CLASSES = {"process_activity": {Ref("FileName"): "process.name"}}

_LATE = """\
from siemcast.schema.files.loading import Section, table_mapping
from siemcast.schema.mapping import Ref
from siemcast.schema.files.overlay import Overlay, use_mappings
own = Section(A="message")
use_mappings(None)
use_mappings(Overlay(columns=own))
print(len(table_mapping("T", Section(), {Ref("B"): "comment"}, {}, {}).columns))
use_mappings(None)
"""


def _json(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _file(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _table(folder: Path, own: str, name: str = "Things", shared: Mapping[Ref, str] = _SHARED) -> TableMapping:
    with mappings_for_now(read_mappings(_file(folder / "own", "mine", own).parent)):
        tables = read_file(_file(folder, "tables", _TABLES))
        return table_mapping(name, tables.section(name), shared, _CLASSES if shared else {}, {"json": _json}, {})


def _format(folder: Path, own: str) -> FormatMapping:
    with mappings_for_now(read_mappings(_file(folder / "own", "mine", own).parent)):
        file = read_file(_file(folder, "own_format", _FORMAT))
        types = {name: kind for kind, names in file.section("dictionary").items() for name in names.split()}

        def usual(field: str) -> str:
            if field not in types:
                raise ConfigError(f"no field {field!r}")
            return types[field]

        return format_mapping(file, COMMON, usual)


def test_a_table_is_changed_entry_by_entry(tmp_path: Path) -> None:
    made = _table(
        tmp_path,
        "tables:\n  THINGS:\n    is: process_activity\n    actions: {Ran: process_activity/launch}\n"
        "    has: Name Extra\n"
        "    columns: {Silent: comment, More: message, Extra: file.size}\n    types: {integer: Extra, text: More}\n",
    )
    assert made.activity == Activity("process_activity")
    assert set(made.activities) == {"made", "ran"}
    assert made.layout == ("Name", "Silent", "More", "Extra")
    assert made.types == {"Extra": "integer"}
    assert made.columns == {
        Ref("Host"): "device.hostname", Ref("FileName"): "file.name", Ref("Name"): "file.name",
        Ref("Silent"): "comment", Ref("More"): "message", Ref("Extra"): "file.size",
    }  # fmt: skip  # all there is


def test_the_column_dictionary_is_changed_for_the_tables_that_use_one(tmp_path: Path) -> None:
    own = "columns: {Host: device.name, FileName: , New: message}\nclasses: {process_activity: {FileName: file.uid}}\n"
    made = _table(tmp_path, own)
    assert made.columns[Ref("Host")] == "device.name"
    assert made.columns[Ref("New")] == "message"
    assert Ref("FileName") not in made.columns
    assert made.columns_of("process_activity")[Ref("FileName")] == "file.uid"
    assert Ref("New") not in _table(tmp_path, own, shared={}).columns


def test_a_column_that_a_user_silences_means_nothing_in_any_class(tmp_path: Path) -> None:
    made = _table(tmp_path, "tables: {Things: {columns: {FileName: }}}")
    assert Ref("FileName") not in made.columns_of("process_activity")


def test_a_new_table_is_told(tmp_path: Path) -> None:
    own = "tables: {Others: {is: dns_activity, columns: {Q: query.hostname}}, things: {has: X}}"
    made = _table(tmp_path, own, name="Others")
    assert made.activity == Activity("dns_activity")
    assert made.columns[Ref("Q")] == "query.hostname"
    with mappings_for_now(read_mappings(tmp_path / "own")):
        assert new_tables(["Things"]) == ["Others"]


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("tables:\n  Things:\n    expand: {Name: magic}\n", r"mine.yaml:3: no expander 'magic'; known: json"),
        ("tables:\n  Things:\n    columns: {Name: {a: message}}\n", r"mine.yaml:2: Name has parts but no expander"),
    ],
)
def test_what_a_table_refuses_is_named_by_the_users_file(tmp_path: Path, own: str, said: str) -> None:
    with pytest.raises(ConfigError, match=rf"own/{said}"):
        _table(tmp_path, own)


def test_a_format_is_changed_field_by_field(tmp_path: Path) -> None:
    made = _format(
        tmp_path,
        "formats:\n  own:\n    dictionary: {text: acme.team, integer: acme.score}\n"
        "    fields: {size: file.size, acme.team: device.groups.name, name: }\n"
        "    classes: {file_activity: {host.name: }, dns_activity: {acme.score: {from: process.pid, by: integer}}}\n"
        "    activities: {file_activity/create: {kind: b}, file_activity: {acme.team: red, size: '7'}}\n",
    )
    common = {target.field: (target.sources, target.convert) for target in made.targets_of("base_event")}
    assert common == {
        "name": ((), "text"),
        "host.name": (("device.hostname",), "text"),
        "size": (("file.size",), "integer"),
        "acme.team": (("device.groups.name",), "text"),
    }
    in_files = {target.field: target.sources for target in made.targets_of("file_activity")}
    assert (in_files["name"], in_files["host.name"]) == (("file.path",), ())
    assert "acme.score" in {target.field for target in made.targets_of("dns_activity")}
    assert made.constants_of(Activity("file_activity", "create")) == {"kind": "b", "acme.team": "red", "size": 7}
    assert made.constants_of(Activity("file_activity"))["kind"] == "a"


def test_a_word_of_an_activity_is_left_out_by_itself(tmp_path: Path) -> None:
    made = _format(tmp_path, "formats: {own: {activities: {file_activity: {kind: , name: x}}}}")
    assert made.constants_of(Activity("file_activity")) == {"name": "x"}


def test_keys_of_a_format_of_lines_are_told_apart_as_it_tells_them(tmp_path: Path) -> None:
    file = _file(tmp_path, "lines", "format: own\ncased: false\ndictionary: {acmeName: 9}\nfields: {}\n")
    for key, said in {
        "ACMENAME": "the format has a field 'acmeName'",
        "a b": "no field",
        "a=b": "no field",
    }.items():
        own = _file(tmp_path / "own", "mine", f"formats: {{own: {{dictionary: {{'{key}': 9}}}}}}").parent
        with mappings_for_now(read_mappings(own)), pytest.raises(ConfigError, match=f"own/mine.yaml:1: {said}"):
            read_file(file)


@pytest.mark.parametrize("empty", ["fields:", "dictionary:", "classes:", "activities:", "classes: {file_activity: }"])
def test_a_section_without_entries_takes_nothing_away(tmp_path: Path, empty: str) -> None:
    made = _format(tmp_path, f"formats:\n  own:\n    {empty}\n")
    in_files = {target.field: target.sources for target in made.targets_of("file_activity")}
    assert in_files == {"name": ("file.path",), "host.name": ("device.hostname",), "size": ("file.size",)}
    assert made.constants_of(Activity("file_activity", "create")) == {"kind": "a"}


@pytest.mark.parametrize("empty", ["columns:", "actions:", "types:", "expand:"])
def test_a_section_of_a_table_without_entries_takes_nothing_away(tmp_path: Path, empty: str) -> None:
    table = _table(tmp_path, f"tables:\n  Things:\n    {empty}\n")
    assert table.columns_of("file_activity")[Ref("More", "query")] == "query.hostname"
    assert table.activity_of({"ActionType": "Made"}) == Activity("file_activity", "create")
    assert table.types["More"] == "json"


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("    fields: {nome: file.name}\n", "3: no field 'nome'"),
        ("    fields:\n      size: {from: file.size, by: magic}\n", "4: no converter 'magic'; known: "),
        ("    dictionary: {magic: acme.x}\n", "3: no type 'magic'; known: boolean, first"),
        ("    dictionary: {text: 'acme.x, acme.y'}\n", "3: no field may be called 'acme.x,'; write words"),
        ("    dictionary: {text: acme..x}\n", "3: no field may be called 'acme..x'"),
        ("    activities: {file_activity: {size: big}}\n", "3: 'size' cannot hold 'big'; its type is integer"),
        ("    activities: {file_activity: {name: {a: b}}}\n", "3: 'name' cannot hold {'a': 'b'}"),
        ("    activities: {file_activity: {kind: {a: b}}}\n", "3: 'kind' cannot hold {'a': 'b'}"),
        ("    dictionary: {text: name}\n", "3: the format has a field 'name' already"),
        ("    dictionary: {text: acme.x host}\n", "3: 'host' can not stand beside the format's 'host'"),
        ("    dictionary: {text: host.name.x}\n", "3: 'host.name.x' can not stand beside the format's 'host.name'"),
        ("    dictionary: {text: acme acme.x}\n", "3: 'acme.x' can not stand beside the format's 'acme'"),
        ("    dictionary: {text: acme.x, integer: acme}\n", "3: 'acme' can not stand beside the format's 'acme'"),
        ("    dictionary: {text: acme acme}\n", "3: the format has a field 'acme' already"),
        ("    dictionary: {text: vendor.x}\n", "3: 'vendor.x' can not stand beside the format's 'vendor'"),
        ("    fields: {vendor: message}\n", "3: the format fills 'vendor' itself"),
        ("    classes: {file_activity: {'vendor:Label': message}}\n", "3: the format fills 'vendor:Label' itself"),
        ("    fields: {size: [file.size, process.pid]}\n", "3: integer takes 1 path.s., not 2"),
        ("    fields: {name: {from: file.name, by: of_same}}\n", "3: of_same takes 3 path.s., not 1"),
        ("    activities: {file_activity: {host: x}}\n", "3: no field 'host'; did you mean host.name. known: "),
        ("    reserved: x\n", "3: no section of own 'reserved'"),
        (
            "    feilds: {}\n",
            "3: no section of own 'feilds'; did you mean fields. known: activities, classes, dict",
        ),
        ("    cased: true\n", "3: no section of own 'cased'; did you mean classes. known: activities"),
    ],
)
def test_what_a_format_refuses_is_named_by_the_users_file(tmp_path: Path, own: str, said: str) -> None:
    with pytest.raises(ConfigError, match=rf"own/mine.yaml:{said}"):
        _format(tmp_path, "formats:\n  own:\n" + own)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("format: own\nplaces: {}\n", "1: own takes no fields of one's own"),
        ("format: own\ntakes: models\nmodels: {}\n", "2: no section of own 'fields'; known: models"),
    ],
)
def test_a_format_without_fields_takes_none(tmp_path: Path, file: str, said: str) -> None:
    own = _file(tmp_path / "own", "mine", "formats: {own:\n {fields: {name: file.name}}}").parent
    with mappings_for_now(read_mappings(own)), pytest.raises(ConfigError, match=f"own/mine.yaml:{said}"):
        read_file(_file(tmp_path, "own_format", file))


def test_all_that_a_format_refuses_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        _format(tmp_path, "formats:\n  own:\n    fields:\n      a: file.name\n      b: file.name\n")
    assert [line[-len("4: no field 'a'") :] for line in str(refused.value).splitlines()] == [
        "4: no field 'a'", "5: no field 'b'",
    ]  # fmt: skip  # a line each


def test_other_files_and_other_formats_are_as_they_were(tmp_path: Path) -> None:
    made = _format(tmp_path, "formats: {another: {fields: {size: message}}}\ncolumns: {A: message}\n")
    assert made.targets_of("base_event")[2].sources == ("file.size",)


def test_it_is_too_late_once_a_mapping_was_built() -> None:
    said = subprocess.run([sys.executable, "-c", _LATE], capture_output=True, text=True, check=False)
    assert said.stdout == "2\n"
    assert "RuntimeError: mappings were built before it was known what users change in them" in said.stderr


@pytest.fixture(autouse=True)
def _left_as_it_was() -> Iterator[None]:
    yield
    assert table_mapping("Things", Section.empty(), _SHARED, {}, {}).columns == _SHARED
