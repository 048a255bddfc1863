"""The strict configuration: YAML to validated parts, every error with file, line and path, no secret in any."""

from siemcast.config.configuration import (
    Configuration,
    JournalPart,
    RoutePart,
    SinkPart,
    SourcePart,
    StateConfiguration,
    TransformPart,
)
from siemcast.config.envelope import Envelope, HttpSettings, LogSettings
from siemcast.config.load import load, load_mappings, load_sink, load_state
from siemcast.config.problems import InvalidConfigError

__all__ = [
    "Configuration",
    "Envelope",
    "HttpSettings",
    "InvalidConfigError",
    "JournalPart",
    "LogSettings",
    "RoutePart",
    "SinkPart",
    "SourcePart",
    "StateConfiguration",
    "TransformPart",
    "load",
    "load_mappings",
    "load_sink",
    "load_state",
]
