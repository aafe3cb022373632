"""The verdicts of a run in the terminal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from gilometer.analysis.claims.verdicts import Basis, Reason, Verdict
from gilometer.claims.reading import claims
from gilometer.report.colours import IN_TERMINAL
from gilometer.report.results.verdicts import claims_tested, is_tested
from gilometer.report.sentences.cores import has_few_cores
from gilometer.report.sentences.text import listed
from gilometer.report.sentences.verdicts import LEFT_OUT, NOTHING_TESTED, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import Console

    from gilometer.analysis.claims.assertions import Unmet
    from gilometer.analysis.claims.verdicts import ClaimResult
    from gilometer.claims.claim import Claim
    from gilometer.report.results import Results

WORDS = {
    Verdict.HOLDS: "yes",
    Verdict.REFUTED: "NO",
    Verdict.NOT_ESTABLISHED: "?",
    Verdict.NOT_APPLICABLE: "-",
}
"""The words for a verdict in the terminal's table."""
STYLES = {
    Verdict.HOLDS: "bold",
    Verdict.REFUTED: "bold reverse",
    Verdict.NOT_ESTABLISHED: "",
    Verdict.NOT_APPLICABLE: "dim",
}
ON_MORE_CORES = "A longer run (--budget) may tell."
ON_FEW_CORES = "A longer run (--budget) may tell what waits; what computes needs a second core to tell."
"""What would give the open verdicts that lack measurements."""
LEGEND = "(yes: holds; NO: refuted; ?: not established; -: does not apply)"
REASONS = {
    Reason.WIDE: "too uncertain to tell",
    Reason.NOISE: "not clear of the noise",
    Reason.CHANCE: "perhaps chance",
    **LEFT_OUT,
}
"""The reasons why a verdict is open that a longer run may give."""
COLUMN = 4
"""Width of a column of the table in letters, with its gap."""
SENTENCES = 5
"""The most verdicts that the terminal shows as sentences."""


def print_verdicts(console: Console, results: Results) -> None:
    """Print a table of claims and interpreters, the claims, and the most important verdicts as sentences."""
    tested = claims_tested(results.verdicts)
    if not tested:
        console.print(Text(NOTHING_TESTED))
        return
    console.print(Text("Verdicts ", style="bold").append(LEGEND, style="not bold"))
    for some in _in_columns(tested, results, console.width):
        console.print()
        console.print(_table(results, some))
    console.print()
    console.print(_key(tested))
    _print_rest(console, results, tested)
    for one in telling(results.verdicts):
        console.print(_told(one))


def _print_rest(console: Console, results: Results, tested: Sequence[Claim]) -> None:
    """Print the claims without a verdict, and what would give them one."""
    rest = [claim.id for claim in claims() if claim not in tested]
    if rest:
        console.print(Text(f"Nothing in this run tests {listed(rest)}."))
    reasons = _open(results.verdicts)
    if reasons:
        remedy = ON_FEW_CORES if has_few_cores(results.manifest.machine) else ON_MORE_CORES
        console.print(Text(f"Not established: {reasons}. {remedy}"))


def _open(claim_results: Iterable[ClaimResult]) -> str:
    """Count the open verdicts that lack measurements, by reason."""
    open_ones = [one for one in claim_results if one.verdict is Verdict.NOT_ESTABLISHED]
    counts = Counter(REASONS.get(one.deciding.why) for one in open_ones)
    return ", ".join(f"{counts[said]} {said}" for said in dict.fromkeys(REASONS.values()) if counts[said])


def _in_columns(tested: Sequence[Claim], results: Results, width: int) -> Iterator[Sequence[Claim]]:
    """Split the claims over tables that fit into the width."""
    names = max((len(one.label) for one in results.present), default=0)
    fitting = max(1, (width - names) // COLUMN)
    yield from (tested[start : start + fitting] for start in range(0, len(tested), fitting))


def _table(results: Results, some: Sequence[Claim]) -> Table:
    found = {(one.claim, one.interpreter): one.verdict for one in results.verdicts}
    drawn = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    drawn.add_column(no_wrap=True)
    for claim in some:
        drawn.add_column(claim.id, no_wrap=True, min_width=COLUMN - 1)
    category = None
    for interpreter in results.present:
        if interpreter.category is not category:
            category = interpreter.category
            drawn.add_row(Text(category.value, style="dim italic"))
        verdicts = [found[claim.id, interpreter.label] for claim in some]
        drawn.add_row(Text(interpreter.label), *(Text(WORDS[one], style=STYLES[one]) for one in verdicts))
    return drawn


def _key(tested: Iterable[Claim]) -> Table:
    key = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), show_header=False)
    key.add_column(no_wrap=True)
    key.add_column()
    for claim in tested:
        key.add_row(Text(claim.id, style="bold"), Text(claim.sentence))
    return key


def _told(claim_result: ClaimResult) -> Text:
    verdict = claim_result.verdict
    said = Text(f"{claim_result.claim} ")
    said.append(verdict.value, style=STYLES[verdict])
    return said.append(f": {_sentence(claim_result)}")


def _sentence(claim_result: ClaimResult) -> str:
    return sentence(claim_result, next(claim for claim in claims() if claim.id == claim_result.claim))


def print_unmet(console: Console, unmet: Iterable[Unmet]) -> None:
    """Print the assertions that the run does not confirm, and why."""
    for one in unmet:
        console.print()
        console.print(Text(f"Assertion failed: {one.assertion}", style=IN_TERMINAL["failed"]))
        for claim_result in one.against:
            console.print(Text("  ").append(_told(claim_result)))
        if not one.against:
            console.print(Text(f"  {_nobody(one)}"))


def _nobody(unmet: Unmet) -> str:
    """Say why an assertion was tested on no interpreter."""
    if unmet.matched:
        return f"{unmet.assertion.claim} does not apply to {listed(unmet.matched)}."
    return f"No interpreter of this run is called {unmet.assertion.pattern}."


def telling(claim_results: Sequence[ClaimResult]) -> list[ClaimResult]:
    """Choose the most important verdicts, in this order.

    Refuted claims come first; then for each claim that holds, the verdict with the strongest comparison. A
    result that decided several claims is listed once. If nothing is established, the list has the first claim
    that was tested, whose sentence says why.
    """
    strength = list(Basis)
    refuted = [one for one in claim_results if one.verdict is Verdict.REFUTED]
    holding = sorted(
        (one for one in claim_results if one.verdict is Verdict.HOLDS),
        key=lambda one: strength.index(one.basis),
    )
    best = {one.claim: one for one in reversed(holding)}
    said = [*refuted, *(best[claim.id] for claim in claims() if claim.id in best)]
    once = {(one.interpreter, one.deciding): one for one in reversed(said)}
    told = [one for one in said if once[one.interpreter, one.deciding] is one]
    return (told or [one for one in claim_results if is_tested(one)][:1])[:SENTENCES]
