from __future__ import annotations

from gilometer.model import Strategy
from gilometer.report.results.configurations import Configuration
from gilometer.report.results.machine import BusyServers
from gilometer.report.sections.services import section
from tests.report.written import written

BUSY = BusyServers("cpython-3.13t+gil", "http_api", Configuration(Strategy.THREADS, 2), 0.75)


def test_busy_servers_are_told_with_the_cells_that_they_bent():
    text = written(section([BUSY]))
    assert text.startswith(
        "## Busy servers\n\nIn 1 cell the servers that the harness ran for it used more than 0.5"
    )
    assert text.splitlines()[-1] == "| `cpython-3.13t+gil` | `http_api` | threads 2 | 0.75 |"


def test_of_servers_that_were_not_nothing_is_said():
    assert section([]) is None
