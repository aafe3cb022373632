"""``check`` as it is typed, in real processes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.cli.running import FAKES, gilometer


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """Two interpreters of one's own: a good one, and one whose threads die."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GILOMETER_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("COLUMNS", "100")
    folder = Path("config/interpreters")
    folder.mkdir(parents=True)
    folder.joinpath("good.toml").write_text(f'command = ["{sys.executable}"]\n')
    folder.joinpath("dying.toml").write_text(
        f'command = ["{FAKES / "segfaults"}"]\n[env]\nGOES_WRONG_WITH = "threads"\n'
    )


def test_every_strategy_of_a_workload_is_run_and_nothing_is_kept():
    ended = gilometer("check", "-i", "good", "-w", "nbody")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.splitlines()[-1] == "good: 3 ok, 0 unsupported, 0 failed"
    assert {path.name for path in Path().iterdir()} == {"cache", "config"}


def test_what_dies_stops_nothing_and_makes_the_status_1():
    ended = gilometer("check", "-i", "good", "-i", "dying", "-w", "nbody", "-w", "wordcount")
    assert ended.returncode == 1, ended.stderr
    assert "X crashed: died of SIGSEGV" in ended.stdout
    assert "in nbody threads 2, wordcount threads 2" in ended.stdout
    command = f"env GOES_WRONG_WITH=threads {FAKES / 'segfaults'} workloads/nbody.py --strategy threads"
    assert command in ended.stdout
    assert sorted(ended.stdout.splitlines()[-2:]) == [
        "dying: 4 ok, 0 unsupported, 2 failed",
        "good: 6 ok, 0 unsupported, 0 failed",
    ]


def test_json_is_all_that_standard_output_has():
    ended = gilometer("check", "-i", "good", "-w", "nbody", "--json")
    (one,) = json.loads(ended.stdout)["interpreters"]
    assert {cell["outcome"] for cell in one["cells"]} == {"ok"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("-i", "good", "-w", "fip"), "no workload matches 'fip'"),
        (("-i", "nothing-at-all"), 'no interpreter is called "nothing-at-all"'),
    ],
)
def test_a_mistake_is_one_sentence(words, sentence):
    ended = gilometer("check", *words)
    assert ended.returncode == 2
    assert sentence in ended.stderr
