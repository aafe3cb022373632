"""``gilometer.load``, as it is typed in a notebook."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import gilometer
from gilometer.errors import RunFolderError
from tests.written import entries, small, write

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run without a report, which needs none to be read."""
    return write(tmp_path_factory.mktemp("runs") / "run", small(), entries(small()))


def test_a_run_is_frames(run):
    frames = gilometer.load(run)
    threads = frames.summary.query("strategy == 'threads'").set_index(["interpreter", "variant", "workload"])
    assert threads.loc[("cpython-3.13t", "", "fib"), "speedup"] == pytest.approx(1.8, rel=0.1)
    assert frames.verdicts["said"].str.endswith(".").all()


def test_a_path_may_be_text(run):
    assert len(gilometer.load(str(run)).invocations) == len(gilometer.load(run).invocations)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda folder: (folder / "run.json").unlink(), "is not a run's folder"),
        (lambda folder: (folder / "samples.jsonl").unlink(), "is not a run's folder"),
        (lambda folder: (folder / "run.json").write_text("{"), "is damaged"),
        (lambda folder: (folder / "run.json").write_text('{"schema": 99}'), "has schema 99"),
    ],
)
def test_what_is_no_run_is_one_sentence(tmp_path, damage, sentence):
    folder = write(tmp_path / "run", small(), [])
    damage(folder)
    with pytest.raises(RunFolderError, match=sentence):
        gilometer.load(folder)


def test_to_import_it_imports_nothing_heavy():
    code = "import sys, gilometer; assert not {'pandas', 'numpy', 'msgspec', 'rich'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
