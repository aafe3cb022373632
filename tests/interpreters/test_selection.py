from __future__ import annotations

import pytest
from msgspec.structs import replace

from gilometer.errors import UsageError
from gilometer.interpreters.candidate import Candidate
from gilometer.interpreters.matrix import load_matrix
from gilometer.interpreters.selection import (
    Selection,
    every,
    matching,
    newest_of_each_kind,
    newest_that,
)
from gilometer.interpreters.survey import survey
from tests.interpreters.builders import JYTHON, Told, cpython, found

ANSWERS = {"/a": cpython("3.9.1"), "/b": cpython("3.13.1"), "/c": cpython("2.7.18"), "/d": JYTHON}
SURVEY = survey(load_matrix(), ask=Told(ANSWERS), candidates=found(*ANSWERS))


def names(selection: Selection) -> tuple[set[str], set[str]]:
    """What can run, and what can't."""
    return {each.name for each in selection.interpreters}, {each.name for each in selection.missing}


def test_by_default_the_newest_of_each_kind_is_taken():
    runnable, missing = names(newest_of_each_kind(SURVEY))
    assert runnable == {"cpython-3.13", "cpython-2.7", "jython-2.7"}
    assert missing == {
        "cpython-3.15t",
        "graalpy-3.12",
        "ironpython-3.4",
        "pypy-3.11",
        "rustpython-3.12",
        "micropython-3.4",
        "pyodide-3.14",
    }


def test_the_newest_that_can_is_taken_and_of_those_that_can_not_the_newest():
    taken = newest_that(SURVEY, lambda one: one.name in {"cpython-3.9", "jython-2.7"})
    assert {one.name for one in taken} == {"cpython-3.9", "cpython-2.7", "jython-2.7"}


def test_all_means_all():
    runnable, missing = names(every(SURVEY))
    assert runnable == {"cpython-3.9", "cpython-3.13", "cpython-2.7", "jython-2.7"}
    assert {"cpython-3.6", "pypy-2.7"} <= missing


@pytest.mark.parametrize(
    ("patterns", "runnable", "missing"),
    [
        (["cpython-3.13"], {"cpython-3.13"}, set()),
        (["cpython-3.1?"], {"cpython-3.13"}, {f"cpython-3.1{minor}" for minor in (0, 1, 2, 4, 5)}),
        (["*-2.7"], {"cpython-2.7", "jython-2.7"}, {"pypy-2.7"}),
        (["cpython-3.9", "pypy-3.11"], {"cpython-3.9"}, {"pypy-3.11"}),
        (["cpython"], {"cpython-3.13"}, set()),
        (["jython", "pypy"], {"jython-2.7"}, {"pypy-3.11"}),
        (["3.13"], {"cpython-3.13"}, set()),
        (["2.7", "3.13t"], {"cpython-2.7"}, {"cpython-3.13t"}),
    ],
)
def test_names_globs_and_kinds(patterns, runnable, missing):
    assert names(matching(SURVEY, patterns)) == (runnable, missing)


def test_a_pattern_that_matches_nothing_is_told_what_is_near():
    with pytest.raises(UsageError) as caught:
        matching(SURVEY, ["cpython-3.9", "cpyton-3.13"])
    sentence = str(caught.value)
    assert sentence.startswith('no interpreter is called "cpyton-3.13"; near it: cpython-3.13, ')
    assert sentence.endswith("; `doctor` lists them all")


def test_a_kind_may_be_near_too():
    with pytest.raises(UsageError, match="near it: cpython, "):
        matching(SURVEY, ["cpyton"])


def test_or_if_nothing_is_near_what_there_is():
    with pytest.raises(UsageError, match=r'called "ZZZ"; near it: cpython, '):
        matching(SURVEY, ["ZZZ"])


FREE = cpython("3.13.1", free_threaded=True, gil=False)
JIT_OFF = cpython("3.15.0", jit="off")
WITH_VARIANTS = survey(
    load_matrix(),
    ask=Told(
        {"/free": FREE, "/jit": JIT_OFF, "/jython": replace(JYTHON, collector="G1")},
        {
            "/free+gil": replace(FREE, gil=True),
            "/jit+jit": replace(JIT_OFF, jit="on"),
            "/jython+serialgc": replace(JYTHON, collector="Serial"),
        },
    ),
    candidates=found("/free", "/jit", "/jython"),
    patterns=["*"],
)


def labels(selection: Selection) -> list[str]:
    return [each.label for each in selection.interpreters]


def test_a_variant_that_switches_the_gil_or_the_jit_is_taken_by_default_and_others_are_not():
    assert labels(newest_of_each_kind(WITH_VARIANTS)) == [
        "cpython-3.15",
        "cpython-3.15+jit",
        "cpython-3.13t",
        "cpython-3.13t+gil",
        "jython-2.7",
    ]


@pytest.mark.parametrize(
    ("pattern", "taken"),
    [
        ("cpython-3.13t", ["cpython-3.13t"]),
        ("cpython-3.13t+gil", ["cpython-3.13t+gil"]),
        ("cpython-3.13t*", ["cpython-3.13t", "cpython-3.13t+gil"]),
        ("cpython-freethreaded", ["cpython-3.13t", "cpython-3.13t+gil"]),
        ("*+serialgc", ["jython-2.7+serialgc"]),
        ("jython", ["jython-2.7"]),
    ],
)
def test_a_variant_goes_by_its_label(pattern, taken):
    assert labels(matching(WITH_VARIANTS, [pattern])) == taken


class TestTheSource:
    survey = survey(
        load_matrix(),
        ask=Told({"/local": JYTHON, "jython": JYTHON}),
        candidates=[*found("/local"), Candidate(("jython",), "image jython", image="sha256:1")],
    )

    @pytest.mark.parametrize(
        ("pattern", "image"),
        [
            ("jython-2.7", ""),
            ("jython-2.7@PATH", ""),
            ("jython-2.7@image", "sha256:1"),
            ("*@image jython", "sha256:1"),
        ],
    )
    def test_an_interpreter_is_taken_from_where_it_is_asked_for(self, pattern, image):
        (one,) = matching(self.survey, [pattern]).interpreters
        assert one.image == image

    def test_a_source_without_it_is_told_which_there_are(self):
        with pytest.raises(UsageError, match=r'"jython-2.7" comes from "uv"; .* PATH, image jython;'):
            matching(self.survey, ["jython-2.7@uv"])
