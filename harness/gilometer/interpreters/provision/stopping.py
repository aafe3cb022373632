"""Telling threads that fetch that their user wants no more: a Ctrl-C reaches the main thread alone."""

from __future__ import annotations

import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING

from gilometer.errors import ProvisionError

if TYPE_CHECKING:
    from contextvars import Token

LOOK_S = 0.1
"""How often whoever waits for long looks whether it is to stop."""

_asked: ContextVar[threading.Event] = ContextVar("asked", default=threading.Event())  # noqa: B039  never set


def listen_to(asked: threading.Event) -> Token[threading.Event]:
    """Let this thread stop when the event is set."""
    return _asked.set(asked)


def stop_if_asked() -> None:
    """Do nothing, or end what this thread does; whatever it began is cleared away as after any failure.

    Raises:
        ProvisionError: It was asked to stop.

    """
    if _asked.get().is_set():
        raise ProvisionError("interrupted")
