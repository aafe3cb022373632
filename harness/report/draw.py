"""The files of a report: summary, verdicts, plots and markdown, each there whole or not at all."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import matplotlib as mpl

from harness.errors import RunFolderError
from harness.interpreters import whole_file
from harness.report.markdown import markdown
from harness.report.plots import PLOTS
from harness.report.plots.history import history_page
from harness.report.style import RC, settle
from harness.report.verdicts_file import verdicts_json

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

    from harness.analysis import Analysis
    from harness.model import Manifest
    from harness.report.plots import Plot
    from harness.run.past import Figure as Followed
    from harness.run.past import History

NO_METADATA = {"svg": {"Date": None}, "png": {"Software": None}}
"""The same data gives the same bytes: no date, and no version of the tool that drew it."""


def draw(folder: Path, manifest: Manifest, analysis: Analysis) -> None:
    """Write both tables, ``verdicts.json``, ``plots/`` and ``report.md`` into a run's folder.

    Raises:
        RunFolderError: The folder can't take them: the disk is full, say.

    """
    try:
        write_tables(folder, analysis)
        whole_file.write(folder / "verdicts.json", verdicts_json(manifest.run, analysis.verdicts))
        (folder / "plots").mkdir(exist_ok=True)
        drawn = tuple(plot for plot in PLOTS if _draw_plot(folder / "plots", plot, analysis))
        whole_file.write(folder / "report.md", markdown(manifest, analysis, drawn).encode())
    except OSError as error:
        raise RunFolderError(
            f"{folder} can't take its report: {error.strerror or error}; the samples are safe, and"
            f" `nox -s report -- {folder}` draws it later"
        ) from error


def write_tables(folder: Path, analysis: Analysis) -> None:
    """Write ``summary.csv``, a row a cell, and ``observations.csv``, a row for each thing it observed."""
    for name, frame in (("summary", analysis.summary), ("observations", analysis.observations)):
        rows = frame.to_csv(index=False, float_format="%.6g", lineterminator="\n")
        whole_file.write(folder / f"{name}.csv", rows.encode())


def draw_history(folder: Path, history: History, followed: Followed) -> bool:
    """Write ``history.png`` and ``history.svg`` into a folder of runs; tell whether a report has the figure.

    Raises:
        RunFolderError: The folder can't take them.

    """
    with mpl.rc_context(RC):
        try:
            return _keep(history_page(history, followed), folder, "history")
        except OSError as error:
            raise RunFolderError(f"{folder} can't take history.png: {error.strerror or error}") from error


def _draw_plot(folder: Path, plot: Plot, analysis: Analysis) -> bool:
    with mpl.rc_context(RC):
        return _keep(plot.draw(analysis), folder, plot.name)


def _keep(figure: Figure | None, folder: Path, name: str) -> bool:
    """Write a plot's files, or take away those of an earlier drawing if it has nothing to show now."""
    paths = {kind: folder / f"{name}.{kind}" for kind in NO_METADATA}
    if figure is None:
        for path in paths.values():
            path.unlink(missing_ok=True)
        return False
    settle(figure)
    for kind, path in paths.items():
        whole_file.write(path, _rendered(figure, kind))
    return True


def _rendered(figure: Figure, kind: str) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, metadata=NO_METADATA[kind])
    return buffer.getvalue()
