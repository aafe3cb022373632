"""The whole content of a report in its order: the answer, the evidence, the method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from gilometer.model import Strategy
from gilometer.printing import shortened
from gilometer.report.document import Document, Picture, bullets, detail, folded, paragraph, section
from gilometer.report.sections import (
    about,
    costs,
    disturbances,
    heat_map,
    missing,
    scaling,
    semantics,
    services,
    tables,
)
from gilometer.report.sections.everything import everything
from gilometer.report.sections.steady import section as steady_state
from gilometer.report.sections.verdicts import verdicts_section
from gilometer.report.sentences import headlines
from gilometer.report.sentences.certainty import certainty
from gilometer.report.sentences.text import DOUBT, listed, noun, plural, sentence_case
from gilometer.runs.folder import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilometer.report.document import Block, Section
    from gilometer.report.drawing import Drawing
    from gilometer.report.results import Results

MORE_OF_KIND = {"mixed": ("cpu_share",)}
"""Further plots of a kind of work, beside the one with the name of the kind."""

Pictures = Mapping[str, Picture]
"""The pictures that were drawn, by name."""


def content(results: Results, drawn: Sequence[Drawing], samples: str = SAMPLES) -> Document:
    """Make the whole report, with the plots that were ``drawn`` and a link to the file ``samples``."""
    pictures = {drawing.name: Picture(drawing) for drawing in drawn}
    sections = [
        _threads(results, pictures),
        costs.section_of(results, pictures.get("costs")),
        _same_binary(results, pictures),
        verdicts_section(results),
        *map(folded, _further(results, pictures, samples)),
    ]
    return Document(
        run=results.manifest.run,
        answer=_answer(results),
        basis=_basis(results),
        sections=tuple(one for one in sections if one),
    )


def _further(results: Results, pictures: Pictures, samples: str) -> tuple[Section | None, ...]:
    """Make what comes after the answer, its costs, its reasons and the claims: a page may fold it away."""
    return (
        _kinds(results, pictures),
        _one_thread(results, pictures),
        section("Scaling", pictures.get("scaling"), scaling.section(results.laws), id="scaling"),
        semantics.section_of(results, [pictures.get("gil_release"), pictures.get("convoy")]),
        _everything(results),
        missing.section_of(results),
        _machine(results),
        about.method(results, samples),
    )


def _answer(results: Results) -> tuple[str, ...]:
    if not results.works:
        return ("Nothing was measured for its time.",)
    return tuple(headlines.headlines(results))


def _basis(results: Results) -> tuple[str, ...]:
    finished, machine = results.finished, results.manifest.machine
    return (
        plural(len(results.present), "interpreter"),
        plural(len(results.plan.works), "workload"),
        certainty(results) if results.works else plural(results.blocks, "block"),
        disturbances.phrase(results.conditions),
        f"{machine.cpu}, {plural(machine.cores, 'core')}",
        results.manifest.started[:10],
        f"finished: {shortened(finished.why)}" if finished else "the run is not finished",
    )


def _threads(results: Results, pictures: Pictures) -> Section | None:
    """Show what threads gain, and say how to read a speedup."""
    if results.widest(Strategy.THREADS) is None:
        return None
    said = (
        "Time of serial over time of threads, of the same interpreter and work, taken within blocks: above 1 "
        f"is faster. Grey: can't tell. {certainty(results)}."
    )
    if results.has_doubts:
        said += f" A question mark: {DOUBT}."
    if without := heat_map.left_out(results):
        said += f" No interpreter was measured on {listed(without)}."
    picture = pictures.get("threads")
    as_picture = picture and detail("As a picture", picture)
    return section(
        "Where threads help", heat_map.heat_map(results), paragraph(said), as_picture, id="threads"
    )


def _kinds(results: Results, pictures: Pictures) -> Section | None:
    """Show the gains of strategies for each kind of work, and say those of threads for each workload."""
    kinds = dict.fromkeys(work.kind for work in results.works)
    parts = [_kind(results, kind, pictures) for kind in kinds]
    return section("Each kind of work", *parts, id="kinds")


def _kind(results: Results, kind: str, pictures: Pictures) -> Section | None:
    blocks: list[Block | None] = [pictures.get(name) for name in (kind, *MORE_OF_KIND.get(kind, ()))]
    threads = results.widest(Strategy.THREADS)
    if threads and (said := headlines.by_workload(results, threads, kind)):
        blocks += [paragraph(f"With {threads.doers}:"), bullets(said)]
    return section(sentence_case(noun(kind)), *blocks)


def _same_binary(results: Results, pictures: Pictures) -> Section | None:
    return section(
        "The same binary with its GIL off and on",
        pictures.get("timeline"),
        pictures.get("same_binary"),
        tables.same_binary_table(results.same_binary),
        id="same-binary",
    )


def _one_thread(results: Results, pictures: Pictures) -> Section | None:
    if not results.works:
        return None
    return section(
        "One thread: start-up, warm-up and speed",
        pictures.get("warmup"),
        pictures.get("speed"),
        steady_state(results),
        tables.times(results),
        id="warm-up",
    )


def _everything(results: Results) -> Section | None:
    return section(
        "Everything that was measured",
        everything(results),
        *(tables.speedups(results, one) for one in results.configurations),
        tables.means(results.means),
        id="everything",
    )


def _machine(results: Results) -> Section | None:
    return section(
        "Machine and interpreters",
        *about.machine(results.manifest),
        about.interpreters(results),
        tables.noise(results.noise),
        disturbances.section(results.conditions, results.manifest.machine),
        services.section(results.busy_servers),
        id="machine",
    )
