"""A third-party plugin as pip would install it, and a way to call the command beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from siemcast.cli.main import call

PLUGIN = '''
from contextlib import asynccontextmanager
from pathlib import Path

import click

from siemcast.api import Batch, Rejected, Secret, SinkSettings, SinkSpec, SourceSettings, SourceSpec, hookimpl
from siemcast.errors import AuthRefused, Transient
from siemcast.schema import Head


class Shape:
    name = "acme.line"

    def recognise(self, data):
        return True

    def head(self, record):
        return Head(id=str(record.data.get("id")), kind="event", table="lines", time_ms=0)

    def columns(self, data):
        return data


class LineSettings(SourceSettings):
    path: Path
    """JSON lines."""


class LedgerSettings(SinkSettings):
    format: str = "raw"
    """Format of the documents."""
    path: Path
    """Where to."""
    refuse: str = "nothing at all"
    """What makes a document unacceptable."""
    token: Secret
    """Must not be `wrong`."""
    down: Path | None = None
    """Takes nothing, and makes this file when asked to."""


class Lines:
    def __init__(self, settings):
        self.path = settings.path

    async def check(self):
        self.path.stat()

    async def read(self, resume):
        if "all" not in resume:
            yield Batch("all", self.path.read_bytes().splitlines(), "end", "acme.line")


class Ledger:
    def __init__(self, settings):
        self.settings = settings

    async def check(self):
        if self.settings.token.reveal() == "wrong":
            raise AuthRefused("the ledger does not know us", hint="get a token")

    async def write(self, batch):
        if self.settings.down:
            self.settings.down.touch()
            raise Transient("the ledger is closed")
        refused = self.settings.refuse.encode()
        with self.settings.path.open("ab") as file:
            file.writelines(d.body + b"\\n" for d in batch.documents if refused not in d.body)
        return [Rejected(i, "not acceptable") for i, d in enumerate(batch.documents) if refused in d.body]


@asynccontextmanager
async def open_lines(settings, context):
    yield Lines(settings)


@asynccontextmanager
async def open_ledger(settings, context):
    yield Ledger(settings)


@hookimpl
def register_sources():
    yield SourceSpec(kind="own.lines", summary="Lines", settings=LineSettings, open=open_lines, shapes=[Shape()])


@hookimpl
def register_sinks():
    yield SinkSpec(kind="own.ledger", summary="L", settings=LedgerSettings, open=open_ledger, duplicates="possible")


@hookimpl
def register_commands(cli):
    @cli.command()
    def greet():
        """Say hello."""
        click.echo("hello")

    @cli.command()
    def run():
        """Try to be ours."""
'''
CONFIG = """\
state: {folder}/state
http: null
sources:
  lines: {{kind: own.lines, path: {folder}/in.jsonl}}
sinks:
  ledger: {{kind: own.ledger, path: {folder}/out.jsonl, token: "${{env:LEDGER_TOKEN}}", refuse: poison}}
routes:
  - {{from: [lines], to: [ledger]}}
"""


class Answer(NamedTuple):
    """What a call came to."""

    code: int
    out: str
    err: str


Siemcast = Callable[..., Answer]


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with a configuration, five records of which one is poisonous, and the plugin on the path."""
    site = tmp_path / "site"
    info = site / "siemcast_own-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: siemcast-own\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[siemcast]\nown = siemcast_own_plugin\n")
    (site / "siemcast_own_plugin.py").write_text(PLUGIN)
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setenv("LEDGER_TOKEN", "s3cr3t-of-the-ledger")
    monkeypatch.delenv("SIEMCAST_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)
    lines = [f'{{"id": {number}, "text": "{"poison" if number == 3 else "fine"}"}}\n' for number in range(5)]
    (tmp_path / "in.jsonl").write_text("".join(lines))
    (tmp_path / "siemcast.yaml").write_text(CONFIG.format(folder=tmp_path))
    return tmp_path


@pytest.fixture
def siemcast(capfdbinary: pytest.CaptureFixture[bytes]) -> Siemcast:
    """Call the command as `main` does; no answer may show the secret."""

    def called(*arguments: str) -> Answer:
        code = call(arguments)
        out, err = capfdbinary.readouterr()
        answer = Answer(code, out.decode(), err.decode())
        assert "s3cr3t" not in answer.out + answer.err
        return answer

    return called
