from __future__ import annotations

import pytest

from harness import pipeline
from harness.errors import ProvisionError
from harness.interpreters.selection import Selection
from harness.model import Outcome, Slot
from tests import records
from tests.run.fakes import FakeView


class Jython:
    kind = "jython"

    def __init__(self, error: str = "") -> None:
        self.error = error
        self.asked = 0

    def notice(self) -> str:
        return "Fetching Jython"

    def fetched(self) -> None:
        return None

    def fetch(self, progress: object) -> None:
        self.asked += 1
        if self.error:
            raise ProvisionError(self.error)


def test_what_is_fetched_is_announced():
    view = FakeView()
    assert pipeline.fetch(Jython(), view)
    assert view.said == ["Fetching Jython"]


def test_a_fetch_that_fails_is_one_line_and_the_run_goes_on():
    view = FakeView()
    assert not pipeline.fetch(Jython("no network"), view)
    assert view.said == ["Fetching Jython", "no network; going on without it"]


@pytest.mark.parametrize(("kind", "asked"), [("jython", 1), ("cpython", 0)])
def test_only_what_was_selected_and_is_missing_is_fetched(tmp_path, monkeypatch, kind, asked):
    monkeypatch.setattr(pipeline, "survey", lambda _matrix, *, ask: ask)
    jython = Jython("no network")
    selection = Selection((), (records.missing(f"{kind}-2.7"),))
    find = pipeline.FindInterpreters(None, lambda _survey: selection, (jython,))
    find(pipeline.Comparison(FakeView(), tmp_path))
    assert jython.asked == asked


def test_the_default_is_two_workers_and_one_for_each_core():
    assert [pipeline.default_workers(cores) for cores in (1, 2, 2.5, 8)] == [(2,), (2,), (2,), (2, 8)]


def test_the_exit_status_is_1_if_something_failed():
    cell = next(iter(records.cells_of([("cpython-3.13", "")], [records.work("fib")])))
    good = records.sample(Slot(0, cell), [0.1])
    lacking = records.failed(Slot(0, cell), Outcome.UNSUPPORTED, "no processes")
    hung = records.failed(Slot(0, cell), Outcome.TIMEOUT, "still running")
    assert pipeline.exit_status([good, lacking]) == 0
    assert pipeline.exit_status([good, lacking, hung]) == 1
