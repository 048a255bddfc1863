"""Finds the plugins that bring commands without importing the others: `siemcast --help` shall cost next to nothing."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from siemcast.registry.load import GROUP, load_plugins

if TYPE_CHECKING:
    import click

_HOOK = b"register_commands"


def load_commands() -> Mapping[str, click.Command]:
    """Give the commands that installed plugins bring; of two with one name the first plugin's."""
    commands: dict[str, click.Command] = {}
    for plugin in load_plugins(point for point in entry_points(group=GROUP) if _may_bring_commands(point)):
        for name, command in plugin.specs.commands.items():
            commands.setdefault(name, command)
    return commands


def _may_bring_commands(point: EntryPoint) -> bool:
    """Look for the hook's name in the module's source: what does not even name the hook cannot implement it."""
    try:
        spec = find_spec(point.module)
    except Exception:  # noqa: BLE001 - finding a submodule imports its parent, which may raise anything
        return False
    if spec is None:
        return False
    path = Path(spec.origin or "")
    return path.suffix != ".py" or not path.is_file() or _HOOK in path.read_bytes()
