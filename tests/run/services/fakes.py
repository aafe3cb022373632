"""In-process stand-ins for services."""

from __future__ import annotations

from gilometer.errors import ServiceError
from gilometer.run.services.service import Address, ServiceOffer


class FakeService:
    """Serves nobody; a test says what it used and whether it lives."""

    def __init__(self, name: str = "http") -> None:
        self.address = Address(variable_of(name), f"{name}://127.0.0.1:1")
        self.used_s = 0.0
        self.alive = True
        self.closed = 0

    def cpu_s(self) -> float:
        return self.used_s

    def is_alive(self) -> bool:
        return self.alive

    def close(self) -> None:
        self.closed += 1


def variable_of(name: str) -> str:
    return f"GILOMETER_TEST_{name.upper()}"


class FakeOffer:
    """Counts how often its service was started."""

    def __init__(self, name: str = "http", refusal: str = "") -> None:
        self.service = FakeService(name)
        self.refusal = refusal
        self.started = 0
        self.offer = ServiceOffer(name, variable_of(name), self.start)

    def start(self) -> FakeService:
        self.started += 1
        if self.refusal:
            raise ServiceError(self.refusal)
        return self.service
