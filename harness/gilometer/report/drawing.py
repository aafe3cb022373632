"""A plot that was drawn."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("png", "svg", "csv")
"""Of the files of a plot."""


@dataclass(frozen=True)
class Drawing:
    """One plot of a run, in every form that a report has it in."""

    name: str
    """Of its files."""
    shows: str
    title: str
    """The finding."""
    subtitle: str
    head_share: float
    """How much of the height title and subtitle take, from 0 to 1."""
    svg: str
    png: bytes
    csv: str
    """Its rows, under the names of their columns."""

    @property
    def files(self) -> dict[str, bytes]:
        """What its files hold, by their kind."""
        return dict(zip(KINDS, (self.png, self.svg.encode(), self.csv.encode()), strict=True))

    @property
    def alt(self) -> str:
        """Its words for who can't see it."""
        return f"{self.title}. {self.shows}."
