"""``history`` as it is typed."""

from __future__ import annotations

import shutil

import pytest

from tests.cli.running import gilometer
from tests.written import entries, report, small, started


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


@pytest.fixture
def runs(place):
    """Two runs where runs go."""
    for day in (1, 2):
        of = started(small(), f"2026-01-0{day}T03:04:05+00:00")
        report(place / "reports" / f"run{day}", of, entries(of))
    return place / "reports"


def test_the_runs_of_reports_are_listed_and_plotted(runs):
    (runs / "run3").mkdir()
    (runs / "run3" / "run.json").write_text('{"schema": 99}')
    ended = gilometer("history")
    assert ended.returncode == 0, ended.stderr
    lines = ended.stdout.splitlines()
    assert lines[0] == "Speedup of 2 threads over serial, fib on cpython-3.13t."
    assert [line.split()[0] for line in lines[3:5]] == ["2026-01-01", "2026-01-02"]
    assert lines[5].startswith("Left out: reports/run3/run.json has schema 99")
    assert lines[6] == "Plot: reports/history.png"
    assert (runs / "history.png").read_bytes().startswith(b"\x89PNG")
    assert (runs / "history.svg").is_file()


def test_another_figure_and_another_folder_may_be_named(runs, place):
    shutil.move(runs, place / "elsewhere")
    ended = gilometer("history", "elsewhere", "--of", "cpython-3.13t+gil fib processes 2")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("Speedup of 2 processes over serial, fib on cpython-3.13t+gil.\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--of", "cpython-3.13t fob threads 2"), 'as in "cpython-3.13t fib threads 2"'),
        (("nowhere",), "nowhere is no folder of runs"),
        (("reports/run1",), "reports/run1 is a run; give the folder that it is in, reports"),
    ],
)
def test_a_mistake_is_one_sentence(runs, words, sentence):
    ended = gilometer("history", *words)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert sentence in ended.stderr
    assert not (runs / "history.png").exists()
