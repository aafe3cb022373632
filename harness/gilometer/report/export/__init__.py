"""The measurements of a run as files for other programs. A format is a function in ``FORMATS``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from gilometer import extras
from gilometer.errors import RunFolderError, UsageError
from gilometer.files import write as write_whole
from gilometer.model import Outcome
from gilometer.report.export import tables
from gilometer.report.sentences.text import listed, plural
from gilometer.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from gilometer.analysis.tidy import Frames
    from gilometer.model import Manifest
    from gilometer.report.export.format import Files, Format


def _for_pyperf(manifest: Manifest, frames: Frames) -> Files:
    from gilometer.report.export import for_pyperf  # noqa: PLC0415  imports pyperf, an extra

    return for_pyperf.suites(manifest, frames)


FORMATS: Mapping[str, Format] = {
    "pyperf": _for_pyperf,
    "parquet": tables.parquet,
    "csv": tables.csv,
    "json": tables.json,
}
NEEDS: Mapping[str, str] = {"pyperf": "pyperf", "parquet": "pyarrow"}
"""The package that a format needs, if it is an extra; also the name of its module."""


def format_of(name: str) -> Format:
    """Find a format by its name.

    Raises:
        UsageError: There is none of that name, or what it needs is not installed.

    """
    if name not in FORMATS:
        hint = did_you_mean(name, list(FORMATS), f"there are {listed(list(FORMATS))}")
        raise UsageError(f"--format {name!r}: {hint}")
    needs = NEEDS.get(name)
    if needs and not extras.is_here(needs):
        raise UsageError(
            f"--format {name} needs {needs}, which is not here: `{extras.adding(needs)}` adds it,"
            " or choose csv"
        )
    return FORMATS[name]


def export(manifest: Manifest, frames: Frames, wanted: Format) -> Files:
    """Convert a run to a format.

    Raises:
        UsageError: It has nothing to export.

    """
    if (frames.invocations["outcome"] != Outcome.OK.value).all():
        raise UsageError(
            f"{manifest.run} has nothing to export: no invocation of it was ok; measure again, or --resume it"
        )
    return wanted(manifest, frames)


def write(files: Files, folder: Path) -> None:
    """Write what was exported, each file whole or not at all.

    Raises:
        RunFolderError: The folder can't take them, or a name in the run leads out of it.

    """
    outside = next((name for name in files.contents if name in {".", ".."} or Path(name).name != name), None)
    if outside is not None:
        raise RunFolderError(
            f"a name in this run makes no file's name in {folder}: {outside!r:.80}; correct it in run.json"
        )
    try:
        for name, data in files.contents.items():
            write_whole(folder / name, data)
    except OSError as error:
        raise RunFolderError(
            f"{folder} can't take what is exported: {error.strerror or error}; give --out another folder"
        ) from error


def print_written(console: Console, files: Files, folder: Path) -> None:
    """Print the files that were written, and what was left out."""
    named = listed(list(files.contents))
    console.print(Text(f"{plural(len(files.contents), 'file')} in {folder}: {named}"), soft_wrap=True)
    if files.left_out:
        console.print(Text(files.left_out), soft_wrap=True)
