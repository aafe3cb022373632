from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.report.draw import draw
from harness.report.plots import PLOTS
from tests.report.worlds import ruins, usual

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "summary.csv",
    "report.md",
    *(f"plots/{plot.name}.{kind}" for plot in PLOTS for kind in ("png", "svg")),
}


def written(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_report_is_these_files(tmp_path):
    draw(tmp_path, *usual())
    assert set(written(tmp_path)) == FILES


def test_drawing_again_gives_the_same_bytes(tmp_path):
    draw(tmp_path, *usual())
    first = written(tmp_path)
    draw(tmp_path, *usual())
    assert written(tmp_path) == first


def test_a_plot_with_nothing_to_show_takes_its_old_files_away(tmp_path):
    draw(tmp_path, *usual())
    draw(tmp_path, *ruins())
    assert set(written(tmp_path)) == {"summary.csv", "report.md", "plots/threads.png", "plots/threads.svg"}
    assert "plots/speed.png" not in (tmp_path / "report.md").read_text()


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    draw(tmp_path, *usual())
    before = (tmp_path / "report.md").read_bytes()

    def fail(*_):
        raise OSError("no space left")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(OSError, match="no space"):
        draw(tmp_path, *ruins())
    assert (tmp_path / "report.md").read_bytes() == before


def test_the_summary_has_a_line_a_cell(tmp_path):
    manifest, analysis = usual()
    draw(tmp_path, manifest, analysis)
    lines = (tmp_path / "summary.csv").read_text().splitlines()
    assert len(lines) == 1 + len(manifest.plan.cells)
    assert lines[1].startswith("cpython-3.13,,fib,cpu,serial,1,ok,,6,0.049")
