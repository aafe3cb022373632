"""Notice that the harness is stopped and continued, as with Ctrl-Z and ``fg``."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


class Stops:
    """Counts how often this process was continued, and has a clock without the time of Ctrl-Z."""

    def __init__(self, prepare: Callable[[], None]) -> None:
        """Handle no signal yet; ``prepare`` is called before Ctrl-Z stops the process."""
        self._prepare = prepare
        self._count = 0
        self._stopped_s = 0.0
        self._handlers = {signal.SIGTSTP: self._stop, signal.SIGCONT: self._go_on}

    def count(self) -> int:
        """Return how often the process was continued."""
        return self._count

    def clock(self) -> float:
        """Return seconds that don't count while Ctrl-Z has stopped the process."""
        return time.monotonic() - self._stopped_s

    def __enter__(self) -> Self:
        for number, handler in self._handlers.items():
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, handler)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._handlers.items():
            if signal.getsignal(number) == handler:
                signal.signal(number, signal.SIG_DFL)

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        """Stop as without this handler, and add up how long that was."""
        self._prepare()
        began = time.monotonic()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)  # it goes on here
        signal.signal(number, self._stop)
        self._stopped_s += time.monotonic() - began

    def _go_on(self, _number: int, _frame: FrameType | None) -> None:
        self._count += 1
