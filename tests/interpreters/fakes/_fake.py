"""What the fake interpreters share: they are honest until a workload is to be measured.

``GOES_WRONG_WITH`` in their environment names the one strategy that they go wrong with; none: all.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def run_honestly() -> None:
    """Become the Python that this fake is written in."""
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])  # noqa: S606  a shell would be in the way


def answer_probe() -> None:
    """Be honest when asked by the probe."""
    if sys.argv[1].endswith("_runtime.py"):
        run_honestly()


def answer_probe_and_calibration() -> None:
    """Be honest when asked by the probe, while loops are calibrated, and with other strategies."""
    answer_probe()
    if "--calibrate" in sys.argv:
        run_honestly()
    strategy = sys.argv[sys.argv.index("--strategy") + 1]
    if os.environ.get("GOES_WRONG_WITH", strategy) != strategy:
        run_honestly()


def honest_lines() -> Iterator[str]:
    """All that the workload prints under a real Python, which reads what this one is told."""
    with honest() as child:
        assert child.stdout is not None
        yield from child.stdout


def honest() -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, *sys.argv[1:]], stdout=subprocess.PIPE, text=True)


def is_the_last(line: str) -> bool:
    """Whether it is the contract's, and no answer to a command."""
    return '"contract"' in line


def is_an_answer(line: str) -> bool:
    """Whether it is the answer to a turn or to another command."""
    return '"iterations"' in line and not is_the_last(line)


def say(line: str) -> None:
    sys.stdout.write(line)
    sys.stdout.flush()


def take_turns_before(turn: int) -> None:
    """Go well until the work of that turn is done, and say nothing of it; the first is 1."""
    if "--turns" not in sys.argv:
        return
    child = honest()
    assert child.stdout is not None
    for _ in range(turn):  # that it is ready, and the turns before
        say(child.stdout.readline())
    child.stdout.readline()
    child.kill()
    child.wait()
