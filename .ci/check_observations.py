"""Hold what a real comparison observed against what is known of interpreters, however few its blocks were."""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Known:
    """Where something that was observed must be, in its unit."""

    interpreter: str
    what: str
    least: float = 0.0
    most: float = float("inf")

    def complaint(self, values: dict[tuple[str, str], float]) -> str:
        """Say how it is otherwise; nothing, if it is as it must be."""
        value = values.get((self.interpreter, self.what))
        if value is None:
            return f"{self.interpreter} told nothing of {self.what}"
        print(f"{self.interpreter:14} {self.what:42} {value:.3g}")
        return "" if self.least <= value <= self.most else f"{self.interpreter}: {self.what} is {value:g}"


KNOWN = (
    Known("cpython-3.13", "counter lost", most=0.001),
    Known("cpython-3.13t", "counter lost", least=0.001),
    Known("jython-2.7", "counter lost", least=0.001),
    Known("cpython-3.13", "at del", least=1),
    Known("cpython-3.13t", "at del", least=0.99),
    Known("pypy-3.11", "at del", most=0.5),
    Known("jython-2.7", "at del", most=0.5),
    Known("cpython-3.13", "wake-up delay beside a CPU-bound thread p50", least=4),
    Known("cpython-3.13", "pure Python loop", most=0.5),
    Known("cpython-3.13", "sleep", least=0.5),
)

ALONE = ("lost_updates", "serial")
"""The control, which loses nothing anywhere."""


def main() -> None:
    """Exit with what is otherwise, if anything is."""
    with (Path(sys.argv[1]) / "observations.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if (row["workload"], row["strategy"]) != ALONE]
    values = {(row["interpreter"] + row["variant"], row["what"]): float(row["value"]) for row in rows}
    sys.exit("\n".join(filter(None, (one.complaint(values) for one in KNOWN))) or 0)


if __name__ == "__main__":
    main()
