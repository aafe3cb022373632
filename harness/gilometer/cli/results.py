"""The end of the commands that show a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from gilometer.cli.app import Names, console, walk
from gilometer.streams import tell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gilometer.analysis.claims.assertions import Assertion
    from gilometer.pipeline import Comparison, Stage


Assertions = Annotated[
    Names,
    typer.Option("--assert", metavar="CLAIM", help='Fail unless so: "C2 holds on cpython-*" (repeatable).'),
]
Opening = Annotated[bool, typer.Option("--open", help="Show the report in a browser.")]


def show_result(stages: Sequence[Stage], folder: Path) -> Comparison:
    """Walk the stages up to a report, and print its summary."""
    comparison = walk(stages, folder)
    from gilometer.report.terminal.own import print_own  # noqa: PLC0415  imports pandas, which must wait
    from gilometer.report.terminal.summary import print_summary  # noqa: PLC0415

    show = print_own if comparison.manifest.plan.own else print_summary
    show(console(), comparison.results, folder)
    return comparison


def show_page(folder: Path) -> None:
    """Open the report in the user's browser, or say where it is."""
    import webbrowser  # noqa: PLC0415

    page = (folder / "report.html").resolve()
    if not webbrowser.open(page.as_uri()):
        tell(f"no browser answers here; open {page} in one")


def leave(comparison: Comparison, assertions: Sequence[Assertion]) -> NoReturn:
    """Say which assertions are not met, and exit as outcomes and verdicts ask."""
    from gilometer import pipeline  # noqa: PLC0415
    from gilometer.analysis.claims.assertions import unmet  # noqa: PLC0415
    from gilometer.report.terminal.verdicts import print_unmet  # noqa: PLC0415

    broken = unmet(assertions, comparison.analysis.verdicts)
    print_unmet(console(), broken)
    raise typer.Exit(pipeline.exit_status(comparison.entries, broken))
