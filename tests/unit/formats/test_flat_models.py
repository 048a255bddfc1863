"""Mappings of several models: what is wrong in them is refused, with file and line, and any record has a model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from siemcast.errors import ConfigError
from siemcast.schema.canonical import ACTIVITIES, CLASSES
from siemcast.schema.files.overlay import mappings_for_now
from siemcast.schema.files.own import read_mappings
from siemcast.schema.mapping import Activity
from siemcast_sinks.formats.asim import encoder as asim
from siemcast_sinks.formats.cim import encoder as cim
from siemcast_sinks.formats.cim.convert import CONVERTERS
from siemcast_sinks.formats.flat import models as flat_models
from siemcast_sinks.formats.flat import schemas as flat_schemas
from siemcast_sinks.formats.flat.models import Making, Models, read_models
from siemcast_sinks.formats.flat.words import WordOf

DICTIONARY = """
types: {int: Port}
common: {mandatory: Schema}
models:
  One: {optional: Name Port Kind, values: {Kind: [a, b]}}
  Two: {optional: Name}
"""
SOUND = """
format: toy
choose: {default: Two, activities: {process_activity: One}}
words:
  kind: {x: a}
models:
  One:
    fields:
      Name: device.hostname
      Kind: {from: activity_name, by: kind}
    activities:
      process_activity: {Schema: One}
    defaults:
      any: {Kind: b}
  Two:
    fields: {Name: device.hostname}
"""


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Models]:
    def reading(mapping: str) -> Models:
        (tmp_path / "toy").mkdir(exist_ok=True)
        (tmp_path / "toy" / "toy.yaml").write_text(mapping)
        (tmp_path / "toy" / "models.yaml").write_text(DICTIONARY)
        for module in (flat_models, flat_schemas):
            monkeypatch.setattr(module, "files", lambda package: tmp_path)
        return read_models(
            Making(
                name="toy",
                converters=CONVERTERS,
                usual={"text": "first", "int": "whole"},
                rest=lambda column: column,
            )
        )

    return reading


def test_a_sound_mapping_is_taken(read: Callable[[str], Models]) -> None:
    models = read(SOUND)
    assert models.of_activity(Activity("process_activity", "launch")) == "One"
    assert models.of_activity(Activity("dns_activity")) == "Two"
    assert models.models["One"].schema.mandatory == {"Schema"}
    fields: dict[str, object] = {"Kind": "a"}
    models.models["One"].complete(fields, Activity("process_activity"))
    assert fields == {"Kind": "a"}


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("      Name: device.hostname\n      K", "      Nmae: device.hostname\n      K", "toy.yaml:9: no field 'Nmae'"),
        ("fields: {Name: device.hostname}", "fields: {Port: device.hostname}", "no field 'Port' in Two"),
        ("      Name: device.hostname\n", "      Name: device.hostnam\n", "toy.yaml:9: no canonical path"),
        ("by: kind", "by: knid", "toy.yaml:10: no converter 'knid'"),
        ("kind: {x: a}", "kind: {x: c}", "Kind of One is never 'c'"),
        ("any: {Kind: b}", "any: {Kind: c}", "toy.yaml:14: Kind of One is never 'c'"),
        ("any: {Kind: b}", "proces_activity: {Kind: b}", "no class 'proces_activity'"),
        ("process_activity: {Schema: One}", "process_activity: {Shcema: One}", "no field 'Shcema' in One"),
        ("process_activity: One", "process_activity: Three", "no model 'Three'"),
        ("process_activity: One", "process_activity/lunch: One", "no activity 'lunch'"),
        ("process_activity: One", "any: One", "`any` is no activity"),
        ("default: Two", "default: Tow", "no model 'Tow'"),
        ("  Two:\n", "  Three:\n", "no model 'Three'"),
        ("  kind: {x: a}", "  kind: x", "words are"),
    ],
)  # fmt: skip  # a table
def test_what_is_wrong_is_refused_with_its_line(
    read: Callable[[str], Models], wrong: str, right: str, said: str
) -> None:
    assert wrong in SOUND
    with pytest.raises(ConfigError) as refused:
        read(SOUND.replace(wrong, right))
    assert said in refused.value.message
    assert refused.value.message.startswith("toy.yaml:")


@pytest.mark.parametrize("models", [cim.models(), asim.models()])
def test_every_activity_of_every_class_has_a_model(models: Models) -> None:
    for of in CLASSES:
        for name in ACTIVITIES:
            assert models.of_activity(Activity(of, name)) in models.models
    assert models.of_activity(Activity("a_class_of_tomorrow")) == models.default


@pytest.mark.parametrize("models", [cim.models(), asim.models()])
def test_what_an_activity_says_is_what_its_model_takes(models: Models) -> None:
    for model in models.models.values():
        for constants in (*model.mapping.constants.values(), *model.defaults.values()):
            for name, value in constants.items():
                model.schema.check(name, value)


def test_words_are_known_however_they_are_spaced_and_cased() -> None:
    word = WordOf({"ExpandString": "REG_EXPAND_SZ", "In progress": "Active"})
    assert word("expand_string") == word([None, "EXPAND STRING"]) == "REG_EXPAND_SZ"
    assert word("inProgress", "x") == "Active"
    assert word("new", None, {"a": 1}, "x" * 10_000) is None
    assert word.words == {"REG_EXPAND_SZ", "Active"}


def _own(folder: Path, text: str, form: ModuleType = cim) -> Models:
    (folder / "own.yaml").write_text(text)
    with mappings_for_now(read_mappings(folder)):
        made: Models = form.models.__wrapped__()
    return made


def _sources(models: Models, model: str, field: str) -> tuple[str, ...]:
    (found,) = [target for target in models.models[model].mapping.targets_of("base_event") if target.field == field]
    return found.sources


def test_users_change_a_models_fields(tmp_path: Path) -> None:
    own = "formats: {cim: {models: {Endpoint.Processes: {fields: {user: process.user.email_addr}}}}}\n"
    mapping = _own(tmp_path, own).models["Endpoint.Processes"].mapping
    (user,) = [target for target in mapping.targets_of("process_activity") if target.field == "user"]
    assert user.sources == ("process.user.email_addr",)
    assert len(mapping.targets_of("process_activity")) > 10


def test_users_add_fields_to_all_models_and_say_otherwise_of_one(tmp_path: Path) -> None:
    made = _own(
        tmp_path,
        "formats:\n  asim:\n    dictionary: {text: AcmeSite, long: AcmeRisk}\n    fields: {AcmeSite: device.region}\n"
        "    models:\n      Dns:\n        fields: {AcmeSite: device.name, AcmeRisk: risk_score}\n"
        "        defaults: {any: {AcmeSite: none}}\n",
        asim,
    )
    assert {name: _sources(made, name, "AcmeSite") for name in made.models} == {
        name: ("device.name",) if name == "Dns" else ("device.region",) for name in made.models
    }
    assert made.models["Dns"].schema.types["AcmeRisk"] == "long"
    assert made.models["Dns"].defaults[None]["AcmeSite"] == "none"


def test_a_default_of_users_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    own = "formats: {asim: {dictionary: {int: AcmeA}, models: {Dns: {defaults: {any: {AcmeA: '7', DvcZone: x}}}}}}"
    defaults = _own(tmp_path, own, asim).models["Dns"].defaults[None]
    assert defaults == {**asim.models().models["Dns"].defaults[None], "AcmeA": 7, "DvcZone": "x"}
    assert len(defaults) > 2


def test_what_users_say_of_all_models_goes_before_what_is_ours(tmp_path: Path) -> None:
    own = "formats: {asim: {fields: {DvcHostname: device.uid}, models: {Dns: {fields: {DvcHostname: device.name}}}}}\n"
    made = _own(tmp_path, own, asim)
    assert _sources(made, "ProcessEvent", "DvcHostname") == ("device.uid",)
    assert _sources(made, "Dns", "DvcHostname") == ("device.name",)


def test_a_field_of_fixed_words_holds_no_others_whatever_users_make_it_of(tmp_path: Path) -> None:
    own = "formats: {cim: {models: {Alerts.Alerts: {fields: {severity: device.risk_level}}}}}\n"
    mapping = _own(tmp_path, own).models["Alerts.Alerts"].mapping
    (severity,) = [target for target in mapping.targets_of("detection_finding") if target.field == "severity"]
    convert = mapping.converters[severity.convert]
    assert (convert("High"), convert("worrying")) == ("high", None)


@pytest.mark.parametrize(
    ("form", "text", "said"),
    [
        (cim, "formats: {cim: {fields: {user: user.name}}}\n", "1: no field 'user' in Network_Resolution.DNS; "),
        (cim, "formats: {cim: {classes: {}}}\n", "1: no section of cim 'classes'; known: choose, dictionary, fields"),
        (
            cim,
            "formats:\n  cim:\n    models:\n      Endpoint.Ports:\n        fields:\n          usr: user.name\n",
            "6: no field 'usr' in Endpoint.Ports",
        ),
        (cim, "formats:\n  cim:\n    dictionary:\n      text: acme_a\n      real: acme_b\n", "5: no type 'real'; "),
        (cim, "formats: {cim: {dictionary: {text: host}}}\n", "1: the format has a field 'host' already"),
        (cim, "formats: {cim: {dictionary: {text: _acme}}}\n", "1: no field may be called '_acme'; Splunk takes"),
        (cim, "formats: {cim: {models: {Web.Web: {fields: {event_id: message}}}}}\n", "1: the format fills 'event_id'"),
        (asim, "formats:\n  asim:\n    dictionary:\n      int: AcmeA dvcIPaddr\n", "4: the format has a field 'Dvc"),
        (asim, "formats: {asim: {dictionary: {text: TenantId}}}\n", "1: the format has a field 'TenantId' already"),
        (asim, "formats: {asim: {dictionary: {text: acme.a}}}\n", "1: no field may be called 'acme.a'; Log Analytics"),
        (asim, "formats: {asim: {models: {Dns: {fields: {AdditionalFields: message}}}}}\n", "1: the format fills"),
        (asim, "formats: {asim: {models: {Dns: {activities: {dns_activity: {EventSchema: x}}}}}}\n", "1: the format"),
        (asim, "formats: {asim: {fields: {EventResult: {from: status, by: outcome}}}}\n", "1: outcome takes 3 to 4"),
        (asim, "formats: {asim: {models: {Dns: {field: {}}}}}\n", "1: no section of Dns 'field'; did you mean fields?"),
        (asim, "formats: {asim: {choose: {table: {}}}}\n", "1: no section of choose 'table'; did you mean tables?"),
        (asim, "formats:\n asim:\n  models: {Dns: {\n   classes: {dns: {}}}}\n", "4: no class 'dns'"),
        (asim, "formats:\n asim:\n  models: {Dns: {\n   activities: {dns: {}}}}\n", "4: no class 'dns'"),
        (asim, "formats: {asim: {aliases: {Dvc: 5}}}\n", "1: no section of asim 'aliases'; known: choose"),
        (asim, "formats: {asim: {fields: {AcmeA: message}}}\n", "1: no field 'AcmeA' in ProcessEvent; write it in"),
    ],
)  # fmt: skip  # a table
def test_what_users_get_wrong_is_told_by_their_file(tmp_path: Path, form: ModuleType, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        _own(tmp_path, text, form)
    assert f"own.yaml:{said}" in str(refused.value)
