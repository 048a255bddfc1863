"""The `leef` format: its mapping, and how it writes text."""
