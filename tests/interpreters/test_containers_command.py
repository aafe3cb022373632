"""`images` as it is typed, with an engine that is none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.interpreters.fake_engine import LABELS, FakeEngine

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("GILOMETER_ENGINE", raising=False)


@pytest.fixture
def podman(tmp_path):
    engine = FakeEngine(tmp_path / "bin")
    engine.has("docker.io/library/debian:trixie-slim", {})
    return engine


def images(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gilometer", "images", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "harness")}
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert "Traceback" not in ended.stderr, ended.stderr
    return ended


def test_without_a_name_the_recipes_are_listed(podman):
    podman.has("localhost/gilometer-jython:latest", LABELS)
    listed = images()
    assert listed.returncode == 0
    assert "ironpython" in listed.stdout
    (jython,) = (line for line in listed.stdout.splitlines() if line.startswith("jython "))
    assert "428 MB" in jython
    assert "stale, 2026-11-2" in jython


def test_a_name_is_built(podman):
    built = images("jython")
    assert built.returncode == 0
    assert "jython: Jython 2.7 on Java 21; begins with docker.io/library/debian:trixie-slim" in built.stderr
    assert "jython: ready, in" in built.stderr
    assert "localhost/gilometer-jython:latest" in podman.tags


def test_a_failure_is_a_line_and_status_1(podman):
    podman.fails("build", "E: Unable to locate package jython")
    failed = images("jython")
    assert failed.returncode == 1
    assert "jython: could not be built (E: Unable to locate package jython); the whole log" in (
        " ".join(failed.stderr.split())
    )


def test_without_an_engine_there_is_a_sentence_and_status_2():
    failed = images("jython")
    assert failed.returncode == 2
    assert failed.stderr == "gilometer: there is no container engine on PATH; podman or docker would do\n"
