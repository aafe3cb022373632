from __future__ import annotations

import gzip
import math

import pytest

from gilometer.errors import RunFolderError
from gilometer.model import Extended, Finished, Strategy
from gilometer.runs.history import Past, RunState, TrackedSpeedup, read, read_all
from tests.records import World, interpreter, manifest, plan, work
from tests.written import WORLD, entries, report, small, started, write

FIB = TrackedSpeedup("cpython-3.13t", "fib", Strategy.THREADS, 2)
SLEEP = TrackedSpeedup("cpython-3.13t", "sleep", Strategy.THREADS, 2)
WELL = World(threads=WORLD.threads)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Three runs, of which the oldest has the last name; a link; and what is no run."""
    folder = tmp_path_factory.mktemp("runs")
    first, second, third = (started(small(), f"2026-01-0{day}T03:04:05+00:00") for day in (1, 2, 3))
    report(folder / "z", first, entries(first))
    write(folder / "b", second, entries(second, WELL)[:-1])
    report(folder / "c", third, entries(third, WELL, blocks=2))
    (folder / "latest").symlink_to("c")
    (folder / "notes").mkdir()
    (folder / "history.png").write_bytes(b"")
    return folder


def test_runs_are_read_oldest_first_and_links_and_other_things_are_none(runs):
    found = read_all(runs)
    assert [one.name for one in found.runs] == ["2026-01-01", "2026-01-02", "2026-01-03"]
    assert found.unread == ()


def test_a_run_knows_its_blocks_and_how_it_ended(runs):
    ends = [(one.blocks, one.ending) for one in read_all(runs).runs]
    assert ends == [(4, RunState.FAILURES), (4, RunState.UNFINISHED), (2, RunState.DONE)]


def test_a_point_is_what_the_summary_says(runs):
    first, unreported, last = read_all(runs).runs
    point = first.point(FIB)
    assert point is not None
    assert point.speedup == pytest.approx(1.8, rel=0.1)
    assert point.speedup_low < point.speedup < point.speedup_high < point.most
    assert point.capacity == pytest.approx(1.9, rel=0.1)
    assert first.point(SLEEP) is None, "it crashed"
    assert (unreported.points, unreported.point(FIB)) == (None, None)
    few = last.point(FIB)
    assert few is not None
    assert math.isnan(few.speedup_low)
    assert few.most == max(few.speedup, few.capacity)


def test_a_figure_is_named_as_it_is_typed():
    assert str(FIB) == "cpython-3.13t fib threads 2"


@pytest.mark.parametrize(
    ("change", "same"),
    [({}, True), ({"cpu": "Other"}, False), ({"usable_cores": 1.0}, False), ({"memory_bytes": 1}, True)],
)
def test_a_machine_is_its_cpu_cores_and_system(change, same):
    here = Past(small(), 1, RunState.DONE, None)
    there = Past(started(small(), "2026-01-01", **change), 1, RunState.DONE, None)
    assert (here.machine == there.machine) is same


def test_a_run_that_was_given_more_time_is_unfinished_until_it_has_ended_again(tmp_path):
    of = small()
    first = [*entries(of, WELL), Extended(60.0)]
    assert read(write(tmp_path / "a", of, first)).ending is RunState.UNFINISHED
    assert (
        read(write(tmp_path / "b", of, [*first, Finished(4, "the budget is spent")])).ending is RunState.DONE
    )


def test_a_run_with_compressed_samples_is_read(tmp_path):
    folder = report(tmp_path / "a", small(), entries(small()))
    whole = read(folder)
    path = folder / "samples.jsonl"
    path.with_name("samples.jsonl.gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    assert read(folder) == whole


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("run.json", "{", "run.json is damaged"),
        ("run.json", '{"schema": 99}', "has schema 99 and this Gilometer reads up to"),
        ("samples.jsonl", "{}\n", "samples.jsonl, line 1 is damaged"),
        ("summary.csv", "a,b\n1,2\n", "summary.csv is damaged: 'strategy'; `gilometer report "),
        ("summary.csv", "strategy\n\udcff", "summary.csv is damaged: 'utf-8' codec can't decode"),
    ],
)
def test_a_run_that_can_not_be_read_is_a_sentence(tmp_path, name, content, sentence):
    report(tmp_path / "run", small(), entries(small()))
    (tmp_path / "run" / name).write_text(content, errors="surrogateescape")
    (told,) = read_all(tmp_path).unread
    assert sentence in told
    assert "\n" not in told


def test_a_summary_with_a_word_for_a_number_is_damaged(tmp_path):
    folder = report(tmp_path / "run", small(), [*entries(small()), Finished(4, "again")])
    path = folder / "summary.csv"
    path.write_text(path.read_text().replace(",1.8", ",x1.8"))
    with pytest.raises(RunFolderError, match=r"summary\.csv is damaged: could not convert"):
        read(folder)


def test_a_folder_without_runs_says_what_makes_one(tmp_path):
    with pytest.raises(RunFolderError, match="holds no run; `gilometer compare` makes one"):
        read_all(tmp_path)
    with pytest.raises(RunFolderError, match="nowhere is no folder of runs: No such file"):
        read_all(tmp_path / "nowhere")


def test_a_run_itself_is_no_folder_of_runs(runs):
    with pytest.raises(RunFolderError, match=f"z is a run; give the folder that it is in, {runs}"):
        read_all(runs / "z")


@pytest.mark.parametrize("label", ["=cmd()\x1b[2J\n", "'quoted'", "-+@"])
def test_a_name_that_a_spreadsheet_might_run_is_read_back(tmp_path, label):
    of = manifest(plan([interpreter(label, f"+{label}")], [work(label)]))
    figure = TrackedSpeedup(f"{label}+{label}", label, Strategy.THREADS, 2)
    report(tmp_path / "run", of, entries(of, World(threads={("", label): 1.8})))
    point = read(tmp_path / "run").point(figure)
    assert point is not None
    assert point.speedup == pytest.approx(1.8, rel=0.1)
