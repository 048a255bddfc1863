"""A registry with one plugin of the test's own, and a way to load a text with it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import Field, field_validator

from siemcast.api import (
    ConnectionSettings,
    FormatSpec,
    PolledSettings,
    Secret,
    SecretResolver,
    SinkSpec,
    SourceSpec,
    TransformSettings,
    TransformSpec,
)
from siemcast.api.journal import JournalSettings, JournalSpec
from siemcast.config import Configuration, load
from siemcast.engine.where import check_where
from siemcast.errors import Transient
from siemcast.kit.plaintext import refuse_plaintext
from siemcast.registry import Plugin, Registry, Specs

Loaded = Callable[..., Configuration]


class PollSettings(PolledSettings):
    filter: str = ""
    """OData."""


class Ack(PolledSettings):
    """Not a source: any model with a required key."""


class HecSettings(ConnectionSettings):
    format: str = "native"
    """Format of the documents."""
    url: list[str] = Field(min_length=1)
    """Where to."""
    token: Secret
    """The token of the collector."""
    port: int = 8088
    """A number."""

    @field_validator("url")
    @classmethod
    def _encrypted(cls, urls: list[str]) -> list[str]:
        for url in urls:
            refuse_plaintext(url, False, "url")
        return urls


class KeepSettings(TransformSettings):
    share: float = Field(ge=0, le=1)
    """How many."""


@asynccontextmanager
async def _never(*_: object) -> Any:
    raise AssertionError("loading a configuration opens nothing")
    yield


def _fail(_: str) -> str:
    return ""


def _raise(_: str) -> str:
    raise KeyError("hunter2")


def _refuse(_: str) -> str:
    raise Transient("the vault is sealed", hint="unseal it")


class AShape:
    name = "a"


PLUGIN = Plugin(
    name="own",
    status="ok",
    specs=Specs(
        sources=(SourceSpec(kind="poll", summary="", settings=PollSettings, open=_never, shapes=(AShape(),)),),  # type: ignore[arg-type]  # never used
        sinks=(SinkSpec(kind="hec", summary="", settings=HecSettings, open=_never, duplicates="possible"),),
        formats=(
            FormatSpec(name="native", summary="", open=lambda _: None, sink="hec"),  # type: ignore[arg-type,return-value]  # never used
            FormatSpec(name="raw", summary="", open=lambda _: None),  # type: ignore[arg-type,return-value]  # never used
        ),
        transforms=(
            TransformSpec(kind="keep", summary="", settings=KeepSettings, open=lambda _: lambda record: [record]),
        ),
        journals=(JournalSpec(kind="sqlite", summary="", settings=JournalSettings, open=_never),),
        resolvers=(
            SecretResolver(scheme="vault", summary="", resolve=lambda reference: f"vaulted-{reference}"),
            SecretResolver(scheme="hollow", summary="", resolve=_fail),
            SecretResolver(scheme="broken", summary="", resolve=_raise),
            SecretResolver(scheme="leaving", summary="", resolve=sys.exit),
            SecretResolver(scheme="sealed", summary="", resolve=_refuse),
            SecretResolver(scheme="numbers", summary="", resolve=lambda _: 7),  # type: ignore[arg-type,return-value]  # a bug
        ),
    ),
)


def registry(block: Collection[str] = ()) -> Registry:
    return Registry([PLUGIN, Plugin(name="other", status="blocked" if "other" in block else "ok")])


GOOD = """\
state: ./nowhere
tenants:
  contoso:
    tenant_id: contoso.example
    client_id: 0a2b3c4d-0000-4000-8000-000000000000
    credential: {secret: "${env:CONTOSO_SECRET}"}
sources:
  incidents:
    kind: poll
    tenant: contoso
    every: 30s
sinks:
  soc:
    kind: hec
    url: ["https://splunk.example:8088"]
    token: ${env:HEC_TOKEN}
    batch:
      records: 10
routes:
  - from: [incidents]
    where: {table: [DeviceProcessEvents], severity: {at_least: low}}
    to: [soc]
"""
ENVIRON = {"CONTOSO_SECRET": "s3cr3t-of-contoso", "HEC_TOKEN": "s3cr3t-of-hec", "EMPTY": ""}


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded:
    """Load a text as the file `siemcast.yaml` of a fresh folder."""

    def load_text(text: str | bytes, environ: Mapping[str, str] = ENVIRON) -> Configuration:
        file = tmp_path / "siemcast.yaml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load(str(file), check_where=check_where, plugins=registry, environ=environ)

    return load_text


@pytest.fixture
def find_plugins() -> Callable[[Collection[str]], Registry]:
    return registry


@pytest.fixture
def good() -> str:
    return GOOD


@pytest.fixture
def refusals(loaded: Loaded) -> Callable[..., list[str]]:
    """Give the lines that a text is refused with, without the file's name; none when it is taken."""
    from siemcast.config import InvalidConfigError  # noqa: PLC0415

    def lines(text: str | bytes, environ: Mapping[str, str] = ENVIRON) -> list[str]:
        try:
            loaded(text, environ)
        except InvalidConfigError as error:
            return [line.split("siemcast.yaml:", 1)[1] for line in str(error).splitlines()]
        return []

    return lines
