"""Gives the mapping of each table, read from the YAML files once, when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from siemcast.schema.files.loading import Section, column_types, columns, new_tables, read_file
from siemcast.schema.files.loading import table_mapping as build
from siemcast.schema.mapping import Ref, TableMapping
from siemcast.schema.unknown import seen_table
from siemcast_defender.mappings.alert_entity import entity
from siemcast_defender.mappings.expand import EXPANDERS
from siemcast_defender.mappings.objects import object_tables

_HERE = files("siemcast_defender.mappings")
_THEMES = ("device", "alert", "email", "identity", "cloud", "exposure")
_GRAPH = ("alerts", "incidents")
_MOST_UNKNOWN = 200
_unknown: dict[str, TableMapping] = {}


class Dictionary(NamedTuple):
    """The column dictionary: what a column means anywhere, and in rows of a class."""

    shared: Mapping[Ref, str]
    classes: Mapping[str, Mapping[Ref, str]]
    types: Mapping[str, str]


def table_mapping(table: str) -> TableMapping:
    """Give the mapping of a table; one that is not known maps the columns that recur over tables."""
    if table in _files():
        return _known(table)
    made = _unknown.get(table)
    if made is None:
        if len(_unknown) >= _MOST_UNKNOWN:  # a hostile stream may name a new table in each record
            _unknown.clear()
        made = _unknown[table] = replace(_of_dictionary(table, Section.empty()), known=False)
    return made


def table_name(name: str) -> str:
    """Give a table's name as Microsoft spells it, however it was spelt; an unknown one stays as it is, and is noted."""
    known = _names().get(name.lower())
    if known is None:
        seen_table(name)  # also where no format asks for its mapping
        return name
    return known


def tables() -> Mapping[str, TableMapping]:
    """Give every known table's mapping. Raises ConfigError naming file and line, were one of the files wrong."""
    return {name: _known(name) for name in _files()}


@cache
def hunting_tables() -> tuple[str, ...]:
    """Name the hunting tables that mappings were written for, by theme, then those that users added."""
    return tuple(name for name in _files() if name not in _GRAPH)


@cache
def _known(table: str) -> TableMapping:
    """Make a table's mapping when it is first asked for: a start costs those tables alone whose rows come."""
    file = _files()[table]
    with file.at(table):
        if table in _GRAPH:
            return build(table, file.section(table), {}, {}, EXPANDERS)
        return _of_dictionary(table, file.section(table))


def _of_dictionary(table: str, own: Section) -> TableMapping:
    words = dictionary()
    return build(table, own, words.shared, words.classes, {**EXPANDERS, "entity": entity}, words.types)


@cache
def _files() -> Mapping[str, Section]:
    """Give by table the file that holds its section, and one of nothing for tables that users added."""
    files_of: dict[str, Section] = {}
    for theme in _THEMES:
        file = read_file(_HERE / "tables" / f"{theme}.yaml")
        files_of |= dict.fromkeys(file, file)
    files_of |= dict.fromkeys(_GRAPH, read_file(_HERE / "graph.yaml"))
    if new_tables(files_of):  # of which some may be objects', whose files take a while to read
        files_of |= dict.fromkeys(new_tables((*files_of, *object_tables())), Section.empty())
    return files_of


@cache
def dictionary() -> Dictionary:
    """Give the column dictionary."""
    file = read_file(_HERE / "columns.yaml")
    classes = file.section("classes")
    return Dictionary(
        columns(file.section("columns")),
        {of: columns(classes.section(of)) for of in classes},
        column_types(file.section("types")),
    )


@cache
def _names() -> Mapping[str, str]:
    return {name.lower(): name for name in _files()}
