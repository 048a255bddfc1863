"""Every public error, grouped by what the engine does next.

    SiemcastError
    ├── ConfigError        the configuration or the call is wrong: exit 2, nothing was touched
    ├── PluginError        a plugin is broken: it is named and kept out; using it is a ConfigError
    └── DeliveryError      talking to Microsoft or to a SIEM went wrong
        ├── Transient      nothing is known to have happened: the same call is made again, without an end
        ├── AuthRefused    credentials or rights are wrong: tried again slowly, and /readyz says so
        └── Permanent      this call can never work: the batch is halved until the one bad record is alone

Anything else that a plugin raises is a bug of that plugin: tried again up to a ceiling, then its lane stops loudly.
"""

from __future__ import annotations


class SiemcastError(Exception):
    """Says what is wrong, and in `hint` what to do about it."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


class ConfigError(SiemcastError):
    """Refuses the configuration or the call before anything was touched (exit 2)."""


class PluginError(SiemcastError):
    """Names a plugin that cannot be loaded or breaks its contract."""


class DeliveryError(SiemcastError):
    """Groups what can go wrong between Microsoft, siemcast and a SIEM."""


class Transient(DeliveryError):  # noqa: N818 - the name is the instruction, and part of the plugin contract
    """Asks for the same call again, after `retry_after` seconds when the other side named a time."""

    def __init__(self, message: str, *, hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class AuthRefused(DeliveryError):  # noqa: N818 - as above
    """Says that credentials or rights are wrong; tried again slowly, since somebody may mend them meanwhile."""


class Permanent(DeliveryError):  # noqa: N818 - as above
    """Says that this very call can never work, in the receiver's words."""
