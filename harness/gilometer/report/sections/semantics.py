"""The observations in words: a sentence for each workload, and a section of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.analysis.observations import UPDATES
from gilometer.analysis.timeline import AT_ONCE
from gilometer.model import Outcome
from gilometer.plan.effort import TIMELINE
from gilometer.report.document import Block, Code, Section, Words, bullets, paragraph, section, table
from gilometer.report.results.configurations import SERIAL
from gilometer.report.results.interpreters import Category
from gilometer.report.sentences import amounts
from gilometer.report.sentences.text import FEW_NAMES, counted, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gilometer.model import Work
    from gilometer.report.results import Results
    from gilometer.report.results.configurations import Configuration
    from gilometer.report.results.interpreters import ShownInterpreter
    from gilometer.report.results.observations import ObservedValue

TITLE = "What threads may do to shared data, and to one another"
SAID = (
    "Not times, but what was seen to happen. A value is the mean over invocations, with its 95% interval; of "
    "what happened always, or never, the interval says how often it may have been otherwise unseen. "
    "observations.csv has all."
)
LOST_UPDATES, CONVOY, GIL_RELEASE, LIFETIMES = "lost_updates", "convoy", "gil_release", "lifetimes"
TURNS = TIMELINE
SHOWS = {
    LOST_UPDATES: (
        "What threads wrote to one counter, list and dict without a lock, and was not there afterwards. None "
        "seen is not safe: no Python promises that a counter's += is one step, and which builds lose updates "
        "changes from version to version."
    ),
    CONVOY: (
        "How late a thread wakes up whose wait is over, alone and beside a thread that computes: the median "
        "(p50), the 95th percentile and the latest of each iteration. CPython 3 lets a thread compute for "
        "5 ms before another may have the GIL, unless sys.setswitchinterval says otherwise."
    ),
    GIL_RELEASE: (
        "How fast a thread computes while another makes such a call, over its speed alone. Threads that take "
        "turns have no more than half each."
    ),
    LIFETIMES: (
        "How many objects that nothing refers to any more have been finalised: right after the last "
        "reference was deleted; of such as refer to themselves, right after that and after a collection; "
        "and of those that the end of a thread let go."
    ),
    TURNS: (
        "How much of the time in which one thread computed a second one did too; how much of all time none "
        "did, since something else had the machine; and how long a turn is: half of the computing was done "
        "in turns at least so long. Neighbours make the first less, never more."
    ),
}
"""The meaning of each table, by the script of its workload."""
ALONE = "wake-up delay alone p50"
BESIDE = "wake-up delay beside a CPU-bound thread p50"
COUNTER = "counter lost"
AT_DEL = "at del"
CONTROL = "pure Python loop"
BUSY = 0.1
"""Share of the time in which no thread ran; above it, something else had the machine."""
IS_AT_ONCE = 0.5
"""The least share of the time that counts as running at once."""
TAKING_TURNS = 0.5
"""The most that a thread has of its speed alone while it takes turns with another one."""
MOST = 0.5
"""Most objects are more than this share of them."""


def sentences(results: Results) -> list[str]:
    """Say the finding of each workload; of a swept one, that of its first point."""
    works = {script: results.observations.of_script(script)[:1] for script in SAYING}
    said = [SAYING[script](results, work) for script, first in works.items() for work in first]
    return [f"{sentence}." for sentence in said if sentence]


def of_lost_updates(results: Results, work: Work) -> str:
    """Say on which interpreters threads lost updates of a counter, with the most workers."""
    configuration = results.observations.configurations[work.label][-1]
    own = {} if configuration == SERIAL else _by_label(results, work, configuration, COUNTER)
    losing = {label: observed for label, observed in own.items() if observed.value > 0}
    whole = [label for label in own if label not in losing]
    doers = configuration.doers
    if not losing:
        return f"{doers} lost no update of an unlocked counter on {counted(whole)}" if whole else ""
    said = f"{doers} lose updates of an unlocked counter on {_with_values(losing)}"
    return f"{said}; none was seen to be lost on {counted(whole)}" if whole else said


def _with_values(own: Mapping[str, ObservedValue]) -> str:
    if len(own) <= FEW_NAMES:
        return listed([f"{label} ({_words(observed)})" for label, observed in own.items()])
    ends = sorted(own.values(), key=lambda observed: observed.value)
    least, most = (amounts.amount(observed.value, observed.unit) for observed in (ends[0], ends[-1]))
    return f"{len(own)} interpreters ({least} to {most})"


def _words(of: ObservedValue) -> str:
    return amounts.with_span(of.value, of.estimate.low, of.estimate.high, of.unit)


def of_convoy(results: Results, work: Work) -> str:
    """Say how late a thread wakes up, on interpreters of each category."""
    clauses = _by_category(results, _by_label(results, work, SERIAL, BESIDE), "late")
    if not clauses:
        return ""
    return f"Beside a CPU-bound thread, a thread that waits for I/O wakes up {listed(clauses)}"


def of_turns(results: Results, work: Work) -> str:
    """Say the share of the time in which threads computed at once, on interpreters of each category."""
    configuration = results.observations.configurations[work.label][0]
    own = _by_label(results, work, configuration, AT_ONCE)
    clauses = _by_category(results, own, "of the time")
    if not clauses or configuration == SERIAL:
        return ""
    free = [one.value for one in _members(results, own, Category.NO_GIL)]
    said = f"{configuration.doers} computed at once {listed(clauses)}"
    return f"{said}{unless_busy(max(free, default=1.0))}"


def unless_busy(free: float) -> str:
    """Say that something else may have used a core, if the share without a GIL is small: both look alike."""
    return "" if free >= IS_AT_ONCE else ", or more where two cores are free"


def _by_category(results: Results, own: Mapping[str, ObservedValue], said: str) -> list[str]:
    """Say the least and the most of each category: ``0.10 ms to 38 ms late with a GIL``."""
    clauses = []
    for category in (Category.GIL, Category.NO_GIL):
        members = sorted(_members(results, own, category), key=lambda observed: observed.value)
        if members:
            ends = (amounts.amount(end.value, end.unit) for end in (members[0], members[-1]))
            clauses.append(f"{' to '.join(dict.fromkeys(ends))} {said} {category.value}")
    return clauses


def _members(results: Results, own: Mapping[str, ObservedValue], category: Category) -> list[ObservedValue]:
    """List the observations of the interpreters of a category."""
    present = results.present
    return [own[one.label] for one in present if one.category is category and one.label in own]


def of_gil_release(results: Results, work: Work) -> str:
    """Say beside which calls another thread runs: on interpreters with a GIL, or on all if none has one."""
    observations = results.observations
    observing = [one for one in results.present if observations.at(one, work, SERIAL)]
    locked = [one for one in observing if one.category is Category.GIL]
    fair = [one for one in locked if _takes_turns(observations.at(one, work, SERIAL))]
    names = observations.names(work)
    runs = {name: _runs(results, work, fair if locked else observing, name) for name in names}
    always, never, sometimes = (
        listed([name for name, found in runs.items() if found == wanted])
        for wanted in ({True}, {False}, {True, False})
    )
    whose = "With a GIL" if locked else "Without a GIL"
    if not (always or sometimes):
        return f"{whose}, no other thread runs beside {never}" if never else ""
    if not always:
        said = f"{whose}, another thread runs beside {sometimes} on some interpreters only"
    else:
        said = f"{whose}, another thread runs beside {always}"
        said += f", on some interpreters only beside {sometimes}" if sometimes else ""
    return f"{said}, but not beside {never}" if never else said


def _takes_turns(own: Mapping[str, ObservedValue]) -> bool:
    """Tell whether a plain loop slows the other thread down, as it must with a fair GIL.

    PyPy's loops release the GIL often, and then wait for it themselves; so there the speed of the other
    thread says nothing about calls.
    """
    return CONTROL not in own or own[CONTROL].value <= TAKING_TURNS


def _runs(results: Results, work: Work, of: Sequence[ShownInterpreter], name: str) -> set[bool]:
    """Tell for the interpreters that made the call whether the speed is more than taking turns can give."""
    own = [results.observations.at(one, work, SERIAL).get(name) for one in of]
    return {observed.value > TAKING_TURNS for observed in own if observed}


def of_lifetimes(results: Results, work: Work) -> str:
    """Say where most objects are finalised right after their last reference was deleted."""
    own = _by_label(results, work, SERIAL, AT_DEL)
    soon = [label for label, observed in own.items() if observed.value > MOST]
    late = [label for label in own if label not in soon]
    said = [f"at once on {counted(soon)}"] if soon else []
    said += [f"later, or never, on {counted(late)}"] if late else []
    return f"Objects that nothing refers to are finalised {'; '.join(said)}" if said else ""


def _by_label(
    results: Results, work: Work, configuration: Configuration, what: str
) -> dict[str, ObservedValue]:
    own = {one.label: results.observations.at(one, work, configuration) for one in results.present}
    return {label: values[what] for label, values in own.items() if what in values}


SAYING: Mapping[str, Callable[[Results, Work], str]] = {
    LOST_UPDATES: of_lost_updates,
    CONVOY: of_convoy,
    GIL_RELEASE: of_gil_release,
    LIFETIMES: of_lifetimes,
    TURNS: of_turns,
}


def section_of(results: Results, pictures: Sequence[Block | None]) -> Section | None:
    """Tabulate the observations by interpreter, below their pictures; None if there are none."""
    observations = results.observations
    parts = [_of_work(results, work) for work in observations.works if observations.names(work)]
    if not parts:
        return None
    return section(TITLE, bullets(sentences(results)), *pictures, paragraph(SAID), *parts, id="semantics")


def _of_work(results: Results, work: Work) -> Section:
    names = results.observations.names(work)
    configurations = results.observations.configurations[work.label]
    several = len(configurations) > 1
    rows: list[list[Words]] = [
        [Code(interpreter.label), *([configuration.doers] if several else []), *cells]
        for interpreter in results.present
        for configuration in configurations
        if (cells := _cells(results, interpreter, work, configuration))
    ]
    head: list[Words] = ["interpreter", *(["spread"] if several else []), *names]
    said = f"{SHOWS.get(work.script, '')} {_with(configurations)} {_control(results, work)}"
    return Section(Code(work.label), (paragraph(" ".join(said.split())), table(head, rows)), is_detail=True)


def _cells(
    results: Results, interpreter: ShownInterpreter, work: Work, configuration: Configuration
) -> list[str]:
    """Write each observation of a cell, or why it has none; nothing if there is no such cell."""
    result = results.at(interpreter, work, configuration)
    if result is None:
        return []
    names = results.observations.names(work)
    if result.outcome is not Outcome.OK:
        return [result.outcome.words] * len(names)
    own = results.observations.at(interpreter, work, configuration)
    return [_value(own[name]) if name in own else "-" for name in names]


def _processes(count: int) -> str:
    return "1 process" if count == 1 else f"{count} processes"


def _value(of: ObservedValue) -> str:
    """Write a value with its interval; of updates of which none was lost, in how many processes."""
    if of.unit == UPDATES and not of.value:
        return f"none seen in {_processes(of.invocations)}"
    return _words(of)


def _with(configurations: Sequence[Configuration]) -> str:
    only = configurations[0]
    return "" if len(configurations) > 1 or only == SERIAL else f"With {only.doers}."


def _control(results: Results, work: Work) -> str:
    """Say how many updates a single worker lost. It must be none, or the counting is wrong."""
    if work.script != LOST_UPDATES:
        return ""
    serial = {one.label: results.observations.at(one, work, SERIAL) for one in results.present}
    lost = [label for label, own in serial.items() if any(observed.value for observed in own.values())]
    if not any(serial.values()):
        return ""
    if lost:
        return f"One worker alone, the control, lost some on {listed(lost)}: don't trust these."
    return "One worker alone, the control, lost none."
