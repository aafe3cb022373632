"""Hold a real comparison against what is known: verdicts and the order of things, never a time."""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from pathlib import Path

SLEEP_GAINS = 1.5
LEVEL = 1.0
TWO_CORES = 1.5
"""Capacity of two processes from which on the machine had two cores to give."""
KNOWN = {"C1", "C2", "C4", "C7", "C8"}
"""Claims that are known to hold wherever they apply: never to be refuted, be it only for want of time."""
WITHOUT_THREADS = {"pyodide-3.14"}
EXPECTED = {"ok", "unsupported", "not_reached"}
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
    folder = Path(sys.argv[1])
    with (folder / "summary.csv").open() as file:
        rows = list(csv.DictReader(file))
    verdicts = json.loads((folder / "verdicts.json").read_text())["verdicts"]
    wrong = [f"{row} is {row['outcome']}" for row in rows if row["outcome"] not in EXPECTED]
    labels = {row["interpreter"] + row["variant"] for row in rows}
    if labels != MEASURED:
        wrong.append(f"measured {sorted(labels)}")
    wrong += [one["sentence"] for one in verdicts if one["claim"] in KNOWN and one["verdict"] == "refuted"]
    wrong += out_of_order(rows, labels)
    sys.exit("\n".join(wrong) or 0)


def out_of_order(rows: list[dict[str, str]], labels: set[str]) -> list[str]:
    """Tell what threads gain where they can't, or don't where they must; all must have reached sleep."""
    threads: defaultdict[tuple[str, str], float] = defaultdict(lambda: float("nan"))
    threads |= {
        (row["interpreter"] + row["variant"], row["workload"]): float(row["speedup"] or "nan")
        for row in rows
        if row["strategy"] == "threads" and row["outcome"] == "ok"
    }
    for (name, workload), speedup in sorted(threads.items()):
        print(f"{name:18} {workload:14} threads {speedup:.2f}")
    sleeping = sorted(labels - WITHOUT_THREADS)
    wrong = [f"threads on {name} sleep" for name in sleeping if not threads[name, "sleep"] > SLEEP_GAINS]
    capacities = [
        float(row["capacity"])
        for row in rows
        if row["workload"] == "fib" and row["workers"] == "2" and row["capacity"]
    ]
    capacity = min(capacities, default=0.0)
    if capacity < TWO_CORES:
        print(f"two processes reached {capacity:.2f}x on fib: the order of threads that compute is left open")
        return wrong
    if threads["cpython-2.7", "fib"] > LEVEL:
        wrong.append("CPython 2.7's threads beat its serial on fib")
    if threads["jython-2.7", "fib"] < LEVEL:
        wrong.append("Jython's threads do not beat its serial on fib")
    if threads["cpython-3.13t", "fib"] < threads["cpython-3.13t+gil", "fib"]:
        wrong.append("threads gain less on fib without the GIL than with it, in the same binary")
    return wrong


if __name__ == "__main__":
    main()
