"""The servers of the harness that used so much CPU that they affect the times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.analysis.services import BUSY
from gilometer.report.document import Code, Section, Words, detail, paragraph, table
from gilometer.report.sentences.text import number, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilometer.report.results.machine import BusyServers


def section(found: Sequence[BusyServers]) -> Section | None:
    """Explain it, and list the cells; None if there are none."""
    if not found:
        return None
    said = (
        f"In {plural(len(found), 'cell')} the servers that the harness ran for it used more than {BUSY:g} of "
        "a core. On a machine with few cores the workers lack these, and the times are partly theirs."
    )
    rows: list[list[Words]] = [
        [Code(one.interpreter), Code(one.workload), one.configuration.label, number(one.cores)]
        for one in found
    ]
    head = ["interpreter", "workload", "strategy", "cores"]
    return detail("Busy servers", paragraph(said), table(head, rows))
