"""The blocks in which the machine gave less than usual: a sentence for the terminal, and a section."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.analysis.disturbances import FEWEST_BLOCKS, THRESHOLD
from gilometer.plan.decisions import FEWEST_TO_DECIDE as FEWEST_LEFT
from gilometer.report.document import Section, detail, paragraph, table
from gilometer.report.sentences.cores import has_few_cores
from gilometer.report.sentences.text import number, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilometer.model import Machine
    from gilometer.report.results.machine import BlockCondition


def phrase(blocks: Sequence[BlockCondition]) -> str:
    """Say the share of disturbed blocks in a few words."""
    known = [one for one in blocks if one.is_known]
    if not known:
        return "unknown whether the machine was disturbed"
    count = sum(one.is_disturbed for one in known)
    return f"the machine disturbed in {count or 'none'} of {plural(len(known), 'block')}"


def sentence(blocks: Sequence[BlockCondition], machine: Machine) -> str:
    """Say the share of disturbed blocks, or that nobody can tell."""
    known = [one for one in blocks if one.is_known]
    if not known:
        return (
            "Whether the machine was disturbed is unknown: "
            f"to tell takes {FEWEST_BLOCKS} blocks of work that never waits."
        )
    count = sum(one.is_disturbed for one in known)
    share = f" ({count / len(known):.0%})" if count else ""
    said = (
        f"The machine gave less than {THRESHOLD:.0%} of its usual speed or capacity in "
        f"{count or 'none'} of {plural(len(known), 'block')}{share}."
    )
    return " ".join(filter(None, (said, rounds_left_out(blocks), too_few_cores(blocks, machine))))


def rounds_left_out(blocks: Sequence[BlockCondition]) -> str:
    """Say how many rounds had too few cores; empty where none had."""
    left_out, rounds = sum(one.left_out for one in blocks), sum(one.rounds for one in blocks)
    if not left_out:
        return ""
    they = "it is" if left_out == 1 else "they are"
    of = plural(rounds, "round")
    return f"In {left_out} of {of} of work alone something else had a core: {they} left out."


def too_few_cores(blocks: Sequence[BlockCondition], machine: Machine) -> str:
    """Say how often several workers had too few cores; empty where they never had."""
    short, loads = sum(one.short for one in blocks), sum(one.loads for one in blocks)
    if not short:
        return ""
    why = "The run had too few cores" if has_few_cores(machine) else "Something else had a core"
    return (
        f"{why} for most of {short} of {plural(loads, 'measurement')} of several workers "
        f"that compute; these are set aside where at least {FEWEST_LEFT} others are left."
    )


def section(blocks: Sequence[BlockCondition], machine: Machine) -> Section | None:
    """Write the sentence, and the blocks that it counts."""
    said = (
        f"{sentence(blocks, machine)} Told from the controls, against the median over all blocks. Blocks in "
        "which the machine was slower count like any other: a ratio is taken within a block, so what slows "
        "all of it alike cancels; what comes and goes within a block widens the intervals."
    )
    rows = [
        [str(one.block), f"{number(one.speed)}x", f"{number(one.capacity)}x"]
        for one in blocks
        if one.is_disturbed
    ]
    head = ["block", "speed of the baseline", "capacity"]
    return detail("Disturbed blocks", paragraph(said), table(head, rows) if rows else None)
