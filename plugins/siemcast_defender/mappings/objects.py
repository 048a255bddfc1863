"""Gives the mapping of what is no hunting table and none of Graph: Defender for Cloud, for Endpoint, Azure Monitor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from siemcast.schema.files.loading import read_file
from siemcast.schema.files.loading import table_mapping as build
from siemcast.schema.mapping import NOTHING, Expander, TableMapping
from siemcast_defender.mappings.cloud_entities import entities, evidence
from siemcast_defender.mappings.cloud_parts import (
    compliance,
    graph,
    inner,
    lines,
    links,
    mitre,
    resource,
    resources,
    vulnerability,
    words,
)

_HERE = files("siemcast_defender.mappings")
_OBJECTS = ("cloud_objects.yaml", "endpoint_objects.yaml")
_FIELDS_OF_PARTS = frozenset({"entities", "evidence"})
_OTHER = "other"

EXPANDERS: Mapping[str, Expander] = {
    "compliance": compliance,
    "entities": entities,
    "evidence": evidence,
    "graph": graph,
    "lines": lines,
    "links": links,
    "mitre": mitre,
    "object": inner,
    "resource": resource,
    "resources": resources,
    "vulnerability": vulnerability,
    "words": words,
}
"""By the names that the YAML files use."""


@cache
def object_tables() -> Mapping[str, TableMapping]:
    """Give the mapping of every object. Raises ConfigError naming file and line, were one of the files wrong."""
    made: dict[str, TableMapping] = {}
    for name in _OBJECTS:
        file = read_file(_HERE / name)
        for table in file:
            if table not in _FIELDS_OF_PARTS:
                with file.at(table):
                    made[table] = build(table, file.section(table), {}, {}, EXPANDERS)
    return made


def log_mapping(category: str) -> TableMapping:
    """Give the mapping of a category of Azure Monitor's logs; one that is not known maps what all have in common."""
    families = _families()
    return families.get(category.lower(), families[_OTHER])


@cache
def log_categories() -> Sequence[str]:
    """Give the categories that a mapping was written for, in Microsoft's spelling."""
    families = read_file(_HERE / "azure_logs.yaml").section("families")
    return [name for names in families.values() for name in str(names).split()]


@cache
def _families() -> Mapping[str, TableMapping]:
    file = read_file(_HERE / "azure_logs.yaml")
    named = file.section("families")
    made: dict[str, TableMapping] = {}
    for family in (_OTHER, *named):
        with file.at(family):
            mapping = build(f"azure.{family}", file.section(family), {}, {}, EXPANDERS, NOTHING)
        made |= dict.fromkeys([name.lower() for name in str(named.get(family, _OTHER)).split()], mapping)
    return made


@cache
def spelling(table: str) -> Mapping[str, str]:
    """Give, by lower-case name, each column of an object as it is documented."""
    return {column.lower(): column for column in object_tables()[table].layout}
