"""Verdicts as sentences for readers without knowledge of statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from gilometer.analysis.claims.rule_results import may_be_left_out
from gilometer.analysis.claims.verdicts import Reason, RuleResult, Verdict, WorkloadResult
from gilometer.claims.claim import (
    Concerns,
    Decline,
    Efficiency,
    Fact,
    FreeThreading,
    Observation,
    Overhead,
    Ratio,
    Speedup,
    Start,
)
from gilometer.interpreters.display import display_name
from gilometer.model import Alternative, Strategy
from gilometer.report.sentences import amounts
from gilometer.report.sentences.text import NAMED_AFTER_WORKERS, doers, listed, number, one_line, plural, span

if TYPE_CHECKING:
    from gilometer.analysis.claims.verdicts import ClaimResult
    from gilometer.claims.claim import Claim, Rule
    from gilometer.model import Estimate

READINGS = {
    Alternative.ABOVE: "faster",
    Alternative.NOT_ABOVE: "no faster",
    Alternative.BELOW: "slower",
    Alternative.NOT_BELOW: "no slower",
    Alternative.EQUAL: "as fast",
    Alternative.UNEQUAL: "not the same",
}
SHARES = READINGS | {
    Alternative.BELOW: "less than the machine can give",
    Alternative.NOT_BELOW: "about what the machine can give",
}
"""Readings of an efficiency."""
PRICES = READINGS | {Alternative.ABOVE: "slower", Alternative.NOT_ABOVE: "no slower"}
"""Readings of a time over another."""
FACTS = {"gc": "collector", "gil": "GIL", "jit": "JIT"}
COLLECTORS = {"refcount": "that count references", "tracing": "whose collector traces"}

DOUBTS = {
    Reason.FEW_BLOCKS: "{blocks}, too few for an interval",
    Reason.EARLY: "too uncertain to tell after {blocks}",
    Reason.NO_TWIN: "how noisy that is was not measured",
    Reason.DOUBTFUL: "more than {workers} can give",
    Reason.NO_CONCURRENCY: "but its {workers} did not run at once, so something else makes it faster",
    Reason.NO_CAPACITY: "but independent processes reached {capacity}x, so perhaps nothing could",
    Reason.CONTRARY: "which another way to test it contradicts",
    Reason.CHANCE: "perhaps by chance, among as many ratios (q = {q})",
    Reason.NOISE: "not clear of the noise, which reaches {band}x",
    Reason.WIDE: "too uncertain to tell",
}
"""Reasons why a figure decides nothing."""
OBSTACLES = {
    Reason.LACKING: "{workload} can't run this way{detail}",
    Reason.ONE_HALF: "the same binary was not measured with a GIL",
    Reason.NO_ORDINARY_BUILD: "the ordinary build of the same version was not measured",
    Reason.UNMEASURED: "{workload} was not measured",
    Reason.NOT_REACHED: "{workload} was not reached",
    Reason.FAILED: "{workload} was not ok{detail}",
    Reason.UNSTEADY: "{workload} has no steady time{detail}",
    Reason.FEW_BLOCKS: "{workload} was never measured beside what it is compared with",
}
"""Reasons why there is no figure."""
TOO_FEW = "in too few blocks"
LEFT_OUT = {Reason.FEW_BLOCKS: TOO_FEW, Reason.EARLY: TOO_FEW, Reason.NOT_REACHED: "not reached"}
"""Reasons why a verdict was given without a workload."""
NOTHING_TESTED = "Nothing in this run tests a claim."


def sentence(claim_result: ClaimResult, claim: Claim) -> str:
    """Say what a verdict rests on, or why there is none."""
    label = claim_result.interpreter
    if not claim_result.rule_results:
        return f"{claim.id} is about {_about(claim)}, and not about {label}."
    said = "; ".join(dict.fromkeys(_rule_result(rule_result) for rule_result in claim_result.bearing))
    return f"On {label}, {said}."


def _about(claim: Claim) -> str:
    """Name the interpreters that a claim is about, or else those that its tests are."""
    own = [claim.concerns] if claim.concerns != Concerns() else [test.concerns for test in claim.tests]
    return listed(list(dict.fromkeys(map(concerned, own))))


def concerned(concerns: Concerns) -> str:
    """Name the interpreters that a claim, or a test, is about."""
    said = [listed([*map(display_name, concerns.implementations)]) or "interpreters"]
    if concerns.gil is not None:
        said.append("with a GIL" if concerns.gil else "without a GIL")
    if concerns.gc is not None:
        said.append(COLLECTORS[concerns.gc])
    return " ".join(said)


def _rule_result(rule_result: RuleResult) -> str:
    if isinstance(rule_result.rule, Decline) and rule_result.verdict is Verdict.HOLDS:
        return _decline(rule_result, rule_result.rule)
    deciding = rule_result.deciding
    said = _figure(rule_result, deciding) or _obstacle(rule_result.rule, deciding)
    figures = [_figure(rule_result, one) for one in rule_result.results if one.stands]
    if deciding.why in {Reason.UNMEASURED, *LEFT_OUT} and figures:
        return f"{figures[0]}; but {said}"
    return said + _left_out(rule_result)


def _left_out(rule_result: RuleResult) -> str:
    """Name the workloads that a verdict was given without; empty if it rests on all."""
    if rule_result.deciding.why in LEFT_OUT:
        return ""
    found: dict[str, list[str]] = {}
    for one in rule_result.results:
        if may_be_left_out(one, rule_result.rule):
            found.setdefault(LEFT_OUT[one.why], []).append(one.workload)
    return "".join(f"; {why}: {listed(names)}" for why, names in found.items())


def _decline(rule_result: RuleResult, rule: Decline) -> str:
    """Say both ends of a sweep, and where between them the gain ends."""
    start, end = rule_result.results
    return (
        f"{_told(rule, start)}, and {end.workload} at {_ratio(end)}: "
        f"the gain ends at about {rule.parameter}={number(rule_result.crossing)}"
    )


def _figure(rule_result: RuleResult, of: WorkloadResult) -> str:
    """Say the figure and its reading; empty if there is no figure."""
    rule = rule_result.rule
    if isinstance(rule, Fact):
        return f"the {FACTS[rule.fact]} is {'' if of.verdict is Verdict.HOLDS else 'not '}{rule.value}"
    if not of.blocks:
        return ""
    if of.why is Reason.NONE_SEEN and isinstance(rule, Observation):
        return _none_seen(rule, of)
    if isinstance(rule, Observation):
        return f"{_seen(rule, of)}: {_beside(rule, of)}"
    return f"{_told(rule, of)}: {_reading(rule, of.stands) if of.stands else _doubt(of)}"


def _none_seen(rule: Observation, of: WorkloadResult) -> str:
    """Say in how many processes nothing was seen, and that this is no promise."""
    return (
        f'in {_where(rule, of)}, "{of.what}" was 0% in all {of.blocks} processes: none seen, '
        "which does not show that it can't happen"
    )


def _where(rule: Observation, of: WorkloadResult) -> str:
    if rule.strategy is Strategy.SERIAL:
        return of.workload
    return f"{of.workload} with {doers(rule.strategy, of.workers)}"


def _seen(rule: Observation, of: WorkloadResult) -> str:
    """Say the observed value with its unit and interval, and the workload."""
    said = f'in {_where(rule, of)}, "{of.what}" is {amounts.told(of.value, of.low, of.high, of.unit)}'
    return f'{said} more than "{rule.minus}"' if rule.minus else said


def _beside(rule: Observation, of: WorkloadResult) -> str:
    """Say on which side of the threshold the value is, or why that is not known."""
    if of.stands and of.detail:
        return of.detail
    threshold = amounts.threshold(rule.threshold, of.unit)
    return (
        f"{of.stands} {threshold}" if of.stands else f"{_doubt(of)}; {rule.expected} {threshold} is expected"
    )


def _told(rule: Ratio | Decline, of: WorkloadResult) -> str:
    """Say a ratio with its interval, and what it compares."""
    match rule:
        case Speedup() | Decline():
            over = Strategy.SERIAL if isinstance(rule, Decline) else rule.over
            whose = "one" if over is Strategy.SERIAL else over.value
            said = f"{_doers(rule.strategy, of)} {of.workload} at {_times(of)} the speed of {whose}"
        case Efficiency():
            said = (
                f"{_doers(rule.strategy, of)} {of.workload} at {_times(of)} the speed of "
                f"{of.workers} independent processes"
            )
        case Start():
            said = (
                f"{of.workers} {rule.strategy.value} start {_times(of)} as fast as "
                f"{rule.over.value} for {of.workload}"
            )
        case Overhead():
            said = f"one thread without the GIL takes {_times(of)} as long for {of.workload}"
        case FreeThreading():
            said = (
                f"one thread takes {_times(of)} as long as in the ordinary build of the same version "
                f"for {of.workload}"
            )
        case _:
            assert_never(rule)
    interval = "" if of.modes else span(of.low, of.high)
    return f"{said} {interval}".strip() + _cores(of.concurrency)


def _times(of: WorkloadResult) -> str:
    """Write a ratio; where it has modes, write each with its share of the blocks, and no mean of them."""
    if not of.modes:
        return f"{number(of.ratio)}x"
    first, *others = of.modes
    told = [f"{number(first.ratio)}x (in {first.share:.0%} of {plural(of.blocks, 'block')})"]
    told += [f"{number(mode.ratio)}x ({mode.share:.0%})" for mode in others]
    return f"{', '.join(told[:-1])} or {told[-1]}"


def _cores(concurrency: Estimate) -> str:
    """Say how many cores there were, if there is an interval of it."""
    if not concurrency.has_interval:
        return ""
    return f", with {number(concurrency.value)}x its cores {span(*concurrency.ends)}"


def _doers(strategy: Strategy, of: WorkloadResult) -> str:
    return f"{doers(strategy, of.workers)} {'run' if strategy in NAMED_AFTER_WORKERS else 'runs'}"


def _ratio(of: WorkloadResult) -> str:
    return _times(of) if of.modes else f"{_times(of)} {span(of.low, of.high)}"


def _reading(rule: Ratio | Decline, stands: Alternative) -> str:
    if isinstance(rule, Efficiency):
        return SHARES[stands]
    return PRICES[stands] if isinstance(rule, Overhead | FreeThreading) else READINGS[stands]


def _doubt(of: WorkloadResult) -> str:
    return DOUBTS[of.why].format(
        blocks=plural(of.blocks, "block"),
        workers=plural(of.workers, "worker"),
        capacity=number(of.capacity),
        band=number(of.band),
        q=number(of.q),
    )


def _obstacle(rule: Rule, of: WorkloadResult) -> str:
    detail = one_line(of.detail)
    return OBSTACLES[of.why].format(
        workload=of.workload or _evidence(rule), detail=f" ({detail})" if detail else ""
    )


def _evidence(rule: Rule) -> str:
    """Name the workloads that a rule needs, if they have names."""
    if isinstance(rule, Fact) or not (isinstance(rule, Observation) or not rule.kinds):
        return "what this takes"
    return listed(rule.workloads)
