"""The HTTP server itself: a process that answers over the loopback interface."""

from __future__ import annotations

import contextlib
import http.client
import json
import sys

import psutil
import pytest
from msgspec.structs import replace

from gilometer.cards import digest_of, read_card
from gilometer.errors import ServiceError
from gilometer.locations import workloads_folder
from gilometer.model import Outcome, Sample, Step
from gilometer.plan.effort import QUICK
from gilometer.plan.make import Material, Request, make
from gilometer.run.launchers import LauncherPool
from gilometer.run.measure import Measurement
from gilometer.run.services import Services
from gilometer.run.services import http as module
from gilometer.runs.store import Store, read
from tests import records
from tests.run.fakes import FakeView
from tests.run.waiting import until


@pytest.fixture(scope="module")
def server():
    with contextlib.closing(module.start()) as running:
        yield running


@contextlib.contextmanager
def connection(server):
    host = server.address.value.removeprefix("http://")
    with contextlib.closing(http.client.HTTPConnection(host, timeout=60)) as opened:
        yield opened


def get(opened: http.client.HTTPConnection, path: str) -> tuple[int, bytes]:
    opened.request("GET", path)
    answer = opened.getresponse()
    return answer.status, answer.read()


def test_it_answers_again_and_again_over_one_connection(server):
    with connection(server) as opened:
        opened.connect()
        socket = opened.sock
        for index in range(3):
            status, body = get(opened, f"/items/{index}?kb=4&ms=1")
            assert (status, json.loads(body)["index"], len(body)) == (200, index, 4096)
        assert opened.sock is socket


def test_it_tells_of_mistakes_and_goes_on(server):
    with connection(server) as opened:
        assert get(opened, "/items/1?speed=9")[0] == 400
        assert get(opened, "/items/1?errors=1")[0] == 503
        assert get(opened, "/items/1")[0] == 200


def test_it_is_on_the_loopback_interface_alone(server):
    process = psutil.Process(server._process.pid)
    listening = [one.laddr.ip for one in process.net_connections() if one.status == psutil.CONN_LISTEN]
    assert listening == ["127.0.0.1"]


def test_no_connection_stays_open_that_its_client_has_closed(server):
    process = psutil.Process(server._process.pid)
    with connection(server) as opened:
        get(opened, "/items/1")
    until(lambda: len(process.net_connections()) == 1)


def test_one_that_can_not_start_says_what_to_do(monkeypatch, tmp_path):
    broken = tmp_path / "api.py"
    broken.write_text("import uvicorn_that_is_not_there")
    monkeypatch.setattr(module, "API", broken)
    with pytest.raises(
        ServiceError, match=r"No module named 'uvicorn_that_is_not_there'; install Gilometer anew"
    ):
        module.start()


class Killer(FakeView):
    """Kills the server as soon as the second block begins."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services

    def show(self, step: Step) -> None:
        if step.stage == "block 2":
            psutil.Process(self.services._running["http"]._process.pid).kill()  # type: ignore[attr-defined]


def test_a_server_that_dies_costs_the_cells_that_need_it_and_no_others(tmp_path):
    scripts = workloads_folder()
    here = replace(records.interpreter("cpython-3.13"), command=(sys.executable,))
    works = tuple(read_card(scripts / f"{name}.py") for name in ("http_api", "sleep"))
    effort = replace(QUICK, iteration_s=0.002, blocks=2, budget_s=600.0, workloads=("*",))
    plan = make(Material((here,), (), works, digest_of(scripts)), Request((), (), (2,), 1, effort))
    with (
        Services() as services,
        Store(tmp_path, "run1", "plan1") as store,
        LauncherPool(tmp_path / "scratch", scripts) as fleet,
    ):
        Measurement(plan, fleet, services, store, Killer(services)).run()
    taken = [one for one in read(tmp_path) if isinstance(one, Sample)]
    asked = [one for one in taken if (one.slot.cell.workload, one.slot.block) == ("http_api", 1)]
    assert {one.outcome for one in asked} == {Outcome.CRASHED}
    assert all("gives no answer: " in one.reason + one.stderr_tail for one in asked)
    assert {one.outcome for one in taken if one not in asked} == {Outcome.OK}
