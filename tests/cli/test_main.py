"""The commands as they are typed, in real processes on this Python and the fakes."""

from __future__ import annotations

import csv
import io
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

import gilometer as package
from gilometer.cli.app import console
from gilometer.model import Extended, Finished
from gilometer.runs import store
from tests import untraced
from tests.cli.running import FAKES, ROOT, gilometer

SMALL = ("--offline", "-w", "sleep", "-s", "threads", "--quick", "--budget", "5s")


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """An empty folder to work in, with a cache of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


def matrix_of(fake: str) -> str:
    path = Path(f"{fake}.toml")
    path.write_text(f'command = ["{FAKES / fake}"]\n')
    return str(path)


def only(fake: str) -> tuple[str, ...]:
    return ("--matrix", matrix_of(fake), "-i", fake)


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "summary.csv").open() as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A finished run, and how its command ended."""
    folder = tmp_path_factory.mktemp("finished")
    matrix = folder / "ok.toml"
    matrix.write_text(f'command = ["{FAKES / "ok"}"]\n')
    words = ("--matrix", str(matrix), "-i", "ok", *SMALL, "--seed", "1", "--out", str(folder / "run"))
    return folder / "run", gilometer("compare", *words, GILOMETER_CACHE=str(folder / "cache"))


@pytest.fixture
def run(finished):
    """A copy of it, to be changed."""
    shutil.copytree(finished[0], "run")
    return Path("run")


def test_a_comparison_from_end_to_end(finished):
    folder, ended = finished
    assert ended.returncode == 0, ended.stderr
    assert f"Report: {folder}/report.html" in ended.stdout
    assert "block 1: " in ended.stderr
    assert "\x1b" not in ended.stdout + ended.stderr
    found = {path.name for path in folder.iterdir()}
    tables = {"summary.csv", "observations.csv", "verdicts.json"}
    assert found == {"run.json", "samples.jsonl", "report.html", "report.md", "plots", *tables}
    assert {row["outcome"] for row in rows(folder)} == {"ok"}
    assert (folder.parent / "latest").resolve() == folder


def test_a_report_is_shown_in_the_browser_that_is_there(run):
    ended = gilometer("report", str(run), "--open", BROWSER="echo opening %s")
    assert ended.stdout.endswith(f"opening {(run / 'report.html').resolve().as_uri()}\n")


def test_where_there_is_no_browser_the_page_is_named(run):
    ended = gilometer("report", str(run), "--open", BROWSER="", DISPLAY="", TERM="", PATH="/nowhere")
    page = (run / "report.html").resolve()
    assert f"gilometer: no browser answers here; open {page} in one\n" in ended.stderr


def test_an_interpreter_that_crashes_makes_the_status_1_and_is_in_the_report():
    ended = gilometer("compare", *only("exits-3"), *SMALL, "--out", "run")
    assert ended.returncode == 1
    assert {row["outcome"] for row in rows(Path("run"))} == {"crashed"}
    assert "no such opcode: 42" in Path("run/report.md").read_text()
    assert "exits-3" in ended.stdout


def test_a_missing_interpreter_is_in_the_table_and_no_failure():
    ended = gilometer(
        "compare", *only("ok"), "-i", "rustpython", *SMALL, "--out", "run", PATH="/usr/bin:/bin"
    )
    assert ended.returncode == 0, ended.stderr
    assert "gilometer provision rustpython" in " ".join(ended.stdout.split())
    assert {row["outcome"] for row in rows(Path("run")) if row["interpreter"] != "ok"} == {"unavailable"}


def test_plan_prints_the_cells_and_runs_nothing():
    ended = gilometer("plan", *only("ok"), "--seed", "7", "--workers", "2,3")
    assert ended.returncode == 0, ended.stderr
    assert "serial x1, threads x2, threads x3, processes x2, processes x3" in " ".join(ended.stdout.split())
    assert "order from seed 7" in " ".join(ended.stdout.split())
    assert not Path("reports").exists()


def test_plan_of_all_workloads_has_more_than_that_of_the_claims():
    usual, everything, of_a_kind = (
        " ".join(gilometer("plan", *only("ok"), *words).stdout.split())
        for words in ([], ["--all-workloads"], ["-w", "io"])
    )
    assert "fib" in usual
    assert "nested_loops" not in usual
    assert "nested_loops" in everything
    assert "sleep" in of_a_kind
    assert "fib" not in of_a_kind


def test_workloads_lists_them_by_kind():
    ended = gilometer("workloads")
    assert ended.returncode == 0, ended.stderr
    lines = ended.stdout.splitlines()
    assert lines.index("cpu") < lines.index("io")
    assert any(line.startswith("  sleep ") for line in lines[lines.index("io") :])


def test_doctor_tells_what_can_run():
    ended = gilometer("doctor")
    assert ended.returncode == 0, ended.stderr
    assert "cpython-3" in ended.stdout


def test_a_report_is_drawn_again_from_its_samples(run):
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    for path in before:
        if path.suffix in {".csv", ".md", ".svg", ".png"}:
            path.unlink()
    ended = gilometer("report", "run")
    assert ended.returncode == 0, ended.stderr
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("compare", "--budget", "soon"), "--budget 'soon': give a time above zero"),
        (("compare", "-w", "fibb"), "did you mean `fib`?"),
        (("compare", "-w", "io", "--all-workloads"), "--all-workloads and -w/--workload contradict each"),
        (("compare", "-i", "pypi"), 'no interpreter is called "pypi"'),
        (("compare", "--matrix", "nowhere.toml"), "nowhere.toml"),
        (("compare", "--resume", "nowhere"), "nowhere is not a run's folder"),
        (("compare", "--resume", "nowhere", "--quick"), "leave out --quick"),
        (("compare", "--resume", "nowhere", "--all-workloads"), "leave out --all-workloads"),
        (("report", "nowhere"), "nowhere is not a run's folder"),
        (("compare", "--worker", "2"), "gilometer: No such option: --worker"),
        (("compare", "-i", "./nowhere"), "gilometer: -i ./nowhere: it is not there or can't be run"),
    ],
)
def test_a_mistake_is_one_sentence_and_status_2_before_anything_runs(words, sentence):
    ended = (
        gilometer(*words, "--offline")
        if "--resume" not in words and words[0] != "report"
        else gilometer(*words)
    )
    assert ended.returncode == 2
    assert sentence in ended.stderr
    assert not Path("reports").exists()


def test_a_run_is_not_written_over(run):
    ended = gilometer("compare", *only("ok"), *SMALL, "--out", str(run))
    assert ended.returncode == 2
    assert "run holds a run already; give --out another folder, or --resume run" in ended.stderr


def begin(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "gilometer", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=untraced.environment(PYTHONPATH=str(ROOT / "harness")),
        start_new_session=True,
    )


def wait_for_samples(folder: Path, count: int) -> None:
    path = folder / "samples.jsonl"
    for _ in range(6000):
        if path.exists() and path.read_bytes().count(b"\n") >= count:
            return
        time.sleep(0.01)
    pytest.fail("no samples came")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_run_loses_nothing_and_is_resumed(number):
    words = (
        *only("ok"),
        "--offline",
        "-w",
        "sleep",
        "-w",
        "nbody",
        "-s",
        "threads",
        "--quick",
        "--budget",
        "8s",
        "--out",
        "run",
    )
    process = begin("compare", *words)
    wait_for_samples(Path("run"), 6)
    process.send_signal(number)
    _, stderr = process.communicate()
    assert process.returncode == (130 if number == signal.SIGINT else -number)
    if number == signal.SIGINT:
        assert "gilometer compare --resume run" in stderr
    before = store.read(Path("run"))
    assert len(before) >= 6
    ended = gilometer("compare", "--resume", "run")
    assert ended.returncode == 0, ended.stderr
    after = store.read(Path("run"))
    assert after[: len(before)] == before
    assert isinstance(after[-1], Finished)
    outcomes = {row["outcome"] for row in rows(Path("run"))}
    assert outcomes - {"not_reached"} == {"ok"}, "a busy machine may not reach all in the time that is left"


def test_a_finished_run_goes_on_with_more_time(run):
    before = store.read(run)
    ended = gilometer("compare", "--resume", str(run), "--budget", "15s")
    assert ended.returncode == 0, ended.stderr
    after = store.read(run)
    assert after[: len(before)] == before
    assert isinstance(before[-1], Finished)
    assert after[len(before)] == Extended(15.0)
    assert isinstance(after[-1], Finished)
    assert len(after) > len(before) + 2


def test_a_run_is_given_time_and_nothing_else(run):
    ended = gilometer("compare", "--resume", str(run), "--budget", "soon")
    assert ended.returncode == 2
    assert "--budget 'soon': give a time above zero" in ended.stderr


def test_a_budget_that_lasts_for_nothing_leaves_nothing():
    ended = gilometer("compare", *only("ok"), "--offline", "-w", "sleep", "--budget", "0.1s", "--out", "run")
    assert ended.returncode == 2
    assert "--budget 0.1s does not last for one block" in ended.stderr
    assert not Path("run").exists()


def test_a_run_of_an_interpreter_that_changed_is_not_resumed(place):
    copy = place / "python-of-mine"
    copy.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    copy.chmod(0o755)
    Path("mine.toml").write_text(f'command = ["{copy}"]\n')
    process = begin("compare", "--matrix", "mine.toml", "-i", "mine", *SMALL, "--out", "run")
    wait_for_samples(Path("run"), 1)
    process.kill()
    process.communicate()
    copy.write_text(f'#!/bin/sh\nexec  {sys.executable} "$@"\n')
    ended = gilometer("compare", "--resume", "run")
    assert ended.returncode == 2
    assert "run was measured with another mine than the one at" in ended.stderr


def test_the_help_imports_nothing_heavy():
    code = (
        "import sys; sys.argv = ['gilometer', '--help']\n"
        "try:\n    from gilometer.cli import main; main()\nexcept SystemExit: pass\n"
        "heavy = {'pandas', 'numpy', 'matplotlib', 'scipy', 'msgspec', 'psutil', 'rich'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


def test_the_version_is_that_of_the_distribution():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == package.__version__


def test_a_variable_that_is_not_set_can_not_be_passed_on():
    ended = gilometer("plan", "--env", "OF_NOBODY")
    assert ended.returncode == 2
    assert ended.stderr == (
        "gilometer: interpreters are to get OF_NOBODY (--env), but it is not set here; set it first\n"
    )


def test_the_version_is_told():
    assert gilometer("--version").stdout == f"gilometer {package.__version__}\n"


def test_what_the_encoding_of_standard_output_lacks_is_escaped(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii", write_through=True))
    console().print("caf\N{LATIN SMALL LETTER E WITH ACUTE}")
    assert raw.getvalue() == b"caf\\xe9\n"


EVIL = "\x1b[2J\u202ea\nb\udcff"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((f"--{EVIL}",), "No such option: --"),
        ((EVIL,), "No such command '"),
        (("report", EVIL), " is not a run's folder"),
        (("compare", f"--{EVIL}"), "No such option: --"),
        (("compare", EVIL), "Got unexpected extra argument"),
        (("compare", f"-{EVIL}"), "No such option: -"),
        (("compare", "--seed", EVIL), "Invalid value for '--seed': "),
        (("compare", "--timeout", EVIL), "Invalid value for '--timeout': "),
        (("compare", "-i", f"./{EVIL}"), "it is not there or can't be run"),
        (("diff", EVIL), "Missing argument "),
        (("history", "--of"), "Option '--of' requires an argument"),
    ],
)
def test_what_is_typed_reaches_the_terminal_as_text_alone_in_one_line(words, sentence):
    ended = gilometer(*words)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("gilometer: ")
    assert sentence in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.rstrip("\n").isprintable()


def test_without_a_command_all_are_listed():
    ended = gilometer()
    assert ended.returncode == 0
    assert "compare" in ended.stdout
