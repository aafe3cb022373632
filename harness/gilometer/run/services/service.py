"""What a service is: a real server of the harness's own, which some workloads talk to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from gilometer.model import Record

if TYPE_CHECKING:
    from collections.abc import Callable

    from gilometer.interpreters.provision.pypi import Package


class Address(Record, frozen=True):
    """Where a service is, as the workloads are told: by a variable of their environment."""

    variable: str
    """Such as ``GILOMETER_HTTP``."""
    value: str
    """Such as ``http://127.0.0.1:40123``."""


class Service(Protocol):
    """A server that runs from when it was made until it is closed, or dies.

    Nothing of it outlives the harness, not even one that is killed.
    """

    @property
    def address(self) -> Address:
        """Return where it is; the same when it is dead."""
        ...

    def cpu_s(self) -> float:
        """CPU seconds that all its processes have used so far; it never falls, not even when they end."""
        ...

    def is_alive(self) -> bool:
        """Tell whether it still serves."""
        ...

    def close(self) -> None:
        """End it with all its processes, if it has not died; called once."""
        ...


@dataclass(frozen=True)
class ServiceOffer:
    """A service that can be started: by what name workloads ask for it, and how."""

    name: str
    """As in a workload's ``services``."""
    variable: str
    """The one that tells its address. Where a user has set it, their own server is used."""
    start: Callable[[], Service]
    """Returns when the service answers.

    Raises:
        ServiceError: It can't be started; the sentence has the reason and the remedy.

    """
    lacks: Callable[[], Package | None] = lambda: None
    """Returns what has to be fetched before it can be started; None: nothing."""


class GivenService:
    """A server of the user's own, named by a variable of the harness's environment."""

    def __init__(self, address: Address) -> None:
        """Take it as it is: whether it answers is for the workloads to find out."""
        self.address = address

    def cpu_s(self) -> float:
        """Return 0: nobody knows which processes are its own."""
        return 0.0

    def is_alive(self) -> bool:
        """Tell that nothing else is known."""
        return True

    def close(self) -> None:
        """Leave it to its owner."""
