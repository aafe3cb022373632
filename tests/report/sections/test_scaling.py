from __future__ import annotations

import pytest

from gilometer.analysis.scaling import Terms
from gilometer.model import Strategy
from gilometer.report.results import results_of
from gilometer.report.sections.scaling import finding, section
from tests.report.worlds import alone, changed, doubtful, usual
from tests.report.written import written
from tests.scaled import WITHOUT, six_levels, three_levels


def lines_of(text: str) -> dict[tuple[str, ...], list[str]]:
    """Cells of the table by interpreter, workload and strategy."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if "`" in line
    ]
    return {tuple(row[:3]): row[3:] for row in rows}


def test_without_a_law_there_is_no_section():
    assert section(results_of(*three_levels()).laws) is None


def test_each_law_has_its_terms_with_intervals_and_its_misfit():
    found = six_levels()[1].scaling
    text = written(section(results_of(*six_levels()).laws))
    assert text.startswith(
        "## The law behind the curves\n\nSpeedup of N workers as N / (1 + alpha (N - 1) + beta N (N - 1))"
    )
    first = found.iloc[0]
    levels, contention, coherence, _, misfit = lines_of(text)["`cpython-3.13`", "`fib`", "threads"]
    assert levels == "6, to 8"
    low, high = first["contention_low"], first["contention_high"]
    assert contention == f"{first['contention']:.2g} [{low:.2g}, {high:.2g}]"
    assert coherence.startswith(f"{first['coherence']:.2g} [")
    assert misfit == f"{first['misfit']:.2f}x"


def test_terms_without_intervals_stand_alone():
    laws = changed(
        six_levels(), scaling=six_levels()[1].scaling.assign(contention=0.05, contention_low=float("nan"))
    ).laws
    assert lines_of(written(section(laws)))["`cpython-3.13`", "`fib`", "threads"][1] == "0.05"


@pytest.mark.parametrize(
    ("peak", "said"),
    [
        (1.0, "1 worker"),
        (5.4, "5 workers"),
        (8.0, "8 workers"),
        (8.1, "beyond 8"),
        (float("nan"), "beyond 8"),
    ],
)
def test_a_peak_is_told_as_far_as_was_measured(peak, said):
    laws = changed(six_levels(), scaling=six_levels()[1].scaling.assign(peak=peak)).laws
    assert lines_of(written(section(laws)))["`cpython-3.13`", "`fib`", "threads"][3] == said


def test_a_law_that_does_not_fit_has_no_terms_to_tell():
    laws = changed(six_levels(), scaling=six_levels()[1].scaling.assign(misfit=1.3)).laws
    assert lines_of(written(section(laws)))["`cpython-3.13`", "`fib`", "threads"][1:] == [
        "-",
        "-",
        "-",
        "1.30x",
    ]


def test_terms_are_read_back():
    law = results_of(*six_levels()).laws[0]
    first = six_levels()[1].scaling.iloc[0]
    assert law.terms == Terms(first["contention"], first["coherence"])


def test_a_curve_takes_three_levels():
    found = results_of(*three_levels()).curves
    assert {(one.interpreter.label, one.strategy) for one in found} == {
        (name, strategy)
        for name in ("cpython-3.13", "cpython-3.13t")
        for strategy in (Strategy.THREADS, Strategy.PROCESSES)
    }
    assert all([result.workers for result in one.results] == [2, 4] for one in found)
    for few in (usual, alone, doubtful):
        assert results_of(*few()).curves == ()


def test_the_finding_is_of_threads_on_cpu_bound_work_in_each_group():
    results = results_of(*six_levels())
    said = finding(results, results.curves)
    assert said.startswith("Threads take CPU-bound work to at most ")
    assert f"{WITHOUT.peak:.0f}" == "10"
    assert "x without a GIL (8 workers); the machine gave up to 6." in said
    assert "with a GIL (" in said


def test_a_finding_of_one_group_and_no_capacity_says_neither():
    results = changed(six_levels(), summary=six_levels()[1].summary.assign(capacity=float("nan")))
    own = [one for one in results.curves if one.interpreter.label == "cpython-3.13t"]
    said = finding(results, own)
    assert "with a GIL" not in said
    assert "machine" not in said
