"""The testing kit: contract suites to inherit, and stand-ins for what the engine lends to a plugin."""

from siemcast.testing.fakes import FakeContext, FakeLog, FakeTenant
from siemcast.testing.format import FormatContract
from siemcast.testing.sink import SinkContract, SinkStage
from siemcast.testing.source import SourceContract, SourceStage

__all__ = [
    "FakeContext",
    "FakeLog",
    "FakeTenant",
    "FormatContract",
    "SinkContract",
    "SinkStage",
    "SourceContract",
    "SourceStage",
]
