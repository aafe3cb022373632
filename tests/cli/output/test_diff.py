from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import replace

from gilometer.analysis.diff import Diff, Run, diff
from gilometer.cli.output.diff import Folders, nothing_compares, print_diff
from gilometer.model import Manifest, Outcome, Sample, Strategy
from gilometer.report.terminal.console import Terminal
from tests.records import (
    PROCESSES,
    World,
    interpreter,
    manifest,
    plan,
    run,
    work,
)

FOLDERS = Folders(Path("reports/a"), Path("reports/b"))
NAMES = ("cpython-3.13", "cpython-3.14", "jython-2.7")
WORKS = (work("fib"), work("nested_loops"), work("mixed:cpu=0.5", "mixed"), work("sleep", "io"))
PLAN = plan([interpreter(name) for name in NAMES], WORKS, workers=(2, 4))


def run_of(world: World, seed: int, names: tuple[str, ...] = NAMES) -> Run:
    of = replace(plan([interpreter(name) for name in names], WORKS, workers=(2, 4)), seed=seed)
    return Run(manifest(of), list(run(of, world, 8)))


def with_loops(of: Run, concerned: tuple[tuple[str, str], ...]) -> Run:
    """Its samples of these interpreters and workloads, had they had other loops."""

    def change(one: Sample) -> Sample:
        cell = one.slot.cell
        if one.line is None or (cell.interpreter, cell.workload) not in concerned:
            return one
        return replace(one, line=replace(one.line, loops=99))

    return Run(of.manifest, [change(one) if isinstance(one, Sample) else one for one in of.entries])


@cache
def changed() -> Diff:
    """Threads scale on CPython 3.14 since, and Jython starts to fail."""
    endings: dict[tuple[str, str, Strategy], tuple[Outcome, str]] = {
        ("jython-2.7", "fib", PROCESSES): (Outcome.CRASHED, "boom")
    }
    world = World({"jython-2.7": 0.5}, {("cpython-3.14", "fib"): 1.9}, endings=endings)
    after = run_of(world, 2)
    machine = replace(after.manifest.machine, cpu="Another 9000 [fast]")
    return diff(run_of(World(), 1), Run(replace(after.manifest, machine=machine), after.entries))


@cache
def refused() -> Diff:
    """One interpreter in A alone; other loops for two."""
    after = run_of(World(), 2, NAMES[:2])
    other = tuple((name, workload) for name in NAMES for workload in ("fib", "sleep"))
    return diff(run_of(World(), 1), with_loops(after, other))


def shown(found: Diff, width: int = 80) -> str:
    stream = io.StringIO()
    print_diff(Terminal(file=stream, width=width), found, FOLDERS)
    return stream.getvalue()


def coloured(found: Diff) -> str:
    stream = io.StringIO()
    print_diff(Terminal(file=stream, force_terminal=True, color_system="standard"), found, FOLDERS)
    return stream.getvalue()


def section(text: str, title: str) -> list[str]:
    """The lines from a title to the next empty one."""
    return text.partition(f"\n{title}\n")[2].partition("\n\n")[0].splitlines()


def words(lines: list[str]) -> list[str]:
    return [" ".join(line.split()) for line in lines]


@pytest.mark.parametrize("found", [changed, refused])
def test_it_fits_80_columns(found):
    assert max(map(len, shown(found()).splitlines())) <= 80


def test_what_is_around_the_figures_comes_first():
    text = shown(changed())
    assert text.startswith("A: reports/a\nB: reports/b\n\nWhat else differs\n")
    assert "machine processor Example 9000 Another 9000 [fast]" in words(section(text, "What else differs"))


def test_runs_that_differ_in_nothing_else_say_so():
    assert section(shown(refused()), "What else differs") == ["  nothing that the runs know of"]


def test_what_changed_is_counted_by_figure():
    lines = words(section(shown(changed()), "How many changed"))
    assert lines[0] == "changed within 5% not established"
    assert [line.rsplit(maxsplit=3)[0] for line in lines[1:]] == [
        "Speedup over serial",
        "Single thread over cpython-3.14",
        "Time of a pass",
    ]


def test_a_figure_that_no_cell_has_is_not_spoken_of():
    waiting = plan([interpreter(name) for name in NAMES], [work("sleep", "io")])
    runs = [Run(manifest(waiting), list(run(replace(waiting, seed=seed), World(), 3))) for seed in (1, 2)]
    assert "Single thread" not in shown(diff(*runs))


def test_a_change_has_both_values_their_ratio_and_its_interval():
    lines = words(section(shown(changed()), "Speedup over serial"))
    assert lines[:2] == ["A B B/A 95%", "cpython-3.14"]
    assert lines[2].startswith("fib threads 2 ")
    before, after, ratio, low, high = lines[2].split()[3:]
    assert [float(before), float(after), float(ratio)] == pytest.approx([1.0, 1.9, 1.9], rel=0.05)
    assert float(low.strip("[,")) < float(ratio) < float(high.strip("]"))


def test_figures_that_did_not_change_are_not_listed():
    text = shown(changed())
    assert not any("sleep" in line for line in section(text, "Speedup over serial"))


def test_times_come_last_and_with_a_caution():
    text = shown(changed())
    lines = section(text, "Time of a pass")
    assert lines[0].startswith("Of another machine or another hour, too")
    assert (
        text.index("\nSpeedup over serial\n")
        < text.index("\nSingle thread")
        < text.index("\nTime of a pass\n")
    )


def test_what_became_worse_is_red_whatever_the_figure():
    lines = coloured(changed()).splitlines()
    faster = next(line for line in lines if "fib" in line and "threads 2" in line)
    assert "\x1b[1;32m" in faster
    slower = [line for line in lines if "serial 1" in line and "\x1b[1;31m" in line]
    assert slower, "jython's serial time doubled"


def test_refusals_are_grouped_by_reason_and_by_interpreters():
    lines = section(shown(refused()), "Not compared")
    assert words(lines) == [
        "measured in A only: 20 cells",
        "jython-2.7: all",
        "other loops: 20 cells",
        "cpython-3.13 and cpython-3.14: fib and sleep",
        "measure B again with the loops of A: gilometer compare --like reports/a",
    ]


def test_a_refusal_of_one_cell_names_it():
    assert words(section(shown(changed()), "Not compared")) == [
        "ok in A, crashed in B: 2 cells",
        "jython-2.7: fib processes 2 and fib processes 4",
    ]


def test_that_nothing_compares_is_one_sentence_with_the_remedy():
    loops = with_loops(run_of(World(), 2), tuple((name, one.label) for name in NAMES for one in WORKS))
    sentence = nothing_compares(diff(run_of(World(), 1), loops), FOLDERS)
    assert sentence == (
        "nothing in reports/a and reports/b compares: other loops (60 cells); "
        "measure B again with the loops of A: gilometer compare --like reports/a"
    )
    strangers = diff(run_of(World(), 1), run_of(World(), 2, ("pypy-3.11",)))
    assert nothing_compares(strangers, FOLDERS).endswith(
        "measured in A only (60 cells) and measured in B only (20 cells)"
    )


def test_runs_without_a_sample_have_nothing_to_compare():
    empty = Run(manifest(PLAN), [])
    assert nothing_compares(diff(empty, empty), FOLDERS).endswith("compares: no cell was measured")


def test_words_from_elsewhere_are_words():
    of = run_of(World(), 2)
    evil: Manifest = replace(of.manifest, harness="\x1b[31mred\n[bold]")
    text = shown(diff(run_of(World(), 1), Run(evil, of.entries)))
    assert "\x1b" not in text
    assert "[31mred [bold]" in text
