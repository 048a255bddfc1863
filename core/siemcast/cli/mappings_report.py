"""Gathers what shapes and formats tell of tables, for `siemcast mappings` and the reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from siemcast.api import FormatSpec
from siemcast.registry import Registry
from siemcast.schema import Head, KnowsTables, RecordShape
from siemcast.schema.mapping import TableMapping
from siemcast.schema.places import Places
from siemcast.schema.report import TableReport, report


def name_of(spec: FormatSpec) -> str:
    """Give a format's name, with the sink kind where it is that one's own: `native:splunk`."""
    return f"{spec.name}:{spec.sink}" if spec.sink else spec.name


def places_of(specs: Mapping[str, FormatSpec]) -> Mapping[str, Places]:
    """Give where formats put columns, of those that map them to fields."""
    told = {name: spec.places() for name, spec in specs.items() if spec.places is not None}
    return {name: places for name, places in told.items() if places.maps}


def all_formats(registry: Registry) -> Mapping[str, FormatSpec]:
    """Give every format by its name."""
    return {name_of(spec): spec for spec in registry.formats.all()}


def known_tables(registry: Registry) -> Mapping[str, tuple[TableMapping, Head]]:
    """Give every table that a shape knows, with what the heads of its records all say, in order of the names."""
    found: dict[str, tuple[TableMapping, Head]] = {}
    for shape in registry.shapes.values():
        if isinstance(shape, KnowsTables):
            for name, kind in shape.tables().items():
                mapping, head = shape.mapping(name), _head(name, kind, shape)
                if found.setdefault(name, (mapping, head))[0] is not mapping:
                    found[f"{shape.name}.{name}"] = mapping, head
    return dict(sorted(found.items()))


def reports(registry: Registry, places: Mapping[str, Places]) -> Mapping[str, TableReport]:
    """Report on every table."""
    return {name: report(mapping, head, places) for name, (mapping, head) in known_tables(registry).items()}


def summary(name: str, told: TableReport) -> dict[str, Any]:
    """Give a table's numbers, for programs."""
    return {
        "table": name,
        "kind": told.kind,
        "columns": len(told.columns),
        "mapped": len(told.mapped),
        "unmapped": told.unmapped,
        "formats": {form: dict(told.counts(form)) for form in told.formats},
    }


def details(name: str, told: TableReport) -> dict[str, Any]:
    """Give the same with every column."""
    lines = [
        {
            "column": line.column,
            "part": line.part,
            "type": told.type_of(line.column) if not line.part else "",
            "path": line.path,
            "classes": list(line.classes),
            "formats": {
                form: {"status": landing.status, "fields": list(landing.fields), "vendor": landing.vendor}
                for form, landing in line.landings.items()
            },
        }
        for line in told.lines
    ]
    return {**summary(name, told), "lines": lines}


def _head(table: str, kind: str, shape: RecordShape) -> Head:
    head = Head(id="", kind=kind, table=table, time_ms=0)
    return msgspec.structs.replace(head, product=getattr(shape, "product", head.product))
