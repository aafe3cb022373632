"""Run the services alone, for workloads that are run by hand."""

from __future__ import annotations

import shlex
import time
from typing import TYPE_CHECKING

from gilometer.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gilometer.run.services import Services

PERIOD_S = 0.5
"""Seconds between two checks whether one has ended."""


def serve(services: Services, names: Sequence[str], say: Callable[[str], None]) -> None:
    """Start services, print their addresses in lines that a shell can read, and wait.

    Raises:
        ServiceError: None can be started, or one has ended.

    """
    running = [name for name in names if _start(services, name, say)]
    if not running:
        raise ServiceError("none of the servers can be started")
    while not (dead := services.dead(running)):
        time.sleep(PERIOD_S)
    raise ServiceError(f"the server {dead[0]} has ended, so all are ended; start them again")


def _start(services: Services, name: str, say: Callable[[str], None]) -> bool:
    """Start a service, and print its export, or a comment why it can't be started; tell whether it runs."""
    try:
        environment = services.environment((name,))
    except ServiceError as error:
        say(f"# {error}")
        return False
    for variable, value in environment.items():
        say(f"export {variable}={shlex.quote(value)}")
    return True
