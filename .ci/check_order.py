"""Hold a real comparison against what is known: the order of things, never a time."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

SLEEP_GAINS = 1.5
LEVEL = 1.0
WITHOUT_THREADS = {"pyodide-3.14"}
MEASURED = {
    "cpython-2.7",
    "cpython-3.13",
    "cpython-3.13t",
    "cpython-3.13t+gil",
    "cpython-3.14",
    "jython-2.7",
    "micropython-3.4",
    "pyodide-3.14",
}


def main() -> None:
    """Exit with what is out of order, if anything is."""
    with Path(sys.argv[1]).open() as file:
        rows = list(csv.DictReader(file))
    threads = {
        (row["interpreter"] + row["variant"], row["workload"]): float(row["speedup"])
        for row in rows
        if row["strategy"] == "threads" and row["outcome"] == "ok"
    }
    labels = {row["interpreter"] + row["variant"] for row in rows}
    for (name, workload), speedup in sorted(threads.items()):
        print(f"{name:18} {workload:14} threads {speedup:.2f}")
    wrong = [f"{row} is {row['outcome']}" for row in rows if row["outcome"] not in {"ok", "unsupported"}]
    if labels != MEASURED:
        wrong.append(f"measured {sorted(labels)}")
    sleeping = labels - WITHOUT_THREADS
    wrong += [f"threads on {name} sleep" for name in sleeping if threads[name, "sleep"] < SLEEP_GAINS]
    if threads["cpython-2.7", "fib"] > LEVEL:
        wrong.append("CPython 2.7's threads beat its serial on fib")
    if threads["jython-2.7", "fib"] < LEVEL:
        wrong.append("Jython's threads do not beat its serial on fib")
    if threads["cpython-3.13t", "fib"] < threads["cpython-3.13t+gil", "fib"]:
        wrong.append("threads gain less on fib without the GIL than with it, in the same binary")
    sys.exit("\n".join(wrong) or 0)


if __name__ == "__main__":
    main()
