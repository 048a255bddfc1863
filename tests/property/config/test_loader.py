"""Over all inputs: the loader ends in a configuration or in its one error, and finds any misspelt key at its line."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from siemcast.cli.plan import load_configuration
from siemcast.config import InvalidConfigError

EXAMPLE = (Path(__file__).resolve().parents[3] / "config.example.yaml").read_text()
SECRETS = dict.fromkeys(("CONTOSO_SECRET", "SPLUNK_TOKEN", "ELASTIC_API_KEY"), "c2VjcmV0OnNlY3JldA==")
LITERALS = ("hunter2-of-contoso", "hunter2-of-splunk", "aHVudGVyMjpodW50ZXIy")
LITERAL = EXAMPLE
for _name, _literal in zip(SECRETS, LITERALS, strict=True):
    LITERAL = LITERAL.replace(f"${{env:{_name}}}", _literal)
SPICE = st.sampled_from(
    ["sources:", "sinks:", "kind: splunk", "- ", "  ", "\n", "{", "}", "[", "]", "&a ", "*a", "<<: ", "${env:X}", "${",
     "!!int ", "!x ", "'", '"', "|\n", "? ", ": ", "null", "1e999", ".nan", "0x", "99999999999999d", "\\", "\t", "#",
     "routes:", "from: ", "where: ", "plugins: ", "block: ", "http: ", "log: ", "journal: ", "tenants: ", "---"]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(autouse=True, scope="module")
def _environment() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SECRETS.items():
            patch.setenv(name, value)
        yield


def _refusals(content: bytes) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "c.yaml")
        Path(file).write_bytes(content)
        try:
            load_configuration(file)
        except InvalidConfigError as error:
            return str(error).removeprefix(file).split(f"\n{file}")
    return []


def _each_has_a_line(refusals: list[str]) -> bool:
    return all(re.match(r":\d+: \S", line) for line in refusals)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=80) | st.lists(SPICE | st.text(max_size=4), max_size=24).map("".join).map(
    lambda text: text.encode("utf-8", "surrogatepass")))  # fmt: skip
def test_any_text_ends_in_a_configuration_or_in_lines_that_say_what_is_wrong(content: bytes) -> None:
    assert _each_has_a_line(_refusals(content))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_value_anywhere_ends_in_a_configuration_or_in_lines_without_a_secret(data: st.DataObject) -> None:
    document = yaml.safe_load(LITERAL)
    place: Any = document
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not (isinstance(place[key], dict | list) and place[key]) or data.draw(st.integers(0, 3)) == 0:
            break
        place = place[key]
    place[key] = data.draw(VALUES)
    refusals = _refusals(yaml.safe_dump(document, allow_unicode=False).encode("utf-8", "replace"))
    assert _each_has_a_line(refusals)
    assert not any(literal in line for literal in LITERALS for line in refusals)


KEYS = [(number, match) for number, line in enumerate(EXAMPLE.splitlines(), 1)
        if (match := re.match(r"( *(?:- )?)([a-z_]+):(?= |$)", line))]  # fmt: skip
NAMES = set().union(*(yaml.safe_load(EXAMPLE)[section] for section in ("tenants", "sources", "sinks")))


@st.composite
def misspellings(draw: st.DrawFn) -> tuple[int, str, str]:
    """Give a line's number, the key on it, and the same key with two letters swapped, or one lost or doubled."""
    number, match = draw(st.sampled_from(KEYS))
    key, at = match[2], draw(st.integers(0, len(match[2]) - 2))
    wrong = draw(
        st.sampled_from([key[:at] + key[at + 1] + key[at] + key[at + 2 :], key[:at] + key[at + 1 :], key[at] + key])
    )
    assume(wrong != key and f"{wrong}:" not in EXAMPLE)
    return number, key, wrong


@settings(max_examples=80, deadline=None)
@given(misspellings())
def test_a_misspelt_key_is_refused_at_its_line(misspelling: tuple[int, str, str]) -> None:
    number, key, wrong = misspelling
    lines = EXAMPLE.splitlines()
    lines[number - 1] = lines[number - 1].replace(f"{key}:", f"{wrong}:", 1)
    refusals = _refusals("\n".join(lines).encode())
    if key in NAMES and lines[number - 1].startswith(
        f"  {wrong}:"
    ):  # the user's own word is right wherever it stands; what refers to it is wrong
        assert any(f"no {noun} {key!r}" in line for line in refusals for noun in ("tenant", "source", "sink"))
    else:
        assert any(line.startswith(f":{number}: ") for line in refusals), refusals
