"""The page of the canonical event: every object and attribute that a mapping can name, out of the models."""

from __future__ import annotations

from siemcast.docgen.models import summary, table
from siemcast.schema.canonical import ACTIVITIES, CLASSES
from siemcast.schema.model.vocabulary import Attribute, attributes_of, models

_INTRODUCTION = """\
# Canonical paths

What siemcast can say of an event, in OCSF 1.8's names. Mappings, [your own](../how-to/own-mappings.md) too, and `where`
name these paths: an attribute of the event, and with dots those of the objects in it
(`actor.process.parent_process.pid`). Where an attribute holds several, a path speaks of any of them
(`attacks.technique.uid`).

The rows of a table are of a class, and tell of one of its activities (`is: process_activity/launch`).

"""


def canonical_page() -> str:
    """Write the page."""
    text = _INTRODUCTION
    text += f"Classes: {_listed(CLASSES)}.\n\nActivities: {_listed(ACTIVITIES)}.\n"
    for name, model in models().items():
        text += f"\n## {name}\n\n{summary(model)}\n\n"
        text += table(("attribute", "type", "meaning"), (_row(one) for one in attributes_of(model)))
    return text


def _row(one: Attribute) -> tuple[str, str, str]:
    kind = f"[{one.kind}](#{one.kind})" if one.model else one.kind
    return f"`{one.name}`", f"several of {kind}" if one.many else kind, one.meaning


def _listed(names: frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))
