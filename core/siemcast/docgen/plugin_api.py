"""The pages of the plugin API and of the metrics."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator

from prometheus_client.metrics import MetricWrapperBase

from siemcast import api, errors, hookspecs
from siemcast.api import journal
from siemcast.docgen.models import summary, table
from siemcast.observe.metrics import Metrics
from siemcast.schema import Document, Head, KnowsTables, RecordShape
from siemcast.schema.mapping import Activity, Ref, TableMapping
from siemcast.schema.places import Places
from siemcast.testing import SinkStage, SourceStage

_HEAD = """\
# Plugin API

A module that an entry point of the group `siemcast` names answers any of these hooks, marked with
`siemcast.api.hookimpl`. Hooks only declare, and are called once. A plugin that cannot be imported, declares a hook
wrongly, raises or gives something else than it should is listed as broken by `siemcast plugins`, with the reason, and
only a configuration that uses it stops. `plugins: {block: [names]}` keeps one from being imported. Two plugins that
bring the same kind are both named when it is used. How to write one: [writing plugins](../writing-plugins.md).
Commands show in `siemcast --help` when the module that the entry point names holds the word `register_commands`: the
help imports no other plugin.
"""
_SPECS = (
    api.SourceSpec,
    api.RecordKind,
    api.SinkSpec,
    api.FormatSpec,
    api.TransformSpec,
    journal.JournalSpec,
    api.SecretResolver,
)
_PORTS = (api.Source, api.Sink, api.Format, journal.Journal)
_FLOW = (api.Batch, api.Encoded, api.Rejected, api.FormatOptions, api.Notice)
_RECORDS = (RecordShape, Head, Document, TableMapping, Activity, Ref)
_TOLD = (Places, KnowsTables)
_LENT = (api.Context, api.Tenant, api.Logger)
_STAGES = (SourceStage, SinkStage)
_ERRORS = (errors.Transient, errors.AuthRefused, errors.Permanent, errors.ConfigError)


def hooks_page() -> str:
    """Write the page of hooks, specs, protocols and errors."""
    text = _HEAD + "\n## Hooks\n\n" + table(("hook", "what it does"), _hooks())
    for title, classes in (
        ("What hooks give", _SPECS),
        ("What specs open", _PORTS),
        ("What flows", _FLOW),
        ("What a record is", _RECORDS),
        ("What may be told besides", _TOLD),
        ("What is lent", _LENT),
        ("What to raise", _ERRORS),
        ("What contract suites are given", _STAGES),
    ):
        text += f"\n## {title}\n"
        for described in classes:
            rows = list(_members(described))
            text += f"\n### `{described.__name__}`\n\n{summary(described)}\n"
            text += "\n" + table(("member", "meaning"), rows) if rows else ""
    return text


def metrics_page() -> str:
    """Write the page of the metrics."""
    rows = []
    for metric in vars(Metrics()).values():
        if isinstance(metric, MetricWrapperBase):
            (described,) = metric.describe()
            name = described.name + ("_total" if described.type == "counter" else "")
            labels = ", ".join(f"`{label}`" for label in metric._labelnames)  # noqa: SLF001 - nothing public tells them
            rows.append((f"`{name}`", described.type, labels, described.documentation))
    head = "# Metrics\n\n`/metrics` gives them in Prometheus' text format. No metric holds a secret.\n\n"
    return head + table(("metric", "type", "labels", "meaning"), rows)


def _hooks() -> Iterator[tuple[str, str]]:
    for name, hook in vars(hookspecs).items():
        if hasattr(hook, "siemcast_spec"):
            yield f"`{name}{inspect.signature(hook)}`".replace("'", ""), (hook.__doc__ or "").strip()


def _members(described: type) -> Iterator[tuple[str, str]]:
    """Give fields, properties and methods with what their docstrings say."""
    body = ast.parse(textwrap.dedent(inspect.getsource(described))).body[0]
    statements = body.body if isinstance(body, ast.ClassDef) else []
    for statement, following in zip(statements, [*statements[1:], None], strict=True):
        if isinstance(statement, ast.AnnAssign):
            yield f"`{ast.unparse(statement)}`", _text(following)
        elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and not statement.name.startswith("_"):
            yield f"`{_signature(statement)}`", " ".join((ast.get_docstring(statement) or "").split())


def _signature(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    returns = f" -> {ast.unparse(function.returns)}" if function.returns else ""
    if any(isinstance(mark, ast.Name) and mark.id == "property" for mark in function.decorator_list):
        return f"{function.name}{returns.replace(' -> ', ': ')}"
    arguments = ast.unparse(function.args).removeprefix("self").removeprefix(", ")
    return f"{'async ' if isinstance(function, ast.AsyncFunctionDef) else ''}{function.name}({arguments}){returns}"


def _text(statement: ast.stmt | None) -> str:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return " ".join(str(statement.value.value).split())
    return ""
