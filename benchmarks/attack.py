"""Attack what reads a stranger's bytes: damaged copies of valid files, lines and answers.

Each example must be read, or be refused in one short sentence. Anything else is printed with its bytes, and
the exit status is 1.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # for the examples of the tests

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.attack.mutations import any_bytes
from tests.attack.targets import TARGETS, attack


def main() -> int:
    """Attack each target, and print a table of what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=TARGETS, nargs="*", default=list(TARGETS))
    asked = parser.parse_args()
    print("| target | examples | read | refused | other | slowest |\n| --- | --- | --- | --- | --- | --- |")
    others = sum(attack_target(name, asked.examples, asked.seed) for name in asked.only)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"seed {asked.seed}, peak memory {peak_mb:.0f} MB")
    return int(others > 0)


def attack_target(name: str, examples: int, number: int) -> int:
    """Attack one target, print its row, and return how often something else came out than a result."""
    counts: Counter[str] = Counter()
    slowest_s = [0.0]

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def examine(data: st.DataObject) -> None:
        drawn = data.draw(any_bytes(TARGETS[name][0]()))
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            counts[_outcome(name, Path(folder), drawn)] += 1
            slowest_s[0] = max(slowest_s[0], time.perf_counter() - began)

    examine()
    row = [name, counts.total(), counts["read"], counts["refused"], counts["other"], f"{slowest_s[0]:.2f} s"]
    print(f"| {' | '.join(map(str, row))} |", flush=True)
    return counts["other"]


def _outcome(name: str, folder: Path, drawn: bytes) -> str:
    try:
        return "read" if attack(name, folder, drawn) else "refused"
    except BaseException as error:  # noqa: BLE001  this is what is looked for
        print(f"{name}: {type(error).__name__}: {str(error)[:300]} on {drawn[:500]!r}", file=sys.stderr)
        return "other"


if __name__ == "__main__":
    sys.exit(main())
