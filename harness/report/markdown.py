"""``report.md``: the run in words, tables and pictures, as a forge renders it."""

from __future__ import annotations

import math
import shlex
from typing import TYPE_CHECKING, Any

from harness.analysis.means import SPEED
from harness.model import Outcome, Strategy
from harness.plan.groups import baseline_of
from harness.plan.precision import percent
from harness.report import disturbances, findings, scaling, semantics, services
from harness.report.board import DOUBT, SERIAL, Board, Reading, Result, Spread, board, label_of, read
from harness.report.markup import block, bullets, code, escape, table
from harness.report.order import in_order, place
from harness.report.same_binary import SameBinary, same_binary
from harness.report.steady import section as steady_state
from harness.report.text import certainty, duration, listed, number, plural, span
from harness.report.verdicts import verdicts_section

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    import pandas as pd

    from harness.analysis import Analysis
    from harness.model import Build, Facts, Interpreter, Manifest, Plan
    from harness.report.drawing import Drawing


def markdown(manifest: Manifest, analysis: Analysis, drawn: Sequence[Drawing]) -> str:
    """Write the whole report, with the plots that were ``drawn`` beside it."""
    shown = board(analysis)
    sections = [
        f"# Gilometer: {escape(manifest.run)}",
        verdicts_section(analysis, shown),
        _findings(analysis, shown),
        _plots(drawn),
        _same_binary(same_binary(analysis, shown)),
        *(_speedups(shown, spread) for spread in shown.spreads),
        semantics.section(analysis, shown),
        _means(analysis.means),
        scaling.section(analysis.scaling),
        _times(shown),
        steady_state(analysis.summary, shown),
        _noise(analysis),
        disturbances.section(analysis.disturbances),
        services.section(analysis.busy_services),
        _failures(analysis),
        _unsupported(shown),
        _missing(manifest.plan),
        _machine(manifest),
        _interpreters(manifest.plan, analysis),
        _method(manifest, analysis),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _findings(analysis: Analysis, shown: Board) -> str:
    state = f"finished: {analysis.finished.why}" if analysis.finished else "interrupted before its end"
    ended = f"The run was {escape(state)}."
    if not shown.works:
        return f"## Findings\n\nNothing was measured for its time. {ended}"
    sentences = findings.headlines(analysis, shown)
    spread = shown.widest(Strategy.THREADS)
    if spread is not None:
        sentences += findings.by_workload(shown, spread)
    said = (
        "Ratios are of serial time over the strategy's time, of the same interpreter and work, taken within "
        f"blocks: above 1 is faster. {certainty(analysis)}. {ended}"
    )
    if shown.has_doubts:
        said += f" A question mark: {DOUBT}."
    return "\n\n".join(["## Findings", bullets(escape(sentence) for sentence in sentences), said])


def _plots(drawn: Sequence[Drawing]) -> str:
    if not drawn:
        return "## Plots\n\nNothing was measured that could be drawn."
    images = [f"![{escape(one.alt)}](plots/{one.name}.png)" for one in drawn]
    return "\n\n".join(["## Plots", *images])


def _same_binary(found: SameBinary | None) -> str:
    if found is None:
        return ""
    head = ["binary", "workload", "GIL off", "GIL on", "capacity", "one thread, off over on"]
    rows = [
        [
            code(binary.name),
            code(one.work.label),
            _speedup(one.off),
            _speedup(one.on),
            number(one.off.capacity),
            f"{number(one.price.value)} {span(one.price.low, one.price.high)}".strip(),
        ]
        for binary in found.binaries
        for one in binary.contrasts
    ]
    said = (
        f"Speedup of {found.spread.workers} threads over serial, beside what as many independent processes "
        "reached; and the time of serial with the GIL off, over that with it on. Nothing else differs, so "
        "the difference is the GIL's."
    )
    return f"## The same binary with its GIL off and on\n\n{said}\n\n{table(head, rows)}"


def _speedups(shown: Board, spread: Spread) -> str:
    return f"## Speedup of {spread.doers}\n\n{_by_workload(shown, spread, _speedup)}"


def _means(means: pd.DataFrame) -> str:
    """Tabulate the geometric means; where there is none, what it would lack."""
    if means.empty:
        return ""
    found: dict[str, dict[str, str]] = {}
    for row in sorted(means.to_dict("records"), key=lambda row: place(row["interpreter"], row["variant"])):
        found.setdefault(label_of(row), {})[_averaged(row)] = _mean(row)
    head = list(dict.fromkeys(column for cells in found.values() for column in cells))
    rows = [[code(label), *(cells.get(column, "") for column in head)] for label, cells in found.items()]
    said = (
        "Each workload counts alike. There is no mean where one of them has no number: the cell names which."
    )
    return f"## Geometric means over workloads\n\n{said}\n\n{table(['interpreter', *head], rows)}"


def _averaged(row: Mapping[Hashable, Any]) -> str:
    if row["figure"] == SPEED:
        return f"speed of one thread, {row['workloads']} workloads"
    return f"{row['kind']}: {row['strategy']} {row['workers']}, {row['workloads']} workloads"


def _mean(row: Mapping[Hashable, Any]) -> str:
    if row["missing"]:
        return f"without {', '.join(code(name) for name in row['missing'].split())}"
    return f"{number(row['mean'])} {_span_of(row, 'mean')}".strip()


def _times(shown: Board) -> str:
    if not shown.works:
        return ""
    return f"## Time of serial, for one pass\n\n{_by_workload(shown, SERIAL, _time)}"


def _by_workload(shown: Board, spread: Spread, say: Callable[[Result], str]) -> str:
    """Tabulate what every interpreter that was asked for gave, be it only a reason."""
    works = shown.works_with(spread)
    head = ["interpreter", *(code(work.label) for work in works)]
    rows = []
    for subject in shown.subjects:
        results = [shown.at(subject, work, spread) for work in works]
        rows.append([code(subject.label), *(say(result) if result else "" for result in results)])
    return table(head, rows)


def _speedup(result: Result) -> str:
    if result.outcome is not Outcome.OK:
        return _outcome(result)
    if not result.is_measured:
        return escape(result.reason) or "no serial to compare with"
    doubt = " ?" if read(result) is Reading.DOUBTFUL else ""
    return f"{number(result.speedup)} {span(result.speedup_low, result.speedup_high)}".strip() + doubt


def _time(result: Result) -> str:
    if result.outcome is not Outcome.OK:
        return _outcome(result)
    return duration(result.wall_s) if not math.isnan(result.wall_s) else escape(result.reason) or "-"


def _outcome(result: Result) -> str:
    return escape(result.outcome.value.replace("_", " "))


def _noise(analysis: Analysis) -> str:
    pairs = analysis.noise.pairs
    if pairs.empty:
        return "## Noise\n\nNo cell was measured twice in a block, so the noise is unknown."
    rows = [
        [
            code(row["workload"]),
            str(row["pairs"]),
            number(row["ratio"]),
            _span_of(row, "ratio"),
            f"{number(row['band'])}x",
        ]
        for row in pairs.to_dict("records")
    ]
    baseline = baseline_of(analysis.plan).label
    said = (
        f"Each block measures the serial cells of {code(baseline)} twice. The band is how much "
        "a cell can differ from itself by; a ratio nearer to 1 than the band of its workload is noise."
    )
    return f"## Noise\n\n{said}\n\n{table(['workload', 'pairs', 'ratio', '95% interval', 'band'], rows)}"


def _span_of(row: Mapping[Hashable, float], name: str) -> str:
    return span(row[f"{name}_low"], row[f"{name}_high"])


def _failures(analysis: Analysis) -> str:
    """Cells that failed in the same way share one entry, with the first one's stderr."""
    keys = ["interpreter", "variant", "outcome", "reason", "stderr_tail"]
    parts = []
    for _, group in analysis.failures.groupby(keys, sort=False):
        rows = group.to_dict("records")
        first = rows[0]
        cells = ", ".join(
            f"{code(row['workload'])} {row['strategy']} {row['workers']}"
            f"{'' if row['role'] == 'measure' else ' (' + row['role'] + ')'} x{row['times']}"
            for row in rows
        )
        outcome = first["outcome"].replace("_", " ")
        said = f"**{outcome}** on {code(label_of(first))}: {escape(first['reason'])}\n\nCells: {cells}"
        tail = first["stderr_tail"]
        parts.append(f"{said}\n\n{block(tail)}" if tail.strip() else said)
    return "\n\n".join(["## Failures", *parts]) if parts else ""


def _unsupported(shown: Board) -> str:
    """What interpreters lack or did not get to, once for each reason."""
    reasons: dict[tuple[str, str, str], list[str]] = {}
    labels = {subject.label for subject in shown.present}
    for (label, workload, spread), result in shown.results.items():
        if label in labels and result.outcome in {Outcome.UNSUPPORTED, Outcome.UNAVAILABLE}:
            key = (label, result.outcome.value, result.reason)
            reasons.setdefault(key, []).append(f"{workload} {spread.label}")
    rows = [
        [code(label), outcome, escape(reason), escape(", ".join(cells))]
        for (label, outcome, reason), cells in reasons.items()
    ]
    return f"## Not measured\n\n{table(['interpreter', 'outcome', 'reason', 'cells'], rows)}" if rows else ""


def _missing(plan: Plan) -> str:
    rows = [[code(one.name), escape(one.why), code(one.remedy)] for one in plan.missing]
    if not rows:
        return ""
    return f"## Not on this machine\n\n{table(['interpreter', 'why', 'what adds it'], rows)}"


def _machine(manifest: Manifest) -> str:
    machine = manifest.machine
    facts = [
        f"{escape(machine.cpu)}, {plural(machine.cores, 'core')}, {machine.usable_cores:g} usable",
        f"{machine.memory_bytes / 2**30:.1f} GiB of memory",
        escape(machine.system),
        f"files on {escape(machine.file_system or 'an unknown file system')}",
        f"Gilometer {escape(manifest.harness)} on Python {escape(machine.host_python)}",
    ]
    traps = [f"{escape(trap.sentence)} ({code(trap.id)})" for trap in manifest.traps]
    said = bullets(traps) if traps else "No trap was found that is known to bend figures."
    return f"## Machine\n\n{bullets(facts)}\n\n### Traps\n\n{said}"


def _interpreters(plan: Plan, analysis: Analysis) -> str:
    head = ["interpreter", "version", "GIL", "JIT", "collector", "build", "clock", "source"]
    rows = [
        [
            code(one.label),
            escape(f"{one.facts.implementation} {one.facts.implementation_version}"),
            _gil(one, analysis),
            escape(one.facts.jit),
            escape(_collector(one.facts)),
            escape(_build(one.facts.build)),
            escape(f"{one.facts.clock.name}, tick {one.facts.clock.tick_s:.1e} s"),
            escape(one.source),
        ]
        for one in in_order(plan.interpreters)
    ]
    return f"## Interpreters\n\nBaseline: {code(baseline_of(plan).label)}.\n\n{table(head, rows)}"


def _gil(interpreter: Interpreter, analysis: Analysis) -> str:
    """What the probe said, and whether a workload found it otherwise after its workers had run."""
    said = "on" if interpreter.facts.gil else "off"
    rows = analysis.invocations
    own = rows[(rows["interpreter"] == interpreter.name) & (rows["variant"] == interpreter.variant)]
    changed = own.loc[own["gil_after"] == (not interpreter.facts.gil), "workload"]
    return f"{said}, otherwise in {escape(listed(sorted(set(changed))))}" if len(changed) else said


def _collector(facts: Facts) -> str:
    return f"{facts.gc} ({facts.collector})" if facts.collector else facts.gc


def _build(build: Build) -> str:
    words = [build.compiler] if build.compiler else []
    known = {"PGO": build.pgo, "LTO": build.lto, "debug": build.debug}
    words += [name if is_on else f"no {name}" for name, is_on in known.items() if is_on is not None]
    return ", ".join(words) or "does not say"


def _method(manifest: Manifest, analysis: Analysis) -> str:
    plan = manifest.plan
    effort = plan.effort
    said = (
        f"Effort {escape(effort.name)}: {plural(analysis.blocks, 'block')} in random order "
        f"(seed {plan.seed}), the first of all cells, each later one of those whose ratios were not yet "
        f"known to within {percent(effort.precision)} (`samples.jsonl` has each choice), a fresh process for "
        f"each invocation, {effort.iterations} iterations of about "
        f"{effort.iteration_s:g} s (with a JIT, as many as it needs to get warm). A time is the median "
        "of an invocation's steady state, or of its second half where too few iterations tell; a ratio is "
        "the middle of those of its blocks (a trimmed mean), and intervals are of 95%. "
        f"Workloads {code(plan.workloads_digest[:12])}. Every sample is in `samples.jsonl`, a row for each "
        "cell is in `summary.csv`."
    )
    again = "Measure again, or draw this report again:"
    return f"## How it was measured\n\n{said}\n\n{again}\n\n{block(_commands(manifest))}"


def _commands(manifest: Manifest) -> str:
    """What makes such a run, and such a report, again; a seed that was drawn is given."""
    options = list(manifest.command)
    if options[:1] == ["compare"]:
        del options[0]
    if not any(word.startswith("--seed") for word in options):
        options += ["--seed", str(manifest.plan.seed)]
    return f"nox -s compare -- {shlex.join(options)}\nnox -s report -- reports/{manifest.run}"
