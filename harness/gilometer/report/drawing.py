"""A plot that was drawn."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("png", "svg", "csv")
"""The kinds of files of a plot: their suffixes."""


@dataclass(frozen=True)
class Drawing:
    """One plot of a run, in all forms that a report uses."""

    name: str
    """Name of the files, without suffix."""
    shows: str
    title: str
    """The finding as a sentence."""
    subtitle: str
    head_share: float
    """Share of the height that title and subtitle take, from 0 to 1."""
    svg: str
    png: bytes
    csv: str
    """The rows that the plot shows, below the names of their columns."""

    @property
    def files(self) -> dict[str, bytes]:
        """The content of each file, by its kind."""
        return dict(zip(KINDS, (self.png, self.svg.encode(), self.csv.encode()), strict=True))

    @property
    def alt(self) -> str:
        """The text for readers who can't see the picture."""
        return f"{self.title}. {self.shows}."
