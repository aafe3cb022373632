"""What a report says, in its order: the answer, the evidence, and how it was measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from gilometer.model import Strategy
from gilometer.report.document import Document, Picture, bullets, paragraph, section
from gilometer.report.results import DOUBT, board
from gilometer.report.sections import about, disturbances, missing, scaling, semantics, services, tables
from gilometer.report.sections.everything import everything
from gilometer.report.sections.same_binary import same_binary
from gilometer.report.sections.steady import section as steady_state
from gilometer.report.sentences import headlines
from gilometer.report.sentences.text import certainty, noun, plural, sentence_case
from gilometer.report.verdicts import verdicts_section
from gilometer.runs.folder import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilometer.analysis import Analysis
    from gilometer.model import Manifest
    from gilometer.report.document import Block, Section
    from gilometer.report.drawing import Drawing
    from gilometer.report.results import Board

MORE_OF_KIND = {"mixed": ("cpu_share",)}
"""Plots that show more of a kind of work than its own."""

Pictures = Mapping[str, Picture]
"""Those that were drawn, by name."""


def content(
    manifest: Manifest, analysis: Analysis, drawn: Sequence[Drawing], samples: str = SAMPLES
) -> Document:
    """Lay out the whole report, with the plots that were ``drawn``, and a link to the ``samples``."""
    shown = board(analysis)
    pictures = {drawing.name: Picture(drawing) for drawing in drawn}
    sections = [
        verdicts_section(analysis, shown),
        _threads(analysis, shown, pictures),
        _kinds(shown, pictures),
        _same_binary(analysis, shown, pictures),
        _one_thread(analysis, shown, pictures),
        section("Scaling", pictures.get("scaling"), scaling.section(analysis.scaling), id="scaling"),
        semantics.section_of(analysis, shown, [pictures.get("gil_release"), pictures.get("convoy")]),
        _everything(analysis, shown),
        missing.section_of(manifest.plan, analysis, shown),
        _machine(manifest, analysis),
        about.method(manifest, analysis, samples),
    ]
    return Document(
        run=manifest.run,
        answer=_answer(analysis, shown),
        basis=_basis(manifest, analysis, shown),
        sections=tuple(one for one in sections if one),
    )


def _answer(analysis: Analysis, shown: Board) -> tuple[str, ...]:
    if not shown.works:
        return ("Nothing was measured for its time.",)
    return tuple(headlines.headlines(analysis, shown))


def _basis(manifest: Manifest, analysis: Analysis, shown: Board) -> tuple[str, ...]:
    finished = analysis.finished
    return (
        plural(len(shown.present), "interpreter"),
        plural(len(analysis.plan.works), "workload"),
        certainty(analysis) if shown.works else plural(analysis.blocks, "block"),
        disturbances.phrase(analysis.disturbances),
        f"{manifest.machine.cpu}, {plural(manifest.machine.cores, 'core')}",
        manifest.started[:10],
        f"finished: {finished.why}" if finished else "the run is not finished",
    )


def _threads(analysis: Analysis, shown: Board, pictures: Pictures) -> Section | None:
    """Show what threads gain, and say how to read a speedup."""
    spread = shown.widest(Strategy.THREADS)
    if spread is None:
        return None
    said = (
        "A speedup is the time of serial over the time of threads, of the same interpreter and work, taken "
        f"within blocks: above 1 is faster. {certainty(analysis)}."
    )
    if shown.has_doubts:
        said += f" A question mark: {DOUBT}."
    return section("Where threads help", paragraph(said), pictures.get("threads"), id="threads")


def _kinds(shown: Board, pictures: Pictures) -> Section | None:
    """Show for each kind of work what each strategy gains, and say it for each workload."""
    kinds = dict.fromkeys(work.kind for work in shown.works)
    parts = [_kind(shown, kind, pictures) for kind in kinds]
    return section("Each kind of work", *parts, id="kinds")


def _kind(shown: Board, kind: str, pictures: Pictures) -> Section | None:
    blocks: list[Block | None] = [pictures.get(name) for name in (kind, *MORE_OF_KIND.get(kind, ()))]
    spread = shown.widest(Strategy.THREADS)
    if spread and (said := headlines.by_workload(shown, spread, kind)):
        blocks += [paragraph(f"With {spread.doers}:"), bullets(said)]
    return section(sentence_case(noun(kind)), *blocks)


def _same_binary(analysis: Analysis, shown: Board, pictures: Pictures) -> Section | None:
    return section(
        "The same binary with its GIL off and on",
        pictures.get("timeline"),
        pictures.get("same_binary"),
        tables.same_binary_table(same_binary(analysis, shown)),
        id="same-binary",
    )


def _one_thread(analysis: Analysis, shown: Board, pictures: Pictures) -> Section | None:
    if not shown.works:
        return None
    return section(
        "One thread: start-up, warm-up and speed",
        pictures.get("warmup"),
        pictures.get("speed"),
        steady_state(analysis.summary, shown),
        tables.times(shown),
        id="warm-up",
    )


def _everything(analysis: Analysis, shown: Board) -> Section | None:
    return section(
        "Everything that was measured",
        everything(analysis, shown),
        *(tables.speedups(shown, spread) for spread in shown.spreads),
        tables.means(analysis.means),
        id="everything",
    )


def _machine(manifest: Manifest, analysis: Analysis) -> Section | None:
    return section(
        "Machine and interpreters",
        *about.machine(manifest),
        about.interpreters(manifest.plan, analysis),
        tables.noise(analysis),
        disturbances.section(analysis.disturbances),
        services.section(analysis.busy_services),
        id="machine",
    )
