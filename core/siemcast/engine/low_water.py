"""Decides how far a lane may move: never past a batch of which any part is unsettled."""

from __future__ import annotations


class LowWater:
    """Follows the parts of journalled batches, which settle in any order, and knows the mark below which all have."""

    def __init__(self, mark: int) -> None:
        self.mark = mark
        """All entries up to and with this seq are settled."""
        self._begun = mark
        self._open: dict[int, int] = {}

    @property
    def idle(self) -> bool:
        """Whether nothing that was begun is unsettled."""
        return not self._open

    def begin(self, seq: int) -> None:
        """Begin an entry, in the journal's order; it holds one part until `settle` is called for its reading."""
        if seq <= self._begun:
            raise ValueError(f"seq {seq} begun after {self._begun}")
        self._begun = seq
        self._open[seq] = 1

    def hold(self, seq: int) -> None:
        """Add a part to an entry whose reading is not settled yet."""
        self._open[seq] += 1

    def settle(self, seq: int) -> None:
        """Settle one part; raises KeyError for one too many."""
        self._open[seq] -= 1
        while self._open:
            first = next(iter(self._open))
            if self._open[first]:
                return
            del self._open[first]
            self.mark = first
