"""The report of a run with an older schema: a real IronPython, measured before blocks had rounds of turns."""

from __future__ import annotations

import shutil
from functools import cache
from typing import TYPE_CHECKING

from gilometer import pipeline
from gilometer.analysis.claims.verdicts import Verdict
from gilometer.model import SCHEMA, Strategy
from gilometer.report.drawing import KINDS
from gilometer.report.plots import PLOTS
from gilometer.report.sentences.headlines import comparison, headline, headlines
from tests.cli.running import ROOT
from tests.run.fakes import FakeView

if TYPE_CHECKING:
    from pathlib import Path

    from gilometer.report.results import Results

RUN = ROOT / "reports" / "ironpython"


@cache
def results() -> Results:
    stages = (pipeline.reopen_folder, pipeline.read_samples, pipeline.analyse, pipeline.arrange)
    return pipeline.walk(stages, pipeline.Comparison(FakeView(), RUN)).results


def verdicts(claim: str) -> set[Verdict]:
    """What was found of IronPython, with either of its collectors."""
    labels = {"ironpython-3.4", "ironpython-3.4+servergc"}
    return {one.verdict for one in results().verdicts if one.claim == claim and one.interpreter in labels}


def test_its_schema_is_an_older_one():
    assert results().manifest.schema == 2 < SCHEMA


def test_the_whole_report_is_drawn_from_its_samples(tmp_path: Path):
    for name in ("run.json", "samples.jsonl.gz"):
        shutil.copy(RUN / name, tmp_path)
    pipeline.walk(pipeline.REDRAWING, pipeline.Comparison(FakeView(), tmp_path))
    assert {"report.html", "report.md", "summary.csv", "verdicts.json"} <= {
        path.name for path in tmp_path.iterdir()
    }
    drawn = {path.stem for path in (tmp_path / "plots").iterdir()}
    assert {"threads", "timeline", "gil_release", "convoy", "warmup"} <= drawn <= {one.name for one in PLOTS}
    assert len([*(tmp_path / "plots").iterdir()]) == len(drawn) * len(KINDS)


def test_what_its_threads_do_to_computing_is_not_established():
    assert verdicts("C7") == {Verdict.NOT_ESTABLISHED}


def test_no_sentence_says_that_threads_speed_up_computing_nowhere():
    said = [*headlines(results()), headline(results(), Strategy.THREADS)]
    assert "Do threads speed up pure Python? Can't tell on all 4 interpreters." in said
    assert "CPU-bound work on no interpreter for certain (can't tell on " in said[-1]
    assert not any("no interpreter;" in one or "no interpreter (" in one for one in said)


def test_nor_does_the_title_of_a_plot():
    works = [work for work in results().works if work.kind == "cpu"]
    assert comparison(results(), works).startswith("CPU-bound work gains from threads on none for certain, ")


def test_that_its_threads_lose_updates_is_established():
    assert verdicts("C10") == {Verdict.HOLDS}
