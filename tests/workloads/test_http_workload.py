"""The remote API as a workload sees it: answers that come late, fail, or never come, under every strategy."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import textwrap
import threading
from typing import TYPE_CHECKING

import msgspec
import psutil
import pytest

from gilometer.model import Line, Outcome
from tests.run.waiting import until
from tests.workloads.meeting import meeting
from tests.workloads.running import SERVICES, WORKLOADS, run, workload

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPT = workload("http_api")
CHECKSUM = "c59c8b8e"
WAYS = [("serial", "1"), ("threads", "3"), ("processes", "3"), ("asyncio", "3")]


def line_of(folder, *words: str, strategy: str = "serial", workers: str = "1"):
    return run(SCRIPT, "--strategy", strategy, "--workers", workers, *words, cwd=folder).line


@pytest.mark.parametrize(("strategy", "workers"), WAYS)
def test_requests_that_fail_are_repeated_and_change_no_result(strategy, workers, tmp_path):
    words = ("--param", "errors=0.5", "--param", "jitter=3", "--param", "ms=0")
    assert line_of(tmp_path, *words, strategy=strategy, workers=workers).checksum == CHECKSUM


def test_what_is_fetched_depends_on_its_size(tmp_path):
    assert line_of(tmp_path, "--param", "kb=1").checksum != CHECKSUM


def test_a_unit_takes_as_long_as_the_server_does(tmp_path):
    line = line_of(tmp_path, "--param", "ms=20", "--units", "5", "--iterations", "1")
    assert line.iterations[0].wall_s >= 5 * 0.020


@pytest.mark.parametrize(("strategy", "workers"), [("threads", "8"), ("asyncio", "8")])
def test_workers_wait_for_the_server_at_the_same_time(strategy, workers, tmp_path):
    with meeting() as server:
        words = ("--param", f"url={server.url}", "--iterations", "1")
        line = line_of(tmp_path, *words, strategy=strategy, workers=workers)
    assert server.met.is_set()
    assert line.checksum == CHECKSUM


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("ms=-1", "ms must be 0 or more, not -1"),
        ("kb=-1", "kb must be 0 or more, not -1"),
        ("jitter=-1", "jitter must be 0 or more, not -1"),
        ("seed=-1", "seed must be 0 or more, not -1"),
        ("errors=0.6", "errors must be from 0 to 0.5, not 0.6"),
        ("url=example.org", "the server's url must be like http://127.0.0.1:8000, not example.org"),
        ("url=https://127.0.0.1:80", "the server's url must be like"),
        ("url=http://127.0.0.1", "the server's url must be like"),
    ],
)
def test_refuses_a_parameter_that_makes_no_sense(wrong, words, tmp_path):
    refused = run(SCRIPT, "--param", wrong, cwd=tmp_path)
    assert (refused.status, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"http_api.py: {words}")
    assert refused.stderr.count("\n") == 1


def test_without_a_server_it_says_how_to_get_one(tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != "GILOMETER_HTTP"}
    argv = [sys.executable, str(SCRIPT)]
    done = subprocess.run(argv, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "http_api.py: there is no server to fetch from; start one with `gilometer serve` and export what it "
        "prints, or give --param url=http://HOST:PORT\n"
    )


# --- servers that fail ----------------------------------------------------------------------------


@contextlib.contextmanager
def server(answer: bytes) -> Iterator[str]:
    """Serve the same few bytes to whoever connects and asks, and then close; with none, close unasked."""

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                with listening.accept()[0] as connection:
                    if answer:
                        connection.recv(1 << 16)
                        connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield "http://{}:{}".format(*listening.getsockname())
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def failure_of(folder, url: str, strategy: str, workers: str) -> str:
    words = ("--strategy", strategy, "--workers", workers, "--param", f"url={url}")
    failed = run(SCRIPT, *words, cwd=folder)
    assert (failed.status, failed.stdout) == (1, "")
    return failed.stderr


@pytest.mark.parametrize(("strategy", "workers"), WAYS)
@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort"])
def test_a_server_that_goes_away_is_told_in_a_sentence(strategy, workers, answer, tmp_path):
    with server(answer) as url:
        assert f"{url} gives no answer: " in failure_of(tmp_path, url, strategy, workers)


@pytest.mark.parametrize(("strategy", "workers"), WAYS)
def test_a_server_that_is_not_there_is_told_in_a_sentence(strategy, workers, tmp_path):
    with server(b"") as url:
        pass
    assert f"{url} gives no answer: " in failure_of(tmp_path, url, strategy, workers)


def test_where_the_work_is_serial_the_sentence_is_all(tmp_path):
    with server(b"") as url:
        pass
    said = failure_of(tmp_path, url, "serial", "1")
    assert said == f"http_api.py: {url} gives no answer: [Errno 111] Connection refused\n"


@pytest.mark.parametrize(("strategy", "workers"), [("serial", "1"), ("asyncio", "1")])
def test_an_answer_of_another_kind_is_told_in_a_sentence(strategy, workers, tmp_path):
    with server(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n") as url:
        said = failure_of(tmp_path, url, strategy, workers)
    assert f"{url}/items/0?ms=2&jitter=0&kb=4&errors=0.0&seed=1 was answered with status 404" in said


@pytest.mark.parametrize("strategy", ["serial", "asyncio"])
def test_a_server_that_never_answers_is_not_waited_for(strategy, tmp_path):
    """The shared code is given less patience, so that the test needs none."""
    code = f"""
        import sys
        sys.path.insert(0, {str(WORKLOADS)!r})
        import _http
        _http.PATIENCE_S = 0.3
        import _contract, http_api
        _contract.main(http_api.HttpApi)
    """
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = "http://{}:{}".format(*deaf.getsockname())
        words = ("--strategy", strategy, "--param", f"url={url}")
        argv = [sys.executable, "-c", textwrap.dedent(code), *words]
        done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert f"{url} gives no answer: " in done.stderr


def test_requests_that_always_fail_are_given_up(tmp_path):
    with server(b"HTTP/1.1 503 Busy\r\ncontent-length: 0\r\nconnection: close\r\n\r\n") as url:
        assert failure_of(tmp_path, url, "serial", "1").endswith("failed 100 times in a row\n")


# --- leaks ----------------------------------------------------------------------------------------

COUNTING = f"""
    import sys
    sys.path.insert(0, {str(WORKLOADS)!r})
    import _contract, http_api
    _contract.answer(http_api.HttpApi, sys.argv[1:], "http_api.py")
    import psutil
    own = psutil.Process()
    print(own.num_threads(), len(own.net_connections()), len(own.children(recursive=True)))
"""
"""Do the work, and say what is left of it: threads, connections, processes."""


@pytest.mark.parametrize("strategy", ["threads", "processes", "asyncio"])
def test_64_workers_leave_no_connection_thread_or_process(strategy, tmp_path):
    environment = os.environ | SERVICES.environment(("http",))
    served = psutil.Process(SERVICES._running["http"]._process.pid)  # type: ignore[attr-defined]
    before = (served.num_threads(), len(served.net_connections()), served.children(recursive=True))
    argv = [sys.executable, "-c", textwrap.dedent(COUNTING), "--strategy", strategy, "--workers", "64"]
    words = ["--units", "128", "--iterations", "2", "--param", "ms=1"]
    done = subprocess.run(
        argv + words, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    line, left = done.stdout.splitlines()
    assert (msgspec.json.decode(line, type=Line).outcome, left) == (Outcome.OK, "1 0 0")
    until(lambda: len(served.net_connections()) == before[1])
    assert (served.num_threads(), served.children(recursive=True)) == (before[0], before[2])
