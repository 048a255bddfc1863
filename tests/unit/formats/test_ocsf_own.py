"""Users' own fields of `ocsf`, and other sources of OCSF's fields."""

from __future__ import annotations

from pathlib import Path

import pytest

from siemcast.errors import ConfigError
from siemcast.schema.files.overlay import mappings_for_now
from siemcast.schema.files.own import read_mappings
from siemcast.schema.mapping import FormatMapping
from siemcast_sinks.formats.ocsf.mapping import converters, mapping, own, own_types

BUILT = (own, own_types, converters)


def _mapping(folder: Path, text: str) -> FormatMapping:
    (folder / "own.yaml").write_text(f"formats:\n  ocsf:\n{text}")
    for remembered in BUILT:
        remembered.cache_clear()
    try:
        with mappings_for_now(read_mappings(folder)):
            return mapping.__wrapped__()
    finally:
        for remembered in BUILT:
            remembered.cache_clear()


def _made_of(form: FormatMapping, of: str) -> dict[str, tuple[tuple[str, ...], str]]:
    return {target.field: (target.sources, target.convert) for target in form.targets_of(of)}


def test_own_fields_stand_below_unmapped(tmp_path: Path) -> None:
    form = _mapping(
        tmp_path,
        "    dictionary: {text: unmapped.acme.site, time: unmapped.acme.seen}\n"
        "    fields: {unmapped.acme.site: device.region}\n"
        "    classes: {authentication: {unmapped.acme.site: src_endpoint.location.desc, unmapped.acme.seen: time}}\n",
    )
    assert _made_of(form, "dns_activity")["unmapped.acme.site"] == (("device.region",), "first")
    assert "unmapped.acme.seen" not in _made_of(form, "dns_activity")
    assert _made_of(form, "authentication")["unmapped.acme.site"][0] == ("src_endpoint.location.desc",)
    assert _made_of(form, "authentication")["unmapped.acme.seen"][1] == "first_milliseconds"


def test_fields_of_ocsf_are_made_of_other_paths(tmp_path: Path) -> None:
    form = _mapping(
        tmp_path,
        "    fields:\n      process.path: process.file.path\n      comment:\n"
        "      process.cmd_line: {from: process.cmd_line, by: lower}\n",
    )
    fields = _made_of(form, "process_activity")
    assert fields["process.path"] == (("process.file.path",), "first")
    assert fields["process.cmd_line"] == (("process.cmd_line",), "lower as first")
    assert "comment" not in fields
    assert fields["actor.process.path"] == _made_of(mapping(), "process_activity")["actor.process.path"]


def test_number_and_word_of_an_enumeration_go_together(tmp_path: Path) -> None:
    form = _mapping(tmp_path, "    fields: {severity: device.risk_level, impact: , malware.classifications: message}\n")
    fields = _made_of(form, "detection_finding")
    assert fields["severity"] == (("device.risk_level",), "severity")
    assert fields["severity_id"] == (("device.risk_level",), "severity_id")
    assert fields["malware.classification_ids"] == (("message",), "malware_type_ids")
    assert not fields.keys() & {"impact", "impact_id"}


def test_how_a_module_was_loaded_has_its_number() -> None:
    fields = _made_of(mapping(), "module_activity")  # columns of users' own may say it
    assert fields["module.load_type_id"] == (("module.load_type",), "load_type_id")
    assert mapping().converters["load_type_id"]("reflective") == 99


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("    dictionary: {text: acme.site}\n", "3: OCSF has no place for 'acme.site'; own fields stand below it"),
        ("    dictionary: {string: unmapped.a}\n", "3: no type 'string'; known: boolean, integer, ip, number, text"),
        ("    dictionary: {text: unmapped.a unmapped.a.b}\n", "3: 'unmapped.a.b' can not stand beside"),
        ("    fields: {acme.site: message}\n", "3: no OCSF field 'acme.site' here; mend it, or add unmapped.acme.site"),
        ("    fields: {unmapped.acme.site: message}\n", "3: no OCSF field 'unmapped.acme.site' here; mend it, or"),
        ("    classes: {authentication:\n      {proces.pid: message}}\n", "4: no OCSF field 'proces.pid' here"),
        ("    fields: {metadata.uid: message}\n", "3: the format fills 'metadata.uid' itself"),
        ("    fields: {severity_id: message}\n", "3: 'severity_id' goes with 'severity'; write that one"),
        ("    fields: {file.hashes: message}\n", "3: fingerprints takes 3 path(s), not 1"),
        ("    fields: {file.hashes: {from: message, by: lower}}\n", "3: 'file.hashes' is made by fingerprints alone"),
        ("    fields: {process.pid: {from: message, by: lowr}}\n", "3: no converter 'lowr'; did you mean lower?"),
        ("    activities: {process_activity: {message: x}}\n", "3: no section of ocsf 'activities'; known: classes"),
        ("    places: {message: comment}\n", "3: no section of ocsf 'places'; did you mean classes? known:"),
    ],
)  # fmt: skip  # a table
def test_what_users_get_wrong_is_told_by_their_file(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        _mapping(tmp_path, text)
    assert f"own.yaml:{said}" in str(refused.value)
