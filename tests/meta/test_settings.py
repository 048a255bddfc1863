"""Every setting is named and described as users expect."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import distribution
from typing import Any

import pytest
from pydantic import BaseModel

from siemcast.config.envelope import Envelope
from siemcast.config.explain import models_in
from siemcast.kit.tenant import TenantSettings
from siemcast.registry import Registry, load_plugins
from siemcast.registry.registry import Shelf

REGISTRY = Registry(load_plugins(distribution("siemcast").entry_points.select(group="siemcast")))


def _with_inner(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    for field in model.model_fields.values():
        for inner in models_in(field.annotation):
            yield from _with_inner(inner)


def _models() -> list[type[BaseModel]]:
    shelves: tuple[Shelf[Any], ...] = (REGISTRY.sources, REGISTRY.sinks, REGISTRY.transforms, REGISTRY.journals)
    outer: list[type[BaseModel]] = [Envelope, TenantSettings]
    outer += [spec.settings for shelf in shelves for spec in shelf.all()]
    return sorted({inner for model in outer for inner in _with_inner(model)}, key=lambda model: model.__qualname__)


@pytest.mark.parametrize("model", _models(), ids=lambda model: model.__name__)
def test_a_model_is_strict_frozen_and_described_to_the_last_field(model: type[BaseModel]) -> None:
    assert model.model_config.get("extra") == "forbid"
    assert model.model_config.get("frozen") is True
    assert model.__doc__
    for name, field in model.model_fields.items():
        key = field.alias or name
        assert re.fullmatch(r"[a-z][a-z0-9_]{1,24}", key), key
        assert field.description, f"{key} has no description"
        assert field.description.strip()[-1] in ".)", f"{key}: a description is a sentence"


def test_every_spec_has_a_summary_of_one_line() -> None:
    shelves = (REGISTRY.sources, REGISTRY.sinks, REGISTRY.transforms, REGISTRY.journals, REGISTRY.formats)
    for shelf in shelves:
        for spec in shelf.all():
            assert spec.summary, spec
            assert "\n" not in spec.summary
            assert not spec.summary.endswith(".")


def test_every_kind_is_what_its_own_settings_take() -> None:
    for shelf in (REGISTRY.sources, REGISTRY.sinks, REGISTRY.journals):
        for spec in shelf.all():
            default = spec.settings.model_fields["kind"].get_default()
            assert default in (spec.kind, None) or spec.settings.model_fields["kind"].is_required(), spec.kind
