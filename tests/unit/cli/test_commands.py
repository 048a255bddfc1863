"""Each command says what it did, in words or JSON, and ends with the right code."""

from __future__ import annotations

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import jsonschema
import pytest
import yaml

from siemcast.journal.lock import state_lock

Siemcast = Callable[..., Any]


def test_the_help_lists_our_commands_and_the_plugins(siemcast: Siemcast, work: Path) -> None:
    answer = siemcast("--help")
    assert answer.code == 0
    for command in ("run", "validate", "check", "encode", "plugins", "schema", "dead-letters", "status", "greet"):
        assert f"  {command} " in answer.out
    assert "Try to be ours" not in answer.out, "a plugin replaces no command of ours"


def test_a_plugins_command_runs(siemcast: Siemcast, work: Path) -> None:
    assert siemcast("greet") == (0, "hello\n", "")


@pytest.mark.parametrize("arguments", [["nonsense"], ["run", "--nonsense"], ["encode"], ["dead-letters", "show", "x"]])
def test_a_wrong_call_ends_with_2(siemcast: Siemcast, work: Path, arguments: list[str]) -> None:
    answer = siemcast(*arguments)
    assert answer.code == 2
    assert "Traceback" not in answer.err


def test_validate_takes_a_good_configuration_and_touches_nothing(siemcast: Siemcast, work: Path) -> None:
    assert siemcast("validate") == (0, "siemcast.yaml: valid (1 source, 1 sink, 1 route)\n", "")
    assert json.loads(siemcast("validate", "--json").out) == {
        "valid": True,
        "errors": [],
        "sources": 1,
        "sinks": 1,
        "routes": 1,
    }
    assert not (work / "state").exists()


@pytest.mark.parametrize("command", ["validate", "run", "check"])
def test_a_wrong_configuration_is_refused_in_lines_alike_by_every_command(
    siemcast: Siemcast, work: Path, command: str
) -> None:
    (work / "siemcast.yaml").write_text((work / "siemcast.yaml").read_text().replace("kind: own.lines", "kind: lines"))
    answer = siemcast(command)
    assert answer.code == 2
    assert answer.err.startswith("siemcast.yaml:4: sources.lines.kind: no source kind 'lines'; did you mean own.lines?")
    assert not (work / "state").exists()


def test_the_configuration_is_named_by_option_or_environment(
    siemcast: Siemcast, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (work / "siemcast.yaml").rename(work / "other.yaml")
    assert siemcast("validate").code == 2
    assert siemcast("validate", "-c", "other.yaml").code == 0
    monkeypatch.setenv("SIEMCAST_CONFIG", str(work / "other.yaml"))
    assert siemcast("validate").code == 0


def test_check_asks_every_part_and_says_what_is_wrong(
    siemcast: Siemcast, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert siemcast("check") == (0, "sources.lines: ok\nsinks.ledger: ok\n", "")
    monkeypatch.setenv("LEDGER_TOKEN", "wrong")
    (work / "in.jsonl").unlink()
    answer = siemcast("check", "--json")
    source, sink = json.loads(answer.out)
    assert answer.code == 1
    assert source["message"].startswith("a bug of the kind own.lines: FileNotFoundError")
    assert sink == {"part": "sinks.ledger", "ok": False, "message": "the ledger does not know us; get a token"}


def test_plugins_lists_kinds_and_blocked_ones_in_json(siemcast: Siemcast, work: Path) -> None:
    rows = {row["plugin"]: row for row in json.loads(siemcast("plugins", "--json").out)}
    assert rows["own"] == {"plugin": "own", "status": "ok", "reason": "", "kinds": ["own.lines", "own.ledger"]}
    assert "raw" in rows["formats"]["kinds"]
    (work / "siemcast.yaml").write_text("plugins: {block: [own]}\n")
    rows = {row["plugin"]: row for row in json.loads(siemcast("plugins", "--json").out)}
    assert (rows["own"]["status"], rows["own"]["kinds"]) == ("blocked", [])
    assert "own  " in siemcast("plugins").out


def test_the_schema_takes_what_the_loader_takes_and_refuses_what_it_refuses(siemcast: Siemcast, work: Path) -> None:
    schema = json.loads(siemcast("schema").out)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    good = yaml.safe_load((work / "siemcast.yaml").read_text())
    assert list(validator.iter_errors(good)) == []
    for section, name, key, value in (("sources", "lines", "kind", "nope"), ("sinks", "ledger", "tokn", "x")):
        bad = yaml.safe_load((work / "siemcast.yaml").read_text())
        bad[section][name][key] = value
        assert list(validator.iter_errors(bad))


def test_run_until_drained_delivers_and_names_the_dead_letters(siemcast: Siemcast, work: Path) -> None:
    answer = siemcast("run", "--until-drained")
    assert (answer.code, answer.out) == (0, "")
    assert answer.err.endswith("1 dead letter; see siemcast dead-letters list\n")
    assert [json.loads(line)["id"] for line in (work / "out.jsonl").read_text().splitlines()] == [0, 1, 2, 4]


def test_dead_letters_are_listed_shown_and_dropped(siemcast: Siemcast, work: Path) -> None:
    assert siemcast("dead-letters", "list", "--json") == (0, "[]\n", "")
    assert not (work / "state").exists(), "looking makes no state"
    siemcast("run", "--until-drained")
    (letter,) = json.loads(siemcast("dead-letters", "list", "--json").out)
    assert letter.keys() == {"id", "sink", "source", "time", "event_id", "reason"}
    assert (letter["sink"], letter["source"], letter["event_id"]) == ("ledger", "lines", "3")
    assert letter["reason"] == "not acceptable"
    ident = str(letter["id"])
    assert siemcast("dead-letters", "show", ident).out == '{"id": 3, "text": "poison"}\n'
    assert json.loads(siemcast("dead-letters", "show", ident, "--json").out)["shape"] == "acme.line"
    assert siemcast("dead-letters", "show", "99") == (2, "", "no dead letter 99; see siemcast dead-letters list\n")
    for command in ("list", "retry", "drop"):
        answer = siemcast("dead-letters", command, "--sink", "leger")
        assert answer == (2, "", "no sink 'leger', and no dead letters of one; sinks are: ledger\n")
    assert siemcast("dead-letters", "drop").code == 2
    assert siemcast("dead-letters", "drop", ident).out == "dropped 1\n"
    assert siemcast("dead-letters", "list").err == "no dead letters\n"


def test_retry_delivers_at_once_what_is_mended_and_says_what_came_back(siemcast: Siemcast, work: Path) -> None:
    siemcast("run", "--until-drained")
    answer = siemcast("dead-letters", "retry", "--json")
    told = json.loads(answer.out)
    assert (answer.code, told["delivered"], told["came_back"][0]["reason"]) == (1, 0, "not acceptable")
    (work / "siemcast.yaml").write_text((work / "siemcast.yaml").read_text().replace("refuse: poison", "refuse: zzz"))
    assert siemcast("dead-letters", "retry", "--sink", "ledger")[:2] == (0, "retried 1, delivered 1\n")
    assert '"id": 3' in (work / "out.jsonl").read_text()
    assert siemcast("dead-letters", "list", "--json").out == "[]\n"


def test_retry_leaves_the_delivery_to_a_forwarder_that_runs(siemcast: Siemcast, work: Path) -> None:
    siemcast("run", "--until-drained")
    with state_lock(work / "state"):
        answer = siemcast("dead-letters", "retry")
    assert (answer.code, answer.out) == (0, "retried 1, delivered 0; the running forwarder delivers them\n")


def test_a_second_forwarder_on_the_same_state_is_refused(siemcast: Siemcast, work: Path) -> None:
    with state_lock(work / "state"):
        answer = siemcast("run", "--until-drained")
    assert answer.code == 2
    assert "is in use by another siemcast (pid " in answer.err


def test_what_a_terminal_would_obey_is_shown_as_an_escape(siemcast: Siemcast, work: Path) -> None:
    record = {"id": "\x1b[2Jgone\nforged  line", "text": "poison"}
    (work / "in.jsonl").write_text(json.dumps(record))
    siemcast("run", "--until-drained")
    (line,) = siemcast("dead-letters", "list").out.splitlines()
    assert r"\x1b[2Jgone\nforged  line" in line
    (letter,) = json.loads(siemcast("dead-letters", "list", "--json").out)
    assert letter["event_id"] == record["id"]


def test_status_shows_cursors_lanes_and_dead_letters_without_any_secret(
    siemcast: Siemcast, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert json.loads(siemcast("status", "--json").out)["journal"]["last"] == 0
    siemcast("run", "--until-drained")
    monkeypatch.delenv("LEDGER_TOKEN")
    status = json.loads(siemcast("status", "--json").out)
    assert status["sources"] == {"lines": {"all": "end"}}
    assert status["sinks"] == {"ledger": {"seq": 1, "behind": 0, "dead_letters": 1}}
    assert (status["running"], status["ready"]) == (False, None)
    assert "sink       ledger: 0 batches behind, 1 dead letter\n" in siemcast("status").out


class Readyz(BaseHTTPRequestHandler):
    """Answers as a forwarder that is not ready, to those who know its token."""

    def do_GET(self) -> None:
        known = self.path == "/readyz" and self.headers["Authorization"] == "Bearer s3cr3t-of-the-ledger"
        body = b'{"ready": false, "causes": [{"part": "sinks.ledger", "cause": "down", "since": "x"}]}'
        self.send_response(503 if known else 401)
        self.end_headers()
        self.wfile.write(body if known else b"no")

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - its base's name
        """Keep quiet."""


def test_status_asks_a_running_forwarder_whether_it_is_ready(siemcast: Siemcast, work: Path) -> None:
    with HTTPServer(("127.0.0.1", 0), Readyz) as server:
        config = work / "siemcast.yaml"
        http = f'{{listen: "127.0.0.1:{server.server_port}", token: "${{env:LEDGER_TOKEN}}"}}'
        config.write_text(config.read_text().replace("http: null", f"http: {http}"))
        serving = Thread(target=server.handle_request)
        serving.start()
        answer = siemcast("status")
        serving.join()
    assert answer.out.endswith("ready      no\ncause      sinks.ledger: down\n")


def test_an_interrupted_command_shows_no_traceback(
    siemcast: Siemcast, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("siemcast.config.document.parse_document", interrupted)
    answer = siemcast("validate")
    assert (answer.code, answer.out, answer.err.strip()) == (1, "", "interrupted")
