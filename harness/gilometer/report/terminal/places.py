"""A list of names of which only the first few are seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Places:
    """Names in an order, of which only the first few are seen.

    The name that changed last is always among them. It takes the place of the one that has not changed for
    the longest, so all others stay where they are.
    """

    def __init__(self, names: Iterable[str]) -> None:
        """Keep the names in this order."""
        self._names = list(dict.fromkeys(names))
        self._changed = dict.fromkeys(self._names, 0)
        self._now = 0

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def note(self, name: str) -> None:
        """Note that the row or column of a name changed."""
        self._now += 1
        self._changed[name] = self._now

    def seen(self, count: int) -> list[str]:
        """List the names in the first ``count`` places; there must be at least one name and one place."""
        latest = max(range(len(self._names)), key=self._when)
        if latest >= count:
            oldest = min(range(count), key=self._when)
            names = self._names
            names[oldest], names[latest] = names[latest], names[oldest]
        return self._names[:count]

    def _when(self, index: int) -> int:
        return self._changed[self._names[index]]
