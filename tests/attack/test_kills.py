"""A run that is killed at random moments goes on, and has lost nothing; `benchmarks/kills.py` kills more."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.attack.killing import KilledRun
from tests.cli.running import FAKES

WORDS = (
    *("--matrix", "ok.toml", "-i", "ok", "--offline", "--quick", "--budget", "6s"),
    *("-w", "sleep", "-s", "threads"),
)
DRAW = random.Random(1)  # noqa: S311  not for secrets


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")  # fewer interpreters to look at
    Path("ok.toml").write_text(f'command = ["{FAKES / "ok"}"]\n')


def test_a_run_that_is_killed_loses_nothing(tmp_path):
    found = KilledRun(tmp_path / "run", WORDS, DRAW).attack(3)
    assert found.kills
    assert found.faults == ()
