"""Formats that are several models, each with fields of its own: CIM's data models, ASIM's schemas.

Two files make one: the dictionary says which fields each model has, of which type, and what they may hold; the mapping
says which model a record belongs to and what its fields are made of. A field that the model lacks, and a word that a
field may not hold, are refused when the mapping is built.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from typing import Any

from siemcast.errors import ConfigError
from siemcast.schema.compiler import Compiler, Fields
from siemcast.schema.files.loading import Section, activity, constants, format_mapping, only, read_file
from siemcast.schema.mapping import NOTHING, Activity, FormatMapping, TableMapping, known
from siemcast.schema.plan import Rest
from siemcast.schema.typed.bodies import RowBodies
from siemcast.schema.typed.by_action import action_of
from siemcast.schema.typed.row import Row
from siemcast.schema.typed.source import says
from siemcast_sinks.formats.flat.body import APART, Flat, Flattened
from siemcast_sinks.formats.flat.own import OwnFields, for_all, with_common
from siemcast_sinks.formats.flat.schemas import Schema, read_schemas
from siemcast_sinks.formats.flat.words import WordOf, word_of

Converters = Mapping[str, Callable[..., Any]]
_ANY = "any"
_MOST_TABLES = 500
_MOST_ACTIONS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model, ready to encode."""

    schema: Schema
    mapping: FormatMapping
    compiler: Compiler
    rows: RowBodies
    """Gives rows' fields, and their columns that no field says word for word, as `encode` does."""
    defaults: Mapping[Activity | None, Mapping[str, Any]] = field(default_factory=lambda: NOTHING)
    """What a field holds where the record does not say: of an activity, of its class, of all (None)."""
    names: Callable[[str], str] = str
    """Names a column among the rest."""
    _fields: dict[tuple[str, str], tuple[TableMapping, Mapping[str, tuple[str, ...]]]] = field(default_factory=dict)
    _defaults: dict[Activity, Mapping[str, Any]] = field(default_factory=dict)

    def encode(self, table: TableMapping, columns: Mapping[str, Any], of: Activity) -> Flattened:
        """Give a record's fields, and its columns that no field says word for word."""
        fields, rest = self.compiler.encode(table, columns)
        return self.untold(fields, rest, table, of)

    def untold(self, fields: Fields, rest: Fields, table: TableMapping, of: Activity) -> Flattened:
        """Take out of the rest what a field says word for word."""
        made_of = self._made_of(table, of)
        for name in [*rest]:
            for made in made_of.get(name, ()):
                if made in fields and says(fields[made], rest[name]):
                    del rest[name]
                    break
        return fields, rest

    def _made_of(self, table: TableMapping, of: Activity) -> Mapping[str, tuple[str, ...]]:
        """Give by a column's name among the rest the fields that are made of it."""
        known = self._fields.get((table.table, of.of))
        if known is not None and known[0] is table:
            return known[1]
        by_path: dict[str, list[str]] = {}
        for target in self.mapping.targets_of(of.of):
            for path in target.sources:
                by_path.setdefault(path, []).append(target.field)
        found = {
            self.names(ref.column): tuple(by_path[path])
            for ref, path in table.columns_of(of.of).items()
            if not ref.part and path in by_path
        }
        if len(self._fields) >= _MOST_TABLES:  # a hostile stream may name a new table in each record
            self._fields.clear()
        self._fields[table.table, of.of] = table, found
        return found

    def complete(self, fields: dict[str, Any], of: Activity) -> None:
        """Fill what the record left open; what is said of the activity itself counts most."""
        defaults = self._defaults.get(of)
        if defaults is None:
            told = (self.defaults.get(key, NOTHING) for key in (None, Activity(of.of), of))
            defaults = self._defaults[of] = {name: value for each in told for name, value in each.items()}
        for name, value in defaults.items():
            if name not in fields:
                fields[name] = value


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """All models of a format, and which of them a record belongs to."""

    models: Mapping[str, Model]
    default: str
    tables: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    actions: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    """By the lower-case word for what happened; counts most."""
    activities: Mapping[Activity, str] = field(default_factory=lambda: NOTHING)
    """By activity; under (class, "other") for all of a class that have none of their own."""
    _rows: dict[type, tuple[Callable[[Any], Any], dict[Any, tuple[Model, Activity]]]] = field(default_factory=dict)

    def of_row(self, row: Row) -> tuple[Model, Activity]:
        """Give the model of a row, and what the row tells of, as `of` does."""
        known = self._rows.get(row.__class__)
        if known is None or len(known[1]) >= _MOST_ACTIONS:
            if len(self._rows) >= _MOST_TABLES:
                self._rows.clear()
            known = self._rows[row.__class__] = (action_of(row.form), {})
        action = known[0](row.columns)
        found = known[1].get(action)
        if found is None:
            found = known[1][action] = self.of(row.form.table, {row.form.table.action: action})
        return found

    def of(self, table: TableMapping, columns: Mapping[str, Any]) -> tuple[Model, Activity]:
        """Give the model of a record, and what the record tells of; any record has one."""
        action = columns.get(table.action)
        said = table.activity_of(columns)
        name = (self.actions.get(action.lower()) if isinstance(action, str) else None) or self.tables.get(table.table)
        return self.models[name or self.of_activity(said)], said

    def of_activity(self, said: Activity) -> str:
        """Name the model of an activity; one that the mapping does not name has the default's."""
        return self.activities.get(said) or self.activities.get(Activity(said.of), self.default)

    def mapping_of(self, table: TableMapping, columns: Mapping[str, Any]) -> FormatMapping:
        """Give the mapping of a record's model."""
        return self.of(table, columns)[0].mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """What a format brings along to its two files."""

    name: str
    """The files are NAME/NAME.yaml and NAME/models.yaml."""
    converters: Converters
    usual: Mapping[str, str]
    """By type: the converter of a field whose mapping names none."""
    rest: Rest
    reserved: Collection[str] = ()
    own: OwnFields = field(default_factory=OwnFields)


def read_models(making: Making) -> Models:
    """Read the models of a format. Raises ConfigError naming file and line, were one of the files wrong."""
    file = read_file(files("siemcast_sinks.formats") / making.name / f"{making.name}.yaml")
    published = read_schemas(making.name)
    own = making.own.types(file.section("dictionary"), published.values(), making.usual)
    schemas = {name: replace(schema, types={**schema.types, **own}) for name, schema in published.items()}
    for_all(file.section("fields"), schemas.values())
    words = file.section("words").each(lambda name, table: word_of(table))
    converters: Converters = {**making.converters, **words}
    sections = file.section("models")
    with file.at("models"):
        models = sections.each(lambda name, _: _model(name, file, sections.section(name), schemas, converters, making))
    choose = file.section("choose")
    with file.at("choose"):
        return _chosen(choose, models)


def _model(
    name: str, file: Section, own: Section, schemas: Mapping[str, Schema], converters: Converters, making: Making
) -> Model:
    known(name, schemas, "model")
    only(own, ("fields", "classes", "activities", "defaults"), f"section of {name}")
    schema = schemas[name]
    with file.at("models"):
        whole = _joined(file, own)
        mapping = format_mapping(whole, {**converters, **_fixed(schema)}, lambda column: _usual(schema, column, making))
    for targets in mapping.targets.values():
        for target in targets:
            for value in getattr(mapping.converters[target.convert], "words", ()):
                schema.check(target.field, value)
    for words in mapping.constants.values():
        _checked(schema, words)
    defaults = _defaults(own.section("defaults"), schema, mapping.converters, making)
    return Model(
        schema=schema,
        mapping=mapping,
        compiler=Compiler(mapping, Flat, making.rest, {*making.reserved}),
        rows=RowBodies(mapping, Flat, making.rest, {*making.reserved}, once=True),
        defaults=defaults,
        names=lambda column: (making.rest(column) or "").removeprefix(APART),
    )


def _joined(file: Section, own: Section) -> Section:
    whole = own.copy()
    whole["format"] = file.get("format")
    whole["fields"] = with_common(own.section("fields"), file.section("fields"))
    return whole


def _usual(schema: Schema, column: str, making: Making) -> str:
    if column not in schema.types:
        raise ConfigError(f"no field {column!r} in {schema.name}", hint="mend it, or add it to `dictionary`")
    return f"word of {column}" if column in schema.values else making.usual[schema.types[column]]


def _fixed(schema: Schema) -> Converters:
    """Give what makes the words of each field whose words are fixed."""
    return {f"word of {column}": WordOf({str(word): word for word in words}) for column, words in schema.values.items()}


def _checked(schema: Schema, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    for name, value in fields.items():
        schema.check(name, value)
    return fields


def _defaults(
    told: Section, schema: Schema, converters: Converters, making: Making
) -> Mapping[Activity | None, Mapping[str, Any]]:
    """Read what fields hold where the record does not say."""

    def read(key: str, _: Any) -> tuple[Activity | None, Mapping[str, Any]]:
        words = constants(told.section(key), converters, lambda name: _usual(schema, name, making))
        return _key(key), _checked(schema, words)

    return dict(told.each(read).values())


def _key(key: str) -> Activity | None:
    return None if key == _ANY else activity(key)


def _chosen(choose: Section, models: Mapping[str, Model]) -> Models:
    def named(key: str, model: Any) -> str:
        known(str(model), models, "model")
        return str(model)

    only(choose, ("default", "tables", "actions", "activities"), "section of choose")
    by_activity = choose.section("activities")
    keys = by_activity.each(_named_activity)
    return Models(
        models=models,
        default=named("default", choose.get("default")),
        tables=choose.section("tables").each(named),
        actions={key.lower(): model for key, model in choose.section("actions").each(named).items()},
        activities={keys[key]: model for key, model in by_activity.each(named).items()},
    )


def _named_activity(key: str, model: Any) -> Activity:
    read = _key(key)
    if read is None:
        raise ConfigError("`any` is no activity", hint="name it under `default`")
    return read
