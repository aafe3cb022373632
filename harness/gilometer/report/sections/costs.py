"""What work costs on each interpreter: times, and their ratios to one thread of the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.report.document import Code, Section, Table, Words, detail, paragraph, section, table
from gilometer.report.sentences.costs import other_builds, threads_needed, times
from gilometer.report.sentences.text import duration, listed

if TYPE_CHECKING:
    from gilometer.model import Work
    from gilometer.report.document import Picture
    from gilometer.report.results import Results
    from gilometer.report.results.costs import Cost, Costs


def section_of(results: Results, picture: Picture | None) -> Section | None:
    """Show the costs, by workload; None if no interpreter was compared with the baseline."""
    found = results.costs
    if found is None:
        return None
    cores = results.manifest.machine.usable_cores
    tables = (detail(Code(work.label), _table(found, work, cores)) for work in found.works)
    return section("What it costs", paragraph(_explanation(found)), picture, *tables, id="costs")


def _explanation(found: Costs) -> str:
    said = (
        f"Times of one pass; behind them, how many times as long that is as one thread of "
        f"{found.baseline.label} takes, within blocks: below 1 is faster. The last column is how many "
        "threads take as long as that one thread, if each further thread adds as much as those measured did. "
    )
    builds = other_builds(found.of, found.baseline)
    if builds:
        said += f"Built otherwise than {found.baseline.label}, which changes speed too: {listed(builds)}."
    return said.strip()


def _table(found: Costs, work: Work, cores: float) -> Table:
    head: list[Words] = ["interpreter", "one thread"]
    head += [one.doers for one in (found.threads, found.processes) if one]
    rows: list[list[Words]] = [
        [
            Code(one.interpreter.label),
            _said(one.serial),
            *([_said(one.threads)] if found.threads else []),
            *([_said(one.processes)] if found.processes else []),
            threads_needed(one, found.baseline, cores),
        ]
        for one in found.of_work(work)
    ]
    return table([*head, "threads needed"], rows)


def _said(cost: Cost | None) -> str:
    return f"{duration(cost.cell.wall_s.value)}, {times(cost.ratio)}" if cost else "-"
