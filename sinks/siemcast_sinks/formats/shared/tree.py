"""Puts fields of dotted names together as nested objects, compiled and the slow way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from siemcast.schema.compiler import Fields
from siemcast.schema.plan import Plan


class Tree:
    """A nested object: `process.parent.name` is `name` in `parent` in `process`; nothing empty is left in it."""

    def __init__(self) -> None:
        self._groups: dict[str, str] = {"": "root"}

    ordered = False

    @property
    def helpers(self) -> Mapping[str, Any]:
        """Nothing but the statements themselves."""
        return {}

    def begin(self, plan: Plan) -> list[str]:
        """Make an object for each group of fields."""
        fields = [step.field for step in plan.steps] + [*plan.rest.values(), *plan.constants]
        for field in fields:
            self._group(field)
        lines = [f"{name} = {{}}" for name in self._groups.values()]
        return lines + [self.put(field, _literal(value)) for field, value in plan.constants.items()]

    def put(self, field: str, value: str) -> str:
        """Set the field in its group."""
        return f"{self._group(field)}[{field.rpartition('.')[2]!r}] = {value}"

    keep = put

    def end(self) -> list[str]:
        """Hang every group that has something into the one above, the innermost first."""
        innermost = sorted(filter(None, self._groups), key=lambda path: -path.count("."))
        hung = [f"if {self._groups[group]}: {self.put(group, self._groups[group])}" for group in innermost]
        return [*hung, "return root"]

    def of(self, fields: Fields, rest: Fields) -> dict[str, Any]:
        """Nest fields one by one."""
        root: dict[str, Any] = {}
        for field, value in (*fields.items(), *rest.items()):
            *groups, name = field.split(".")
            inner = root
            for group in groups:
                inner = inner.setdefault(group, {})
            inner[name] = value
        return root

    def _group(self, field: str) -> str:
        path = field.rpartition(".")[0]
        if path and path not in self._groups:
            self._group(path)
        return self._groups.setdefault(path, f"d{len(self._groups)}")


def _literal(value: Any) -> str:
    return repr(list(value) if isinstance(value, list) else value)
