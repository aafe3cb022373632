from __future__ import annotations

import io

import pytest

from gilometer.cli.output.provision import Bars, print_provisioners
from gilometer.errors import ProvisionError
from gilometer.interpreters.candidate import Candidate
from gilometer.interpreters.provision import failures
from gilometer.interpreters.provision.reach import UnreachableError
from gilometer.interpreters.provision.several import FetchResult
from gilometer.report.terminal.console import Terminal
from tests.interpreters.provisioning import Snake, silent

HERE = (Candidate(("/opt/snake",), "provisioned"),)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path))


@pytest.fixture
def output():
    return io.StringIO()


def terminal(output) -> Terminal:
    return Terminal(file=output, width=80, force_terminal=True, color_system=None)


def test_each_offer_is_a_row(output):
    away = Snake("cobra", error=UnreachableError("no answer"))
    with pytest.raises(ProvisionError):
        failures.fetch(away, silent)
    failure = failures.latest("cobra")
    assert failure is not None
    print_provisioners(Terminal(file=output, width=80), [Snake("adder"), Snake("boa", here=HERE), away])
    rows = [" ".join(line.split()) for line in output.getvalue().splitlines()]
    assert rows[:4] == [
        "name what from size",
        "adder Snake 1.0, without a GIL the test 5 MB",
        "boa Snake 1.0, without a GIL the test 5 MB here",
        f"cobra Snake 1.0, without a GIL the test 5 MB unreached {failures.when(failure)}",
    ]
    assert rows[-2].startswith("Fetch some: gilometer provision ")


def test_what_will_be_fetched_is_announced_with_its_size(output):
    Bars(Terminal(file=output, width=80)).announce([Snake("adder"), Snake("boa", here=HERE)])
    assert output.getvalue().splitlines() == [
        "adder: Snake 1.0, without a GIL; about 5 MB from the test",
        "boa: is here; its files are checked",
    ]


def test_how_each_went_is_one_line_where_nobody_watches(output):
    with Bars(Terminal(file=output, width=80)) as bars:
        bars.ended(FetchResult("adder", 1.23))
        bars.ended(FetchResult("boa", 0.5, "no answer; " * 20))
    lines = [line for line in output.getvalue().splitlines() if line]
    assert lines == ["adder: ready, in 1.2 s", "boa: " + "no answer; " * 20]


def test_a_download_shows_its_bytes_and_another_step_its_time(output):
    bars = Bars(terminal(output))
    with (
        bars,
        bars.progress("adder")("eggs.jar", 2_000_000) as advance,
        bars.progress("boa")("[hatching]", 0),
    ):
        advance(500_000)
        bars.refresh()
    shown = output.getvalue()
    assert "adder eggs.jar" in shown
    assert "0.5/2.0 MB" in shown
    (hatching,) = {line.strip() for line in shown.splitlines() if "[hatching]" in line and "0:00:00" in line}
    assert "MB" not in hatching


def test_a_step_that_is_over_is_gone(output):
    with Bars(terminal(output)) as bars:
        with bars.progress("adder")("eggs.jar", 10):
            pass
        output.truncate(0)
        bars.refresh()
        assert "eggs.jar" not in output.getvalue()


def test_a_long_sentence_stays_within_a_terminal(output):
    with Bars(terminal(output)) as bars:
        bars.ended(FetchResult("boa", 0.5, "no answer " * 20))
    assert max(len(line) for line in output.getvalue().splitlines()) <= 90  # with what hides the cursor
