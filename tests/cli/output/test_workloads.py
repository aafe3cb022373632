from __future__ import annotations

import io

import msgspec
import pytest

from gilometer.cards import Cards
from gilometer.cli.output.workloads import print_workloads
from gilometer.model import Card
from gilometer.report.terminal.console import Terminal


def card(name: str, kind: str, **changes: object) -> Card:
    fields: dict[str, object] = {
        "name": name,
        "kind": kind,
        "shows": f"What {name} shows.",
        "parameters": {},
        "meanings": {},
        "sweep": {},
        "calibrate_with": {},
        "strategies": ("serial", "threads", "processes"),
        "claims": (),
        "checksum": "c0ffee",
    }
    return msgspec.convert(fields | changes, Card)


CARDS = (
    card("convoy", "semantics", strategies=("serial",)),
    card("fib", "cpu", strategies=("serial", "threads", "processes", "asyncio", "subinterpreters")),
    card("http", "io", services=("http",), shows=" ".join(["Waiting for a remote answer."] * 4)),
    card("nbody", "cpu"),
    card("own", "of-mine"),
)


def printed(width: int = 80, *, is_terminal: bool = False) -> list[str]:
    output = io.StringIO()
    print_workloads(
        Terminal(file=output, width=width, force_terminal=is_terminal, color_system=None), Cards(CARDS, ())
    )
    return output.getvalue().splitlines()


def line_of(name: str, lines: list[str]) -> str:
    (line,) = (line for line in lines if line.startswith(f"  {name} "))
    return line


def test_they_come_by_kind_and_unknown_kinds_last():
    heads = [line.split()[0] for line in printed() if line]
    assert heads[:9] == ["cpu", "fib", "nbody", "io", "http", "semantics", "convoy", "of-mine", "own"]


def test_a_line_has_the_strategies_beside_serial():
    lines = printed()
    assert line_of("fib", lines) == "  fib     tpas   What fib shows."
    assert line_of("nbody", lines) == "  nbody   tp     What nbody shows."
    assert line_of("convoy", lines) == "  convoy         What convoy shows."


def test_a_line_names_the_servers_that_are_needed():
    assert line_of("http", printed()).startswith("  http    tp     [http] Waiting for")


def test_a_terminal_wraps_what_is_too_long_and_a_pipe_does_not():
    lines = printed(is_terminal=True)
    first, end = lines.index(line_of("http", lines)), lines.index("semantics")
    own, rest = lines[first], lines[first + 1 : end]
    assert rest
    assert all(line.startswith(" " * own.index("[http]")) for line in rest)
    assert " ".join([own.rstrip(), *map(str.strip, rest)]) == line_of("http", printed())


@pytest.mark.parametrize("width", [60, 80, 100])
def test_nothing_is_cut_at_any_width(width):
    text = " ".join(" ".join(printed(width, is_terminal=True)).split())
    assert "\N{HORIZONTAL ELLIPSIS}" not in text
    assert text.count("remote answer.") == 4


def test_all_fits_eighty_columns():
    assert max(map(len, printed(is_terminal=True))) <= 80
