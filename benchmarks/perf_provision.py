"""Measure the time to provision Jython beyond its download, into an empty cache. Goal: at most 15 s."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilometer.errors import ProvisionError
from gilometer.interpreters.provision.jython import Jython

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


GOAL_S = 15.0


@dataclass
class Downloads:
    """Progress that adds up how long downloads take, and how much they bring."""

    seconds: float = 0.0
    size: int = 0

    @contextlib.contextmanager
    def __call__(self, _name: str, _total: int, /) -> Iterator[Callable[[int], None]]:
        """Time one."""
        before = time.perf_counter()
        yield self._add
        self.seconds += time.perf_counter() - before

    def _add(self, size: int) -> None:
        self.size += size


def main() -> int:
    """Fetch it once, and look at it once more; whether the goal was missed."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    downloads = Downloads()
    with tempfile.TemporaryDirectory() as cache:
        os.environ["GILOMETER_CACHE"] = cache
        try:
            whole_s = timed(lambda: Jython().fetch(downloads))
        except ProvisionError as error:
            print(f"provisioning Jython was not measured: {error}")
            return 0
        again_s = timed(lambda: Jython().fetch(downloads))
    print(f"downloading Jython: {downloads.seconds:.1f} s, {downloads.size / 1e6:.0f} MB")
    print(f"provisioning it beyond that: {whole_s - downloads.seconds:.2f} s (goal: at most {GOAL_S:g} s)")
    print(f"provisioning it when it is there: {again_s:.2f} s")
    return int(whole_s - downloads.seconds > GOAL_S)


def timed(action: Callable[[], None]) -> float:
    """Seconds that it takes."""
    before = time.perf_counter()
    action()
    return time.perf_counter() - before


if __name__ == "__main__":
    sys.exit(main())
