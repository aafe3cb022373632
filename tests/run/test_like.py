from __future__ import annotations

import pytest
from msgspec.structs import replace

from gilometer.errors import RunFolderError
from gilometer.model import Calibration, Outcome
from gilometer.run.like import calibrations_of
from gilometer.runs import folder as run_folder
from gilometer.runs.store import Store
from tests import records

OLD, NEW = records.interpreter("cpython-3.13"), records.interpreter("cpython-3.13t", "+gil")
PLAN = records.plan([OLD, NEW], [records.work("fib"), records.work("sleep", "io")])


def calibration(
    name: str, variant: str, script: str, loops: int, outcome: Outcome = Outcome.OK
) -> Calibration:
    return Calibration(name, variant, script, loops, 0.05, outcome, "", 0.3)


FIB = calibration(OLD.name, "", "fib", 16)
VARIANT = calibration(NEW.name, "+gil", "sleep", 1)


@pytest.fixture
def earlier(tmp_path):
    """A run with some loops, one of which could not be found."""
    folder = tmp_path / "earlier"
    manifest = records.manifest(PLAN)
    run_folder.create(folder, manifest)
    with Store(folder, manifest.run, run_folder.digest(PLAN)) as store:
        store.append([FIB, VARIANT, calibration(NEW.name, "+gil", "fib", 0, Outcome.CRASHED)])
    return folder


def loops(taken: list[Calibration]) -> dict[tuple[str, str], int]:
    return {(one.interpreter_label, one.script): one.loops for one in taken}


def test_loops_are_taken_over_by_label_and_script(earlier):
    taken = calibrations_of(earlier, PLAN)
    assert loops(taken) == {("cpython-3.13", "fib"): 16, ("cpython-3.13t+gil", "sleep"): 1}


def test_a_newer_build_of_the_same_label_has_them_too(earlier):
    plan = replace(PLAN, interpreters=(replace(OLD, fingerprint="another"),))
    assert loops(calibrations_of(earlier, plan)) == {("cpython-3.13", "fib"): 16}


def test_they_cost_this_run_nothing_and_say_where_they_are_from(earlier):
    (one, _) = calibrations_of(earlier, PLAN)
    assert (one.wall_s, one.iteration_s, one.outcome) == (0.0, 0.05, Outcome.OK)
    assert one.reason == "as in run 20260102-030405"


def test_of_other_scripts_they_mean_nothing(earlier):
    with pytest.raises(RunFolderError, match="measured with other workload scripts than those here"):
        calibrations_of(earlier, replace(PLAN, workloads_digest="d2"))


def test_a_run_of_others_has_nothing_to_give(earlier):
    strangers = records.plan([records.interpreter("pypy-3.11")], PLAN.works)
    with pytest.raises(
        RunFolderError, match="no loops for these interpreters and workloads; leave out --like"
    ):
        calibrations_of(earlier, strangers)


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(RunFolderError, match="is not a run's folder"):
        calibrations_of(tmp_path, PLAN)
