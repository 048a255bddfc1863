"""A stand-in for Microsoft Entra: it signs applications in as strictly as the real one, and can be told to fail."""

from siemcast_lab.entra.app import Fault, LabEntra
from siemcast_lab.entra.registration import Registration

__all__ = ["Fault", "LabEntra", "Registration"]
