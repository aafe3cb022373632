"""A reader that leaves, such as ``head -1``, stops no run: its samples and its report are still wanted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gilometer.model import Finished
from gilometer.runs import store
from tests import written
from tests.cli.running import FAKES, ROOT
from tests.records import World


def read_a_line_of(*words: str) -> tuple[bytes, int]:
    """Run a command with its output and errors in a pipe that is closed after a line; return its status."""
    read, write = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-m", "gilometer", *words],
        stdout=write,
        stderr=write,
        env={**os.environ, "PYTHONPATH": str(ROOT / "harness")},
    ) as process:
        os.close(write)
        with os.fdopen(read, "rb", buffering=0) as reader:
            line = reader.readline()
    return line, process.returncode


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path / "cache"))


def test_a_comparison_measures_to_its_end():
    Path("ok.toml").write_text(f'command = ["{FAKES / "ok"}"]\n')
    chosen = ("--matrix", "ok.toml", "-i", "ok", "-w", "sleep", "-s", "threads")
    line, status = read_a_line_of(
        "compare", *chosen, "--offline", "--quick", "--budget", "5s", "--out", "run"
    )
    assert line.startswith(b"block 1: ")
    assert status == 0
    assert isinstance(store.read(Path("run"))[-1], Finished)
    assert Path("run/report.html").exists()


def test_a_report_is_drawn_and_its_status_told():
    of = written.small()
    written.write(Path("run"), of, written.entries(of, World()))
    line, status = read_a_line_of("report", "run")
    assert line == b"\n"
    assert status == 0
    assert Path("run/report.html").exists()


def test_nobody_hears_of_a_mistake_and_the_status_tells(tmp_path):
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as pipe:
        ended = subprocess.run(
            [sys.executable, "-m", "gilometer", "report", str(tmp_path / "nowhere")],
            stdout=pipe,
            stderr=pipe,
            check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT / "harness")},
        )
    assert ended.returncode == 2
