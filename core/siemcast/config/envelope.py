"""The top level of a configuration; sources, sinks, tenants and the journal are judged by their own models."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from siemcast.api import Secret, Settings
from siemcast.kit.plaintext import is_loopback


class HttpSettings(Settings):
    """Where health and metrics are served."""

    listen: str
    """`HOST:PORT` to listen on."""
    token: Secret | None = None
    """Bearer token that callers must send; needed wherever others than this machine can reach it."""

    @property
    def host(self) -> str:
        """The host, without the brackets of IPv6."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        return int(self.listen.rpartition(":")[2])

    @field_validator("listen")
    @classmethod
    def _host_and_port(cls, listen: str) -> str:
        host, _, port = listen.rpartition(":")
        if not host or not port.isascii() or not port.isdigit() or int(port[:6]) > 65535:
            raise ValueError("not HOST:PORT; write for example 127.0.0.1:8686, or [::1]:8686; or null for none")
        return listen

    @model_validator(mode="after")
    def _guarded(self) -> HttpSettings:
        if self.token is None and not is_loopback(self.host):
            raise ValueError(
                f"{self.host} can be reached from other machines; add a token: "
                f'{{listen: "{self.listen}", token: "${{env:NAME}}"}}'
            )
        return self


class LogSettings(Settings):
    """What is logged, and how."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """Least grave level that is logged."""
    format: Literal["json", "console"] = "json"
    """`json`: one object a line; `console`: for people to read."""


class PluginSettings(Settings):
    """Which plugins are used."""

    block: list[str] = Field(default_factory=list)
    """Names of plugins that are not even imported (see `siemcast plugins`)."""


class RouteSettings(Settings):
    """Which records go to which sinks."""

    from_: list[str] = Field(alias="from", min_length=1)
    """Names of sources."""
    where: dict[str, Any] = Field(default_factory=dict)
    """Conditions on each record, all of which must hold; without any, every record matches."""
    transforms: list[dict[str, Any]] = Field(default_factory=list)
    """What is done to each record on the way, in order; each by its `kind`."""
    to: list[str] = Field(min_length=1)
    """Names of sinks."""


class Envelope(Settings):
    """A whole configuration."""

    state: Path = Path("siemcast-state")
    """Folder of the journal, the cursors and the dead letters."""
    http: HttpSettings | None = HttpSettings(listen="127.0.0.1:8686")
    """Health and metrics: `HOST:PORT` on this machine (`127.0.0.1:8686` when absent), `{listen, token}`
    for others to reach, `null` for none."""
    journal: dict[str, Any] = Field(default_factory=dict)
    """The durable log between sources and sinks, by its `kind` (`sqlite`)."""
    log: LogSettings = LogSettings()
    """What is logged, and how."""
    tenants: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Microsoft tenants by a name of yours."""
    sources: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """What is read, by a name of yours; each by its `kind`."""
    sinks: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Where it goes, by a name of yours; each by its `kind`."""
    routes: list[RouteSettings] = Field(default_factory=list)
    """Which records go to which sinks."""
    plugins: PluginSettings = PluginSettings()
    """Which plugins are used."""
    mappings: Path | None = None
    """Folder of mapping files of your own (`*.yaml`), which add to the built-in mappings or change them."""

    @field_validator("mappings")
    @classmethod
    def _folder(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_dir():
            raise ValueError(f"no such folder: {path}")
        return path

    @field_validator("http", mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"listen": str(value)} if isinstance(value, (str, int)) else value
