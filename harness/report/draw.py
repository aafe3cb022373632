"""The files of a report: tables, verdicts, plots and both pages, each there whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.errors import RunFolderError
from harness.interpreters import whole_file
from harness.report.content import content
from harness.report.drawing import Drawing, csv_of, drawings
from harness.report.markdown import markdown
from harness.report.page import page
from harness.report.plots import PLOTS
from harness.report.verdicts_file import verdicts_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from harness.analysis import Analysis
    from harness.model import Manifest


KINDS = ("png", "svg", "csv")
"""Of the files of a plot."""


def draw(folder: Path, manifest: Manifest, analysis: Analysis) -> None:
    """Write tables, ``verdicts.json``, ``plots/``, ``report.md`` and ``report.html`` into a run's folder.

    Raises:
        RunFolderError: The folder can't take them: the disk is full, say.

    """
    try:
        drawn = drawings(analysis)
        write_tables(folder, analysis)
        whole_file.write(folder / "verdicts.json", verdicts_json(manifest.run, analysis.verdicts))
        write_plots(folder / "plots", drawn)
        report = content(manifest, analysis, drawn)
        whole_file.write(folder / "report.md", markdown(report).encode())
        whole_file.write(folder / "report.html", page(report).encode())
    except OSError as error:
        raise RunFolderError(
            f"{folder} can't take its report: {error.strerror or error}; the samples are safe, and"
            f" `nox -s report -- {folder}` draws it later"
        ) from error


def write_tables(folder: Path, analysis: Analysis) -> None:
    """Write ``summary.csv``, a row a cell, and ``observations.csv``, a row for each thing it observed."""
    for name, frame in (("summary", analysis.summary), ("observations", analysis.observations)):
        whole_file.write(folder / f"{name}.csv", csv_of(frame).encode())


def write_plots(folder: Path, drawn: Sequence[Drawing]) -> None:
    """Write the files of each plot, and take away those of plots that have nothing to show now."""
    folder.mkdir(exist_ok=True)
    files = {
        f"{one.name}.{kind}": whole
        for one in drawn
        for kind, whole in (("png", one.png), ("svg", one.svg.encode()), ("csv", one.csv.encode()))
    }
    for name, whole in files.items():
        whole_file.write(folder / name, whole)
    for name in {f"{plot.name}.{kind}" for plot in PLOTS for kind in KINDS} - set(files):
        (folder / name).unlink(missing_ok=True)
