"""Hold a real comparison against what is known: the order of things, never a time."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

JYTHON_GAINS = 1.0
OLD_GIL_GAINS_NOT = 1.0
SLEEP_GAINS = 1.5


def main() -> None:
    """Exit with what is out of order, if anything is."""
    with Path(sys.argv[1]).open() as file:
        rows = list(csv.DictReader(file))
    threads = {
        (row["interpreter"], row["workload"]): float(row["speedup"])
        for row in rows
        if row["strategy"] == "threads" and row["outcome"] == "ok"
    }
    interpreters = {row["interpreter"] for row in rows}
    wrong = [f"{row} is {row['outcome']}" for row in rows if row["outcome"] not in {"ok", "unsupported"}]
    wrong += [f"threads on {name} sleep" for name in interpreters if threads[name, "sleep"] < SLEEP_GAINS]
    if threads["jython-2.7", "fib"] < JYTHON_GAINS:
        wrong.append("Jython's threads do not beat its serial on fib")
    if threads["cpython-2.7", "fib"] > OLD_GIL_GAINS_NOT:
        wrong.append("CPython 2.7's threads beat its serial on fib")
    for (name, workload), speedup in sorted(threads.items()):
        print(f"{name:14} {workload:14} threads {speedup:.2f}")
    if interpreters != {"cpython-2.7", "cpython-3.13", "jython-2.7"}:
        wrong.append(f"measured {sorted(interpreters)}")
    sys.exit("\n".join(wrong) or 0)


if __name__ == "__main__":
    main()
