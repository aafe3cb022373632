from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pyperf
import pytest

from gilometer import extras
from gilometer.analysis import analyse
from gilometer.analysis.columns import COLUMNS, Holds
from gilometer.analysis.tidy import Frames, tidy
from gilometer.errors import RunFolderError, UsageError
from gilometer.model import Outcome, Slot
from gilometer.report.export import FORMATS, export, format_of, print_written, write
from gilometer.report.export.format import Files
from gilometer.report.sentences.verdicts import sentence
from gilometer.report.terminal.console import Terminal
from tests.records import failed, sample
from tests.report.worlds import nothing_timed
from tests.written import entries, small

OF = small()


def frames_of(found) -> Frames:
    return tidy(found, analyse(OF, found), sentence)


@pytest.fixture(scope="module")
def frames() -> Frames:
    return frames_of(entries(OF))


def from_csv(path: Path) -> pd.DataFrame:
    """As docs/frames.md says."""
    columns = COLUMNS[path.stem]
    found = pd.read_csv(
        path,
        dtype={one.name: one.holds.value for one in columns},
        keep_default_na=False,
        na_values={one.name: [""] for one in columns if one.holds is not Holds.TEXT},
    )
    texts = [one.name for one in columns if one.holds is Holds.TEXT]
    unescaped = {name: found[name].str.removeprefix("'").str.replace(r"\n", "\n") for name in texts}
    return found.assign(**unescaped)


def from_json(path: Path) -> pd.DataFrame:
    return pd.read_json(path, orient="table", precise_float=True)


@pytest.mark.parametrize(
    ("name", "read"), [("parquet", pd.read_parquet), ("json", from_json), ("csv", from_csv)]
)
def test_tables_give_back_the_very_frames(tmp_path, frames, name, read):
    write(export(OF, frames, format_of(name)), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {f"{frame}.{name}" for frame in COLUMNS}
    for frame, content in vars(frames).items():
        pd.testing.assert_frame_equal(read(tmp_path / f"{frame}.{name}"), content, check_exact=name != "csv")


def suites(files: Files) -> dict[str, pyperf.BenchmarkSuite]:
    return {
        name: pyperf.BenchmarkSuite.load(io.StringIO(data.decode())) for name, data in files.contents.items()
    }


@pytest.fixture(scope="module")
def for_pyperf(frames) -> Files:
    return export(OF, frames, format_of("pyperf"))


def test_pyperf_gets_a_suite_an_interpreter_and_a_benchmark_a_cell(for_pyperf):
    cells = ["fib/serial/1", "fib/threads/2", "fib/processes/2", "sleep/serial/1", "sleep/processes/2"]
    found = {name: suite.get_benchmark_names() for name, suite in suites(for_pyperf).items()}
    assert found == dict.fromkeys(["cpython-3.13t+gil.json", "cpython-3.13t.json"], cells)


def test_what_pyperf_has_no_place_for_is_counted_with_the_reason(for_pyperf):
    reasons = "8 unavailable, 4 observed and not timed and 2 crashed"
    assert for_pyperf.left_out == f"Left out of 24 cells: {reasons}."


def test_a_run_of_pyperf_is_an_invocation(for_pyperf, frames):
    benchmark = suites(for_pyperf)["cpython-3.13t.json"].get_benchmark("fib/threads/2")
    rows = frames.iterations.query(
        "variant == '' and interpreter == 'cpython-3.13t' and workload == 'fib' and strategy == 'threads'"
    )
    runs = benchmark.get_runs()
    assert [list(run.values) for run in runs] == [
        own.loc[own["phase"] == "turn", "wall_s"].to_list() for _, own in rows.groupby("sample")
    ]
    assert [list(run.warmups) for run in runs] == [
        [(2, value) for value in own.loc[own["phase"] == "warm-up", "wall_s"]]
        for _, own in rows.groupby("sample")
    ]


def test_pyperf_knows_the_interpreter_and_the_machine_and_not_the_host(for_pyperf):
    benchmark = suites(for_pyperf)["cpython-3.13t+gil.json"].get_benchmark("fib/threads/2")
    known = benchmark.get_metadata()
    expected = {
        "python_implementation": "cpython",
        "python_version": "3.13.1",
        "gil": "on",
        "cpu_model_name": "Example 9000",
        "loops": 2,
        "unit_loops": 3,
        "workers": 2,
        "unit": "second",
    }
    assert {name: known[name] for name in expected} == expected
    assert "hostname" not in known


def test_what_the_clock_can_not_time_is_left_out():
    cell = OF.plan.cells[0]
    found = [sample(Slot(0, cell), [0.2] * 4), sample(Slot(1, cell), [0.0] * 4)]
    (suite,) = suites(export(OF, frames_of(found), format_of("pyperf"))).values()
    (run,) = suite.get_benchmark("fib/serial/1").get_runs()
    assert list(run.values) == [0.1, 0.1]


@pytest.mark.parametrize(
    ("walls", "reason"),
    [
        ([0.1] * 20 + [0.9] * 4, "14 not reached, 8 unavailable and 1 without a steady state"),
        ([0.0] * 4, "14 not reached, 8 unavailable and 1 too short for the clock"),
    ],
)
def test_a_cell_without_a_time_says_why(walls, reason):
    timed, other = OF.plan.cells[:2]
    found = [sample(Slot(0, timed), [0.2] * 4), sample(Slot(0, other), walls)]
    left_out = export(OF, frames_of(found), format_of("pyperf")).left_out
    assert left_out == f"Left out of 24 cells: {reason}."


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "found", [[], [failed(Slot(0, OF.plan.cells[0]), Outcome.CRASHED, "exit status 3")]], ids=["no", "bad"]
)
def test_a_run_without_an_ok_invocation_has_nothing_to_export(name, found):
    with pytest.raises(UsageError, match="has nothing to export: no invocation of it was ok; measure again"):
        export(OF, frames_of(found), format_of(name))


def test_a_run_without_times_has_nothing_for_pyperf():
    of, analysis = nothing_timed()
    frames = tidy([], analysis, sentence)
    with pytest.raises(UsageError, match="of its cells 5 observed and not timed; choose csv"):
        export(of, frames, format_of("pyperf"))


@pytest.mark.parametrize(
    ("name", "hint"),
    [("parket", "did you mean `parquet`"), ("excel", "there are pyperf, parquet, csv and json")],
)
def test_an_unknown_format_is_refused_with_those_there_are(name, hint):
    with pytest.raises(UsageError, match=f"--format '{name}': {hint}"):
        format_of(name)


@pytest.mark.parametrize(("name", "package"), [("parquet", "pyarrow"), ("pyperf", "pyperf")])
def test_a_format_whose_package_is_not_here_names_the_remedy(monkeypatch, name, package):
    monkeypatch.setattr(extras, "is_here", lambda _module: False)
    remedy = rf"needs {package}, which is not here: `uv pip install --python \S+ {package}` adds it"
    with pytest.raises(UsageError, match=remedy):
        format_of(name)


def test_a_folder_that_can_not_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunFolderError, match=r"file/inside can't take what is exported: .*; give --out"):
        write(Files({"a.csv": b""}), tmp_path / "file" / "inside")


def test_what_was_written_is_named_on_one_line():
    out = io.StringIO()
    files = Files({"a.json": b"", "b.json": b""}, "Left out: much.")
    print_written(Terminal(file=out, width=40), files, Path("run"))
    assert out.getvalue() == "2 files in run: a.json and b.json\nLeft out: much.\n"


def test_json_has_numbers_in_all_their_digits(frames):
    data = json.loads(export(OF, frames, format_of("json")).contents["iterations.json"])["data"]
    assert [row["wall_s"] for row in data] == frames.iterations["wall_s"].to_list()


@pytest.mark.parametrize("name", ["../outside.json", "/outside.json", "a/b.json", ".."])
def test_a_run_that_came_from_somebody_else_writes_nowhere_but_in_its_folder(tmp_path, name):
    folder = tmp_path / "export"
    with pytest.raises(RunFolderError, match="a name in this run makes no file's name in"):
        write(Files({"a.csv": b"", name: b"1"}), folder)
    assert not list(tmp_path.iterdir())
