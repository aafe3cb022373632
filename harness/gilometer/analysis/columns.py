"""The columns of the frames for notebooks: name, type, unit and meaning.

docs/frames.md repeats this for readers. Summaries over blocks are trimmed means with 95% intervals
(docs/method.md); a number that is not known is NaN, a text that is not known is empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Holds(StrEnum):
    """The type of a column's values, as a dtype of pandas."""

    TEXT = "str"
    WHOLE = "int64"
    NUMBER = "float64"
    YES_OR_NO = "boolean"
    """Has ``pd.NA`` where a value is not known."""


@dataclass(frozen=True)
class Column:
    """One column of a frame."""

    name: str
    holds: Holds
    meaning: str
    unit: str = ""
    """Empty for counts and names, and where another column has the unit."""


def _text(name: str, meaning: str) -> Column:
    return Column(name, Holds.TEXT, meaning)


def _whole(name: str, meaning: str) -> Column:
    return Column(name, Holds.WHOLE, meaning)


def _number(name: str, unit: str, meaning: str) -> Column:
    return Column(name, Holds.NUMBER, meaning, unit)


def _flag(name: str, meaning: str) -> Column:
    return Column(name, Holds.YES_OR_NO, meaning)


def _interval(name: str, unit: str, *, of: str = "") -> tuple[Column, Column]:
    of = of or f"`{name}`"
    prefix = f"{name}_" if name else ""
    return (
        _number(f"{prefix}low", unit, f"lower end of the 95% interval of {of}"),
        _number(f"{prefix}high", unit, "upper end of it"),
    )


_NAMES = (
    _text("interpreter", "name of the interpreter, such as `cpython-3.13t`"),
    _text("variant", "the same binary with another setting, such as `+gil`"),
    _text("workload", "the workload, at one point of its sweep: `fib`, `mixed:cpu=0.5`"),
)
_CELL = (
    *_NAMES,
    _text("strategy", "how the work is spread: `serial`, `threads`, `processes` and others"),
    _whole("workers", "among how many it is spread"),
)
_SAMPLE = (
    _whole("sample", "number of the invocation in the run, from 0: joins the frames that have it"),
    *_CELL,
    _whole("block", "number of the block, from 0; ratios are taken within one"),
    _text("role", "`measure`, or a control: `twin` (of an A/A pair), `capacity` or `reference`"),
    _text("outcome", "how it ended: `ok`, `crashed`, `timeout` and others"),
)
_LABEL = _text("interpreter", "label of the interpreter: its name with its variant")

INVOCATIONS = (
    *_SAMPLE,
    _text("reason", "why it ended so, if it is not ok"),
    _whole("copies", "how many invocations of its slot ran at once"),
    _whole("copy", "which of them it is, from 0"),
    _text("beside", "label of the interpreter that a reference was measured beside"),
    _number(
        "wall_s", "s", "wall time of one pass: median of the iterations that count, or level of its turns"
    ),
    _number("cpu_s", "s", "CPU time of one pass, of all its workers: mean of the same iterations"),
    _number("effective_cores", "cores", "CPU time over wall time of these"),
    _text(
        "steady_state", "its times: `flat`, `warmup`, `slowdown`, `no steady state`; empty: too few to tell"
    ),
    _number("steady_from", "iterations", "how many came before the steady state"),
    _number("warmup_s", "s", "time before the steady state, in all its passes"),
    _whole("iterations", "how many were timed"),
    _number("turns_from", "iterations", "how many came before its first turn; NaN: it took none"),
    _number("timed_s", "s", "wall time of all its iterations, in all their passes"),
    _number("passes", "passes", "how often an iteration does the fixed work"),
    _number("loops", "loops", "how often a pass repeats each unit: calibrated"),
    _number("startup_s", "s", "wall time of the process before and after the script's own"),
    _number("pool_start_s", "s", "time that the workers took to start"),
    _number("process_s", "s", "wall time of the whole process"),
    _number("process_cpu_s", "s", "CPU time of the whole process tree"),
    _number("services_cpu_s", "s", "CPU time of the harness's servers meanwhile, for all copies together"),
    _number("peak_rss", "bytes", "most memory of the process tree"),
    _flag("gil_before", "whether a GIL was on before the workers started"),
    _flag("gil_after", "whether one was on after they ended"),
    _text("checksum", "what the work came to"),
    _text("stderr_tail", "the end of what it wrote to standard error"),
)
ITERATIONS = (
    *_SAMPLE,
    _whole("iteration", "number of the iteration in its invocation, from 0, of those that have a duration"),
    _number("wall_s", "s", "wall time of one pass"),
    _number("cpu_s", "s", "CPU time of one pass, of all its workers"),
    _text(
        "phase",
        "`warm-up` or `steady`; where iterations are too few to tell `first half` or `second half`, or, of"
        " what took turns, `warm-up` or `turn`; empty where the invocation has no time. `steady`, `turn` and"
        " `second half` count",
    ),
)
OBSERVED = (
    *_SAMPLE,
    _whole("iteration", "number of the iteration in its invocation, from 0"),
    _text("what", "was observed, in the workload's words"),
    _text("unit", "of the value"),
    _number("value", "its `unit`", "what the iteration observed"),
)
SUMMARY = (
    *_NAMES,
    _text("kind", "of the workload: `cpu`, `native`, `io`, `mixed`, `contention` or `semantics`"),
    *_CELL[len(_NAMES) :],
    _text("outcome", "how the cell ended: `ok`, or what went wrong"),
    _text("reason", "why, if it is not ok or has no time"),
    _whole("invocations", "how many were measured; figures rest on those that were ok"),
    _number("wall_s", "s", "wall time of one pass"),
    *_interval("wall_s", "s"),
    _number("speedup", "ratio", "time of serial over that of this cell, within blocks; serial: 1"),
    *_interval("speedup", "ratio"),
    _number("speedup_q", "share", "false discovery rate of `speedup` differs from 1, over the table"),
    _number("capacity", "ratio", "what as many independent serial processes achieved in the same blocks"),
    *_interval("capacity", "ratio"),
    _number("efficiency", "ratio", "speedup over capacity"),
    *_interval("efficiency", "ratio"),
    _number("concurrency", "ratio", "cores over those of serial, of work that never waits, within blocks"),
    *_interval("concurrency", "ratio"),
    _number("effective_cores", "cores", "CPU time over wall time: median, like those below"),
    _number("cpu_s", "s", "CPU time of one pass, of all its workers"),
    _number("services_cpu_s", "s", "CPU time of the harness's servers during an invocation"),
    _number("peak_rss_mb", "MB", "most memory of the process tree"),
    _number("startup_s", "s", "wall time of the process before and after the script's own"),
    _number("warmup_s", "s", "time before the steady state"),
    _number("pool_start_s", "s", "time that the workers took to start"),
    _text("steady_state", "how the times of its invocations go on; `inconsistent` where they differ"),
    _text("checksum", "what the work came to"),
)
RELATIVE = (
    *_NAMES,
    _text("kind", "of the workload: `cpu` or `native`"),
    _number("speed", "ratio", "serial time of the baseline over that of this interpreter; above 1 is faster"),
    *_interval("speed", "ratio"),
    _number("speed_q", "share", "false discovery rate of `speed` differs from 1, over the table"),
)
NOISE = (
    *_NAMES,
    _whole("pairs", "how many pairs of an invocation and its twin"),
    _number("ratio", "ratio", "time of the first of a pair over that of its twin"),
    *_interval("ratio", "ratio"),
    _number("band", "ratio", "the A/A band: how far from 1 the interval reaches"),
)
OBSERVATIONS = (
    *_CELL,
    _text("what", "was observed, in the workload's words"),
    _text("unit", "of the value and its interval"),
    _number("value", "its `unit`", "mean over invocations"),
    *_interval("", "its `unit`", of="`value`"),
    _whole("invocations", "how many told"),
    _whole("iterations", "how many these did"),
)
_DECIDED = (
    _text("workload", "that it rests on"),
    _whole("workers", "among how many the work was spread"),
    _number("ratio", "ratio", "what was compared; its interval is `low` to `high`"),
    _text("what", "was observed, where no ratio was"),
    _text("unit", "of `value`, `low` and `high` then"),
    _number("value", "its `unit`", "what was observed"),
    *_interval("", "ratio or `unit`", of="`ratio` or `value`"),
    _number("band", "ratio", "the A/A band of the workload"),
    _number("edge", "ratio or `unit`", "what had to be passed: margin, band or threshold"),
    _number("q", "share", "false discovery rate of all answers as sure as this"),
    _whole("blocks", "how many have the ratio, or invocations the value"),
    _number("capacity", "ratio", "what as many independent processes achieved"),
)
VERDICTS = (
    _text("claim", "its id, such as `C2`"),
    _text("sentence", "the claim"),
    _LABEL,
    _text("verdict", "`holds`, `refuted`, `not established` or `not applicable`"),
    _text("basis", "what the comparison rests on: `same binary`, `same version`, `other build`, `one build`"),
    _text("why", "what decided: `figure`, `noise`, `few blocks` and others"),
    _text("said", "the verdict as a sentence"),
    *_DECIDED,
)
FINDINGS = (
    _text("claim", "its id, such as `C2`"),
    _LABEL,
    _text("rule", "of the claim: `speedup`, `efficiency`, `observation` and others"),
    _text("verdict", "that the workload alone would give"),
    _text("why", "what decided it"),
    _text("detail", "in the words of what failed"),
    *_DECIDED,
)
INTERPRETERS = (
    *_NAMES[:2],
    _text("kind", "one of each kind is measured by default"),
    _text("source", "where it was found: `PATH`, `pyenv`, `image NAME` and others"),
    _text("implementation", "such as `cpython`"),
    _text("version", "of the language"),
    _text("implementation_version", "of the implementation"),
    _text("executable", "where its binary is"),
    _text("image", "identity of its container image; empty: none"),
    _flag("baseline", "whether others are compared with it"),
    _flag("free_threaded", "whether its build can run without a GIL"),
    _flag("gil", "whether it ran with one"),
    _text("jit", "`none`, `off` or `on`"),
    _text("gc", "`refcount` or `tracing`"),
    _text("collector", "which garbage collector ran, where there are several"),
    _text("compiler", "that built it"),
    _flag("pgo", "whether it was built with profile-guided optimisation"),
    _flag("lto", "whether with link-time optimisation"),
    _flag("debug", "whether for debugging"),
    _text("clock", "its finest wall clock"),
    _number("tick_s", "s", "the least that the clock can tell apart"),
    _number("warm_up_s", "s", "worth of work that an invocation does at least; 0 without a JIT"),
)

COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "invocations": INVOCATIONS,
    "iterations": ITERATIONS,
    "observed": OBSERVED,
    "summary": SUMMARY,
    "relative": RELATIVE,
    "noise": NOISE,
    "observations": OBSERVATIONS,
    "verdicts": VERDICTS,
    "findings": FINDINGS,
    "interpreters": INTERPRETERS,
}
"""The columns of each frame, by its name."""
