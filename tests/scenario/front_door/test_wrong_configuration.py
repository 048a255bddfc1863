"""A wrong configuration is refused before anything is touched, by file, line and path, and never with a secret."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scenario.front_door.forwarder import Done, call
from scenario.front_door.stage import play

SECRET = "hush-3f9c1e"
RIGHT = f"""\
state: FOLDER/state
http: 127.0.0.1:0
tenants:
  contoso:
    tenant_id: contoso.example
    client_id: 22222222-2222-4222-8222-222222222222
    credential: {{secret: {SECRET}}}
sources:
  incidents: {{kind: defender.incidents, tenant: contoso}}
sinks:
  soc:
    kind: splunk
    url: https://splunk.example:8088
    token: {SECRET}
  archive: {{kind: file, path: FOLDER/archive}}
routes:
  - from: [incidents]
    to: [soc, archive]
"""
WRONG = {
    "an unknown key": ("token:", "tokn:", 11, "sinks.soc"),
    "an unknown kind": ("kind: splunk", "kind: splnk", 12, "sinks.soc.kind"),
    "an unknown top-level key": ("http: 127.0.0.1:0", "htpp: 127.0.0.1:0", 2, "htpp"),
    "no number": ("127.0.0.1:0", "127.0.0.1:many", 2, "http"),
    "a secret that is a list": (f"token: {SECRET}", f"token: [{SECRET}]", 14, "sinks.soc.token"),
    "an unset variable": (f"token: {SECRET}", 'token: "${env:SIEMCAST_TEST_NOT_SET}"', 14, "sinks.soc.token"),
    "a secret's file that is not there": (f"token: {SECRET}", 'token: "${file:FOLDER/none}"', 14, "sinks.soc.token"),
    "an unknown resolver": (f"token: {SECRET}", f'token: "${{vault:{SECRET}}}"', 14, "sinks.soc.token"),
    "a secret in the clear": ("url: https://splunk", "url: http://splunk", 13, "sinks.soc.url"),
    "a secret within an address": ("//splunk.example", f"//user:{SECRET}@splunk.example", 13, "sinks.soc.url"),
    "an unknown tenant": ("tenant: contoso}", "tenant: fabrikam}", 9, "sources.incidents.tenant"),
    "a kind of record that nobody brings": (
        "kind: defender.incidents, tenant: contoso}",
        "kind: replay.file, path: FOLDER, kind_of_record: defender.incdents}",
        9,
        "sources.incidents.kind_of_record",
    ),
    "too often": ("tenant: contoso}", "tenant: contoso, every: 10ms}", 9, "sources.incidents.every"),
    "two credentials": ("{secret: ", "{managed_identity: system, secret: ", 7, "tenants.contoso.credential"),
    "a route from nowhere": ("from: [incidents]", "from: [incidence]", 17, "routes.0.from"),
    "a route to nowhere": ("to: [soc, archive]", "to: [soc, archiv]", 18, "routes.0.to"),
    "a where without a meaning": ("to: [soc", "where: {tabel: X}\n    to: [soc", 18, "routes.0.where"),
    "no YAML": ("sources:", "sources: [", 10, "not YAML"),
    "a key twice": ("  archive:", "  soc:", 15, "sinks.soc"),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_is_named_with_its_line_and_path_and_nothing_is_touched(tmp_path: Path, mistake: str) -> None:
    before, after, line, path = WRONG[mistake]
    assert RIGHT.count(before) == 1
    file = tmp_path / "siemcast.yaml"
    file.write_text(RIGHT.replace(before, after).replace("FOLDER", str(tmp_path)))

    async def scenario() -> None:
        for command in ("validate", "run"):
            judge(await call(command, "-c", file), file, line, path)

    play(scenario())
    assert list(tmp_path.iterdir()) == [file]


def judge(done: Done, file: Path, line: int, path: str) -> None:
    """Judge what a command said of a wrong configuration."""
    assert done.code == 2
    assert SECRET not in done.out + done.err
    said = (done.err or done.out).splitlines()
    assert said
    assert all(re.match(rf"{re.escape(str(file))}:\d+: \S", each) for each in said), said
    assert any(each.startswith(f"{file}:{line}: {path}") for each in said), said


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "siemcast.yaml"
    wrong = RIGHT.replace("kind: splunk", "kind: splnk").replace("[incidents]", "[incidence]").replace("htt", "hpp", 1)
    file.write_text(wrong.replace("FOLDER", str(tmp_path)))

    async def scenario() -> None:
        done = await call("run", "-c", file)
        assert done.code == 2
        assert [part in done.err for part in ("hpp", "sinks.soc.kind", "routes.0.from")] == [True] * 3

    play(scenario())
    assert list(tmp_path.iterdir()) == [file]


def test_what_it_was_broken_from_is_right(tmp_path: Path) -> None:
    file = tmp_path / "siemcast.yaml"
    file.write_text(RIGHT.replace("FOLDER", str(tmp_path)))

    async def scenario() -> None:
        done = await call("validate", "-c", file)
        assert (done.code, SECRET in done.out + done.err) == (0, False)

    play(scenario())
    assert list(tmp_path.iterdir()) == [file]
