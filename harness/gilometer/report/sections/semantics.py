"""What observations say: a sentence a workload, and a section of the report."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from gilometer.analysis.timeline import AT_ONCE
from gilometer.model import Outcome
from gilometer.plan.effort import TIMELINE
from gilometer.report.document import Block, Code, Section, Words, bullets, paragraph, section, table
from gilometer.report.results import SERIAL, Group
from gilometer.report.sections.observed import observed
from gilometer.report.sentences import amounts
from gilometer.report.sentences.text import FEW_NAMES, counted, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gilometer.analysis import Analysis
    from gilometer.model import Work
    from gilometer.report.results import Board, Spread, Subject
    from gilometer.report.sections.observed import Observed, Sight

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
        "What threads wrote to one counter, list and dict without a lock, and was not there afterwards."
    ),
    CONVOY: (
        "How late a thread wakes up whose wait is over, alone and beside a thread that computes: the median "
        "(p50), the 95th percentile and the latest of each iteration."
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
"""By script: what its table shows."""
ALONE = "wake-up delay alone p50"
BESIDE = "wake-up delay beside a CPU-bound thread p50"
COUNTER = "counter lost"
AT_DEL = "at del"
CONTROL = "pure Python loop"
BUSY = 0.1
"""Of the time none of the threads ran: something else had the machine."""
IS_AT_ONCE = 0.5
"""At least so much of the time is running at once."""
HALF = 0.5
"""Of its speed is the most that a thread has which takes turns with another; and of objects, most."""


def sentences(analysis: Analysis, shown: Board) -> list[str]:
    """Say the most that each workload says, of its first point if it is swept."""
    found = observed(analysis, shown)
    works = {script: found.of_script(script)[:1] for script in SAYING}
    said = [SAYING[script](found, work, shown) for script, first in works.items() for work in first]
    return [f"{sentence}." for sentence in said if sentence]


def of_lost_updates(found: Observed, work: Work, shown: Board) -> str:
    """Say on which interpreters threads lost updates of a counter, with the most workers."""
    spread = found.spreads[work.label][-1]
    own = {} if spread == SERIAL else _by_label(found, work, shown, spread, COUNTER)
    losing = {label: sight for label, sight in own.items() if sight.value > 0}
    whole = [label for label in own if label not in losing]
    if not losing:
        return f"{spread.doers} lost no update of an unlocked counter on {counted(whole)}" if whole else ""
    said = f"{spread.doers} lose updates of an unlocked counter on {_with_values(losing)}"
    return f"{said}; none was seen to be lost on {counted(whole)}" if whole else said


def _with_values(own: Mapping[str, Sight]) -> str:
    if len(own) <= FEW_NAMES:
        return listed([f"{label} ({sight.words})" for label, sight in own.items()])
    ends = sorted(own.values(), key=lambda sight: sight.value)
    least, most = (amounts.amount(sight.value, sight.unit) for sight in (ends[0], ends[-1]))
    return f"{len(own)} interpreters ({least} to {most})"


def of_convoy(found: Observed, work: Work, shown: Board) -> str:
    """Say how late a thread wakes up in the middle of each group of interpreters."""
    clauses = _in_groups(_by_label(found, work, shown, SERIAL, BESIDE), shown, "late")
    if not clauses:
        return ""
    return f"Beside a CPU-bound thread, a thread that waits for I/O wakes up {listed(clauses)}"


def of_turns(found: Observed, work: Work, shown: Board) -> str:
    """Say how much of the time threads computed at once, in the middle of each group of interpreters."""
    spread = found.spreads[work.label][0]
    own = _by_label(found, work, shown, spread, AT_ONCE)
    clauses = _in_groups(own, shown, "of the time")
    if not clauses or spread == SERIAL:
        return ""
    free = [own[one.label].value for one in shown.present if one.group is Group.NO_GIL and one.label in own]
    return f"{spread.doers} computed at once {listed(clauses)}{unless_busy(statistics.median(free or [1.0]))}"


def unless_busy(free: float) -> str:
    """Say of a small share without a GIL that a neighbour may have had a core: that looks like a GIL."""
    return "" if free >= IS_AT_ONCE else ", or more where two cores are free"


def _in_groups(own: Mapping[str, Sight], shown: Board, said: str) -> list[str]:
    """Tell the middle of each group: ``5.10 ms late with a GIL``."""
    clauses = []
    for group in (Group.GIL, Group.NO_GIL):
        members = [own[one.label] for one in shown.present if one.group is group and one.label in own]
        if members:
            middle = statistics.median(sight.value for sight in members)
            clauses.append(f"{amounts.amount(middle, members[0].unit)} {said} {group.value}")
    return clauses


def of_gil_release(found: Observed, work: Work, shown: Board) -> str:
    """Say beside which calls another thread runs: where there is a GIL, or on all if none has one."""
    told = [one for one in shown.present if found.at(one, work, SERIAL)]
    locked = [one for one in told if one.group is Group.GIL]
    subjects = [one for one in locked if _takes_turns(found.at(one, work, SERIAL))] if locked else told
    runs = {name: _runs(found, work, subjects, name) for name in found.names(work)}
    yes, no = ([name for name, is_so in runs.items() if is_so is wanted] for wanted in (True, False))
    whose = "With a GIL" if locked else "Without a GIL"
    if not yes:
        return f"{whose}, no other thread runs beside {listed(no)}" if no else ""
    said = f"{whose}, another thread runs beside {listed(yes)}"
    return f"{said}, but not beside {listed(no)}" if no else said


def _takes_turns(own: Mapping[str, Sight]) -> bool:
    """Whether a plain loop holds the other thread up, as it must where there is a GIL that is fair.

    PyPy's loops give way often, and then it is they who wait: there the other's progress tells nothing.
    """
    return CONTROL not in own or own[CONTROL].value <= HALF


def _runs(found: Observed, work: Work, subjects: Sequence[Subject], name: str) -> bool | None:
    """Whether the middle one had more than it can by taking turns; None: none of them made the call."""
    own = [found.at(one, work, SERIAL).get(name) for one in subjects]
    values = [sight.value for sight in own if sight]
    return statistics.median(values) > HALF if values else None


def of_lifetimes(found: Observed, work: Work, shown: Board) -> str:
    """Say where most objects are finalised right after their last reference was deleted."""
    own = _by_label(found, work, shown, SERIAL, AT_DEL)
    soon = [label for label, sight in own.items() if sight.value > HALF]
    late = [label for label in own if label not in soon]
    said = [f"at once on {counted(soon)}"] if soon else []
    said += [f"later, or never, on {counted(late)}"] if late else []
    return f"Objects that nothing refers to are finalised {'; '.join(said)}" if said else ""


def _by_label(found: Observed, work: Work, shown: Board, spread: Spread, what: str) -> dict[str, Sight]:
    places = {one.label: found.at(one, work, spread) for one in shown.present}
    return {label: sights[what] for label, sights in places.items() if what in sights}


SAYING: Mapping[str, Callable[[Observed, Work, Board], str]] = {
    LOST_UPDATES: of_lost_updates,
    CONVOY: of_convoy,
    GIL_RELEASE: of_gil_release,
    LIFETIMES: of_lifetimes,
    TURNS: of_turns,
}


def section_of(analysis: Analysis, shown: Board, pictures: Sequence[Block | None]) -> Section | None:
    """Tabulate what was observed, by interpreter, below the pictures of it; None where nothing was."""
    found = observed(analysis, shown)
    parts = [_of_work(found, work, shown) for work in found.works if found.names(work)]
    if not parts:
        return None
    said = bullets(sentences(analysis, shown))
    return section(TITLE, said, *pictures, paragraph(SAID), *parts, id="semantics")


def _of_work(found: Observed, work: Work, shown: Board) -> Section:
    names, spreads = found.names(work), found.spreads[work.label]
    rows: list[list[Words]] = [
        [Code(subject.label), *_spread_cell(spread, spreads), *cells]
        for subject in shown.present
        for spread in spreads
        if (cells := _cells(found, (subject, work, spread), shown))
    ]
    head: list[Words] = ["interpreter", *(["spread"] if len(spreads) > 1 else []), *names]
    said = f"{SHOWS.get(work.script, '')} {_with(spreads)} {_control(found, work, shown)}"
    return Section(Code(work.label), (paragraph(" ".join(said.split())), table(head, rows)), is_detail=True)


def _spread_cell(spread: Spread, spreads: Sequence[Spread]) -> list[str]:
    return [spread.doers] if len(spreads) > 1 else []


def _cells(found: Observed, place: tuple[Subject, Work, Spread], shown: Board) -> list[str]:
    """One for each name, or why there are none; nothing where there is no such cell."""
    result = shown.at(*place)
    if result is None:
        return []
    names = found.names(place[1])
    if result.outcome is not Outcome.OK:
        return [result.outcome.words] * len(names)
    own = found.at(*place)
    return [own[name].words if name in own else "-" for name in names]


def _with(spreads: Sequence[Spread]) -> str:
    return "" if len(spreads) > 1 or spreads == (SERIAL,) else f"With {spreads[0].doers}."


def _control(found: Observed, work: Work, shown: Board) -> str:
    """Say what one worker lost, who can lose nothing: it shows whether the counting is right."""
    if work.script != LOST_UPDATES:
        return ""
    serial = {subject.label: found.at(subject, work, SERIAL) for subject in shown.present}
    lost = [label for label, own in serial.items() if any(sight.value for sight in own.values())]
    if not any(serial.values()):
        return ""
    if lost:
        return f"One worker alone, the control, lost some on {listed(lost)}: don't trust these."
    return "One worker alone, the control, lost none."
