from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from gilometer.cards import read_cards
from gilometer.claims.claim import (
    Claim,
    Combine,
    Concerns,
    Decline,
    Efficiency,
    Fact,
    Overhead,
    Speedup,
)
from gilometer.claims.reading import ClaimError, claims, parse
from gilometer.locations import workloads_folder
from gilometer.model import Alternative, Strategy
from gilometer.stats.equivalence import MARGIN
from tests.records import interpreter

DOCS = Path(__file__).parents[2] / "docs"
GOOD = """\
sentence = "so it is"
[[tests]]
type = "speedup"
strategy = "threads"
kinds = ["cpu"]
expected = "above"
"""
OBSERVED = """\
sentence = "so it is"
[[tests]]
type = "observation"
workloads = ["convoy"]
what = "delay"
expected = "above"
threshold = 1
"""


def test_every_claim_of_the_page_is_a_file():
    ids = re.findall(r"^\| (C\d+) ", (DOCS / "claims.md").read_text(), re.MULTILINE)
    assert [claim.id for claim in claims()] == ids == [f"C{number}" for number in range(1, 18)]


def test_no_speedup_is_judged_by_a_narrower_margin_than_the_planner_aims_at():
    rules = [rule for claim in claims() for rule in claim.tests]
    assert min(rule.margin for rule in rules if isinstance(rule, Speedup | Decline | Overhead)) == MARGIN


def test_where_a_whole_core_could_be_gained_less_than_a_tenth_of_one_is_nothing():
    rules = [(claim.id, rule) for claim in claims() for rule in claim.tests]
    over_serial = [
        (name, rule)
        for name, rule in rules
        if isinstance(rule, Decline) or (isinstance(rule, Speedup) and rule.over is Strategy.SERIAL)
    ]
    lenient = {name for name, rule in over_serial if rule.margin == 1.1}
    assert lenient == {"C2", "C3", "C6", "C14"}


def test_a_workload_that_a_claim_names_says_so_itself():
    cards = {card.name: card.claims for card in read_cards(workloads_folder()).cards}
    named = [
        (name, claim.id)
        for claim in claims()
        for rule in claim.tests
        if not isinstance(rule, Fact)
        for name in rule.workloads
        if name in cards
    ]
    assert ("sleep", "C8") in named
    assert [(name, one) for name, one in named if one not in cards[name]] == []


def test_what_is_not_given_is_the_usual():
    claim = parse("C17.toml", GOOD)
    rule = Speedup(strategy=Strategy.THREADS, kinds=("cpu",), expected=Alternative.ABOVE)
    assert claim == Claim("C17", "so it is", (rule,), Concerns())
    assert (rule.over, rule.margin, rule.combine) == (Strategy.SERIAL, MARGIN, Combine.ALL)


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("C17.toml", "sentence = ", "C17.toml: Invalid value"),
        ("claim.toml", GOOD, "named after its id; rename it to one such as C17.toml"),
        ("C17.toml", 'id = "C1"\n' + GOOD, "the id is the file's name, C17; leave out `id`"),
        (
            "C17.toml",
            GOOD.replace("sentence", "sentense"),
            "unknown field `sentense`.*did you mean `sentence`?",
        ),
        ("C17.toml", GOOD.replace("kinds", "kind"), r"`kind` - at `\$.tests\[0\]`; did you mean `kinds`?"),
        (
            "C17.toml",
            GOOD.replace("speedup", "efficiency").replace("kinds", "kindes"),
            r"`kindes` - at `\$.tests\[0\]`; did you mean `kinds`?",
        ),
        ("C17.toml", GOOD.replace("speedup", "speedups"), "'speedups'.*did you mean `speedup`?"),
        ("C17.toml", GOOD.replace("threads", "thread"), "'thread'.*did you mean `threads`?"),
        ("C17.toml", GOOD.replace("above", "abov"), "'abov'.*did you mean `above`?"),
        ("C17.toml", GOOD.replace("above", "more"), "'more'.*the words are speedup, .*, above, not above,"),
        ("C17.toml", GOOD + "margin = 1", "Expected `float` > 1.0"),
        ("C17.toml", GOOD.replace('["cpu"]', "[]"), "no workload is evidence; give `kinds` or `workloads`"),
        ("C17.toml", OBSERVED.replace("what", "wath"), "unknown field `wath`.*did you mean `what`?"),
        ("C17.toml", OBSERVED.replace("above", "equal"), "above or below its threshold, not equal"),
        ("C17.toml", OBSERVED.replace('"convoy"', ""), r"length >= 1 - at `\$.tests\[0\].workloads`"),
        ("C17.toml", OBSERVED + 'concerns = { gc = "none" }', "Invalid enum value 'none'"),
        ("C17.toml", 'sentence = "so it is"', "missing required field `tests`"),
        ("C17.toml", 'sentence = "so it is"\ntests = []', "length >= 1"),
        ("C17.toml", GOOD.replace('"so it is"', "1"), r"Expected `str`, got `int` - at `\$.sentence`"),
    ],
)
def test_what_is_wrong_with_a_file_is_one_sentence(name, text, sentence):
    with pytest.raises(ClaimError, match=sentence):
        parse(name, text)


def test_whom_a_claim_concerns():
    cpython, jython = interpreter("cpython-3.13").facts, interpreter("jython-2.7", gil=False).facts
    assert Concerns().include(cpython)
    assert Concerns(gil=True).include(cpython)
    assert not Concerns(gil=True).include(jython)
    assert Concerns(implementations=("jython",)).include(jython)
    assert not Concerns(gil=True, implementations=("jython",)).include(jython)
    assert not Concerns(implementations=("jython",)).include(cpython)
    assert Concerns(gil=True, gc="refcount").include(cpython)
    assert not Concerns(gc="tracing").include(cpython)
    assert Concerns(gc="tracing").include(jython)


@pytest.mark.parametrize("alternative", Alternative)
def test_the_contrary_of_the_contrary_is_the_thing_itself(alternative):
    assert alternative.contrary is not alternative
    assert alternative.contrary.contrary is alternative


def test_shortfalls_of_another_interpreters_capacity_must_be_large():
    (rule,) = next(claim for claim in claims() if claim.id == "C15").tests
    assert isinstance(rule, Efficiency)
    assert rule.margin > MARGIN


def test_the_page_has_every_claim_and_an_example_that_can_be_read():
    page = (DOCS / "claims.md").read_text()
    assert [claim.id for claim in claims() if f"| {claim.id} {claim.sentence} |" not in page] == []
    example = page.partition("its name is the claim's id.\n\n")[2].partition("\n\n| type")[0]
    (rule,) = parse("C17.toml", textwrap.dedent(example)).tests
    assert isinstance(rule, Speedup)
    assert (rule.over, rule.margin, rule.combine) == (Strategy.SERIAL, MARGIN, Combine.ALL)
