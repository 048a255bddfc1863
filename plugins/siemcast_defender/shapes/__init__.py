"""The generations of Microsoft's JSON that siemcast reads: hunting rows, Graph incidents and Graph alerts."""

from siemcast_defender.shapes.graph import ALERT, INCIDENT
from siemcast_defender.shapes.hunting import HUNTING

__all__ = ["ALERT", "HUNTING", "INCIDENT"]
