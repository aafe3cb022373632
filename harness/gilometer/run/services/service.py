"""The Protocol of a service: a real server of the harness, which some workloads talk to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from gilometer.model import Record

if TYPE_CHECKING:
    from collections.abc import Callable

    from gilometer.interpreters.provision.pypi import Package


class Address(Record, frozen=True):
    """The address of a service, in a variable of the workloads' environment."""

    variable: str
    """Name, such as ``GILOMETER_HTTP``."""
    value: str
    """Value, such as ``http://127.0.0.1:40123``."""


class Service(Protocol):
    """A server that runs from its creation until it is closed, or dies.

    It ends with the harness, even with one that is killed.
    """

    @property
    def address(self) -> Address:
        """The address; the same when the server is dead."""
        ...

    def cpu_s(self) -> float:
        """Return the CPU seconds of all its processes so far; they never decrease, not even when one ends."""
        ...

    def is_alive(self) -> bool:
        """Tell whether it still serves."""
        ...

    def close(self) -> None:
        """End all its processes, if it has not died; called once."""
        ...


@dataclass(frozen=True)
class ServiceOffer:
    """A service that can be started."""

    name: str
    """The name in a workload's ``services``."""
    variable: str
    """The environment variable for its address. If a user has set it, their own server is used."""
    start: Callable[[], Service]
    """Start it, and return when it answers.

    Raises:
        ServiceError: It can't be started; the sentence has reason and remedy.

    """
    lacks: Callable[[], Package | None] = lambda: None
    """Returns what has to be fetched before it can be started; None: nothing."""


class GivenService:
    """A server of the user's, named by a variable of the harness's environment."""

    def __init__(self, address: Address) -> None:
        """Take the address without a check: the workloads will find out whether it answers."""
        self.address = address

    def cpu_s(self) -> float:
        """Return 0, as its processes are not known."""
        return 0.0

    def is_alive(self) -> bool:
        """Return True, as nothing is known of its processes."""
        return True

    def close(self) -> None:
        """Do nothing: the user ends it."""
