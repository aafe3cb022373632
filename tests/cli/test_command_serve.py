"""``serve`` as it is typed: a real process, which a workload's script is run beside."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gilometer.errors import ServiceError
from gilometer.run.services import Services
from gilometer.run.services.serving import serve
from tests.run.services.fakes import FakeOffer
from tests.workloads.running import workload

ROOT = Path(__file__).parents[2]


def test_what_it_prints_is_what_a_script_needs_and_ctrl_c_ends_it(tmp_path):
    argv = [sys.executable, "-m", "gilometer", "serve"]
    environment = os.environ | {
        "PYTHONPATH": str(ROOT / "harness"),
        "GILOMETER_POSTGRES": "postgresql://my own",
    }
    with subprocess.Popen(argv, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout
        exported = dict(shlex.split(serving.stdout.readline())[1].split("=", 1) for _ in range(2))
        assert exported["GILOMETER_POSTGRES"] == "postgresql://my own"
        script = [sys.executable, str(workload("http_api"))]
        done = subprocess.run(script, env=os.environ | exported, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        serving.send_signal(signal.SIGINT)
    assert serving.returncode == 0
    done = subprocess.run(script, env=os.environ | exported, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")


def test_one_that_can_not_start_is_a_comment_and_the_others_go_on():
    http, postgres = FakeOffer(), FakeOffer("postgres", refusal="no room on the disk; make some")
    http.service.alive = False
    said: list[str] = []
    with (
        Services([postgres.offer, http.offer]) as services,
        pytest.raises(ServiceError, match="http has ended"),
    ):
        serve(services, ("postgres", "http"), said.append)
    assert said == ["# no room on the disk; make some", "export GILOMETER_TEST_HTTP=http://127.0.0.1:1"]


def test_where_none_can_start_there_is_nothing_to_wait_for():
    refusing = Services([FakeOffer(refusal="no port is free").offer])
    with refusing as services, pytest.raises(ServiceError, match="none of the servers can be started"):
        serve(services, ("http",), lambda _line: None)


def test_it_waits_as_long_as_all_run(monkeypatch):
    http = FakeOffer()
    waits: list[float] = []

    def die_in_the_third(seconds: float) -> None:
        waits.append(seconds)
        http.service.alive = len(waits) < 3

    monkeypatch.setattr("time.sleep", die_in_the_third)
    with Services([http.offer]) as services, pytest.raises(ServiceError, match="start them again"):
        serve(services, ("http",), lambda _line: None)
    assert len(waits) == 3
