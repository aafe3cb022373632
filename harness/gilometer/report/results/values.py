"""What a function of the user's own returned: whether that was the same in all ways to run it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilometer.model import Outcome, Strategy
from gilometer.plan.groups import baseline_of
from gilometer.report.results.configurations import Configuration
from gilometer.report.results.rows import configuration_of, label_of, rows_of

if TYPE_CHECKING:
    import pandas as pd

    from gilometer.model import Plan

SEVERAL = "/"
"""Between the checksums of a process whose values changed."""


@dataclass(frozen=True)
class Way:
    """A way to run the function."""

    interpreter: str
    """Label of the interpreter."""
    configuration: Configuration


@dataclass(frozen=True)
class ReturnedValues:
    """The ways in which a function returned something else than usually."""

    changing: tuple[Way, ...] = ()
    """Ways in which the values were not always the same."""
    differing: tuple[Way, ...] = ()
    """Ways in which they were always the same, but not those of one thread of the baseline."""

    @property
    def differences(self) -> tuple[Way, ...]:
        """All of them."""
        return self.changing + self.differing


def returned_values(plan: Plan, invocations: pd.DataFrame) -> ReturnedValues:
    """Compare the values of a function of the user's own; workloads of the project have their checksums."""
    if plan.own is None:
        return ReturnedValues()
    found: dict[Way, set[str]] = {}
    for row in rows_of(invocations):
        if row["checksum"] and row["outcome"] == Outcome.OK.value:
            way = Way(label_of(row), configuration_of(row))
            found.setdefault(way, set()).update(row["checksum"].split(SEVERAL))
    changing = tuple(way for way, checksums in found.items() if len(checksums) > 1)
    usual = _usual(plan, found)
    differing = tuple(way for way, checksums in found.items() if len(checksums) == 1 and checksums != usual)
    return ReturnedValues(changing, differing if len(usual) == 1 else ())


def _usual(plan: Plan, found: dict[Way, set[str]]) -> set[str]:
    """Return the checksums of one thread of the baseline, or of the first way."""
    one_thread = Way(baseline_of(plan).label, Configuration(Strategy.SERIAL, 1))
    return found.get(one_thread) or next(iter(found.values()), set())
