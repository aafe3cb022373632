"""`gilometer try` with real code, from the command to the screen and the run's folder."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from gilometer.model import Outcome, Sample
from gilometer.runs import folder as run_folder
from gilometer.runs import store
from tests import required

ROOT = Path(__file__).parents[1]
QUICK = ("--budget", "8s", "--workers", "2")
PURE = "def work(n):\n    return sum(i * i % 7 for i in range(20000 + n))\n"
LOCKED = (
    "import threading\nlock = threading.Lock()\n"
    "def work(n):\n    with lock:\n        return sum(i * i % 7 for i in range(20000))\n"
)
ZLIB = "import zlib\nDATA = b'0123456789abcdef' * 65536\ndef work(n):\n    return len(zlib.compress(DATA))\n"
SQLITE = (
    "import sqlite3\n"
    "def work(n):\n"
    "    connection = sqlite3.connect(':memory:')\n"
    "    connection.execute('create table t (n integer)')\n"
    "    connection.executemany('insert into t values (?)', [(i,) for i in range(2000)])\n"
    "    total = connection.execute('select sum(n) from t').fetchone()[0]\n"
    "    connection.close()\n"
    "    return total\n"
)
PRINTS = "import os\ndef work(n):\n    print('{}')\n    os.write(1, b'{}\\n')\n    return n\n"
AROUND = (
    "import threading\nhere = threading.local()\n"
    "def setup():\n    here.offset = 5\n"
    "def work(n):\n    return n + here.offset\n"
    "def teardown():\n    del here.offset\n"
)
ASYNC = "import asyncio\nasync def work(n):\n    await asyncio.sleep(0.002)\n    return {'n': n}\n"


@dataclass(frozen=True)
class Tried:
    """What a command did."""

    status: int
    said: str
    errors: str
    folder: Path

    @property
    def samples(self) -> list[Sample]:
        return [entry for entry in store.read(self.folder) if isinstance(entry, Sample)]


@pytest.fixture
def attempt(tmp_path):
    """Write a file into the user's folder, and try what is in it."""

    def run(code: str, *words: str) -> Tried:
        (tmp_path / "mine.py").write_text(code)
        folder = tmp_path / "run"
        ended = subprocess.run(
            [sys.executable, "-m", "gilometer", "try", "mine.py:work", "--out", str(folder), *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert "Traceback" not in ended.stderr or "raises" in code, ended.stderr
        return Tried(ended.returncode, ended.stdout, ended.stderr, folder)

    return run


def on(*names: str) -> list[str]:
    for name in names:
        required.interpreter(name)
    return [word for name in names for word in ("-i", name)]


@pytest.mark.interpreters
@pytest.mark.parametrize(
    "code",
    [PURE, LOCKED, ZLIB, SQLITE, PRINTS, AROUND],
    ids=["pure", "lock", "zlib", "sqlite", "prints", "setup"],
)
def test_a_function_is_measured_and_returns_the_same_everywhere(code, attempt):
    tried = attempt(code, "--items", "4", *QUICK, *on("cpython-3.13", "cpython-2.7"), "--check")
    assert tried.status == 0, tried.said + tried.errors
    assert {one.outcome for one in tried.samples} == {Outcome.OK}
    assert len({one.line.checksum for one in tried.samples if one.line}) == 1
    assert "`work` of mine.py: 4 calls in each figure" in tried.said
    assert "cpython-2.7, one thread" in tried.said
    assert (tried.folder / "report.html").is_file()


@pytest.mark.interpreters
def test_an_async_function_is_spread_over_an_event_loop(attempt):
    tried = attempt(ASYNC, "--items", "4", *QUICK, *on("cpython-3.13"), "-s", "asyncio")
    assert tried.status == 0, tried.said + tried.errors
    assert run_folder.load(tried.folder).plan.works[0].kind == "waiting"
    assert {one.slot.cell.strategy.value for one in tried.samples} == {"serial", "asyncio"}
    assert "asyncio with 2 workers" in tried.said


@pytest.mark.interpreters
def test_one_that_can_not_compile_it_is_left_out_with_a_line(attempt):
    code = f"NAME = f'{{1}}'\n{PURE}"
    tried = attempt(code, "--items", "2", *QUICK, *on("cpython-3.13", "cpython-2.7"), "-s", "threads")
    assert tried.status == 0, tried.said + tried.errors
    assert "cpython-2.7 can't compile mine.py: line 1: invalid syntax; it is left out" in tried.errors
    assert {one.slot.cell.interpreter for one in tried.samples} == {"cpython-3.13"}


@pytest.mark.interpreters
def test_a_run_is_drawn_again_and_not_resumed_with_another_file(attempt):
    tried = attempt(PURE, "--items", "2", *QUICK, *on("cpython-3.13"), "-s", "threads")
    drawn = subprocess.run(
        [sys.executable, "-m", "gilometer", "report", str(tried.folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert drawn.returncode == 0, drawn.stderr
    assert "`work` of mine.py" in drawn.stdout
    (tried.folder.parent / "mine.py").write_text(ZLIB)
    resumed = subprocess.run(
        [sys.executable, "-m", "gilometer", "compare", "--resume", str(tried.folder), "--budget", "5s"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert resumed.returncode == 2
    assert "was measured with another mine.py" in resumed.stderr


@pytest.mark.interpreters
def test_what_a_process_returns_otherwise_is_found_and_fails_only_with_check(attempt):
    code = "import threading\ndef work():\n    return threading.active_count()\n"
    words = (*QUICK, *on("cpython-3.13"), "-s", "threads")
    tried = attempt(code, *words)
    assert tried.status == 0, tried.said + tried.errors
    assert "`work` returned other values than with one thread of cpython-3.13" in tried.said
    again = attempt(code, *words, "--out", str(tried.folder) + "-2", "--check")
    assert again.status == 1


def test_what_raises_is_shown_with_the_command_that_repeats_it(attempt):
    host = f"{sys.version_info.major}.{sys.version_info.minor}"
    tried = attempt("# raises\ndef work(n):\n    return [][n]\n", "--items", "2", "-i", host)
    assert tried.status == 1
    assert "IndexError: list index out of range" in tried.errors
    assert "repeat it by hand with: " in tried.errors
    assert "_look.py mine.py:work 2 '[]' 2" in tried.errors
    assert not tried.folder.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--items", "many"),
            "--items 'many' names nothing; give a number such as 24, or a list or function",
        ),
        (("--items", "0"), "--items 0: give a number from 1 to 1000000, or a name"),
        (("--items", "gone.py:inputs"), "--items gone.py:inputs: there is no file gone.py in "),
        (("--budget", "soon"), "--budget 'soon': give a time above zero, such as 90s, 5m or 1h"),
        (("--strategy", "magic"), "--strategy 'magic': there are serial, threads"),
    ],
)
def test_an_option_that_can_not_be_is_a_sentence(words, said, attempt):
    tried = attempt(PURE, *words)
    assert tried.status == 2
    assert tried.errors.startswith(f"gilometer: {said}")


def test_a_budget_that_lasts_for_no_block_names_what_would(attempt):
    host = f"{sys.version_info.major}.{sys.version_info.minor}"
    code = "import time\ndef work():\n    time.sleep(1)\n"
    tried = attempt(code, "--budget", "2s", "-i", host)
    assert tried.status == 2
    assert "--budget 2s does not last for one block; answers take about" in tried.errors
    assert not tried.folder.exists()
