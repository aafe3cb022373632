from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from gilometer.plan.pairs import ordinary_build_of, pairs
from tests.records import interpreter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilometer.model import Interpreter

OFF = interpreter("cpython-3.13t", gil=False)
ON = interpreter("cpython-3.13t", "+gil")


def labels(interpreters: Sequence[Interpreter]) -> list[tuple[str, str]]:
    return [(pair.on.label, pair.off.label) for pair in pairs(interpreters)]


def test_a_binary_is_paired_with_itself():
    assert labels([interpreter("cpython-3.13"), OFF, ON]) == [("cpython-3.13t+gil", "cpython-3.13t")]


def test_there_may_be_several():
    newer = [interpreter("cpython-3.14t", gil=False), interpreter("cpython-3.14t", "+gil")]
    assert labels([*newer, OFF, ON]) == [
        ("cpython-3.14t+gil", "cpython-3.14t"),
        ("cpython-3.13t+gil", "cpython-3.13t"),
    ]


@pytest.mark.parametrize(
    "other",
    [
        replace(ON, command=("/elsewhere/python",)),
        replace(ON, image="sha256:0"),
        replace(ON, facts=replace(ON.facts, jit="on")),
        replace(OFF, variant="+other"),
    ],
    ids=["another binary", "another image", "another JIT", "no GIL either"],
)
def test_what_differs_in_more_or_not_in_that_is_no_pair(other):
    assert pairs([OFF, other]) == ()


def test_the_ordinary_build_of_a_version_has_a_gil_and_can_have_no_other():
    ordinary = interpreter("cpython-3.13")
    assert ordinary_build_of(OFF, [interpreter("cpython-3.14"), ON, ordinary]) == ordinary
    assert ordinary_build_of(OFF, [interpreter("cpython-3.14"), ON]) is None
    assert ordinary_build_of(ON, [ordinary]) is None
    assert ordinary_build_of(interpreter("jython-2.7", gil=False), [interpreter("cpython-2.7")]) is None
