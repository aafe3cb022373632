"""``compare --like`` and ``diff`` as they are typed, on this Python."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gilometer.model import Calibration
from gilometer.runs import store
from tests.cli.running import FAKES, gilometer

WORDS = ("--offline", "-w", "fib", "-s", "threads", "--budget", "4s", "--quick")


def words(folder: Path, *more: str) -> tuple[str, ...]:
    matrix = folder / "ok.toml"
    matrix.write_text(f'command = ["{FAKES / "ok"}"]\n')
    return ("compare", "--matrix", str(matrix), "-i", "ok", *WORDS, *more)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A folder with a run ``a``, and a run ``b`` like it; and what the second command said."""
    folder = tmp_path_factory.mktemp("runs")
    cache = str(folder / "cache")
    first = gilometer(*words(folder), "--out", str(folder / "a"), GILOMETER_CACHE=cache)
    assert first.returncode == 0, first.stderr
    like = ("--like", str(folder / "a"), "--out", str(folder / "b"))
    second = gilometer(*words(folder), *like, GILOMETER_CACHE=cache)
    assert second.returncode == 0, second.stderr
    return folder, second.stderr


@pytest.fixture(autouse=True)
def place(runs, tmp_path, monkeypatch):
    """Copies of the runs, to be changed, and a cache of their own."""
    for name in ("a", "b"):
        shutil.copytree(runs[0] / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


def calibrations(folder: str) -> list[Calibration]:
    return [entry for entry in store.read(Path(folder)) if isinstance(entry, Calibration)]


def test_a_run_like_another_has_its_loops_and_says_how_many(runs):
    assert "1 of 1 calibrations are those of" in " ".join(runs[1].split())
    (there,), (here,) = calibrations("a"), calibrations("b")
    assert (here.loops, here.wall_s, here.reason) == (there.loops, 0.0, "as in run a")


def test_such_runs_compare():
    ended = gilometer("diff", "a", "b")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("A: a\nB: b\n")
    assert "Speedup over serial" in ended.stdout
    assert "Not compared" not in ended.stdout


def test_a_run_has_no_difference_from_itself():
    Path("again").symlink_to("a")
    ended = gilometer("diff", "a", "again")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "a and again are the same run; give two runs" in ended.stderr


def test_runs_of_other_loops_are_refused_with_the_remedy():
    path = Path("b/samples.jsonl")
    loops = calibrations("b")[0].loops
    path.write_text(path.read_text().replace(f'"loops":{loops},', f'"loops":{loops + 1},'))
    ended = gilometer("diff", "a", "b")
    assert ended.returncode == 2
    assert "nothing in a and b compares: other loops (2 cells)" in ended.stderr
    assert "gilometer compare --like a" in ended.stderr


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda folder: (folder / "run.json").unlink(), "b is not a run's folder"),
        (lambda folder: (folder / "run.json").write_text("{"), "b/run.json is damaged"),
        (lambda folder: (folder / "samples.jsonl").write_text("{}\n"), "b/samples.jsonl, line 1 is damaged"),
        (
            lambda folder: (folder / "run.json").write_text('{"schema": 99}'),
            "b/run.json has schema 99 and this Gilometer reads up to",
        ),
    ],
)
def test_a_damaged_run_is_one_sentence(damage, sentence):
    damage(Path("b"))
    ended = gilometer("diff", "a", "b")
    assert ended.returncode == 2
    assert sentence in ended.stderr


@pytest.mark.parametrize("command", ["compare", "plan"])
def test_nothing_is_begun_like_a_run_of_other_scripts(command, place):
    path = Path("a/run.json")
    path.write_text(path.read_text().replace('"workloads_digest": "', '"workloads_digest": "0'))
    ended = gilometer(command, *words(place)[1:], "--like", "a", "--out", "c")
    assert ended.returncode == 2
    assert "a was measured with other workload scripts" in ended.stderr
    assert not Path("c").exists()


def test_a_resumed_run_has_its_loops_already():
    ended = gilometer("compare", "--resume", "b", "--like", "a")
    assert ended.returncode == 2
    assert "leave out --like" in ended.stderr
