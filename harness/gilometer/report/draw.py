"""The files of a report: tables, verdicts, plots and both pages, each there whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer import files
from gilometer.commands import typed
from gilometer.errors import RunFolderError
from gilometer.report.csv_text import SIX_FIGURES, csv_of
from gilometer.report.drawing import KINDS, Drawing
from gilometer.report.export.verdicts import verdicts_json
from gilometer.report.markdown import markdown
from gilometer.report.page import page
from gilometer.report.plots import PLOTS
from gilometer.report.plots.history import HISTORY, history_plot
from gilometer.report.plots.plotting import drawing, drawings
from gilometer.report.sections.content import content
from gilometer.runs.store import samples_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gilometer.report.results import Results
    from gilometer.runs.history import History, TrackedSpeedup


def draw(folder: Path, results: Results) -> None:
    """Write tables, ``verdicts.json``, ``plots/``, ``report.md`` and ``report.html`` into a run's folder.

    Raises:
        RunFolderError: The folder can't take them: the disk is full, say.

    """
    try:
        drawn = drawings(results)
        write_tables(folder, results)
        files.write(folder / "verdicts.json", verdicts_json(results.manifest.run, results.verdicts))
        write_plots(folder / "plots", drawn)
        report = content(results, drawn, samples_file(folder).name)
        files.write(folder / "report.md", markdown(report).encode())
        files.write(folder / "report.html", page(report).encode())
    except OSError as error:
        raise RunFolderError(
            f"{folder} can't take its report: {error.strerror or error}; the samples are safe, and"
            f" `{typed('report', folder)}` draws it later"
        ) from error


def write_tables(folder: Path, results: Results) -> None:
    """Write ``summary.csv``, a row for each cell, and ``observations.csv``, a row for each observation."""
    frames = results.frames
    for name, frame in (("summary", frames.summary), ("observations", frames.observations)):
        files.write(folder / f"{name}.csv", csv_of(frame, SIX_FIGURES).encode())


def write_plots(folder: Path, drawn: Sequence[Drawing]) -> None:
    """Write the files of each plot, and delete those of plots that have nothing to show now."""
    folder.mkdir(exist_ok=True)
    for one in drawn:
        keep(folder, one)
    for name in {plot.name for plot in PLOTS} - {one.name for one in drawn}:
        discard(folder, name)


def keep(folder: Path, drawn: Drawing) -> None:
    """Write a plot's files."""
    for kind, whole in drawn.files.items():
        files.write(folder / f"{drawn.name}.{kind}", whole)


def discard(folder: Path, name: str) -> None:
    """Delete the files of an earlier drawing of a plot."""
    for kind in KINDS:
        (folder / f"{name}.{kind}").unlink(missing_ok=True)


def draw_history(folder: Path, history: History, figure: TrackedSpeedup) -> bool:
    """Write ``history.png``, its SVG and its rows into a folder of runs; tell whether any has the figure.

    Raises:
        RunFolderError: The folder can't take them.

    """
    drawn = drawing(history_plot(figure), history)
    try:
        if drawn:
            keep(folder, drawn)
        else:
            discard(folder, HISTORY)
    except OSError as error:
        raise RunFolderError(f"{folder} can't take {HISTORY}.png: {error.strerror or error}") from error
    return drawn is not None
