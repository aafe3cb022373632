"""What the tests of provisioning share: a provisioner of a snake, and listeners to progress."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gilometer.interpreters.provision.provisioner import Description

if TYPE_CHECKING:
    from collections.abc import Callable

    from gilometer.errors import ProvisionError
    from gilometer.interpreters.candidate import Candidate

DESCRIPTION = Description("Snake 1.0, without a GIL", "the test", 5)


@contextlib.contextmanager
def silent(_name: str, _total: int):
    yield lambda _: None


@dataclass
class Listener:
    """Progress that keeps what it is told."""

    told: list[object] = field(default_factory=list)

    @contextlib.contextmanager
    def __call__(self, name: str, total: int):
        self.told.extend([name, total])
        yield self.told.append


@dataclass
class Snake:
    """Fetches nothing, or fails, or does what it is told while it fetches."""

    name: str = "snake"
    kind: str = "snake"
    error: ProvisionError | None = None
    meanwhile: Callable[[], object] = lambda: None
    here: tuple[Candidate, ...] = ()
    asked: int = 0
    description: Description = DESCRIPTION

    def fetched(self) -> tuple[Candidate, ...]:
        return self.here

    def fetch(self, progress) -> None:
        self.asked += 1
        with progress("eggs", 10) as advance:
            self.meanwhile()
            advance(10)
        if self.error:
            raise self.error
