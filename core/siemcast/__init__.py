"""siemcast: forwards what Microsoft Defender knows into every SIEM. Imports nothing (pytest loads it early)."""

__version__ = "0.1.0"
