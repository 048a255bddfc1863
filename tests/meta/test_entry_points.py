"""What pyproject declares, what stands on disk, and what is exported agree."""

from __future__ import annotations

import tomllib
from importlib.metadata import distribution
from pathlib import Path

import siemcast.api
from siemcast.registry import Registry, load_plugins

ROOT = Path(__file__).resolve().parents[2]
NO_PLUGINS = {"siemcast_lab", "graph", "mappings", "shapes"}
"""Folders that plugins share, or that hold parts of one plugin."""


def _declared() -> dict[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return dict(project["entry-points"]["siemcast"])


def test_what_is_installed_is_what_pyproject_declares() -> None:
    installed = distribution("siemcast").entry_points.select(group="siemcast")
    assert {point.name: point.value for point in installed} == _declared()


def test_every_folder_of_a_kind_is_declared_and_every_declared_one_is_there() -> None:
    packages = (ROOT / "plugins" / "siemcast_defender", ROOT / "sinks" / "siemcast_sinks")
    folders = {
        f"{package.name}.{folder.name}"
        for package in packages
        for folder in package.iterdir()
        if (folder / "__init__.py").exists() and folder.name not in NO_PLUGINS
    }
    assert folders | {"siemcast.journal.sqlite", "siemcast_lab"} == set(_declared().values())


def test_every_built_in_plugin_is_sound_and_no_kind_clashes() -> None:
    registry = Registry(load_plugins(distribution("siemcast").entry_points.select(group="siemcast")))
    assert {plugin.name: registry.remark(plugin) for plugin in registry.plugins if registry.remark(plugin)} == {}
    assert {plugin.name for plugin in registry.plugins if not (plugin.kinds or plugin.specs.commands)} == set()


def test_the_api_exports_what_it_imports_in_order() -> None:
    public = {name for name in vars(siemcast.api) if name.isidentifier() and name[0] != "_"}
    modules = {path.stem for path in (ROOT / "core" / "siemcast" / "api").glob("*.py")}
    assert list(siemcast.api.__all__) == sorted(siemcast.api.__all__)
    assert set(siemcast.api.__all__) == public - modules
