"""A function of the user's own as a workload, and what is told of it before it is measured."""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING, Any
from zlib import crc32

import pytest

from gilometer.model import Outcome
from tests import required
from tests.workloads.running import HOST, SUBINTERPRETERS, WORKLOADS, TakingTurns, run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FUNCTION, LOOK = WORKLOADS / "_function.py", WORKLOADS / "_look.py"
SQUARE = "def work(n):\n    return n * n\n"
INTERPRETERS = (
    "cpython-2.7",
    "cpython-3.6",
    "cpython-3.13t",
    "cpython-3.14",
    "pypy-3.11",
    "jython-2.7",
    "micropython-3.4",
    "rustpython-3.12",
)


def checksum(*values: int) -> str:
    """Give the checksum of the contract for a function that returned these numbers."""
    digests = ",".join(str(crc32(str(value).encode())) for value in values)
    return f"{crc32(f'[{digests}]'.encode()):08x}"


SQUARES = checksum(0, 1, 4, 9, 16)


@pytest.fixture
def mine(tmp_path):
    """Write the user's file into their folder."""

    def write(code: str, name: str = "mine.py") -> Path:
        path: Path = tmp_path / name
        path.write_text(code)
        return path

    return write


def look(
    folder: Path, function: str = "mine.py:work", items: str = "", seconds: str = "0", **how: Any
) -> Any:
    ran = run(
        LOOK,
        function,
        items,
        json.dumps(how.get("arguments", [])),
        seconds,
        cwd=folder,
        python=how.get("python", HOST),
    )
    assert ran.status == 0, ran.stderr
    return json.loads(ran.stdout)


def words(function: str = "mine.py:work", **parameters: Any) -> list[str]:
    chosen = {"function": function, **parameters}
    return [word for name, value in chosen.items() for word in ("--param", f"{name}={value}")]


SPREAD: Sequence[tuple[str, ...]] = (
    ("--strategy", "serial"),
    ("--strategy", "threads", "--workers", "2"),
    ("--strategy", "processes", "--workers", "2"),
)


@pytest.mark.parametrize("how", SPREAD)
def test_each_strategy_gives_the_same_values(how, mine, tmp_path) -> None:
    mine(SQUARE)
    ran = run(FUNCTION, *words(items=5), "--units", "5", *how, cwd=tmp_path)
    assert (ran.line.outcome, ran.line.checksum) == (Outcome.OK, SQUARES)


def test_without_an_item_it_is_called_as_often_as_asked(mine, tmp_path) -> None:
    mine("def work():\n    print('called')\n    return 1\n")
    ran = run(FUNCTION, *words(takes_item=0), "--units", "3", "--iterations", "1", cwd=tmp_path)
    assert ran.line.outcome is Outcome.OK
    assert ran.stderr.count("called") == 3


@pytest.mark.parametrize("items", ["inputs = ['a', 'bb']", "def inputs():\n    yield 'a'\n    yield 'bb'"])
def test_items_are_a_list_or_what_a_function_gives(items, mine, tmp_path) -> None:
    mine(f"def work(word):\n    print(word)\n\n{items}\n")
    ran = run(FUNCTION, *words(items="mine.py:inputs"), "--units", "2", "--iterations", "1", cwd=tmp_path)
    assert ran.line.outcome is Outcome.OK
    assert ran.stderr.split() == ["a", "bb"]


def test_each_worker_has_its_setup_and_teardown(mine, tmp_path) -> None:
    mine(
        "import threading\nhere = threading.local()\n"
        "def setup(): here.ready = 1; print('setup')\n"
        "def work(n): return here.ready\n"
        "def teardown(): print('teardown')\n"
    )
    ran = run(FUNCTION, *words(items=4), "--units", "4", *SPREAD[1], cwd=tmp_path)
    assert ran.line.outcome is Outcome.OK
    assert [ran.stderr.count(word) for word in ("setup", "teardown")] == [2, 2]


ASYNC = (
    "import asyncio\n"
    "async def setup(): print('setup')\n"
    "async def work(n):\n    await asyncio.sleep(0.001)\n    return n\n"
    "async def teardown(): print('teardown')\n"
)


@pytest.mark.parametrize("how", [*SPREAD, ("--strategy", "asyncio", "--workers", "2")])
def test_an_async_function_has_an_event_loop_in_each_worker(how, mine, tmp_path) -> None:
    mine(ASYNC)
    ran = run(FUNCTION, *words(items=4), "--units", "4", *how, cwd=tmp_path)
    assert (ran.line.outcome, ran.line.checksum) == (Outcome.OK, checksum(0, 1, 2, 3))
    workers = 1 if how == SPREAD[0] else 2
    assert [ran.stderr.count(word) for word in ("setup", "teardown")] == [workers, workers]


@pytest.mark.parametrize("reading", ["input()", "sys.stdin.read()", "os.read(0, 1)"])
def test_a_function_reads_no_command_of_the_harness(reading, mine, tmp_path) -> None:
    mine(
        "import os, sys\ndef work(n):\n"
        f"    try:\n        return len({reading})\n"
        "    except EOFError:\n        return 0\n"
    )
    with TakingTurns(FUNCTION, *words(items=2), "--units", "2", cwd=tmp_path) as script:
        told = [script.ask("turn")["iterations"] for _ in range(2)]
        ended = script.end()
    assert [len(iterations) for iterations in told] == [1, 1]
    assert ended.last_line.checksum == checksum(0, 0)


def test_a_function_has_its_own_arguments(mine, tmp_path) -> None:
    mine("import sys\ndef work(n):\n    return sys.argv\n")
    mine("def work(n):\n    return ['other.py', 'a b', '-x']\n", "other.py")
    own = mine("import sys\ndef work(n):\n    return sys.argv\n", "other_argv.py")
    arguments = json.dumps(["a b", "-x"])
    values = [
        run(FUNCTION, *words(f"{name}.py:work", items=1, arguments=arguments), "--units", "1", cwd=tmp_path)
        for name in ("other", "mine")
    ]
    assert own.exists()
    assert values[0].line.checksum != values[1].line.checksum  # the file's name is the first argument


def test_a_package_is_found_from_the_current_folder_and_before_our_own_scripts(mine, tmp_path) -> None:
    (tmp_path / "package").mkdir()
    mine("from package.lock import work\n", "package/__init__.py")
    mine("import turns\nwork = turns.work\n", "package/lock.py")
    mine(SQUARE, "turns.py")  # as a workload of ours is called
    ran = run(FUNCTION, *words("package.lock:work", items=5), "--units", "5", cwd=tmp_path)
    assert ran.line.checksum == SQUARES
    assert not list(tmp_path.rglob("*.pyc"))


@pytest.mark.usefixtures("shared_code")
def test_a_long_value_is_digested_once() -> None:
    function = import_module("_function")
    one = function.Function({}, 1)
    values = [one.digest_of(0, value, 1e-9) for value in ("a", "b")]
    assert values[0] == values[1] != one.digest_of(1, "b", 1.0)


MISTAKES = {
    "def other(n): pass": "mine.py has no work",
    "work = [1]": "work is no function but a list; name a function",
    "class work: pass": "work is a class; name a function that makes an object and uses it",
    "def work(n):\n    yield n": "work is a generator, so calling it does none of its work",
    "async def work(n):\n    yield n": "work is a generator, so calling it does none of its work",
    "def work(a, b): pass": "work takes 2 arguments; it must take one, the item, or none",
    "async def setup(): pass\ndef work(n): pass": "setup is an async def, and the function is none",
}


@pytest.mark.parametrize("code", MISTAKES)
def test_what_can_not_be_called_is_a_sentence(code, mine, tmp_path) -> None:
    mine(code)
    assert look(tmp_path, items="3")["mistake"].startswith(MISTAKES[code])


@pytest.mark.parametrize(
    ("function", "items", "said"),
    [
        ("gone.py:work", "3", "there is no file gone.py in "),
        ("mine.py", "3", "'mine.py' names no function; give a file and a name in it, such as mine.py:work"),
        ("mine.py:Thing.work", "3", "Thing.work is a method; name a function that makes the object"),
        ("mine.py:work", "", "work takes an item; say how many with --items 24, or which with --items"),
        ("mine.py:work", "mine.py:gone", "mine.py has no gone"),
        ("mine.py:work", "mine.py:number", "mine.py:number is a int; items are a list, or a function"),
        ("json.py:work", "3", "json.py is called like a module of Python's own, json; rename it"),
    ],
)
def test_what_is_named_wrongly_is_a_sentence(function, items, said, mine, tmp_path) -> None:
    mine(f"{SQUARE}number = 1\nclass Thing:\n    def work(self, n): pass\n")
    mine(SQUARE, "json.py")
    assert look(tmp_path, function, items)["mistake"].startswith(said)


def test_a_syntax_error_is_a_lack_with_its_line(mine, tmp_path) -> None:
    mine("def work(n):\n    return 1 +\n")
    assert look(tmp_path, items="1")["lack"] == "can't compile mine.py: line 2: invalid syntax"


def test_a_missing_module_is_a_lack(mine, tmp_path) -> None:
    mine("import nothing_of_that_name\n")
    assert look(tmp_path)["lack"] == "lacks what mine.py needs: No module named 'nothing_of_that_name'"


@pytest.mark.parametrize("code", ["raise ValueError('no')", "import sys\nsys.exit('no')"])
def test_what_an_import_raises_is_told_with_its_traceback(code, mine, tmp_path) -> None:
    mine(code)
    assert look(tmp_path)["failure"].strip().endswith(": no")


def test_a_trial_calls_it_until_the_time_is_over(mine, tmp_path) -> None:
    mine(SQUARE)
    assert look(tmp_path, items="50")["calls"] == 0
    assert look(tmp_path, items="50", seconds="60")["calls"] >= 50
    assert look(tmp_path, items="50", seconds="1e-9")["calls"] == 1


@pytest.mark.parametrize(("code", "is_busy"), [("sum(range(10**5))", True), ("time.sleep(0.01)", False)])
def test_a_trial_tells_work_from_waiting(code, is_busy, mine, tmp_path) -> None:
    mine(f"import time\ndef work():\n    return {code}\n")
    assert (look(tmp_path, seconds="60")["busy"] > 0.85) == is_busy


@pytest.mark.usefixtures("shared_code")
def test_values_that_are_equal_have_the_same_bytes() -> None:
    written = import_module("_values").written
    for alike in (
        (1, 1.0, True),
        (0, 0.0, -0.0, False),
        (1 / 3, 0.33333333333),
        (float("nan"), -float("nan")),
        ([1, "a"], (1.0, b"a")),
        ({"a": 1, "b": [2]}, {"b": [2.0], "a": 1}),
        ({1, 2}, frozenset((2, 1))),
    ):
        assert len({written(value) for value in alike}) == 1, alike


@pytest.mark.usefixtures("shared_code")
def test_values_that_differ_have_other_bytes() -> None:
    written = import_module("_values").written
    different = [
        None,
        0,
        1,
        1e-30,
        2e-30,
        1e300,
        "",
        "1",
        [],
        [1],
        [[1]],
        {},
        {1: 2},
        {2: 1},
        float("nan"),
        float("inf"),
        -float("inf"),
        0.1234567891,
        0.1234567892,
        "é",
    ]
    assert len({written(value) for value in different}) == len(different)


@pytest.mark.usefixtures("shared_code")
@pytest.mark.parametrize(
    ("number", "text"),
    [(9.99999999999, "10"), (1234.5, "1234.5"), (1e-5, "1e-5"), (-2.5e20, "-2.5e20"), (1e9, "1000000000")],
)
def test_a_float_is_rounded_to_ten_digits(number, text) -> None:
    assert import_module("_values").decimal(number) == text


@pytest.mark.usefixtures("shared_code")
def test_a_list_that_holds_itself_has_an_end() -> None:
    endless: list[Any] = []
    endless.append(endless)
    assert import_module("_values").written(endless).count(b"[") == 20


VALUES = (
    "def work(n):\n"
    "    return [n, n * 1.5, 1e-7 / 3, 1e300 * 1e300, 'abc', b'x', {'b': 2, 'a': [None, True]}, 2.0 ** 80]\n"
)


@pytest.mark.interpreters
@pytest.mark.parametrize("name", INTERPRETERS)
def test_every_interpreter_gives_the_same_values(name, mine, tmp_path) -> None:
    python = required.interpreter(name)
    mine(VALUES)
    ran = run(FUNCTION, *words(items=3), "--units", "3", *SPREAD[1], python=python, cwd=tmp_path)
    here = run(FUNCTION, *words(items=3), "--units", "3", cwd=tmp_path)
    assert (ran.line.outcome, ran.line.checksum) == (Outcome.OK, here.line.checksum)
    assert not [path for path in tmp_path.rglob("*") if path.name != "mine.py"]


@pytest.mark.interpreters
@pytest.mark.parametrize("name", INTERPRETERS)
def test_every_interpreter_tells_what_it_can_not_compile(name, mine, tmp_path) -> None:
    python = required.interpreter(name)
    mine("def work(n):\n    return 1 +\n")
    assert look(tmp_path, items="1", python=python)["lack"].startswith("can't compile mine.py: line 2")
    mine(SQUARE)
    told = look(tmp_path, items="3", seconds="1", python=python)
    assert [told[name] for name in ("mistake", "failure", "units", "takes_item")] == ["", "", 3, True]
    assert told["calls"] >= 3


@pytest.mark.interpreters
@pytest.mark.parametrize("name", SUBINTERPRETERS)
def test_a_subinterpreter_imports_it_too(name, mine, tmp_path) -> None:
    python = required.interpreter(name)
    mine(SQUARE)
    how = ("--strategy", "subinterpreters", "--workers", "2")
    ran = run(FUNCTION, *words(items=5), "--units", "5", *how, python=python, cwd=tmp_path)
    assert (ran.line.outcome, ran.line.checksum) == (Outcome.OK, SQUARES)
