from __future__ import annotations

from dataclasses import replace

import msgspec

from gilometer.model import Build, Plan
from gilometer.report.results import results_of
from gilometer.report.sentences.bending import bends, unoptimised
from gilometer.report.sentences.headlines import headlines
from tests.records import interpreter, manifest, plan
from tests.report.worlds import WORKS, usual


def built(build: Build) -> Plan:
    """An optimised CPython, and one that was built otherwise."""
    other = interpreter("cpython-3.13t", gil=False)
    facts = msgspec.structs.replace(other.facts, build=build)
    return plan([interpreter("cpython-3.13"), msgspec.structs.replace(other, facts=facts)], WORKS[:1])


def test_nothing_bends_the_usual_run():
    assert bends(results_of(*usual())) == []


def test_a_build_without_optimisation_is_named():
    sentence = "Built without PGO or for debugging, slower than what most people run: cpython-3.13t."
    assert unoptimised(built(Build(pgo=False, lto=False))) == sentence
    assert unoptimised(built(Build(pgo=True, debug=True))) == sentence
    assert unoptimised(built(Build(pgo=True, lto=False))) == ""
    assert unoptimised(built(Build())) == ""


def test_the_page_says_so_too():
    of = manifest(built(Build(pgo=False)))
    shown = replace(results_of(*usual()), manifest=of)
    assert headlines(shown)[-1] == unoptimised(of.plan)


def test_a_disturbed_machine_is_told():
    shown = results_of(*usual())
    first, *others = shown.conditions
    disturbed = replace(shown, conditions=(replace(first, is_disturbed=True), *others))
    assert bends(disturbed) == ["The machine was disturbed in 1 of 6 blocks."]
