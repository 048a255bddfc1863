"""Writes docs/reference from what the code itself says: settings models, specs, commands, hooks and metrics."""
