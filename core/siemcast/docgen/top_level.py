"""The page of the configuration's top level, tenants, the journal and routes."""

from __future__ import annotations

from siemcast.api.journal import JournalSettings
from siemcast.config.envelope import Envelope, HttpSettings, LogSettings, PluginSettings, RouteSettings
from siemcast.docgen.models import default_of, meaning, settings, table, type_of
from siemcast.kit.tenant import TenantSettings
from siemcast.registry import Registry

_SECRETS = """\
## Secrets and references

`${env:NAME}`, `${file:/path}` and the references of registered resolvers stand anywhere in a text; `$${` writes the
characters themselves. In a secret setting the reference is kept: a file is read again when it changes, without a
restart. Newlines at its end are not part of the secret. While the file is absent or empty, its last text holds.
Variables and registered resolvers are asked once, at start, and so is everything outside of secret settings. An unset
or empty reference is refused by `validate` and `run`.

A relative path is relative to the working directory of the process. Values are read as YAML 1.2: `no` and `on` are
words, dates and times are text. Anchors and merge keys work; a key that stands twice is refused. Names are made of
letters, digits, `_`, `.` and `-`.

Every mistake is one line, `FILE:LINE: path: what is wrong; what to do`, on standard error, with exit code 2 and
nothing touched.
"""
_WHERE = """\
Every key of `where` must match. Keys are `table`, `kind`, `product`, `severity`, `status`, `title`, `tenant`,
`device.hostname`, ..., or columns of the record as `record.ColumnName`. A value matches itself, a list any of its
items; `{at_least: high}` compares severities, `{glob: "Device*"}` patterns, `{exists: true}` presence, `{not: ...}`
the opposite.
"""


def configuration_page(registry: Registry) -> str:
    """Write the page of everything but sources and sinks."""
    rows = [
        (f"`{name}`", type_of(field), default_of(field), meaning(field))
        for name, field in Envelope.model_fields.items()
    ]
    text = "# Configuration\n\nOne YAML file, given with `-c` (default `./siemcast.yaml`, or `$SIEMCAST_CONFIG`).\n\n"
    text += table(("key", "type", "default", "meaning"), rows)
    text += "\nKinds: [sources](sources.md), [sinks](sinks.md), [formats](formats.md).\n\n" + _SECRETS
    text += "\n## `tenants`\n\n" + settings(TenantSettings)
    text += "\n## `routes`\n\n" + settings(RouteSettings) + "\n" + _WHERE
    for spec in registry.transforms.all():
        text += f"\n### Transform `{spec.kind}`\n\n{spec.summary}.\n\n" + settings(spec.settings)
    text += "\n## `http`\n\n" + settings(HttpSettings)
    text += "\n## `journal`\n\n" + settings(JournalSettings)
    for journal in registry.journals.all():
        text += f"\n### `{journal.kind}`\n\n{journal.summary}.\n\n" + settings(journal.settings, JournalSettings)
    return text + "\n## `log`\n\n" + settings(LogSettings) + "\n## `plugins`\n\n" + settings(PluginSettings)
