"""The verdicts in the terminal, and at the head of a report."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from gilometer.analysis.claims.verdict import Basis, Judgement, Verdict, Why
from gilometer.claims.reading import claims
from gilometer.report.document import ClaimVerdicts, InterpreterVerdict, Section, Verdicts, paragraph, section
from gilometer.report.results import board
from gilometer.report.sentences.text import listed, number, sentence_case
from gilometer.report.sentences.verdicts import LEFT_OUT, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import Console

    from gilometer.analysis import Analysis
    from gilometer.analysis.claims.asserting import Unmet
    from gilometer.claims.claim import Claim
    from gilometer.report.results import Board

WORDS = {
    Verdict.HOLDS: "yes",
    Verdict.REFUTED: "NO",
    Verdict.NOT_ESTABLISHED: "?",
    Verdict.NOT_APPLICABLE: "-",
}
"""What stands for a verdict in the terminal's table."""
STYLES = {
    Verdict.HOLDS: "bold green",
    Verdict.REFUTED: "bold red",
    Verdict.NOT_ESTABLISHED: "yellow",
    Verdict.NOT_APPLICABLE: "dim",
}
LEGEND = "(yes: holds; NO: refuted; ?: not established; -: does not apply)"
TELLING = (Verdict.REFUTED, Verdict.HOLDS, Verdict.NOT_ESTABLISHED)
"""What says most comes first."""
REASONS = {
    Why.WIDE: "too uncertain to tell",
    Why.NOISE: "not clear of the noise",
    Why.CHANCE: "perhaps chance",
    **LEFT_OUT,
}
"""Why a verdict is open that a longer run may give."""
NOTHING = "Nothing in this run tests a claim."
READING = (
    "A verdict is given only where the whole 95% interval lies on one side of what the claim says, and the "
    "ratio is clear of the noise of the machine; where this run can't tell, it says so: not established."
)
COLUMN = 4
"""Letters of a column of the table, with its gap."""
SMALLEST_Q = 0.001
"""A smaller one is as good as that."""
SENTENCES = 5
"""How many verdicts are told in full in the terminal."""


# --- what is worth telling ------------------------------------------------------------------


def is_tested(judgement: Judgement) -> bool:
    """Whether the run had anything to say of a claim on an interpreter, be it that it can't tell."""
    if judgement.verdict is not Verdict.NOT_ESTABLISHED:
        return judgement.verdict is not Verdict.NOT_APPLICABLE
    return judgement.deciding.why is not Why.UNMEASURED and any(
        one.why is not Why.UNMEASURED and one.verdict is not Verdict.NOT_APPLICABLE
        for ruling in judgement.rulings
        for one in ruling.findings
    )


def claims_tested(judgements: Iterable[Judgement]) -> list[Claim]:
    """List the claims that the run had something to say of."""
    ids = {one.claim for one in judgements if is_tested(one)}
    return [claim for claim in claims() if claim.id in ids]


def telling(judgements: Sequence[Judgement]) -> list[Judgement]:
    """Choose the verdicts that say the most, in this order.

    What was refuted comes first, then of each claim that holds the verdict that rests on the strongest
    comparison; what decided several is told once. Where nothing is established, the first that might have
    been says why.
    """
    strength = list(Basis)
    refuted = [one for one in judgements if one.verdict is Verdict.REFUTED]
    holding = sorted(
        (one for one in judgements if one.verdict is Verdict.HOLDS), key=lambda one: strength.index(one.basis)
    )
    best = {one.claim: one for one in reversed(holding)}
    said = [*refuted, *(best[claim.id] for claim in claims() if claim.id in best)]
    once = {(one.interpreter, one.deciding): one for one in reversed(said)}
    told = [one for one in said if once[one.interpreter, one.deciding] is one]
    return (told or [one for one in judgements if is_tested(one)][:1])[:SENTENCES]


# --- the terminal ---------------------------------------------------------------------------


def print_verdicts(console: Console, analysis: Analysis) -> None:
    """Print a table of claims and interpreters, what the claims are, and the most telling sentences."""
    shown = board(analysis)
    heard = claims_tested(analysis.verdicts)
    if not heard:
        console.print(Text(NOTHING))
        return
    console.print(Text("Verdicts ", style="bold").append(LEGEND, style="not bold"))
    for some in _in_columns(heard, shown, console.width):
        console.print()
        console.print(_table(analysis.verdicts, some, shown))
    console.print()
    console.print(_key(heard))
    _print_rest(console, analysis, heard)
    for one in telling(analysis.verdicts):
        console.print(_told(one))


def _print_rest(console: Console, analysis: Analysis, heard: Sequence[Claim]) -> None:
    """Say what has no verdict, and what would give it one."""
    rest = [claim.id for claim in claims() if claim not in heard]
    if rest:
        console.print(Text(f"Nothing in this run tests {listed(rest)}."))
    reasons = _open(analysis.verdicts)
    if reasons:
        console.print(Text(f"Not established: {reasons}. A longer run (--budget) may tell."))


def _open(judgements: Iterable[Judgement]) -> str:
    """Count what is open for want of measurements, by reason."""
    open_ones = [one for one in judgements if one.verdict is Verdict.NOT_ESTABLISHED]
    counts = Counter(REASONS.get(one.deciding.why) for one in open_ones)
    return ", ".join(f"{counts[said]} {said}" for said in dict.fromkeys(REASONS.values()) if counts[said])


def _in_columns(heard: Sequence[Claim], shown: Board, width: int) -> Iterator[Sequence[Claim]]:
    """As many claims beside one another as fit."""
    names = max((len(subject.label) for subject in shown.present), default=0)
    fitting = max(1, (width - names) // COLUMN)
    yield from (heard[start : start + fitting] for start in range(0, len(heard), fitting))


def _table(judgements: Iterable[Judgement], some: Sequence[Claim], shown: Board) -> Table:
    found = {(one.claim, one.interpreter): one.verdict for one in judgements}
    drawn = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    drawn.add_column(no_wrap=True)
    for claim in some:
        drawn.add_column(claim.id, no_wrap=True, min_width=COLUMN - 1)
    group = None
    for subject in shown.present:
        if subject.group is not group:
            group = subject.group
            drawn.add_row(Text(group.value, style="dim italic"))
        verdicts = [found[claim.id, subject.label] for claim in some]
        drawn.add_row(Text(subject.label), *(Text(WORDS[one], style=STYLES[one]) for one in verdicts))
    return drawn


def _key(heard: Iterable[Claim]) -> Table:
    key = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), show_header=False)
    key.add_column(no_wrap=True)
    key.add_column()
    for claim in heard:
        key.add_row(Text(claim.id, style="bold"), Text(claim.sentence))
    return key


def _told(judgement: Judgement) -> Text:
    verdict = judgement.verdict
    said = Text(f"{judgement.claim} ")
    said.append(verdict.value, style=STYLES[verdict])
    return said.append(f": {_sentence(judgement)}")


def _sentence(judgement: Judgement) -> str:
    return sentence(judgement, next(claim for claim in claims() if claim.id == judgement.claim))


def print_unmet(console: Console, unmet: Iterable[Unmet]) -> None:
    """Say which assertions the run does not bear out, and why."""
    for one in unmet:
        console.print(Text(f"\nAssertion failed: {one.assertion}", style="bold red"))
        for judgement in one.against:
            console.print(Text("  ").append(_told(judgement)))
        if not one.against:
            console.print(Text(f"  {_nobody(one)}"))


def _nobody(unmet: Unmet) -> str:
    """Why nobody was there to bear an assertion out."""
    if unmet.matched:
        return f"{unmet.assertion.claim} does not apply to {listed(unmet.matched)}."
    return f"No interpreter of this run is called {unmet.assertion.pattern}."


# --- the report -----------------------------------------------------------------------------


def verdicts_section(analysis: Analysis, shown: Board) -> Section | None:
    """Say of each claim where it holds, and on what each verdict rests."""
    labels = [subject.label for subject in shown.present]
    judgements = sorted(analysis.verdicts, key=lambda one: labels.index(one.interpreter))
    heard = claims_tested(judgements)
    rest = "; ".join(f"{claim.id}, {claim.sentence}" for claim in claims() if claim not in heard)
    if not heard:
        return section("Verdicts", paragraph(NOTHING), id="verdicts")
    said = Verdicts(tuple(_of_claim(claim, judgements) for claim in heard))
    untested = paragraph(f"Nothing in this run tests {rest}.") if rest else None
    return section("Verdicts", paragraph(READING), said, untested, id="verdicts")


def _of_claim(claim: Claim, judgements: Iterable[Judgement]) -> ClaimVerdicts:
    own = [one for one in judgements if one.claim == claim.id and is_tested(one)]
    told = {
        one.interpreter: InterpreterVerdict(one.interpreter, one.verdict, sentence(one, claim), _beside(one))
        for one in own
    }
    strength = list(Basis)
    chief = min(own, key=lambda one: (TELLING.index(one.verdict), strength.index(one.basis)))
    return ClaimVerdicts(
        claim.id, sentence_case(claim.sentence), tuple(told.values()), told[chief.interpreter]
    )


def _beside(judgement: Judgement) -> str:
    """Set the certainty and the kind of comparison beside a figure, and the noise beside a ratio."""
    of = judgement.deciding
    if math.isnan(of.q):
        return ""
    q = f"q < {SMALLEST_Q}" if of.q < SMALLEST_Q else f"q = {number(of.q)}"
    noise = "" if math.isnan(of.band) else f"noise {number(of.band)}x, "
    return f"{judgement.basis.value}; {noise}{q}"
