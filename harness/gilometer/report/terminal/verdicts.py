"""The verdicts of a run in the terminal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from gilometer.analysis.claims.verdicts import Basis, Reason, Verdict
from gilometer.claims.reading import claims
from gilometer.report.colours import IN_TERMINAL
from gilometer.report.results.verdicts import claims_tested, is_tested
from gilometer.report.sentences.cores import has_few_cores
from gilometer.report.sentences.names import listed_by_family
from gilometer.report.sentences.text import FEW_NAMES, listed, plural
from gilometer.report.sentences.verdicts import LEFT_OUT, NOTHING_TESTED, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

    from gilometer.analysis.claims.assertions import Unmet
    from gilometer.analysis.claims.verdicts import ClaimResult
    from gilometer.claims.claim import Claim
    from gilometer.report.results import Results

STYLES = {
    Verdict.HOLDS: "bold",
    Verdict.REFUTED: "bold reverse",
    Verdict.NOT_ESTABLISHED: "",
    Verdict.NOT_APPLICABLE: "dim",
}
ON_MORE_CORES = "A longer run (--budget) may tell."
ON_FEW_CORES = "What computes needs a second core; more time (--budget) can tell of what waits alone."
"""What would give the open verdicts that lack measurements."""
REASONS = {
    Reason.WIDE: "too uncertain to tell",
    Reason.NOISE: "not clear of the noise",
    Reason.CHANCE: "perhaps chance",
    **LEFT_OUT,
}
"""The reasons why a verdict is open that a longer run may give."""
TELLING = (Verdict.HOLDS, Verdict.REFUTED, Verdict.NOT_ESTABLISHED)
"""The verdicts that are printed, in this order."""
INDENT = 2
CUT = ".."
SENTENCES = 5
"""The most verdicts that the terminal shows as sentences."""


def print_verdicts(console: Console, results: Results) -> None:
    """Print each claim that was tested, where it holds, and the most important verdicts as sentences."""
    tested = claims_tested(results.verdicts)
    if not tested:
        console.print(Text(NOTHING_TESTED))
        return
    console.print(Text("Claims", style="bold"))
    told = telling(results.verdicts)
    for claim in tested:
        own = [one for one in results.verdicts if one.claim == claim.id]
        _print_below(console, 1, Text(f"{claim.sentence} ({claim.id})"))
        for verdict in TELLING:
            _print_where(console, verdict, own)
        for one in told:
            if one.claim == claim.id:
                _print_below(console, 2, Text(sentence(one, claim), style="dim"))
    _print_rest(console, results, tested)


def _print_below(console: Console, level: int, words: Text) -> None:
    """Print words whose every line is indented."""
    console.print(Padding(words, (0, 0, 0, INDENT * level), expand=False))


def _print_where(console: Console, verdict: Verdict, own: Sequence[ClaimResult]) -> None:
    """Print on which interpreters a claim has a verdict, if it has it on any."""
    names = [one.interpreter for one in own if one.verdict is verdict and is_tested(one)]
    if names:
        said = Text(verdict.value, style=STYLES[verdict])
        concerned = sum(one.verdict is not Verdict.NOT_APPLICABLE for one in own)
        _print_below(console, 2, said.append(f" on {_who(names, concerned)}", style="not bold default"))


def _who(names: Sequence[str], concerned: int) -> str:
    """List interpreters, or say that they are all that a claim is about."""
    is_all = len(names) == concerned > FEW_NAMES
    return f"all {concerned} interpreters that it is about" if is_all else listed_by_family(names)


def _print_rest(console: Console, results: Results, tested: Sequence[Claim]) -> None:
    """Print what would give the open verdicts, and in one line the claims that have none."""
    reasons = _open(results.verdicts)
    if reasons:
        remedy = ON_FEW_CORES if has_few_cores(results.manifest.machine) else ON_MORE_CORES
        console.print(Text(f"Not established: {reasons}. {remedy}"))
    rest = [claim.sentence for claim in claims() if claim not in tested]
    if rest:
        console.print(
            Text(_cut(f"{plural(len(rest), 'claim')} not tested: {'; '.join(rest)}", console.width))
        )


def _cut(line: str, width: int) -> str:
    return line if len(line) <= width else f"{line[: max(0, width - len(CUT))]}{CUT}"


def _open(claim_results: Iterable[ClaimResult]) -> str:
    """Count the open verdicts that lack measurements, by reason."""
    open_ones = [one for one in claim_results if one.verdict is Verdict.NOT_ESTABLISHED]
    counts = Counter(REASONS.get(one.deciding.why) for one in open_ones)
    return ", ".join(f"{counts[said]} {said}" for said in dict.fromkeys(REASONS.values()) if counts[said])


def _told(claim_result: ClaimResult) -> Text:
    verdict = claim_result.verdict
    said = Text(verdict.value, style=STYLES[verdict])
    return said.append(f": {_sentence(claim_result)} ({claim_result.claim})", style="not bold default")


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
