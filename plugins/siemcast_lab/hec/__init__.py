"""A stand-in of Splunk's HTTP Event Collector: tokens, indexes, validation, acknowledgements, and faults."""

from siemcast_lab.hec.rules import HecEvent
from siemcast_lab.hec.server import Hec, HecToken

__all__ = ["Hec", "HecEvent", "HecToken"]
