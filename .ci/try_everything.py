"""Run each workload by each of its strategies once, on the interpreters that are named; failures count."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from gilometer import cards, locations
from gilometer.interpreters.answers import default_asker
from gilometer.interpreters.containers.engine import Network
from gilometer.interpreters.matrix import load_matrix
from gilometer.interpreters.selection import matching
from gilometer.interpreters.survey import survey
from gilometer.model import Card, Cell, Interpreter, Outcome, Strategy
from gilometer.plan.make import works_of
from gilometer.run.launcher import Invocation
from gilometer.run.launchers import LauncherPool
from gilometer.run.outcome import Assessment, Expected, assess
from gilometer.run.services import OFFERS, Services

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TIMEOUT_S = 120.0


def main() -> None:
    """Exit with what went wrong, if anything did; the interpreters are named on the command line."""
    found = survey(load_matrix(None), ask=default_asker(), patterns=tuple(sys.argv[1:]))
    chosen = matching(found, patterns=tuple(sys.argv[1:])).interpreters
    scripts = locations.workloads_folder()
    wrong: list[str] = []
    tried = 0
    for package in filter(None, (offer.lacks() for offer in OFFERS)):
        package.fetch(quietly)
    with (
        TemporaryDirectory() as name,
        Services() as services,
        LauncherPool(Path(name) / "scratch", scripts) as launchers,
    ):
        for one in chosen:
            for card in cards.read_cards(scripts).cards:
                for strategy in card.strategies:
                    verdict = attempt(one, card, strategy, services, launchers)
                    tried += 1
                    if verdict.outcome not in {Outcome.OK, Outcome.UNSUPPORTED}:
                        wrong.append(
                            f"{one.label} {card.name} {strategy}: {verdict.outcome} {verdict.reason}"
                        )
    print(f"{tried} runs of every workload and strategy on {', '.join(one.label for one in chosen)}")
    sys.exit("\n".join(wrong) or (0 if tried else "nothing was tried"))


@contextlib.contextmanager
def quietly(_name: str, _total: int, /) -> Iterator[Callable[[int], None]]:
    """Draw no progress."""
    yield lambda _size: None


def attempt(
    one: Interpreter, card: Card, strategy: Strategy, services: Services, launchers: LauncherPool
) -> Assessment:
    """Run a workload once."""
    work = works_of(card, 1)[0]
    workers = 1 if strategy is Strategy.SERIAL else 2
    cell = Cell(one.name, one.variant, work.label, strategy, workers)
    launcher = launchers.of(one, Network.HOST if card.services else Network.NONE)
    words = ("--strategy", strategy.value, "--workers", str(workers), "--loops", "1", "--iterations", "1")
    invocation = Invocation(
        argv=(*one.command, str(launcher.scripts / f"{card.name}.py"), *words),
        env={**one.env, **services.environment(card.services)},
        timeout_s=TIMEOUT_S + one.timing.patience_s,
    )
    return assess(launcher.launch(invocation)[0], Expected(work=work, cell=cell, timeout_s=TIMEOUT_S))


if __name__ == "__main__":
    main()
