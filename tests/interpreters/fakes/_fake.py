"""What the fake interpreters share: they are honest until a workload is to be measured."""

import os
import subprocess
import sys


def run_honestly() -> None:
    """Become the Python that this fake is written in."""
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])  # noqa: S606  a shell would be in the way


def answer_probe() -> None:
    """Be honest when asked by the probe."""
    if sys.argv[1].endswith("_runtime.py"):
        run_honestly()


def answer_probe_and_calibration() -> None:
    """Be honest when asked by the probe, and while loops are calibrated."""
    answer_probe()
    if "--calibrate" in sys.argv:
        run_honestly()


def honest_line() -> str:
    """The line that the workload prints under a real Python."""
    answer = subprocess.run([sys.executable, *sys.argv[1:]], stdout=subprocess.PIPE, check=True)
    return answer.stdout.decode()
