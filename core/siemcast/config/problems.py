"""What is wrong with a configuration: every problem with its line and path, all of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from siemcast.errors import ConfigError, SiemcastError

Path = tuple[str | int, ...]
"""The way to a value from the top of the file: keys, and positions in lists."""


def dotted(path: Path) -> str:
    """Write a path as users read it: `routes.0.from`."""
    return ".".join(str(step) for step in path)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where it stands and what to do about it."""

    path: Path
    message: str
    hint: str = ""

    def __str__(self) -> str:
        said = f"{self.message}; {self.hint}" if self.hint else self.message
        return " ".join((f"{dotted(self.path)}: {said}" if self.path else said).split())


class InvalidConfigError(ConfigError):
    """Holds one line a problem: `FILE:LINE: sinks.soc.token: what is wrong; what to do`."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


class Problems:
    """Collects problems, and writes them with their lines and without any secret."""

    def __init__(self, file: str, lines: Mapping[Path, int]) -> None:
        self._file = file
        self._lines = lines
        self._found: list[Problem] = []
        self._elsewhere: list[str] = []
        self._secrets: set[str] = set()

    def __len__(self) -> int:
        return len(self._found) + len(self._elsewhere)

    def add(self, path: Path, message: str, hint: str = "") -> None:
        """Note a problem at a path."""
        self._found.append(Problem(path, message, hint))

    def refused(self, path: Path, error: SiemcastError) -> None:
        """Note an error that something else raised about the value at a path."""
        self.add(path, error.message, error.hint)

    def elsewhere(self, lines: Iterable[str]) -> None:
        """Note problems in other files, each told with its file and line."""
        self._elsewhere += lines

    def hide(self, secret: str) -> None:
        """Keep a text out of every line, whoever repeats it."""
        if len(secret) > 2:  # shorter ones hide nothing, and would tear the words that surround them
            self._secrets |= {secret, repr(secret)[1:-1]}

    def about(self, path: Path) -> bool:
        """Tell whether there is already a problem at a path or below it."""
        return any(problem.path[: len(path)] == path for problem in self._found)

    def raise_any(self) -> None:
        """Raise InvalidConfigError with all that was found, in the order of the file, then what other files have."""
        if len(self):
            lines = sorted({(self._line(problem.path), str(self._hidden(problem))) for problem in self._found})
            raise InvalidConfigError([*(f"{self._file}:{line}: {text}" for line, text in lines), *self._elsewhere])

    def _line(self, path: Path) -> int:
        """Give the line of a path, or of the nearest thing around it that is in the file."""
        return next((self._lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in self._lines), 1)

    def _hidden(self, problem: Problem) -> Problem:
        message, hint = problem.message, problem.hint
        for secret in sorted(self._secrets, key=len, reverse=True):
            message, hint = message.replace(secret, "***"), hint.replace(secret, "***")
        return Problem(problem.path, message, hint)
