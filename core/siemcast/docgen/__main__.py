"""`python -m siemcast.docgen FOLDER` writes the reference pages."""

from __future__ import annotations

import sys
from pathlib import Path

from siemcast.docgen.pages import pages


def main(folder: str) -> None:
    """Write every page, and remove those that are no page any more."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    written = pages()
    for path in target.rglob("*.md"):
        if path.relative_to(target).as_posix() not in written:
            path.unlink()
    for name, text in written.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
