"""The JSON Schema of a whole configuration, made of the settings models of every registered kind."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from siemcast.api.units import write_duration
from siemcast.config.envelope import Envelope
from siemcast.kit.tenant import TenantSettings
from siemcast.registry import Registry

_REFERENCE = "#/$defs/{model}"


class _Generator(GenerateJsonSchema):
    """Writes defaults as users write them."""

    def encode_default(self, dft: Any) -> Any:
        return write_duration(dft) if isinstance(dft, timedelta) else super().encode_default(dft)


def json_schema(registry: Registry) -> dict[str, Any]:
    """Give the schema (draft 2020-12); sources, sinks, transforms and the journal are told apart by their `kind`."""
    kinds: dict[str, list[Any]] = {
        "sources": registry.sources.all(),
        "sinks": registry.sinks.all(),
        "transforms": registry.transforms.all(),
        "journal": registry.journals.all(),
    }
    models: list[type[BaseModel]] = [Envelope, TenantSettings]
    models += [spec.settings for specs in kinds.values() for spec in specs]
    made, definitions = models_json_schema(
        [(model, "validation") for model in dict.fromkeys(models)], schema_generator=_Generator
    )
    names = {model: reference["$ref"].rpartition("/")[2] for (model, _), reference in made.items()}
    defs = definitions["$defs"]
    for definition in defs.values():
        if properties := definition.get("properties"):
            definition["properties"] = {key: _or_reference(value) for key, value in properties.items()}
    envelope = defs.pop(names[Envelope])
    found = {
        section: _of_kinds([(spec.kind, spec.summary, names[spec.settings]) for spec in specs], defs)
        for section, specs in kinds.items()
    }
    properties = envelope["properties"]
    properties["tenants"]["additionalProperties"] = {"$ref": _REFERENCE.format(model=names[TenantSettings])}
    for section in ("sources", "sinks"):
        properties[section]["additionalProperties"] = found[section]
    properties["journal"] = {**found["journal"], "description": properties["journal"].get("description", "")}
    properties["http"] = {**properties["http"], "anyOf": [{"type": "string"}, *properties["http"]["anyOf"]]}
    defs["RouteSettings"]["properties"]["transforms"]["items"] = found["transforms"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **envelope, "$defs": defs}


def _or_reference(schema: dict[str, Any]) -> dict[str, Any]:
    """Let a number or a truth value be written as `${env:NAME}` too: references are resolved before they are judged."""
    alternatives = schema.get("anyOf", [schema])
    if not any(one.get("type") in ("integer", "number", "boolean") for one in alternatives):  # it may be a list, too
        return schema
    about: dict[str, Any] = {key: schema[key] for key in ("title", "description", "default") if key in schema}
    return {**about, "anyOf": [*alternatives, {"type": "string", "pattern": r"\$\{"}]}


def _of_kinds(kinds: Iterable[tuple[str, str, str]], defs: dict[str, Any]) -> dict[str, Any]:
    """Give the schema of one part; each kind's model is copied under the kind's name, with that `kind` alone."""
    alternatives = []
    for kind, summary, model in kinds:
        own = dict(defs[model])
        own["properties"] = {**own["properties"], "kind": {"const": kind, "description": summary}}
        own["required"] = sorted({*own.get("required", ()), "kind"})
        defs[kind] = {**own, "title": kind}
        alternatives.append({"$ref": _REFERENCE.format(model=kind)})
    return {"oneOf": alternatives} if alternatives else {"type": "object"}
