"""To run a command as it is typed, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FAKES = ROOT / "tests" / "interpreters" / "fakes"


def gilometer(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    ended = subprocess.run(
        [sys.executable, "-m", "gilometer", *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "harness"), **environment},
    )
    assert "Traceback" not in ended.stderr, ended.stderr
    return ended
