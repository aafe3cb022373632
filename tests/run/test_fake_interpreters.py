"""Interpreters that go wrong, each a real executable: every one ends as its typed outcome, in a real run."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from harness.interpreters.cards import digest_of, read_card
from harness.interpreters.locations import workloads_folder
from harness.model import Effort, Entry, Finished, Interpreter, Outcome, Sample
from harness.plan.effort import QUICK
from harness.plan.make import Material, Request, make
from harness.run.fleet import Fleet
from harness.run.measure import Measurement
from harness.run.services import Services
from harness.run.store import Store, read
from tests import records
from tests.run.fakes import FakeView

FAKES = Path(__file__).parents[1] / "interpreters" / "fakes"
EFFORT = replace(QUICK, iteration_s=0.002, iterations=2, blocks=1, timeout_s=20.0)


def fake(name: str) -> Interpreter:
    return replace(records.interpreter(f"cpython-{name}"), name=name, command=(str(FAKES / name),))


def run(folder: Path, *names: str, effort: Effort = EFFORT) -> list[Entry]:
    workloads = workloads_folder()
    material = Material(
        interpreters=tuple(fake(name) for name in names),
        missing=(),
        cards=(read_card(workloads / "sleep.py"),),
        workloads_digest=digest_of(workloads),
    )
    plan = make(material, Request((), (), (2,), 1, replace(effort, workloads=("sleep",))))
    with Store(folder, "run1", "plan1") as store, Fleet(folder / "scratch", workloads) as launchers:
        Measurement(plan, launchers, Services(), store, FakeView()).run()
    return read(folder)


def samples(entries: list[Entry], name: str) -> list[Sample]:
    return [one for one in entries if isinstance(one, Sample) and one.slot.cell.interpreter == name]


@pytest.mark.parametrize(
    ("name", "outcome", "reason"),
    [
        ("ok", "ok", ""),
        ("exits-3", "crashed", "exit status 3: no such opcode: 42"),
        ("segfaults", "crashed", "died of SIGSEGV"),
        ("out-of-memory", "killed", "killed by SIGKILL, not by the harness; out of memory?"),
        ("prints-nothing", "garbled", "printed nothing"),
        ("prints-half-a-line", "garbled", "its last line is not the contract's"),
        ("floods-stdout", "garbled", "wrote more than 16 MiB to standard output"),
        ("floods-stderr", "ok", ""),
        ("wrong-checksum", "wrong_checksum", "returned 0badcafe; right is"),
        ("leaves-a-child", "ok", "left "),
        ("refuses-workloads", "crashed", "while calibrating: exit status 1: workloads are beneath me"),
    ],
)
def test_each_ends_as_its_outcome(tmp_path, name, outcome, reason):
    entries = run(tmp_path, name)
    measured = samples(entries, name)
    assert {one.outcome.value for one in measured} == {outcome}
    assert all(one.reason.startswith(reason) for one in measured)
    assert isinstance(entries[-1], Finished)


@pytest.mark.parametrize("name", ["hangs", "ignores-sigterm"])
def test_what_never_ends_is_ended(tmp_path, name):
    measured = samples(run(tmp_path, name, effort=replace(EFFORT, timeout_s=1.0)), name)
    assert {one.outcome for one in measured} == {Outcome.TIMEOUT}
    # On a busy machine the calibration before it may be what took the second.
    assert all(one.reason.endswith("still running after 1 s (--timeout)") for one in measured)


def test_the_tail_of_standard_error_is_kept_of_what_failed(tmp_path):
    tails = {one.stderr_tail for one in samples(run(tmp_path, "exits-3"), "exits-3")}
    assert tails == {"no such opcode: 42\n"}


def test_a_bad_interpreter_costs_a_good_one_nothing(tmp_path):
    entries = run(tmp_path, "ok", "segfaults", "prints-half-a-line")
    assert {one.outcome for one in samples(entries, "ok")} == {Outcome.OK}
    assert len(samples(entries, "ok")) == 4 + 1 + 2
    assert len(samples(entries, "segfaults")) == 4
