"""Gives the mapping of each table, read from the YAML files once, when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from siemcast.schema.loading import Section, column_types, columns, new_tables, read_file
from siemcast.schema.loading import table_mapping as build
from siemcast.schema.mapping import Ref, TableMapping
from siemcast.schema.unknown import seen_table
from siemcast_defender.mappings.expand import EXPANDERS
from siemcast_defender.mappings.objects import object_tables

_HERE = files("siemcast_defender.mappings")
_THEMES = ("device", "alert", "email", "identity", "cloud", "exposure")
_MOST_UNKNOWN = 200
_unknown: dict[str, TableMapping] = {}


class Dictionary(NamedTuple):
    """The column dictionary: what a column means anywhere, and in rows of a class."""

    shared: Mapping[Ref, str]
    classes: Mapping[str, Mapping[Ref, str]]
    types: Mapping[str, str]


def table_mapping(table: str) -> TableMapping:
    """Give the mapping of a table; one that is not known maps the columns that recur over tables."""
    known = tables().get(table)
    if known is not None:
        return known
    made = _unknown.get(table)
    if made is None:
        if len(_unknown) >= _MOST_UNKNOWN:  # a hostile stream may name a new table in each record
            _unknown.clear()
        words = dictionary()
        made = build(table, Section.empty(), words.shared, words.classes, EXPANDERS, words.types)
        made = _unknown[table] = replace(made, known=False)
    return made


def table_name(name: str) -> str:
    """Give a table's name as Microsoft spells it, however it was spelt; an unknown one stays as it is, and is noted."""
    known = _names().get(name.lower())
    if known is None:
        seen_table(name)  # also where no format asks for its mapping
        return name
    return known


@cache
def tables() -> Mapping[str, TableMapping]:
    """Give every known table's mapping. Raises ConfigError naming file and line, were one of the files wrong."""
    words = dictionary()
    made: dict[str, TableMapping] = {}
    for theme in _THEMES:
        hunting = read_file(_HERE / "tables" / f"{theme}.yaml")
        made |= hunting.each(lambda name, own: build(name, own, words.shared, words.classes, EXPANDERS, words.types))
    graph = read_file(_HERE / "graph.yaml")
    for name in ("alerts", "incidents"):
        with graph.at(name):
            made[name] = build(name, graph.section(name), {}, {}, EXPANDERS)
    for name in new_tables((*made, *object_tables())):
        made[name] = build(name, Section.empty(), words.shared, words.classes, EXPANDERS, words.types)
    return made


@cache
def hunting_tables() -> tuple[str, ...]:
    """Name the hunting tables that mappings were written for, by theme, then those that users added."""
    ours = [name for theme in _THEMES for name in read_file(_HERE / "tables" / f"{theme}.yaml")]
    return (*ours, *new_tables((*ours, "alerts", "incidents", *object_tables())))


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
    return {name.lower(): name for name in tables()}
