"""The services of a run: each started when a work first needs it, and all ended with the run.

To add one, write a module with an ``OFFER``, and add that to ``OFFERS``. The offer's ``start`` imports what
takes long to import.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from gilometer.errors import ServiceError
from gilometer.run.services import http, postgres
from gilometer.run.services.service import Address, GivenService, Service, ServiceOffer

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["OFFERS", "Address", "Service", "ServiceOffer", "Services"]

OFFERS: tuple[ServiceOffer, ...] = (http.OFFER, postgres.OFFER)


class Services:
    """The services of one run."""

    def __init__(self, offers: Sequence[ServiceOffer] = OFFERS) -> None:
        """Start no service yet."""
        self._offers = {offer.name: offer for offer in offers}
        self._running: dict[str, Service] = {}
        self._refusals: dict[str, ServiceError] = {}
        self._endings = ExitStack()

    def environment(self, names: Sequence[str]) -> dict[str, str]:
        """Return the environment that names these services; start those that were never started.

        A service that died is not started again.

        Raises:
            ServiceError: One can't be started, now or when it was first needed.

        """
        addresses = [self._started(name).address for name in names]
        return {address.variable: address.value for address in addresses}

    def cpu_s(self, names: Sequence[str]) -> float:
        """Return the CPU seconds that these services have used so far; 0 for a user's own."""
        return sum(self._running[name].cpu_s() for name in names if name in self._running)

    def dead(self, names: Sequence[str]) -> tuple[str, ...]:
        """Name those of these services that were started and have died."""
        return tuple(name for name in names if name in self._running and not self._running[name].is_alive())

    def close(self) -> None:
        """End all services, the last one first."""
        self._endings.close()

    def _started(self, name: str) -> Service:
        if name in self._refusals:
            raise self._refusals[name]
        if name not in self._running:
            try:
                self._running[name] = service = self._start(name)
            except ServiceError as error:
                self._refusals[name] = error
                raise
            self._endings.callback(service.close)
        return self._running[name]

    def _start(self, name: str) -> Service:
        if name not in self._offers:
            raise ServiceError(f"there is no service {name}; there are: {', '.join(self._offers)}")
        offer = self._offers[name]
        given = os.environ.get(offer.variable)
        return GivenService(Address(offer.variable, given)) if given else offer.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
