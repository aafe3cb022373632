from __future__ import annotations

import errno
import shutil
from typing import TYPE_CHECKING

import pytest

from gilometer.errors import RunFolderError
from gilometer.report.draw import draw
from gilometer.report.drawing import KINDS
from gilometer.report.plots import PLOTS
from gilometer.report.results import results_of
from tests.report.worlds import ruins, usual

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "summary.csv",
    "observations.csv",
    "verdicts.json",
    "report.md",
    "report.html",
    *(
        f"plots/{plot.name}.{kind}"
        for plot in PLOTS
        if plot.name not in {"contention", "scaling", "warmup", "convoy", "gil_release", "timeline"}
        for kind in KINDS
    ),
}
"""One count of workers gives no curve over workers, four iterations no warm-up, and nothing is observed."""


def written(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory) -> Path:
    """A folder with the report of the usual world, not to be changed."""
    folder: Path = tmp_path_factory.mktemp("run")
    draw(folder, results_of(*usual()))
    return folder


def test_a_report_is_these_files(drawn):
    assert set(written(drawn)) == FILES


def test_drawing_again_gives_the_same_bytes(drawn, tmp_path):
    draw(tmp_path, results_of(*usual()))
    assert written(tmp_path) == written(drawn)


def test_a_plot_with_nothing_to_show_takes_its_old_files_away(drawn, tmp_path):
    shutil.copytree(drawn, tmp_path, dirs_exist_ok=True)
    draw(tmp_path, results_of(*ruins()))
    plots = {f"plots/threads.{kind}" for kind in KINDS}
    tables = {"summary.csv", "observations.csv"}
    assert set(written(tmp_path)) == {*tables, "verdicts.json", "report.md", "report.html", *plots}
    assert "plots/speed.png" not in (tmp_path / "report.md").read_text()


def test_a_report_links_to_the_samples_that_are_there(drawn, tmp_path):
    assert "](samples.jsonl)" in (drawn / "report.md").read_text()
    (tmp_path / "samples.jsonl.gz").touch()
    draw(tmp_path, results_of(*ruins()))
    assert "](samples.jsonl.gz)" in (tmp_path / "report.md").read_text()


def test_a_full_disk_leaves_the_old_file_and_says_what_to_do(tmp_path, monkeypatch):
    old = tmp_path / "summary.csv"
    old.write_text("old")

    def fail(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(RunFolderError) as caught:
        draw(tmp_path, results_of(*ruins()))
    assert str(caught.value) == (
        f"{tmp_path} can't take its report: No space left on device; the samples are safe, and"
        f" `gilometer report {tmp_path}` draws it later"
    )
    assert old.read_text() == "old"


def test_a_plot_that_could_not_be_drawn_is_told(tmp_path, monkeypatch):
    def fail(_):
        raise ChildProcessError("a process that drew died without a word: is there memory?")

    monkeypatch.setattr("gilometer.report.draw.drawings", fail)
    with pytest.raises(RunFolderError, match=r"a process that drew died without a word.*draws it later"):
        draw(tmp_path, results_of(*ruins()))


def test_the_summary_has_a_line_a_cell(drawn):
    manifest, _ = usual()
    lines = (drawn / "summary.csv").read_text().splitlines()
    assert len(lines) == 1 + len(manifest.plan.cells)
    assert lines[1].startswith("cpython-3.13,,fib,cpu,serial,1,ok,,6,0.05")
