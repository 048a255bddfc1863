"""Knows every plugin and what it brings: built-ins and third parties found the same way, a broken one kept out."""

from siemcast.registry.load import load_plugins, load_registry
from siemcast.registry.plugin import Plugin, Specs
from siemcast.registry.registry import Registry

__all__ = ["Plugin", "Registry", "Specs", "load_plugins", "load_registry"]
