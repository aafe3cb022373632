"""The stages of ``try``, which measures a function of the user's own; the others are those of ``compare``."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gilometer import cards, locations
from gilometer.commands import typed
from gilometer.errors import OwnCodeError, UsageError
from gilometer.interpreters.containers import engine
from gilometer.interpreters.selection import Selection, newest_of_each_kind, newest_that
from gilometer.machine import inspection
from gilometer.model import Lack, Own, Rank, Strategy
from gilometer.pipeline import (
    REPORTING,
    create_folder,
    default_workers,
    manifest_of,
    measure,
)
from gilometer.plan.make import Material, choose_baseline, make
from gilometer.plan.own import NamedFunction, Trial, calls_of, fitted, work_of
from gilometer.plan.planner import NO_BUDGET, Planner
from gilometer.run.launchers import LauncherPool
from gilometer.run.looking import Look, Looker

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gilometer.interpreters.survey import Survey
    from gilometer.model import Interpreter, Plan
    from gilometer.pipeline import Comparison, FindInterpreters, Options, Stage, View

TRIAL_S = 2.0
"""Seconds after which a trial calls the function no more."""
TAIL = 12
"""Lines of a traceback that are shown."""


@dataclass
class Looks:
    """What the interpreters found, by label; each is asked once, and its variants not at all."""

    looker: Looker
    found: dict[str, Look] = field(default_factory=dict)

    def of(self, one: Interpreter) -> Look:
        """Return what an interpreter found.

        Raises:
            UsageError: What was named can't be measured on any interpreter.

        """
        if one.name not in self.found:
            self.found[one.name] = self.looker.look(replace(one, variant=""))
        if mistake := self.found[one.name].mistake:
            raise UsageError(mistake)
        return self.found[one.name]

    def can_import(self, one: Interpreter) -> bool:
        """Tell whether an interpreter can import the function."""
        return not self.why_not(one)

    def why_not(self, one: Interpreter) -> str:
        """Say why an interpreter can't import the function; empty if it can."""
        look = self.of(one)
        return look.lack or (f"can't import it: {_last_line(look.failure)}" if look.failure else "")


@dataclass(frozen=True)
class PlanFunction:
    """Stage 2: look at the function, try it, and make the plan and the manifest."""

    options: Options
    named: NamedFunction
    takes_newest: bool
    """True: the newest interpreter of each kind that can run it; False: those that were selected."""
    timeout_s: float | None
    """Limit of one process; None: what the function seems to need."""

    def __call__(self, comparison: Comparison) -> None:
        """Fill in the manifest."""
        folder, timeout_s = Path.cwd(), self.timeout_s or self.options.request.effort.timeout_s
        with (
            TemporaryDirectory(prefix="gilometer-") as scratch,
            LauncherPool(Path(scratch, "try"), locations.workloads_folder(), folder) as launchers,
        ):
            looks = Looks(Looker(self.named, launchers, timeout_s))
            interpreters = self._chosen(comparison, looks)
            able = [one for one in interpreters if looks.can_import(one)]
            _say_which_can_not(comparison.view, interpreters, looks)
            if not able:
                raise _nothing_can(comparison.view, self.named, looks)
            baseline = choose_baseline(able)
            tried = _tried(comparison.view, self.named, looks, baseline)
        self._plan(comparison, interpreters, looks, tried)
        _say_what_fits(comparison.view, comparison.manifest.plan, self.named, tried, baseline)

    def _chosen(self, comparison: Comparison, looks: Looks) -> tuple[Interpreter, ...]:
        if self.takes_newest:
            return newest_that(comparison.survey, looks.can_import)
        return comparison.selection.interpreters

    def _plan(
        self, comparison: Comparison, interpreters: tuple[Interpreter, ...], looks: Looks, tried: Look
    ) -> None:
        host = inspection.inspect(comparison.folder)
        workers = self.options.request.workers or default_workers(host.usable_cores)
        units = tried.units or calls_of(workers)
        trial = Trial(tried.calls, tried.wall_s, tried.busy)
        work = work_of(
            self.named,
            _own(tried, units),
            trial.kind,
            takes_item=tried.takes_item,
            is_async=tried.is_async,
        )
        able = sum(map(looks.can_import, interpreters))
        effort = fitted(self.options.request.effort, units * trial.call_s, able)
        effort = replace(effort, timeout_s=self.timeout_s or effort.timeout_s)
        material = Material(
            interpreters=interpreters,
            missing=comparison.selection.missing,
            cards=(),
            workloads_digest=cards.digest_of(locations.workloads_folder()),
            works=(work,),
            lacks=tuple(_lacks(interpreters, work.strategies, looks)),
        )
        request = replace(self.options.request, workers=workers, effort=effort)
        comparison.manifest = manifest_of(comparison, self.options, host, make(material, request))


def _own(tried: Look, units: int) -> Own:
    """Describe the file of a function."""
    folder = Path.cwd()
    path = Path(tried.file.replace(engine.OWN, str(folder), 1))
    file = path.relative_to(folder) if path.is_relative_to(folder) else path
    return Own(folder=str(folder), file=str(file), digest=cards.digest_of_file(folder / file), units=units)


def _lacks(
    interpreters: Iterable[Interpreter], strategies: Sequence[Strategy], looks: Looks
) -> Iterable[Lack]:
    """List what can't be measured on the interpreters that can't import the function."""
    for one in interpreters:
        if why := looks.why_not(one):
            yield from (Lack(one.name, one.variant, strategy, why) for strategy in strategies)


def _say_which_can_not(view: View, interpreters: Iterable[Interpreter], looks: Looks) -> None:
    """Print one line for each interpreter that can't import the function."""
    for one in interpreters:
        if why := looks.why_not(one):
            view.say(f"{one.label} {why}; it is left out")


def _nothing_can(view: View, named: NamedFunction, looks: Looks) -> UsageError | OwnCodeError:
    """Return the error if no interpreter can import the function."""
    failures = [look.failure for look in looks.found.values() if look.failure]
    if failures:
        _say_tail(view, failures[0])
        return OwnCodeError(f"{named.function} can't be imported, as the lines above say; mend it")
    return UsageError(
        f"no interpreter here can run {named.function}; mend it, or choose others with -i"
        f" (`{typed('doctor')}` lists them)"
    )


def _tried(view: View, named: NamedFunction, looks: Looks, baseline: Interpreter) -> Look:
    """Call the function on one interpreter.

    Raises:
        UsageError: It can't be called as it was named.
        OwnCodeError: It raised something, hung or ended its process.

    """
    tried = looks.looker.look(baseline, TRIAL_S)
    if tried.mistake:
        raise UsageError(tried.mistake)
    if tried.failure:
        _say_tail(view, tried.failure)
        by_hand = shlex.join(looks.looker.command(baseline, TRIAL_S))
        raise OwnCodeError(
            f"{named.name} failed on {baseline.label}, as the lines above say;"
            f" repeat it by hand with: {by_hand}"
        )
    return tried


def _say_tail(view: View, traceback: str) -> None:
    """Print the end of a traceback, from the first line that is in the user's own code."""
    scripts = str(locations.workloads_folder())
    lines = traceback.strip().splitlines()
    ours = [place for place, line in enumerate(lines) if scripts in line or engine.WORKLOADS in line]
    frames = [place for place, line in enumerate(lines) if line.startswith("  File")]
    first = next((place for place in frames if place > max(ours, default=-1)), 0)
    for line in lines[first:][-TAIL:]:
        view.say(line)


def _last_line(traceback: str) -> str:
    return traceback.strip().rpartition("\n")[2]


def _say_what_fits(view: View, plan: Plan, named: NamedFunction, tried: Look, baseline: Interpreter) -> None:
    """Say how long the function takes, and how far the budget is likely to last."""
    call_s = Trial(tried.calls, tried.wall_s, tried.busy).call_s
    units = plan.own.units if plan.own else 0
    answer_s = Planner(plan, ()).expected_by_rank()[Rank.HEADLINE]
    far = "likely to last for answers" if answer_s <= plan.effort.budget_s else "too short for all answers"
    view.say(
        f"{named.name}: {units} calls of about {call_s:.3g} s on {baseline.label}; the budget of"
        f" {plan.effort.budget_s:g} s is {far}, which take about {answer_s:.0f} s"
    )


def check_budget(comparison: Comparison) -> None:
    """Refuse a budget that does not last for one block, before anything is written.

    Raises:
        UsageError: It doesn't.

    """
    plan = comparison.manifest.plan
    if Planner(plan, ()).next(0).why == NO_BUDGET:
        answer_s = Planner(plan, ()).expected_by_rank()[Rank.HEADLINE]
        raise UsageError(
            f"--budget {plan.effort.budget_s:g}s does not last for one block; answers take about"
            f" {answer_s / 60:.0f} minutes: give --budget {answer_s / 60 + 1:.0f}m, fewer items (--items),"
            " strategies (-s) or interpreters (-i)"
        )


def trying(find_interpreters: FindInterpreters, plan_function: PlanFunction) -> tuple[Stage, ...]:
    """Return the stages of ``try``."""
    return (find_interpreters, plan_function, check_budget, create_folder, measure, *REPORTING)


def newest(survey: Survey) -> Selection:
    """Select the newest of each kind, and say nothing of those that are missing."""
    return Selection(newest_of_each_kind(survey).interpreters, ())
