"""Stop threads that fetch: a Ctrl-C reaches only the main thread."""

from __future__ import annotations

import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING

from gilometer.errors import ProvisionError

if TYPE_CHECKING:
    from contextvars import Token

POLL_S = 0.1
"""The interval at which a long wait checks whether it is to stop."""

_asked: ContextVar[threading.Event] = ContextVar("asked", default=threading.Event())  # noqa: B039  never set


def listen_to(asked: threading.Event) -> Token[threading.Event]:
    """Make this thread stop when the event is set."""
    return _asked.set(asked)


def stop_if_asked() -> None:
    """End what this thread does if it was asked to stop; the cleanup is that of any failure.

    Raises:
        ProvisionError: It was asked to stop.

    """
    if _asked.get().is_set():
        raise ProvisionError("interrupted")
