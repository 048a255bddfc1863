"""A stand-in for Microsoft Graph's security lists: incidents and alerts, with every quirk and fault as a switch."""

from siemcast_lab.graph.app import graph_app
from siemcast_lab.graph.quirks import Quirks
from siemcast_lab.graph.service import Answer, LabGraph, Seen
from siemcast_lab.graph.store import Store

__all__ = ["Answer", "LabGraph", "Quirks", "Seen", "Store", "graph_app"]
