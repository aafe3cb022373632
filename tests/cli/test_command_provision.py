"""``provision`` as it is typed, in real processes, with a uv that is a shell script."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import required, untraced
from tests.cli.running import ROOT, gilometer
from tests.interpreters.builders import executable
from tests.run.waiting import until

KNOWN = "if [ $2 = list ]; then echo '[{}]'; exit; fi"
INSTALL = f"{KNOWN}; mkdir -p $5/snake/bin; echo ok > $5/snake/bin/python"
COUNT = 'echo $$ >> "$GILOMETER_CACHE/../runs"'
FAIL = f"{KNOWN}; {COUNT}; echo 'cause: Connection refused (os error 111)'; exit 1"
HANG = f'{KNOWN}; {COUNT}; echo "Downloading it"; exec sleep 60'


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "harness"))
    return tmp_path


def put_uv(script: str) -> None:
    executable(Path("bin/uv"), script)


def provision(*words: str) -> subprocess.CompletedProcess[str]:
    return gilometer("provision", *words)


def said(ended: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in ended.stderr.splitlines() if line]


def here() -> set[str]:
    """Names of what stands on the shelves."""
    return {path.parent.name for path in Path("cache/provisioned").glob("*/.receipt.json")}


def runs() -> int:
    return len(Path("runs").read_text().splitlines())


def test_without_a_name_it_lists_what_can_be_fetched():
    ended = provision()
    assert ended.returncode == 0
    names = [line.split()[0] for line in ended.stdout.splitlines() if line.strip()]
    assert {"jython", "graalpy", "pypy", "3.14t", "3.15", "rustpython", "micropython", "pyodide"} <= set(
        names
    )


def test_several_are_fetched_and_said_to_be_ready():
    put_uv(INSTALL)
    ended = provision("3.12", "pypy", "3.12")
    assert ended.returncode == 0, ended.stderr
    assert said(ended)[:2] == [
        "3.12: CPython 3.12; about 35 MB from GitHub, by uv",
        "pypy: PyPy 3.11; about 35 MB from python.org, by uv",
    ]
    assert {line.partition(" in ")[0] for line in said(ended)[2:]} == {"3.12: ready,", "pypy: ready,"}
    again = provision("3.12")
    assert said(again)[0] == "3.12: is here; its files are checked"
    assert here() == {"uv-3.12", "uv-pypy3.11"}


def test_a_source_out_of_reach_is_tried_once_a_day_unless_asked():
    put_uv(FAIL)
    first, second, third = provision("3.12"), provision("3.12"), provision("3.12", "--retry")
    assert [each.returncode for each in (first, second, third)] == [1, 1, 1]
    failure = (
        "3.12: CPython 3.12 could not be fetched from GitHub"
        " (Connection refused (os error 111)); try again later"
    )
    assert said(first)[-1] == said(third)[-1] == failure
    assert said(second)[-1].endswith("`gilometer provision 3.12 --retry` tries again")
    assert runs() == 2


def test_one_that_fails_makes_the_status_1_and_the_other_is_ready():
    put_uv(f'case "$*" in *3.13*) {FAIL};; esac; {INSTALL}')
    ended = provision("3.12", "3.13")
    assert ended.returncode == 1
    assert here() == {"uv-3.12"}


def test_a_wrong_name_is_one_sentence_and_fetches_nothing():
    ended = provision("3.12", "jyton")
    assert ended.returncode == 2
    assert said(ended) == ["gilometer: nothing called 'jyton' can be fetched; did you mean `jython`?"]
    assert not Path("cache").exists()


def test_ctrl_c_leaves_no_tool_and_nothing_half_made():
    put_uv(HANG)
    command = [sys.executable, "-m", "gilometer", "provision", "3.12"]
    environment = untraced.environment()
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as running:
        until(Path("runs").exists)
        running.send_signal(signal.SIGINT)
        _, stderr = running.communicate(timeout=60)
    assert running.returncode == 130
    last = stderr.splitlines()[-1]
    assert last == "gilometer: interrupted; what is whole is kept. Go on with: gilometer provision 3.12"
    assert [path.name for path in Path("cache/provisioned").iterdir()] == [".uv-3.12.lock"]
    pid = int(Path("runs").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.network
def test_two_at_once_fetch_it_once_and_damage_is_mended():
    command = [sys.executable, "-m", "gilometer", "provision", "jython"]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    told = [one.communicate(timeout=120)[1] for one in both]
    if "try again later" in "".join(told):
        required.absent("jython-2.7", told[0])
    assert [one.returncode for one in both] == [0, 0], told
    (jar,) = Path("cache/provisioned").glob("*/*.jar")
    whole = jar.read_bytes()
    jar.write_bytes(whole[:1000] + bytes(1000) + whole[2000:])
    assert provision("jython").returncode == 0
    assert jar.read_bytes() == whole
