"""The pages of sources, sinks and formats, from their specs."""

from __future__ import annotations

from siemcast.api import PolledSettings, SinkSettings, SourceSettings
from siemcast.docgen.models import settings, table
from siemcast.registry import Registry

_UNITS = (
    "Durations are written `30s`, `5m`, `12h`, `7d`; sizes `512KiB`, `1MB`, `10GB`; secrets best as `${env:NAME}` or\n"
    "`${file:/path}` (see [configuration](configuration.md)). A relative path is relative to the working directory.\n"
)


def sources_page(registry: Registry) -> str:
    """Write the page of all kinds of source."""
    text = f"# Sources\n\nEach stands under `sources`, by a name of yours, with its `kind`. {_UNITS}"
    for spec in registry.sources.all():
        shapes = ", ".join(f"`{shape.name}`" for shape in spec.shapes)
        text += f"\n## `{spec.kind}`\n\n{spec.summary}. Stability: {spec.stability}. Record shapes: {shapes}.\n\n"
        text += settings(spec.settings, SourceSettings)
        if issubclass(spec.settings, PolledSettings):
            text += "\nA window is read up to now and read again by the overlap; repeats are known by id and version.\n"
    return text + _records(registry)


def _records(registry: Registry) -> str:
    readable = registry.sources.names()
    rows = [
        (f"`{kind.kind}`", kind.summary, ", ".join(f"`{shape.name}`" for shape in kind.shapes))
        for kind in registry.record_kinds.all()
        if kind.kind not in readable
    ]
    head = (
        "\n## Kinds of record without a reader\n\nFor `siemcast encode --from KIND` and `kind_of_record` of "
        "`replay.file`: archives and pipes hold them, but no\nsource here reads them from their service.\n\n"
    )
    return head + table(("kind", "records", "record shapes"), rows) if rows else ""


def sinks_page(registry: Registry) -> str:
    """Write the page of all kinds of sink."""
    text = f"# Sinks\n\nEach stands under `sinks`, by a name of yours, with its `kind`. {_UNITS}"
    text += "\n## All sinks\n\n" + settings(SinkSettings)
    for spec in registry.sinks.all():
        formats = ", ".join(f"`{name}`" for name in registry.formats_for(spec.kind))
        repeats = "are suppressed by the receiver" if spec.duplicates == "suppressed" else "may arrive as doubles"
        text += (
            f"\n## `{spec.kind}`\n\n{spec.summary}. Stability: {spec.stability}. Documents sent twice {repeats}.\n"
            f"Formats: {formats}.\n\n"
        )
        text += settings(spec.settings, SinkSettings)
    return text


def formats_page(registry: Registry) -> str:
    """Write the page of all formats."""
    rows = [
        (f"`{spec.name}`", f"`{spec.sink}`" if spec.sink else "any", spec.text, spec.stability, spec.summary)
        for spec in registry.formats.all()
    ]
    text = (
        "# Formats\n\nA sink's `format` names one. `siemcast preview FILE --from KIND` shows a record in each;\n"
        "[mappings](mappings/index.md) tell where each column lands.\n\n"
    )
    return text + table(("format", "sink", "text", "stability", "what it is"), rows)
