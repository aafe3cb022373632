"""Each workload under every Python of the machine: one checksum for all, or what the interpreter lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gilometer.cards import read_card
from gilometer.model import Outcome, Strategy
from tests import required
from tests.workloads.lacking import lack
from tests.workloads.running import ANY_STRATEGY, NAMES, run_each, workload

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.interpreters


BY_ANY = [strategy for strategy in Strategy if strategy is not Strategy.SERIAL]


def spread(strategy: Strategy) -> tuple[str, ...]:
    """The words for as few workers as show that the work is shared."""
    return ("--strategy", strategy, "--workers", "1" if strategy is Strategy.SERIAL else "2")


@pytest.mark.parametrize("interpreter", required.NAMES)
def test_one_checksum_for_every_interpreter_and_strategy(interpreter, tmp_path) -> None:
    python = required.interpreter(interpreter)
    cards = {name: read_card(workload(name)) for name in NAMES}
    asked = [
        (name, strategy)
        for name, card in cards.items()
        for strategy in card.strategies
        if not lack(interpreter, strategy)
    ]
    items: list[tuple[str | Path, ...]] = [
        (workload(name), *spread(strategy), "--iterations", "2", "--loops", "1") for name, strategy in asked
    ]
    wrong = []
    for (name, strategy), ran in zip(
        asked, run_each(items, python=python, name=interpreter, cwd=tmp_path), strict=True
    ):
        line, reason = ran.line, lack(interpreter, name, f"{name} by {strategy}")
        gave = (Outcome.UNSUPPORTED, "") if reason else (Outcome.OK, cards[name].checksum)
        is_told = line.reason.startswith(reason) and bool(line.reason) is bool(reason)
        if (line.outcome, line.checksum) != gave or not is_told:
            wrong.append((name, strategy, line.outcome, line.checksum, line.reason))
    assert wrong == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("interpreter", required.NAMES)
def test_a_strategy_that_an_interpreter_lacks_is_unsupported(interpreter, write_workload, tmp_path) -> None:
    python = required.interpreter(interpreter)
    script = write_workload(ANY_STRATEGY)
    lacked = [strategy for strategy in BY_ANY if lack(interpreter, strategy)]
    items = [(script, *spread(strategy)) for strategy in lacked]
    for strategy, ran in zip(
        lacked, run_each(items, python=python, name=interpreter, cwd=tmp_path), strict=True
    ):
        assert (ran.line.outcome, ran.line.checksum, ran.line.iterations) == (Outcome.UNSUPPORTED, "", ())
        assert ran.line.reason.startswith(lack(interpreter, strategy))


@pytest.mark.parametrize("interpreter", required.NAMES)
def test_a_failing_worker_hangs_no_interpreter(interpreter, write_workload, tmp_path) -> None:
    python = required.interpreter(interpreter)
    script = write_workload(
        ANY_STRATEGY + "    def fetch(self, index): return index\n"
        "    def transform(self, index, data): return 1 // (5 - data)"
    )
    items = [(script, *spread(strategy)) for strategy in BY_ANY if not lack(interpreter, strategy)]
    for failed in run_each(items, python=python, name=interpreter, cwd=tmp_path):
        assert (failed.status, failed.stdout) == (1, "")
        assert "ZeroDivisionError" in failed.stderr


WAYS = ((), ("--calibrate", "1"), ("--strategy", "threads"), ("--strategy", "processes"))


@pytest.mark.parametrize("interpreter", required.NAMES)
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("    def open(self): raise _contract.Unsupported('no frobs')", "no frobs"),
        ("    with _contract.needs:\n        import frob", "lacks what it needs: "),
    ],
    ids=["said while opening", "said by an import"],
)
def test_what_a_workload_lacks_is_unsupported(interpreter, write_workload, tmp_path, body, reason) -> None:
    python, script = required.interpreter(interpreter), write_workload(body)
    items = [(script, *words) for words in WAYS]
    for words, ran in zip(WAYS, run_each(items, python=python, name=interpreter, cwd=tmp_path), strict=True):
        assert (ran.line.outcome, ran.line.checksum, ran.line.iterations) == (Outcome.UNSUPPORTED, "", ())
        assert ran.line.reason.startswith((reason, lack(interpreter, *words) or reason))
