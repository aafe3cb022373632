from __future__ import annotations

import contextlib
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gilometer.errors import ProvisionError
from gilometer.interpreters.provision import tool
from gilometer.interpreters.provision.reach import UnreachableError
from gilometer.interpreters.provision.stopping import listen_to
from gilometer.interpreters.provision.tool import Call, find, run
from tests.interpreters.builders import executable

FAILURE = "Snake could not be hatched"


@pytest.fixture
def hatch(tmp_path):
    """Run a shell script as if it were a tool."""

    def hatch(script: str, **wishes) -> str:
        path = executable(tmp_path / "hatch", script)
        return run(Call((str(path),), FAILURE, **wishes), tmp_path)

    return hatch


def lives(pid: int) -> bool:
    """Tell a process that runs from one that is gone or only waits to be reaped."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def assert_gone(pid: int) -> None:
    until = time.monotonic() + 60
    while lives(pid) and time.monotonic() < until:
        time.sleep(0.01)
    assert not lives(pid)


def test_what_it_prints_on_either_stream_is_heard_and_returned(hatch):
    heard: list[str] = []
    assert hatch("echo one; echo two >&2; printf three", hear=heard.append) == "one\ntwo\nthree"
    assert heard == ["one", "two", "three"]


def test_it_runs_in_the_folder_with_its_environment_and_without_input(hatch, tmp_path):
    answer = hatch("pwd; echo $NEST; cat", env={"NEST": "warm"})
    assert answer == f"{tmp_path}\nwarm"


def test_it_is_given_short_timeouts(hatch):
    answer = hatch("echo $UV_HTTP_TIMEOUT $PIP_DEFAULT_TIMEOUT $CARGO_HTTP_TIMEOUT $npm_config_fetch_timeout")
    assert answer == "5 5 5 5000"


@pytest.mark.parametrize(
    ("printed", "reason"),
    [
        ("error: cannot compile `egg`\nhint: try another", "cannot compile `egg`"),
        ("error: Failed to install\n  cause: the disk is full.", "the disk is full"),
        ("npm error code E404\nnpm error A complete log of this run can be found in: x", "code E404"),
        ("", "it gave no reason"),
    ],
)
def test_a_failure_is_its_last_telling_line(hatch, printed, reason):
    with pytest.raises(ProvisionError) as caught:
        hatch(f"cat <<'END'\n{printed}\nEND\nexit 1")
    assert str(caught.value) == f"{FAILURE} ({reason})"
    assert not isinstance(caught.value, UnreachableError)


UV = """error: Failed to install cpython-3.14.10
  cause: Failed to download `https://example.org/python.tar.gz`
  cause: dns error
  cause: failed to lookup address information: Name or service not known"""
CARGO = """    Updating crates.io index
warning: spurious network error (1 try remaining): [6] Could not resolve host: example.org
error: failed to query replaced source registry `crates-io`

Caused by:
  [6] Could not resolve hostname (Could not resolve host: example.org)"""
NPM_REFUSED = """npm error FetchError: request to https://example.org/snake failed, reason: connect ECONNREFUSED ::1:9
npm error     at ClientRequest.<anonymous> (/usr/lib/node_modules/npm/index.js:130:14)
npm error   code: 'ECONNREFUSED',
npm error   port: 9,
npm error   type: 'system'
npm error }
npm error"""  # noqa: E501  as it comes
NPM = """npm error code ENOTFOUND
npm error network request to https://example.org/snake failed, reason: getaddrinfo ENOTFOUND example.org
npm error network This is a problem related to network connectivity.
npm error network In most cases you are behind a proxy or have bad network settings.
npm error network
npm error network If you are behind a proxy, please make sure that the 'proxy' config is set properly.
npm error A complete log of this run can be found in: /home/someone/.npm/_logs/debug-0.log"""


@pytest.mark.parametrize(
    ("printed", "reason"),
    [
        (UV, "failed to lookup address information: Name or service not known"),
        (CARGO, "[6] Could not resolve hostname (Could not resolve host: example.org)"),
        (
            NPM,
            "network request to https://example.org/snake failed, reason: getaddrinfo ENOTFOUND example.org",
        ),
        (
            NPM_REFUSED,
            "FetchError: request to https://example.org/snake failed, reason: connect ECONNREFUSED ::1:9",
        ),
    ],
    ids=["uv", "cargo", "npm", "npm without a connection"],
)
def test_no_network_is_told_from_other_failures(hatch, printed, reason):
    with pytest.raises(UnreachableError) as caught:
        hatch(f"cat <<'END'\n{printed}\nEND\nexit 1")
    assert str(caught.value) == f"{FAILURE} ({reason}); try again later"


def test_a_source_that_does_not_answer_is_not_waited_for(hatch, monkeypatch, tmp_path):
    monkeypatch.setattr(tool, "ANSWER_S", 0.3)
    with pytest.raises(UnreachableError) as caught:
        hatch("echo $$ > pid; echo looking; exec sleep 60", answered="^Downloading")
    assert str(caught.value) == f"{FAILURE} (no answer in 0.3 s); try again later"
    assert_gone(int((tmp_path / "pid").read_text()))


def test_a_source_that_answered_may_take_its_time(hatch, monkeypatch):
    monkeypatch.setattr(tool, "ANSWER_S", 0.3)
    answer = hatch("echo Downloading it; sleep 0.7; echo done", answered="^Downloading")
    assert answer == "Downloading it\ndone"


def test_a_tool_that_ends_before_any_answer_is_done(hatch):
    assert hatch("echo had it already", answered="^Downloading") == "had it already"


def test_one_that_cannot_be_started_is_one_sentence(tmp_path):
    with pytest.raises(ProvisionError, match=r"hatched \(/no/such/tool: No such file or directory\)"):
        run(Call(("/no/such/tool",), FAILURE), tmp_path)


def test_one_that_its_user_stops_is_killed_with_its_children(hatch, tmp_path):
    stop = threading.Event()

    def fetch() -> None:
        listen_to(stop)
        hatch("sleep 60 & echo $! > child; echo $$ > pid; echo ready; wait", hear=lambda _: stop.set())

    with ThreadPoolExecutor(1) as pool, pytest.raises(ProvisionError, match="interrupted"):
        pool.submit(fetch).result(30)
    assert_gone(int((tmp_path / "pid").read_text()))
    assert_gone(int((tmp_path / "child").read_text()))


def test_ctrl_c_in_the_main_thread_kills_it_too(hatch, tmp_path):
    def press(_line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hatch("echo $$ > pid; echo ready; exec sleep 60", hear=press)
    assert_gone(int((tmp_path / "pid").read_text()))


def test_what_it_leaves_in_the_background_does_not_stay(hatch, tmp_path):
    hatch("sleep 60 >/dev/null 2>&1 & echo $! > child")
    assert_gone(int((tmp_path / "child").read_text()))


def test_a_tool_is_found_on_path(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    with pytest.raises(ProvisionError) as caught:
        find("hatch", "install it")
    assert str(caught.value) == "hatch is needed and not on PATH; install it"
    path = executable(tmp_path / "hatch")
    assert find("hatch", "install it") == str(path)
