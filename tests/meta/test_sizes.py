"""Files and functions stay small enough to be read in one go."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for root in ("core", "plugins", "sinks", "bench") for path in (ROOT / root).rglob("*.py"))
MOST_LINES = 350
MOST_LINES_OF_A_FUNCTION = 50
MOST_LINES_OF_A_KIND = 40


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_and_its_functions_are_short_and_the_file_says_what_it_is_for(path: Path) -> None:
    text = path.read_text()
    tree = ast.parse(text)
    assert len(text.splitlines()) <= MOST_LINES
    long = [f.name for f in _functions(tree) if (f.end_lineno or f.lineno) - f.lineno >= MOST_LINES_OF_A_FUNCTION]
    assert long == []
    assert ast.get_docstring(tree), "a module opens with one sentence saying what it is for"


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if path.name == "__init__.py" and (path.parent / "config.py").exists()],
    ids=lambda path: path.parent.name,
)
def test_a_kinds_hooks_fit_on_one_screen(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MOST_LINES_OF_A_KIND


def test_the_source_roots_are_no_packages() -> None:
    assert [root for root in ("core", "plugins", "sinks") if (ROOT / root / "__init__.py").exists()] == []
