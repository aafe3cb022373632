"""``export`` as it is typed, and what pyperf itself makes of it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.cli.running import gilometer
from tests.written import entries, small, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A folder with a run in it that was exported for pyperf, and what the command said."""
    folder = tmp_path_factory.mktemp("runs")
    write(folder / "run", small(), entries(small()))
    ended = gilometer("export", str(folder / "run"), "--format", "pyperf")
    assert ended.returncode == 0, ended.stderr
    return folder, ended.stdout


def pyperf(*words: str, cwd: Path) -> str:
    return subprocess.run(
        [sys.executable, "-m", "pyperf", *words], check=True, capture_output=True, text=True, cwd=cwd
    ).stdout


def test_the_command_says_what_is_where_and_what_is_not(runs):
    folder, said = runs
    assert said == (
        f"2 files in {folder}/run/export: cpython-3.13t+gil.json and cpython-3.13t.json\n"
        "Left out of 24 cells: 8 unavailable, 4 observed and not timed and 2 crashed.\n"
    )


def test_pyperf_compares_two_interpreters(runs):
    export = runs[0] / "run" / "export"
    said = pyperf("compare_to", "cpython-3.13t+gil.json", "cpython-3.13t.json", cwd=export)
    (line,) = (line for line in said.splitlines() if line.startswith("fib/threads/2: "))
    assert line.endswith("x faster")
    assert "fib/processes/2" in said.partition("not significant")[2]


def test_pyperf_counts_runs_values_and_warm_ups(runs):
    said = pyperf("stats", "cpython-3.13t.json", cwd=runs[0] / "run" / "export")
    assert "Number of benchmarks: 5" in said
    for line in (
        "Number of run with values: 4",
        "Number of warmup per run: 2",
        "Number of value per run: 2",
        "Loop iterations per value: 2",
    ):
        assert said.count(line) == 5, line


def test_out_names_another_folder(runs, tmp_path):
    out = tmp_path / "a" / "b"
    ended = gilometer("export", str(runs[0] / "run"), "--format", "csv", "--out", str(out))
    assert ended.returncode == 0, ended.stderr
    assert (out / "summary.csv").is_file()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("run", "--format", "pyprf"), "--format 'pyprf': did you mean `pyperf`?"),
        (("nowhere", "--format", "csv"), "nowhere is not a run's folder"),
        (("run", "--format", "csv", "--out", "run/run.json"), "run/run.json can't take what is exported"),
        (("run",), "Missing option '--format'"),
    ],
)
def test_a_mistake_is_one_sentence(runs, monkeypatch, words, sentence):
    monkeypatch.chdir(runs[0])
    ended = gilometer("export", *words)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert sentence in ended.stderr


def test_a_run_without_samples_has_nothing_to_export(tmp_path):
    folder = write(tmp_path / "run", small(), [])
    ended = gilometer("export", str(folder), "--format", "json")
    assert ended.returncode == 2
    assert "has nothing to export" in ended.stderr
    assert not (folder / "export").exists()
