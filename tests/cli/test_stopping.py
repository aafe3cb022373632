"""Ctrl-Z stops a run, and `fg` lets it go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gilometer.model import Outcome, Sample
from gilometer.runs import store
from tests import untraced
from tests.cli.running import FAKES, ROOT

WORDS = (
    "-i",
    "ok",
    "--offline",
    "-w",
    "sleep",
    "-s",
    "threads",
    "--quick",
    "--budget",
    "60s",
    "--out",
    "run",
)


def wait_for_samples(count: int) -> None:
    samples = Path("run/samples.jsonl")
    for _ in range(6000):
        if samples.exists() and samples.read_bytes().count(b"\n") >= count:
            return
        time.sleep(0.01)
    pytest.fail("no samples came")


def test_a_run_that_was_stopped_goes_on(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path / "cache"))
    Path("ok.toml").write_text(f'command = ["{FAKES / "ok"}"]\n')
    process = subprocess.Popen(
        [sys.executable, "-m", "gilometer", "compare", "--matrix", "ok.toml", *WORDS],
        env=untraced.environment(PYTHONPATH=str(ROOT / "harness")),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    wait_for_samples(3)
    process.send_signal(signal.SIGTSTP)
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    before = len(store.read(Path("run")))
    process.send_signal(signal.SIGCONT)
    wait_for_samples(before + 5)
    process.send_signal(signal.SIGTERM)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM
    assert "--resume run" in stderr
    found = [one for one in store.read(Path("run")) if isinstance(one, Sample)]
    assert {one.outcome for one in found} == {Outcome.OK}
