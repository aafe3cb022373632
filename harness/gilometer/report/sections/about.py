"""The end of a report: the machine, the interpreters, and the method of measurement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.commands import installed
from gilometer.plan.groups import baseline_of
from gilometer.plan.precision import percent
from gilometer.printing import printable
from gilometer.report.document import (
    Block,
    Code,
    Link,
    Section,
    Verbatim,
    Words,
    bullets,
    detail,
    marked,
    paragraph,
    section,
    table,
)
from gilometer.report.order import in_order
from gilometer.report.sentences.text import listed, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilometer.model import Build, Facts, Interpreter, Manifest
    from gilometer.report.results import Results

FILES = ("run.json", "summary.csv", "observations.csv", "verdicts.json", "report.md")
"""Files of a run, apart from its samples and ``report.html``."""
IN_A_CLONE = (
    "in a clone of the project ",
    Code("nox -s compare --"),
    " does what ",
    Code("gilometer compare"),
    " does",
)
"""What a report says besides its commands: who reads it need not have started the run."""


def machine(manifest: Manifest) -> tuple[Block, ...]:
    """Describe the machine, and list what is known to distort its figures."""
    of = manifest.machine
    facts = [
        f"{of.cpu}, {plural(of.cores, 'core')}, {of.usable_cores:g} usable",
        f"{of.memory_bytes / 2**30:.1f} GiB of memory",
        of.system,
        f"files on {of.file_system or 'an unknown file system'}",
        f"Gilometer {manifest.harness} on Python {of.host_python}",
    ]
    warnings = [(*marked(warning.sentence), " (", Code(warning.id), ")") for warning in manifest.warnings]
    none = paragraph("Nothing was found that is known to bend figures.")
    found = bullets(warnings) if warnings else none
    return bullets(facts), Section("Traps", (found,))


def interpreters(results: Results) -> Section | None:
    """Tabulate versions, builds and clocks."""
    head = ["interpreter", "version", "GIL", "JIT", "collector", "build", "clock", "source"]
    rows: list[list[Words]] = [
        [
            Code(one.label),
            f"{one.facts.implementation} {one.facts.implementation_version}",
            _gil(one, results.changed_gils[one.label]),
            one.facts.jit,
            _collector(one.facts),
            _build(one.facts.build),
            f"{one.facts.clock.name}, tick {one.facts.clock.tick_s:.1e} s",
            one.source,
        ]
        for one in in_order(results.plan.interpreters)
    ]
    said = paragraph("Baseline: ", Code(baseline_of(results.plan).label), ".")
    return detail("Interpreters", said, table(head, rows))


def _gil(interpreter: Interpreter, changed: Sequence[str]) -> str:
    """Say whether the probe found the GIL on, and after which workloads it was otherwise."""
    said = "on" if interpreter.facts.gil else "off"
    return f"{said}, otherwise in {listed(changed)}" if changed else said


def _collector(facts: Facts) -> str:
    return f"{facts.gc} ({facts.collector})" if facts.collector else facts.gc


def _build(build: Build) -> str:
    words = [build.compiler] if build.compiler else []
    known = {"PGO": build.pgo, "LTO": build.lto, "debug": build.debug}
    words += [name if is_on else f"no {name}" for name, is_on in known.items() if is_on is not None]
    return ", ".join(words) or "does not say"


def method(results: Results, samples: str) -> Section | None:
    """Describe how it was measured, the commands that repeat it, and the files with the raw figures.

    ``samples`` is the name of the file that the samples were read from.
    """
    plan = results.plan
    effort = plan.effort
    said = (
        f"Effort {effort.name}: {plural(results.blocks, 'block')} in random order "
        f"(seed {plan.seed}), the first of all cells, each later one of those whose ratios were not yet "
        f"known to within {percent(effort.precision)} (samples.jsonl has each choice), a fresh process for "
        f"each invocation, {effort.iterations} iterations of about "
        f"{effort.iteration_s:g} s (with a JIT, as many as it needs to get warm). A time is the median "
        "of an invocation's steady state, or of its second half where too few iterations tell; a ratio is "
        "the middle of those of its blocks (a trimmed mean), and intervals are of 95%."
    )
    return section(
        "How it was measured",
        paragraph(said, " Workloads ", Code(plan.workloads_digest[:12]), "."),
        paragraph("Measure again, or draw this report again (", *IN_A_CLONE, "):"),
        Verbatim(_commands(results.manifest)),
        paragraph("Every sample, and all that was made of them, is beside this report:"),
        bullets(Link(name) for name in (samples, *FILES)),
        id="remake",
    )


def _commands(manifest: Manifest) -> str:
    """Write the commands that repeat the run, with its seed, and its report."""
    options = list(manifest.command)
    if options[:1] in (["compare"], ["try"]):
        del options[0]
    if not any(word.startswith("--seed") for word in options):
        place = 0 if manifest.plan.own else len(options)  # a function's own arguments are last
        options[place:place] = ["--seed", str(manifest.plan.seed)]
    command = "try" if manifest.plan.own else "compare"
    commands = installed(command, *options), installed("report", f"reports/{manifest.run}")
    return "\n".join(map(printable, commands))
