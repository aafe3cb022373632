from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


def until(condition: Callable[[], object], patience_s: float = 60.0) -> None:
    """Wait for something that another process does, or fail the test."""
    deadline = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail("that never happened")
        time.sleep(0.02)
