"""The reference pages by their path below docs/reference; of this distribution alone, whatever else is installed."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import distribution

from siemcast.docgen.canonical import canonical_page
from siemcast.docgen.commands import commands_page
from siemcast.docgen.kinds import formats_page, sinks_page, sources_page
from siemcast.docgen.mappings import mapping_pages
from siemcast.docgen.plugin_api import hooks_page, metrics_page
from siemcast.docgen.top_level import configuration_page
from siemcast.registry import Registry, load_plugins
from siemcast.registry.load import GROUP

_NOTE = "<!-- Written by `make docs` from the code; do not edit. -->\n\n"


def pages() -> Mapping[str, str]:
    """Give every page's text by its path."""
    registry = Registry(load_plugins(distribution("siemcast").entry_points.select(group=GROUP)))
    made = {
        "canonical.md": canonical_page(),
        "cli.md": commands_page(registry),
        "configuration.md": configuration_page(registry),
        "formats.md": formats_page(registry),
        "hooks.md": hooks_page(),
        "metrics.md": metrics_page(),
        "sinks.md": sinks_page(registry),
        "sources.md": sources_page(registry),
        **mapping_pages(registry),
    }
    return {name: _NOTE + text.strip() + "\n" for name, text in made.items()}
