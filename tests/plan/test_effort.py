"""What is measured unless something else is asked for."""

from __future__ import annotations

from functools import cache

import pytest

from gilometer.cards import read_cards
from gilometer.claims.reading import claims
from gilometer.locations import workloads_folder
from gilometer.plan.effort import DEFAULT, QUICK, RIGOROUS, TIMELINE


@cache
def cards():
    return {card.name: card for card in read_cards(workloads_folder()).cards}


def is_evidence(card, rule) -> bool:
    """Whether a rule asks for this workload, and for strategies that it has."""
    strategies = {getattr(rule, name, "serial") for name in ("strategy", "over")}
    is_meant = card.kind in getattr(rule, "kinds", ()) or card.name in rule.workloads
    return is_meant and strategies <= set(card.strategies)


def test_what_is_measured_by_default_exists() -> None:
    assert {*DEFAULT.workloads, *QUICK.workloads} <= cards().keys()


def test_a_timeline_is_measured_only_where_it_is_asked_for() -> None:
    assert TIMELINE in cards()
    assert TIMELINE not in {*DEFAULT.workloads, *QUICK.workloads}


def test_a_rigorous_run_measures_everything() -> None:
    assert RIGOROUS.workloads == ()


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: claim.id)
def test_the_default_has_evidence_for_every_rule_of_a_claim(claim) -> None:
    chosen = [cards()[name] for name in DEFAULT.workloads]
    for rule in claim.tests:
        if rule.__struct_config__.tag != "fact" and not getattr(rule, "beside", None):
            assert any(is_evidence(card, rule) for card in chosen), rule


def test_a_minute_measures_one_workload_of_each_kind_that_does_one_thing_alone() -> None:
    assert sorted(cards()[name].kind for name in QUICK.workloads) == ["cpu", "io", "native"]
