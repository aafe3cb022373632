from __future__ import annotations

import re
from pathlib import Path

import pytest

from gilometer.analysis import analyse
from gilometer.analysis.columns import COLUMNS
from gilometer.analysis.tidy import COUNTED, Frames, tidy
from gilometer.model import Outcome, Slot
from tests.records import SERIAL, failed, sample
from tests.written import entries, small

PAGE = Path(__file__).parents[2] / "docs" / "frames.md"


def frames_of(found, of=None) -> Frames:
    return tidy(found, analyse(of or small(), found), lambda one, claim: f"{claim.id}: {one.verdict.value}")


@pytest.fixture(scope="module")
def frames() -> Frames:
    return frames_of(entries(small()))


@pytest.mark.parametrize("name", COLUMNS)
def test_a_frame_has_its_columns_as_what_they_hold(frames, name):
    frame = vars(frames)[name]
    assert not frame.empty
    found = {column: str(dtype).replace("object", "str") for column, dtype in frame.dtypes.items()}
    assert found == {one.name: one.holds.value for one in COLUMNS[name]}


def test_every_frame_is_described(frames):
    assert list(vars(frames)) == list(COLUMNS)


@pytest.mark.parametrize("name", COLUMNS)
def test_the_page_says_what_the_columns_hold(name):
    (section,) = re.findall(rf"^### `{name}`\n.*?(?=^###|\Z)", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    assert rows == [
        f"| `{one.name}` | {one.holds.value} | {one.unit} | {one.meaning} |" for one in COLUMNS[name]
    ]


def test_the_time_of_an_invocation_is_the_median_of_its_iterations_that_count(frames):
    counted = frames.iterations[frames.iterations["phase"].isin(COUNTED)]
    medians = counted.groupby("sample")["wall_s"].median()
    times = frames.invocations.set_index("sample")["wall_s"].dropna()
    assert medians.to_dict() == pytest.approx(times.to_dict())


@pytest.mark.parametrize(
    ("walls", "phases"),
    [
        ([0.9, 0.1, 0.1, 0.1], ["first half"] * 2 + ["second half"] * 2),
        ([0.9] * 4 + [0.1] * 20, ["warm-up"] * 4 + ["steady"] * 20),
        ([0.1] * 20 + [0.9] * 4, [""] * 24),
    ],
    ids=["few", "warming up", "never steady"],
)
def test_an_iteration_knows_its_phase(walls, phases):
    cell = small().plan.cells[0]
    assert cell.strategy is SERIAL
    found = frames_of([sample(Slot(0, cell), walls)])
    assert found.iterations["phase"].to_list() == phases
    assert found.iterations["iteration"].to_list() == list(range(len(walls)))
    assert found.iterations["wall_s"].to_list() == pytest.approx([wall / 2 for wall in walls])
    assert found.iterations["cpu_s"].to_list() == pytest.approx([wall / 2 * 0.99 for wall in walls])


def test_what_was_observed_has_a_row_an_iteration_and_no_time(frames):
    own = frames.iterations[frames.iterations["workload"] == "lost_updates"]
    assert len(frames.observed) == len(own)
    assert set(frames.observed["what"]) == {"counter lost"}
    assert set(own["phase"]) == {""}


def test_a_verdict_has_the_claim_the_words_and_what_decided(frames):
    rows = frames.verdicts.set_index(["claim", "interpreter"])
    row = rows.loc["C7", "cpython-3.13t"]
    assert (row["verdict"], row["basis"], row["workload"]) == ("holds", "same binary", "fib")
    assert row["low"] < row["ratio"] < row["high"]
    assert row["said"] == "C7: holds"
    findings = frames.findings[(frames.findings["claim"] == "C7") & (frames.findings["workload"] == "fib")]
    assert findings["ratio"].to_list() == [row["ratio"]]


def test_an_interpreter_has_its_facts_and_build(frames):
    on, off = frames.interpreters.to_dict("records")
    assert (on["interpreter"], on["variant"], on["gil"]) == ("cpython-3.13t", "+gil", True)
    assert (off["variant"], off["gil"], off["compiler"], off["pgo"]) == ("", False, "gcc 12.2.0", True)
    assert (on["baseline"], off["baseline"]) == (False, True)


def test_what_left_no_line_says_nothing_of_itself(frames):
    row = frames.invocations[frames.invocations["outcome"] == "crashed"].iloc[0]
    assert row[["wall_s", "passes", "loops", "gil_before"]].isna().all()
    assert row["stderr_tail"].endswith("boom")


@pytest.mark.parametrize(
    "found",
    [[], [failed(Slot(0, small().plan.cells[0]), Outcome.CRASHED, "exit status 3")]],
    ids=["no", "bad"],
)
def test_a_run_of_nothing_has_all_columns(found):
    frames = frames_of(found)
    assert {name: list(frame) for name, frame in vars(frames).items()} == {
        name: [one.name for one in columns] for name, columns in COLUMNS.items()
    }
    assert frames.iterations.empty
