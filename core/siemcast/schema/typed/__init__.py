"""Rows read straight into types, and functions from these to documents (docs/adr/0015-rows-are-read-into-types.md)."""
