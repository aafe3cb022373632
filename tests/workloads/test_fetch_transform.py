"""Polling an API, a database and a file, and assembling one result: by hand, and under every strategy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from gilometer.model import Outcome
from tests.workloads.loading import load
from tests.workloads.meeting import meeting
from tests.workloads.running import SERVICES, run, workload

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("shared_code")

SCRIPT = workload("fetch_transform")
WAYS = [("serial", "1"), ("threads", "3"), ("processes", "3"), ("hybrid", "3"), ("asyncio", "3")]


@pytest.fixture
def services(monkeypatch) -> None:
    """Let this process know where the servers are."""
    for name, value in SERVICES.environment(("http", "postgres")).items():
        monkeypatch.setenv(name, value)


def own(folder: Path | str, **parameters: int) -> Any:
    """Make one worker's workload, which keeps its file in a folder."""
    kind = load("fetch_transform").FetchTransform
    return kind(kind.parameters | {"folder": str(folder), "ms": 0} | parameters, 24)


def test_a_bill_has_a_line_for_each_order_and_for_each_customer() -> None:
    orders = "0 ann 2\n1 bob 1\n2 ann 3"
    lines, total = load("fetch_transform").bill([1000, 250], {"ann": 10, "bob": 0}, orders)
    assert lines == [
        "ann         0 x 2        18.00",
        "bob         1 x 1         2.50",
        "ann         2 x 3        27.00",
        "ann                      45.00",
        "bob                       2.50",
    ]
    assert total == 4750


def test_a_unit_asks_all_three_and_begins_with_another_than_the_unit_before() -> None:
    turns = [import_module("_sources").in_turn(index) for index in range(4)]
    assert turns == [[0, 1, 2], [1, 2, 0], [2, 0, 1], [0, 1, 2]]


@pytest.mark.usefixtures("services")
def test_what_is_fetched_is_the_answer_the_rows_and_the_orders_and_survives_json(tmp_path) -> None:
    one = own(tmp_path, kb=1, orders=5)
    one.open()
    data = one.fetch(7)
    assert json.loads(json.dumps(data)) == data
    answer, rows, orders = data
    assert json.loads(answer)["index"] == 7
    assert len(answer) == 1024
    assert Counter(len(row) for row in rows) == {2: 40}
    assert {customer: percent for customer, percent in rows if customer in {"c0", "c1"}} == {
        "c0": str(7 * 11 % 30),
        "c1": str((7 * 11 + 7) % 30),
    }
    assert orders.split("\n")[1:3] == ["31 c7 2", "62 c14 3"]
    assert one.unit(7) == one.transform(7, data)
    assert len(list(tmp_path.iterdir())) == 1
    one.close()
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("services")
def test_the_day_of_the_discounts_and_the_item_are_the_units_own(tmp_path) -> None:
    one = own(tmp_path)
    one.open()
    values = [one.unit(index) for index in range(24)]
    one.close()
    assert len({total for _, total, _ in values}) == 24
    assert {lines for lines, *_ in values} == {2000 + 40}


def test_to_transform_needs_nothing_that_was_opened() -> None:
    one = own(".")
    data = [json.dumps({"prices": [100]}), [["c1", "50"]], "3 c1 4"]
    assert one.transform(0, data)[:2] == [2, 200]


@pytest.mark.parametrize(("strategy", "workers"), WAYS[1:])
def test_more_of_it_is_one_result_under_every_strategy(strategy, workers, tmp_path) -> None:
    words = (
        "--param",
        "orders=50",
        "--param",
        "kb=1",
        "--param",
        "ms=0",
        "--units",
        "40",
        "--iterations",
        "1",
    )
    serial = run(SCRIPT, *words, cwd=tmp_path).line
    spread = run(SCRIPT, *words, "--strategy", strategy, "--workers", workers, cwd=tmp_path).line
    assert serial.outcome is spread.outcome is Outcome.OK
    assert spread.checksum == serial.checksum
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("strategy", ["threads", "processes", "hybrid", "asyncio"])
def test_workers_wait_for_the_api_at_the_same_time(strategy, tmp_path) -> None:
    with meeting() as server:
        words = ("--param", f"url={server.url}", "--param", "orders=1", "--iterations", "1")
        line = run(SCRIPT, *words, "--strategy", strategy, "--workers", "8", cwd=tmp_path).line
    assert server.met.is_set()
    assert line.outcome is Outcome.OK


@pytest.mark.parametrize(("strategy", "workers"), WAYS)
def test_a_failing_source_is_told_in_a_sentence_and_leaves_no_file(strategy, workers, tmp_path) -> None:
    too_large = ("--param", "kb=99999")
    failed = run(SCRIPT, *too_large, "--strategy", strategy, "--workers", workers, cwd=tmp_path)
    assert (failed.status, failed.stdout) == (1, "")
    assert "was answered with status 400" in failed.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("ms=-1", "ms must be 0 or more, not -1"),
        ("kb=0", "kb must be 1 or more, not 0"),
        ("orders=0", "orders must be 1 or more, not 0"),
        ("folder=nowhere", "folder nowhere does not exist; make it, or name another"),
        ("url=example.org", "the server's url must be like http://127.0.0.1:8000, not example.org"),
        ("dsn=example.org", "a DSN is postgresql://user:password@host:port/database"),
    ],
)
def test_refuses_a_parameter_that_makes_no_sense(wrong, words, tmp_path) -> None:
    refused = run(SCRIPT, "--param", wrong, cwd=tmp_path)
    assert (refused.status, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"fetch_transform.py: {words}")
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize("lacking", ["GILOMETER_HTTP", "GILOMETER_POSTGRES"])
def test_without_a_server_it_says_how_to_get_one(lacking, tmp_path) -> None:
    environment = os.environ | SERVICES.environment(("http", "postgres"))
    del environment[lacking]
    done = subprocess.run(
        [sys.executable, str(SCRIPT)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "start one with `gilometer serve` and export what it prints, or give --param" in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_file_has_a_line_for_each_order(tmp_path) -> None:
    orders = import_module("_sources").Orders(SimpleNamespace(folder=str(tmp_path), orders=3))
    assert orders.read(0) == "0 c0 1\n31 c7 2\n62 c14 3"
    orders.close()
    assert not list(tmp_path.iterdir())
