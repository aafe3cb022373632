from __future__ import annotations

import itertools

import msgspec
import pytest
from markdown_it import MarkdownIt

from gilometer.analysis import analyse
from gilometer.model import MachineWarning, Role, Slot
from gilometer.report.drawing import Drawing
from gilometer.report.results import results_of
from tests.records import World, manifest, plan, run, sample
from tests.report.worlds import HOSTILE, WORKS, alone, changed, doubtful, matrix, ruins, serial_only, usual
from tests.report.written import report

DRAWN = (
    Drawing("threads", "A map of gains", "Threads help", "of what", 0.1, "<svg/>", b"", ""),
    Drawing("speed", "Speeds", "PyPy is |fast|", "of what", 0.1, "<svg/>", b"", ""),
)
GFM = MarkdownIt("gfm-like", {"linkify": False}).enable("table")


def headings(text: str) -> list[str]:
    parsed = GFM.parse(text)
    return [after.content for token, after in itertools.pairwise(parsed) if token.type == "heading_open"]


def test_sections_of_a_run_in_their_order():
    assert headings(report(results_of(*usual()))) == [
        "Gilometer: 20260102-030405",
        "Where threads help",
        "What it costs",
        "`fib`",
        "`sha256`",
        "The same binary with its GIL off and on",
        "The figures",
        "Verdicts",
        "What they rest on",
        "Each kind of work",
        "CPU-bound work",
        "Native code",
        "Mixed work",
        "I/O",
        "One thread: start-up, warm-up and speed",
        "Start-up, warm-up and steady state",
        "Time of serial, for one pass",
        "Everything that was measured",
        "Speedup of 2 threads",
        "Speedup of 2 processes",
        "Geometric means over workloads",
        "What could not run",
        "Not on this machine",
        "Failures",
        "Not measured",
        "Machine and interpreters",
        "Traps",
        "Interpreters",
        "Noise",
        "Disturbed blocks",
        "How it was measured",
    ]


def test_the_answer_comes_first_and_what_it_rests_on():
    lines = report(results_of(*usual())).splitlines()[2:]
    assert lines[0] == "- **Do threads speed up waiting? Yes on all 5 interpreters.**"
    assert lines[4].startswith("- **Same binary, GIL off against on: 2 threads give CPU-bound work 1.")
    assert lines[5].startswith("- **Against one thread of cpython-3.13, for fib: cpython-3.13t takes ")
    assert lines[7].startswith("5 interpreters; 6 workloads; 95% intervals over 6 blocks; ")


def test_each_workload_has_a_sentence_below_its_kind():
    lines = section(report(results_of(*usual())), "CPU-bound work")
    assert lines[1] == "With 2 threads:"
    assert lines[3].startswith("- fib: faster on ")


def test_each_speedup_has_its_interval():
    text = report(results_of(*usual()))
    row = next(line for line in text.splitlines() if line.startswith("| `jython-2.7` | 1."))
    assert row.count("[") == 6
    assert "95% intervals over 6 blocks" in text


def section(text: str, title: str) -> list[str]:
    """The lines of a section."""
    return text.partition(f"# {title}\n")[2].partition("\n#")[0].splitlines()


def row_of(lines: list[str], label: str) -> list[str]:
    """The cells of the only row of a table that begins with a label."""
    (row,) = (line for line in lines if line.startswith(f"| `{label}` |"))
    return [cell.strip() for cell in row.strip("|").split("|")[1:]]


def test_the_same_binary_has_a_row_for_each_workload():
    lines = section(report(results_of(*matrix())), "The figures")
    fib = next(line for line in lines if line.startswith("| `cpython-3.14t` | `fib` |"))
    off, on, capacity, price = (cell.strip() for cell in fib.strip("|").split("|")[2:])
    assert off.startswith("1.9")
    assert "[" in on
    assert capacity.startswith("1.9")
    assert price.startswith("1.0")
    sleep = next(line for line in lines if line.startswith("| `cpython-3.14t` | `sleep` |"))
    assert sleep.endswith("| - |")


@pytest.mark.parametrize(
    "title", ["Speedup of 2 threads", "Speedup of 2 processes", "Time of serial, for one pass"]
)
def test_no_cell_of_what_was_asked_for_is_absent(title):
    world = matrix()
    lines = section(report(results_of(*world)), title)
    plan = world[0].plan
    for label in (*(one.label for one in plan.interpreters), *(one.name for one in plan.missing)):
        cells = row_of(lines, label)
        assert len(cells) == len(plan.works)
        assert all(cells)


def test_what_one_lacks_is_an_outcome_with_its_reason():
    text = report(results_of(*matrix()))
    assert set(row_of(section(text, "Speedup of 2 processes"), "micropython-3.4")) == {"unsupported"}
    assert "unsupported" not in row_of(section(text, "Speedup of 2 threads"), "micropython-3.4")
    assert set(row_of(section(text, "Speedup of 2 threads"), "pyodide-3.14")) == {"unsupported"}
    assert all("ms" in cell for cell in row_of(section(text, "Time of serial, for one pass"), "pyodide-3.14"))
    assert set(row_of(section(text, "Speedup of 2 threads"), "ironpython-3.4")) == {"unavailable"}
    reasons = [line for line in section(text, "Not measured") if line.startswith("| `pyodide-3.14`")]
    assert ["no multiprocessing" in reasons[1], "can't start new thread" in reasons[0]] == [True, True]
    assert (
        row_of(section(text, "Not on this machine"), "ironpython-3.4")[1]
        == "`gilometer provision ironpython`"
    )


def test_interpreters_stand_beside_their_variants_with_their_collectors():
    of, analysis = matrix()
    jython = next(one for one in of.plan.interpreters if one.label == "jython-2.7+parallelgc")
    facts = msgspec.structs.replace(jython.facts, collector="Parallel")
    others = tuple(one for one in of.plan.interpreters if one is not jython)
    changed = msgspec.structs.replace(
        of.plan, interpreters=(*others, msgspec.structs.replace(jython, facts=facts))
    )
    lines = section(report(results_of(msgspec.structs.replace(of, plan=changed), analysis)), "Interpreters")
    labels = [line.split("`")[1] for line in lines if line.startswith("| `")]
    assert labels[1:5] == ["cpython-3.13t", "cpython-3.13t+gil", "cpython-3.14", "cpython-3.14t"]
    assert row_of(lines, "jython-2.7+parallelgc")[3] == "tracing (Parallel)"
    assert row_of(lines, "jython-2.7+parallelgc")[-1] == "image jython"


def test_one_block_has_no_intervals_and_says_so():
    text = report(results_of(*alone()))
    assert "1 block: no interval" in text
    assert "[" not in text.partition("## Speedup")[2].partition("## Noise")[0]


def test_what_is_missing_comes_with_the_command_that_adds_it():
    assert "| `graalpy-3.12` | no graalpy on this machine | `gilometer provision graalpy` |" in report(
        results_of(*usual())
    )


def test_what_an_interpreter_lacks_is_told_once_with_its_reason():
    rows = [line for line in report(results_of(*usual())).splitlines() if "no multiprocessing" in line]
    assert len(rows) == 1
    assert rows[0].count("processes 2") == len(WORKS)


def test_failures_of_one_kind_share_an_entry():
    text = report(results_of(*ruins(stderr_tail="the tail")))
    assert text.count("the tail") == 1
    assert text.count("\ncrashed on") == 1
    assert text.count("serial 1 x1") == len(WORKS)
    assert text.count("To repeat the first by hand: `") == 1


def test_a_control_that_failed_is_called_one():
    twin = changed(usual(), failures=usual()[1].failures.assign(role="twin"))
    assert "`sha256` threads 2 (twin) x6" in report(twin)


def test_a_silent_failure_has_no_empty_block():
    assert "```" not in report(results_of(*ruins())).partition("## Failures")[2].partition("## ")[0]


def test_hostile_words_change_nothing_of_the_page():
    calm = [token.type for token in GFM.parse(report(results_of(*ruins("calm", "calm"))))]
    hostile = [token.type for token in GFM.parse(report(results_of(*ruins(HOSTILE, HOSTILE))))]
    assert hostile == calm


def test_no_escape_sequence_is_left():
    assert "\x1b" not in report(results_of(*ruins(HOSTILE, HOSTILE)))


def test_plots_are_found_beside_the_report():
    text = report(results_of(*usual()), DRAWN)
    assert "![Threads help. A map of gains.](plots/threads.png)" in text
    assert r"![PyPy is \|fast\|. Speeds.](plots/speed.png)" in text


def test_a_run_without_its_end_says_so():
    assert "; the run is not finished." in report(results_of(*ruins()))
    assert "; finished: all blocks were measured." in report(results_of(*usual()))


def test_without_pairs_the_noise_is_unknown():
    assert "so the noise is unknown" in report(results_of(*ruins()))


def test_traps_are_named():
    of, analysis = usual()
    trapped = msgspec.structs.replace(of, warnings=(MachineWarning("load", "the machine was busy"),))
    assert "- the machine was busy (`load`)" in report(results_of(trapped, analysis))
    assert "Nothing was found that is known to bend figures" in report(results_of(of, analysis))


def test_a_gil_that_came_back_is_told():
    of = manifest(plan(usual()[0].plan.interpreters, WORKS))
    cell = next(cell for cell in of.plan.cells if cell.interpreter == "cpython-3.13t" and not cell.variant)
    entries = [*run(of.plan, World(), 1)]
    entries.append(sample(Slot(1, cell, Role.MEASURE), [1.0], gil={"before": False, "after": True}))
    text = report(results_of(of, analyse(of, entries)))
    assert "| off, otherwise in fib |" in text
    assert text.count("otherwise in") == 1


def test_a_build_that_says_nothing_says_so():
    of, analysis = usual()
    silent = msgspec.structs.replace(
        of.plan.interpreters[0].facts.build, compiler=None, pgo=None, lto=None, debug=None
    )
    facts = msgspec.structs.replace(of.plan.interpreters[0].facts, build=silent)
    first = msgspec.structs.replace(of.plan.interpreters[0], facts=facts)
    changed = msgspec.structs.replace(of.plan, interpreters=(first, *of.plan.interpreters[1:]))
    text = report(results_of(msgspec.structs.replace(of, plan=changed), analysis))
    assert "| does not say |" in text
    assert "| gcc 12.2.0, PGO, no LTO, no debug |" in text


@pytest.mark.parametrize(
    ("command", "again"),
    [
        (("compare", "--quick"), "gilometer compare --quick --seed 7"),
        (("compare", "--seed", "7", "-w", "a b"), "gilometer compare --seed 7 -w 'a b'"),
        (("--seed=7",), "gilometer compare --seed=7"),
    ],
)
def test_the_command_that_makes_it_again(command, again):
    of, analysis = usual()
    text = report(results_of(msgspec.structs.replace(of, command=command), analysis))
    assert f"\n{again}\ngilometer report reports/20260102-030405\n" in text


def test_a_cell_whose_serial_failed_has_nothing_to_compare_with():
    summary = usual()[1].summary.assign(speedup=float("nan"))
    assert "no serial to compare with" in report(changed(usual(), summary=summary))


def test_a_cell_that_was_not_planned_is_empty():
    rows = usual()[1].summary.query("workload != 'fib' or interpreter != 'jython-2.7'")
    assert "| `jython-2.7` |  | 1." in report(changed(usual(), summary=rows))


def test_a_doubt_is_marked_and_explained():
    text = report(results_of(*doubtful()))
    assert "] ? |" in text
    assert "A question mark: more than its workers can give" in text
    assert "question mark" not in report(results_of(*usual()))


def test_serial_alone_still_makes_a_report():
    assert "- **No speedup of threads was measured.**" in report(results_of(*serial_only()))
