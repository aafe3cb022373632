"""Verdicts as sentences that need no statistics to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from gilometer.analysis.claims.judge import may_be_left_out
from gilometer.analysis.claims.verdict import Finding, Ruling, Verdict, Why
from gilometer.claims.claim import (
    Concerns,
    Decline,
    Efficiency,
    Fact,
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
    from gilometer.analysis.claims.verdict import Judgement
    from gilometer.claims.claim import Claim, Rule

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
"""Readings of a overhead."""
FACTS = {"gc": "collector", "gil": "GIL", "jit": "JIT"}
COLLECTORS = {"refcount": "that count references", "tracing": "whose collector traces"}

DOUBTS = {
    Why.FEW_BLOCKS: "{blocks}, too few for an interval",
    Why.EARLY: "too uncertain to tell after {blocks}",
    Why.NO_TWIN: "how noisy that is was not measured",
    Why.DOUBTFUL: "more than {workers} can give",
    Why.NO_CAPACITY: "but independent processes reached {capacity}x, so perhaps nothing could",
    Why.CHANCE: "perhaps by chance, among as many ratios (q = {q})",
    Why.NOISE: "not clear of the noise, which reaches {band}x",
    Why.WIDE: "too uncertain to tell",
}
"""Why a figure decides nothing."""
OBSTACLES = {
    Why.LACKING: "{workload} can't run this way{detail}",
    Why.ONE_HALF: "the same binary was not measured with a GIL",
    Why.UNMEASURED: "{workload} was not measured",
    Why.NOT_REACHED: "{workload} was not reached",
    Why.FAILED: "{workload} was not ok{detail}",
    Why.UNSTEADY: "{workload} has no steady time{detail}",
    Why.FEW_BLOCKS: "{workload} was never measured beside what it is compared with",
}
"""Why there is no figure."""
TOO_FEW = "in too few blocks"
LEFT_OUT = {Why.FEW_BLOCKS: TOO_FEW, Why.EARLY: TOO_FEW, Why.NOT_REACHED: "not reached"}
"""Why a verdict was given without a workload."""
NOTHING_TESTED = "Nothing in this run tests a claim."


def sentence(judgement: Judgement, claim: Claim) -> str:
    """Say what a verdict rests on, or why there is none."""
    label = judgement.interpreter
    if not judgement.rulings:
        return f"{claim.id} is about {_about(claim)}, and not about {label}."
    said = "; ".join(dict.fromkeys(_ruling(ruling) for ruling in judgement.bearing))
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


def _ruling(ruling: Ruling) -> str:
    if isinstance(ruling.rule, Decline) and ruling.verdict is Verdict.HOLDS:
        return _decline(ruling, ruling.rule)
    deciding = ruling.deciding
    said = _figure(ruling, deciding) or _obstacle(ruling.rule, deciding)
    figures = [_figure(ruling, one) for one in ruling.findings if one.stands]
    if deciding.why in {Why.UNMEASURED, *LEFT_OUT} and figures:
        return f"{figures[0]}; but {said}"
    return said + _left_out(ruling)


def _left_out(ruling: Ruling) -> str:
    """Name the workloads that a verdict was given without; empty where it rests on all."""
    if ruling.deciding.why in LEFT_OUT:
        return ""
    found: dict[str, list[str]] = {}
    for one in ruling.findings:
        if may_be_left_out(one, ruling.rule):
            found.setdefault(LEFT_OUT[one.why], []).append(one.workload)
    return "".join(f"; {why}: {listed(names)}" for why, names in found.items())


def _decline(ruling: Ruling, rule: Decline) -> str:
    """Tell both ends of a sweep, and where between them the gain ends."""
    start, end = ruling.findings
    return (
        f"{_told(rule, start)}, and {end.workload} at {_ratio(end)}: "
        f"the gain ends at about {rule.parameter}={number(ruling.crossing)}"
    )


def _figure(ruling: Ruling, of: Finding) -> str:
    """Say what was found and how it reads; empty where no figure was."""
    rule = ruling.rule
    if isinstance(rule, Fact):
        return f"the {FACTS[rule.fact]} is {'' if of.verdict is Verdict.HOLDS else 'not '}{rule.value}"
    if not of.blocks:
        return ""
    if isinstance(rule, Observation):
        return f"{_seen(rule, of)}: {_beside(rule, of)}"
    return f"{_told(rule, of)}: {_reading(rule, of.stands) if of.stands else _doubt(of)}"


def _seen(rule: Observation, of: Finding) -> str:
    """Say what was observed with its unit and interval, and where."""
    where = (
        of.workload
        if rule.strategy is Strategy.SERIAL
        else f"{of.workload} with {doers(rule.strategy, of.workers)}"
    )
    said = f'in {where}, "{of.what}" is {amounts.told(of.value, of.low, of.high, of.unit)}'
    return f'{said} more than "{rule.minus}"' if rule.minus else said


def _beside(rule: Observation, of: Finding) -> str:
    """Say on which side of its threshold it is, or why that can't be told."""
    threshold = amounts.threshold(rule.threshold, of.unit)
    return (
        f"{of.stands} {threshold}" if of.stands else f"{_doubt(of)}; {rule.expected} {threshold} is expected"
    )


def _told(rule: Ratio | Decline, of: Finding) -> str:
    """Say a ratio with its interval, and of what it is one."""
    match rule:
        case Speedup() | Decline():
            over = Strategy.SERIAL if isinstance(rule, Decline) else rule.over
            whose = "one" if over is Strategy.SERIAL else over.value
            said = f"{_doers(rule.strategy, of)} {of.workload} at {number(of.ratio)}x the speed of {whose}"
        case Efficiency():
            said = (
                f"{_doers(rule.strategy, of)} {of.workload} at {number(of.ratio)}x the speed of "
                f"{of.workers} independent processes"
            )
        case Start():
            said = (
                f"{of.workers} {rule.strategy.value} start {number(of.ratio)}x as fast as "
                f"{rule.over.value} for {of.workload}"
            )
        case Overhead():
            said = f"one thread without the GIL takes {number(of.ratio)}x as long for {of.workload}"
        case _:
            assert_never(rule)
    return f"{said} {span(of.low, of.high)}".strip()


def _doers(strategy: Strategy, of: Finding) -> str:
    return f"{doers(strategy, of.workers)} {'run' if strategy in NAMED_AFTER_WORKERS else 'runs'}"


def _ratio(of: Finding) -> str:
    return f"{number(of.ratio)}x {span(of.low, of.high)}"


def _reading(rule: Ratio | Decline, stands: Alternative) -> str:
    if isinstance(rule, Efficiency):
        return SHARES[stands]
    return PRICES[stands] if isinstance(rule, Overhead) else READINGS[stands]


def _doubt(of: Finding) -> str:
    return DOUBTS[of.why].format(
        blocks=plural(of.blocks, "block"),
        workers=plural(of.workers, "worker"),
        capacity=number(of.capacity),
        band=number(of.band),
        q=number(of.q),
    )


def _obstacle(rule: Rule, of: Finding) -> str:
    detail = one_line(of.detail)
    return OBSTACLES[of.why].format(
        workload=of.workload or _evidence(rule), detail=f" ({detail})" if detail else ""
    )


def _evidence(rule: Rule) -> str:
    """Name the workloads that a rule needs, if they have names."""
    if isinstance(rule, Fact) or not (isinstance(rule, Observation) or not rule.kinds):
        return "what this takes"
    return listed(rule.workloads)
