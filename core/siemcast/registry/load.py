"""Loads the entry points one by one, so that what one plugin does wrong costs the others nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from importlib.metadata import EntryPoint, entry_points

import pluggy

from siemcast import hookspecs
from siemcast.errors import PluginError
from siemcast.registry.declared import declared
from siemcast.registry.plugin import Plugin, described
from siemcast.registry.registry import Registry

GROUP = "siemcast"


def load_registry(block: Collection[str] = ()) -> Registry:
    """Load every installed plugin but the blocked ones. Never raises for what a plugin does wrong."""
    return Registry(load_plugins(entry_points(group=GROUP), block))


def load_plugins(found: Iterable[EntryPoint], block: Collection[str] = ()) -> list[Plugin]:
    """Load entry points in the order of their names; a second one of the same name is broken, naming both."""
    plugins: dict[str, Plugin] = {}
    values: dict[str, str] = {}
    for point in sorted(found, key=lambda point: (point.name, point.value)):
        if point.name not in plugins:
            plugins[point.name], values[point.name] = _load(point, block), point.value
        elif values[point.name] != point.value:
            reason = f"two plugins are called {point.name}: {values[point.name]} and {point.value}; uninstall one"
            plugins[point.name] = Plugin(name=point.name, status="broken", reason=reason)
    return list(plugins.values())


def _load(point: EntryPoint, block: Collection[str]) -> Plugin:
    if point.name in block:
        return Plugin(name=point.name, status="blocked")
    try:
        return Plugin(name=point.name, status="ok", specs=declared(_manager(point)))
    except PluginError as error:
        return Plugin(name=point.name, status="broken", reason=str(error))


def _manager(point: EntryPoint) -> pluggy.PluginManager:
    """Give a manager of this plugin alone: pluggy would let one plugin's exception hide the answers of all others."""
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(hookspecs)
    try:
        plugin = point.load()
        manager.register(plugin, name=point.name)
        manager.check_pending()
    except (Exception, SystemExit) as error:  # importing runs the plugin's code, which may raise anything
        stage = "a hook is declared wrongly" if isinstance(error, pluggy.PluginValidationError) else "import failed"
        raise PluginError(f"{stage}: {described(error)}") from error
    if not manager.get_hookcallers(plugin):
        raise PluginError(f"{point.value} answers no hook; mark its functions with siemcast.api.hookimpl")
    return manager
