"""The signals that ask the harness to end. All are handled as Ctrl-C is, so that nothing is left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
from typing import TYPE_CHECKING

from gilometer.streams import lead_nowhere

if TYPE_CHECKING:
    from types import FrameType

BESIDE_CTRL_C = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
ENDING = (signal.SIGINT, *BESIDE_CTRL_C)


class EndingSignals:
    """Turns the first of these signals into a KeyboardInterrupt, and remembers which it was."""

    def __init__(self) -> None:
        self._number = int(signal.SIGINT)

    @property
    def exit_status(self) -> int:
        """The exit status of a command that was interrupted."""
        return 128 + self._number

    def handle(self) -> None:
        """Handle the signals, except those that are ignored, as under nohup."""
        for number in BESIDE_CTRL_C:
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, self._interrupt)

    def _interrupt(self, number: int, _frame: FrameType | None) -> None:
        """Interrupt once: a terminal that closes sends more than one signal, and the harness is ending."""
        for one in BESIDE_CTRL_C:
            if signal.getsignal(one) == self._interrupt:
                signal.signal(one, _pass)
        self._number = number
        _leave_a_closed_terminal()
        raise KeyboardInterrupt


def _pass(_number: int, _frame: FrameType | None) -> None:
    """Do nothing; unlike SIG_IGN, the programs that are started now do not inherit it."""


def _leave_a_closed_terminal() -> None:
    """Write to nowhere instead of a terminal that is gone, as that would fail."""
    for stream in (1, 2):
        with contextlib.suppress(OSError):
            if stat.S_ISCHR(os.fstat(stream).st_mode) and not os.isatty(stream):
                lead_nowhere(stream)
