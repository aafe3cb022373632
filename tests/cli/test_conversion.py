from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from gilometer.cli import conversion
from gilometer.cli.arguments import Arguments
from gilometer.errors import UsageError
from gilometer.interpreters.selection import every, newest_of_each_kind
from gilometer.model import Strategy
from gilometer.plan.effort import DEFAULT, QUICK, RIGOROUS

NOTHING = Arguments()


def asking(**changes: Any) -> Arguments:
    return replace(NOTHING, **changes)


def test_the_defaults():
    options = conversion.options_of(NOTHING, ("compare",))
    assert (options.request.effort, options.request.workloads, options.request.workers) == (DEFAULT, (), ())
    assert options.folder.parent == Path("reports")
    assert options.request.seed != conversion.options_of(NOTHING, ("compare",)).request.seed


def test_what_was_asked_for_is_kept():
    asked = asking(strategies=["threads"], workers="4,2,2", seed=7, out=Path("x"), quick=True, timeout=5.0)
    options = conversion.options_of(asked, ("compare", "--quick"))
    assert options.folder == Path("x")
    request = options.request
    assert (request.strategies, request.workers, request.seed) == ((Strategy.THREADS,), (2, 4), 7)
    assert (request.effort.name, request.effort.timeout_s, request.effort.budget_s) == ("quick", 5.0, 60.0)


@pytest.mark.parametrize(("level", "effort"), [("quick", QUICK), ("rigorous", RIGOROUS)])
def test_levels_of_effort(level, effort):
    assert conversion.effort(asking(**{level: True})) == effort


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("90s", 90), ("5m", 300), ("1.5h", 5400), ("0.5m", 30)]
)
def test_a_budget_is_seconds_minutes_or_hours(text, seconds):
    assert conversion.seconds(text) == seconds


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"budget": "5x"}, "--budget '5x': give a time above zero"),
        ({"budget": "0"}, "--budget '0': give a time above zero"),
        ({"budget": "nan"}, "--budget 'nan'"),
        ({"budget": "s"}, "--budget 's'"),
        ({"workers": "2,x"}, "--workers '2,x': give whole numbers from 1 to 1024"),
        ({"workers": "0"}, "--workers '0'"),
        ({"workers": "2048"}, "--workers '2048'"),
        ({"strategies": ["thread"]}, "--strategy 'thread': there are serial, threads"),
        ({"quick": True, "rigorous": True}, "--quick and --rigorous contradict each other"),
        ({"timeout": 0.0}, "--timeout 0: give a number of seconds above zero"),
        ({"timeout": float("inf")}, "--timeout inf"),
    ],
)
def test_what_cannot_be_is_one_sentence(changes, sentence):
    with pytest.raises(UsageError, match=sentence):
        conversion.options_of(asking(**changes), ())


def test_which_interpreters():
    assert conversion.choice(NOTHING) is newest_of_each_kind
    assert conversion.choice(asking(all_versions=True)) is every
    some = conversion.choice(asking(interpreters=["pypy*"]))
    assert isinstance(some, partial)
    assert some.keywords == {"patterns": ("pypy*",)}
    with pytest.raises(UsageError, match="--all and -i/--interpreter contradict each other"):
        conversion.choice(asking(all_versions=True, interpreters=["x"]))


def test_which_workloads():
    assert conversion.workloads(NOTHING) == ()
    assert conversion.workloads(asking(workloads=["io", "f*"])) == ("io", "f*")
    assert conversion.workloads(asking(all_workloads=True)) == ("*",)
    with pytest.raises(UsageError, match="--all-workloads and -w/--workload contradict each other; leave"):
        conversion.workloads(asking(all_workloads=True, workloads=["io"]))


def test_a_timeline_comes_on_top_of_what_would_be_measured():
    assert conversion.workloads(asking(timeline=True)) == (*DEFAULT.workloads, "turns")
    assert conversion.workloads(asking(timeline=True, quick=True)) == (*QUICK.workloads, "turns")
    assert conversion.workloads(asking(timeline=True, rigorous=True)) == ("*", "turns")
    assert conversion.workloads(asking(timeline=True, workloads=["io"])) == ("io", "turns")
    assert conversion.workloads(asking(timeline=True, all_workloads=True)) == ("*", "turns")


def test_a_timeline_needs_threads():
    assert "turns" in conversion.workloads(asking(timeline=True, strategies=["processes", "threads"]))
    with pytest.raises(UsageError, match="--timeline shows threads, and -s/--strategy leaves them out; add"):
        conversion.workloads(asking(timeline=True, strategies=["processes"]))


def test_offline_fetches_nothing():
    assert conversion.search(asking(offline=True)).provisioners == ()
    assert [one.kind for one in conversion.search(NOTHING).provisioners] == ["jython"]
    assert conversion.servers(asking(offline=True)).offers == ()
    assert [one.name for one in conversion.servers(NOTHING).offers] == ["http", "postgres"]


def test_a_fresh_folder_is_named_after_the_time_and_never_taken(tmp_path):
    now = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    folders = []
    for _ in range(3):
        folders.append(conversion.fresh_folder(tmp_path, now))
        folders[-1].mkdir()
    assert [one.name for one in folders] == ["20260102-030405", "20260102-030405-2", "20260102-030405-3"]
