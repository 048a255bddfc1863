"""What is wrong with a configuration is said with line and path, all at once, and never with a secret."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from siemcast.config import Configuration, InvalidConfigError, load_state
from siemcast.config.document import parse_document
from siemcast.registry import Registry

Loaded = Callable[..., Configuration]
Refusals = Callable[..., list[str]]
Plugins = Callable[..., Registry]


def test_a_good_configuration_is_parsed_to_the_settings_of_its_kinds(loaded: Loaded, good: str, tmp_path: Path) -> None:
    configuration = loaded(good)
    (source,), (sink,), (route,) = configuration.sources, configuration.sinks, configuration.routes
    assert (source.name, source.spec.kind, source.settings.kind) == ("incidents", "poll", "poll")
    assert (sink.name, sink.format.name, sink.settings.batch.records) == ("soc", "native", 10)
    assert (list(route.sources), list(route.sinks)) == (["incidents"], ["soc"])
    assert (configuration.http and configuration.http.port, configuration.journal.spec.kind) == (8686, "sqlite")
    assert [path.name for path in tmp_path.iterdir()] == ["siemcast.yaml"], "loading makes nothing"


CASES = {
    "unknown key": ("every: 30s", "evry: 30s", ["11: sources.incidents.evry: unknown key; did you mean every?"]),
    "nested unknown key": ("records: 10", "recods: 10", ["18: sinks.soc.batch.recods: unknown key; did you mean rec"]),
    "missing key": ("    token: ${env:HEC_TOKEN}\n", "", ["13: sinks.soc.token: it is missing; add token: The token"]),
    "unknown kind": (
        "kind: hec",
        "kind: hek",
        ["14: sinks.soc.kind: no sink kind 'hek'; did you mean hec? known: hec"],
    ),
    "missing kind": ("    kind: poll\n", "", ["8: sources.incidents.kind: it is missing; give one of: poll"]),
    "unset variable": (
        "HEC_TOKEN",
        "NOPE",
        ["16: sinks.soc.token: the environment variable NOPE is not set; set NOPE"],
    ),
    "empty variable": ("HEC_TOKEN", "EMPTY", ["16: sinks.soc.token: the environment variable EMPTY is empty"]),
    "no such file": (
        "env:HEC_TOKEN",
        "file:/no/where",
        ["16: sinks.soc.token: no secret in the file /no/where: no such"],
    ),
    "unknown resolver": (
        "env:HEC_TOKEN",
        "valt:x",
        ["16: sinks.soc.token: no secret resolver 'valt'; did you mean vault?"],
    ),
    "hollow resolver": ("env:HEC_TOKEN", "hollow:x", ["16: sinks.soc.token: ${hollow:...} gave an empty value"]),
    "broken resolver": (
        "env:HEC_TOKEN",
        "broken:x",
        ["16: sinks.soc.token: the resolver of ${broken:...} failed (KeyError); tell the plugin's author"],
    ),
    "leaving resolver": (
        "env:HEC_TOKEN",
        "leaving:x",
        ["16: sinks.soc.token: the resolver of ${leaving:...} failed (SystemExit); tell the plugin's author"],
    ),
    "sealed resolver": ("env:HEC_TOKEN", "sealed:x", ["16: sinks.soc.token: the vault is sealed; unseal it"]),
    "resolver of numbers": ("env:HEC_TOKEN", "numbers:x", ["16: sinks.soc.token: ${numbers:...} gave no text"]),
    "no reference": ("env:HEC_TOKEN", "HEC_TOKEN", ["16: sinks.soc.token: not a reference; write ${env:NAME}"]),
    "open reference": ("${env:HEC_TOKEN}", '"${env:HEC"', ["16: sinks.soc.token: not a reference"]),
    "no text": ("${env:HEC_TOKEN}", "{a: b}", ["16: sinks.soc.token: not text; put it in quotes"]),
    "no secret": ("${env:HEC_TOKEN}", "", ["16: sinks.soc.token: an empty secret; set it"]),
    "plain http": ("https://splunk", "http://splunk", ["15: sinks.soc.url: url would send secrets to splunk.example"]),
    "unknown tenant": ("tenant: contoso", "tenant: fabrikam", ["10: sources.incidents.tenant: no tenant 'fabrikam'"]),
    "unknown format": (
        "kind: hec",
        "kind: hec\n    format: ocsf",
        ["15: sinks.soc.format: no format 'ocsf'; known: native"],
    ),
    "unknown source": (
        "from: [incidents]",
        "from: [incident]",
        ["20: routes.0.from.0: no source 'incident' under sources;"],
    ),
    "unknown sink": ("to: [soc]", "to: [sok]", ["22: routes.0.to.0: no sink 'sok' under sinks; did you mean soc?"]),
    "sink twice": ("to: [soc]", "to: [soc, soc]", ["22: routes.0.to.1: soc is named twice"]),
    "where": ("at_least: low", "at_least: lo", ["21: routes.0.where.severity.at_least: unknown severity 'lo'"]),
    "where key": ("{table:", "{tabel:", ["21: routes.0.where.tabel: no canonical path 'tabel'; did you mean 'table'?"]),
    "transform": (
        "    to:",
        "    transforms: [{kind: kep}]\n    to:",
        ["22: routes.0.transforms.0.kind: no transform kind"],
    ),
    "transform's settings": (
        "    to:",
        "    transforms: [{kind: keep, share: 2}]\n    to:",
        ["22: routes.0.transforms.0.share: input should be less than or equal to 1; it means: How many"],
    ),
    "no route": ("from: [incidents]", "from: []", ["20: routes.0.from: list should have at least 1 item"]),
    "name": ("  soc:", "  s/oc:", ["13: sinks.s/oc: not a name", "22: routes.0.to.0: no sink 'soc'"]),
    "doubled key": (
        "every: 30s",
        "every: 30s\n    every: 40s",
        ["12: sources.incidents.every: stands twice (first on line 11)"],
    ),
    "tab": (
        "    every",
        "\tevery",
        ["11: not YAML: found a tab character that violates indentation; indent with spaces"],
    ),
    "tab after spaces": (
        "  incidents:",
        "  \tincidents:",
        ["8: not YAML: found character that cannot start any token; indent with spaces"],
    ),
    "tag": ("${env:HEC_TOKEN}", "!hunter2", ["16: a tag (a word that begins with '!'); put the value in quotes"]),
    "alias": ("${env:HEC_TOKEN}", "*hunter2", ["16: not YAML: found undefined alias"]),
    "type": ("records: 10", "records: many", ["18: sinks.soc.batch.records: input should be a whole number"]),
    "too long": (
        "every: 30s",
        "every: 99999999999999d",
        ["11: sources.incidents.every: longer than any duration can be"],
    ),
    "listen": (
        "state:",
        "http: 10.0.0.1:80\nstate:",
        ["1: http: 10.0.0.1 can be reached from other machines; add a token"],
    ),
    "top level": ("state:", "stat:", ["1: stat: unknown key; did you mean state?"]),
    "section": ("state: ./nowhere", "log: [1]", ["1: log: input should be a mapping, such as {key: value}"]),
    "no section": ("state: ./nowhere", "log: debug", ["1: log: input should be a mapping, such as {key: value}"]),
    "no list": ("to: [soc]", "to: soc", ["22: routes.0.to: input should be a list"]),
    "a number for a name": ("to: [soc]", "to: [1]", ["22: routes.0.to.0: input should be text, in quotes"]),
    "no path": ("state: ./nowhere", "state:", ["1: state: input should be a path"]),
    "blank path": ("state: ./nowhere", "state: ' '", ["1: state: an empty path; name a file or folder"]),
    "blank folder": ("state:", "mappings: ''\nstate:", ["1: mappings: an empty path; name a file or folder"]),
    "blank secret": ("${env:HEC_TOKEN}", "' '", ["16: sinks.soc.token: an empty secret; set it"]),
    "shrinking retry": (
        "batch:",
        "retry: {first: 10m}\n    batch:",
        ["17: sinks.soc.retry: first (10m) is longer than max (5m); shorten first, or lengthen max"],
    ),
    "case": ("state:", "STATE:", ["1: STATE: unknown key; did you mean state?"]),
    "port alone": ("state:", "http: 8686\nstate:", ["1: http: not HOST:PORT; write for example 127.0.0.1:8686"]),
    "no http": ("state:", "http: false\nstate:", ["1: http: not HOST:PORT; write for example 127.0.0.1:8686"]),
    "plugin": (
        "state:",
        "plugins: {block: [ohter]}\nstate:",
        ["1: plugins.block.0: no plugin 'ohter'; did you mean other?"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_is_said_with_line_path_and_what_to_do(refusals: Refusals, good: str, case: str) -> None:
    old, new, expected = CASES[case]
    assert old in good
    lines = refusals(good.replace(old, new, 1))
    assert len(lines) == len(expected), lines
    for line, start in zip(lines, expected, strict=True):
        assert line.startswith(start)
        assert "hunter2" not in line


def test_all_problems_are_said_at_once_in_the_order_of_the_file(refusals: Refusals, good: str) -> None:
    lines = refusals(good.replace("every", "evry").replace("records", "recods").replace("contoso.example", "common"))
    assert [line.split(":")[0] for line in lines] == ["4", "11", "18"]


def test_a_source_without_a_route_and_a_sink_without_one_are_refused(refusals: Refusals, good: str) -> None:
    more = good.replace("sinks:\n", "  spare: {kind: poll, tenant: contoso}\nsinks:\n  unfed: {kind: hec, url: ["
                        "https://x], token: abc}\n")  # fmt: skip
    assert refusals(more) == [
        "12: sources.spare: no route takes it; add spare to the from of a route, or remove it",
        "14: sinks.unfed: no route feeds it; add unfed to the to of a route, or remove it",
    ]


def test_an_empty_file_says_what_is_missing(refusals: Refusals) -> None:
    assert refusals("") == [
        "1: sinks: there are none; add at least one under sinks",
        "1: sources: there are none; add at least one under sources",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"\xff\xfe", "1: not UTF-8"),
        (b"a: 1\nb: \x00", "2: not YAML: control characters"),
        (b"- 1", "1: not a mapping"),
        (b"a: {b", "not YAML"),
        (b"a: " + b"[" * 100_000, "1: nested deeper than 64 levels"),
        (b"- " * 100_000, "1: nested deeper than 64 levels"),
        (b"a: &a [*a]", "1: aliases make this endless"),
        (b"a: &a {<<: *a}", "1: << does not lead to a mapping"),
        (b"a: 1\n---\nb: 2", "keep one configuration a file"),
        (b"[a]: 1", "1: a list or mapping as a key"),
        (b'a: "\\0"', "1: a NUL character"),
        (b"a: " + b"9" * 5000, "1: a number of too many digits"),
        (b"#" * 4_000_001, "1: longer than 4000000 bytes"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_is_no_plain_yaml_is_refused_with_its_line(refusals: Refusals, text: bytes, message: str) -> None:
    (line,) = refusals(text)
    assert message in line


def test_a_billion_laughs_are_refused_before_they_fill_the_memory(refusals: Refusals) -> None:
    laughs = ["a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    laughs += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    (line,) = refusals("\n".join(laughs))
    assert "aliases make this endless" in line


def test_anchors_and_merge_keys_work_and_their_errors_stand_where_they_were_written(
    loaded: Loaded, refusals: Refusals, good: str
) -> None:
    merged = good.replace("sinks:\n  soc:\n", "sinks:\n  soc: &base\n").replace(
        "routes:\n", "  second:\n    <<: *base\n    token: other\nroutes:\n"
    ).replace("to: [soc]", "to: [soc, second]")  # fmt: skip
    first, second = (sink.settings for sink in loaded(merged).sinks)
    assert first.batch == second.batch
    assert dict(second)["token"].reveal() == "other"
    assert [line.split(";")[0] for line in refusals(merged.replace("records: 10", "recods: 10"))] == [
        "18: sinks.second.batch.recods: unknown key",
        "18: sinks.soc.batch.recods: unknown key",
    ]


def test_words_that_yaml_once_took_for_other_things_are_text() -> None:
    document = parse_document(b"a: no\nb: 2026-11-21\nc: 12:30:45\nd: 0123\non: true\n1: ~", "f")
    assert document.data == {"a": "no", "b": "2026-11-21", "c": "12:30:45", "d": "0123", "on": True, "1": None}


def test_a_file_that_cannot_be_read_is_refused_in_plain_words(tmp_path: Path, find_plugins: Plugins) -> None:
    for file in (tmp_path / "absent.yaml", tmp_path):
        with pytest.raises(InvalidConfigError, match=r"cannot be read: .*; give the configuration with -c FILE"):
            load_state(str(file), plugins=find_plugins)


def test_no_error_repeats_a_resolved_secret_whoever_says_it(refusals: Refusals, good: str) -> None:
    environ = {"CONTOSO_SECRET": "s3cr3t", "HEC_TOKEN": "hunter2  'over\ttwo'\nlines"}
    for old, new in (("kind: hec", "kind: ${env:HEC_TOKEN}"), ("tenant: contoso", "tenant: ${env:HEC_TOKEN}"),
                     ("[soc]", "['${env:HEC_TOKEN}']"), ("low", "'${env:HEC_TOKEN}'"),
                     ("contoso.example", "${env:HEC_TOKEN} 2")):  # fmt: skip
        lines = refusals(good.replace(old, new), environ)
        assert lines
        assert "hunter2" not in "".join(lines)


def test_a_literal_secret_is_never_repeated(refusals: Refusals, good: str) -> None:
    lines = refusals(good.replace("${env:HEC_TOKEN}", "hunter2").replace("https://splunk", "http://me:hunter2@splunk"))
    assert lines
    assert "hunter2" not in "".join(lines)


def test_the_state_is_found_without_the_secrets_of_the_rest(tmp_path: Path, good: str, find_plugins: Plugins) -> None:
    file = tmp_path / "siemcast.yaml"
    file.write_text(good)
    state = load_state(str(file), plugins=find_plugins, environ={})
    assert (os.fspath(state.state), list(state.sinks)) == ("nowhere", ["soc"])


def test_a_folder_that_nobody_may_look_into_is_no_bug_of_a_plugin(
    refusals: Refusals, good: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shut(path: Path) -> bool:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_dir", shut)
    (line,) = refusals(f"mappings: ./shut/mine\n{good}")
    assert "may not look at shut/mine; let this user read it, and its folder" in line
