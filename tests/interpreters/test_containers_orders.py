from __future__ import annotations

import pytest

from gilometer.errors import EngineError, UsageError
from gilometer.interpreters.containers.orders import orders
from gilometer.interpreters.containers.recipes import by_name


def ordered(*names: str, arguments=(), base=None, bootstrapped=False):
    return orders(names, arguments, base=base, bootstrapped=bootstrapped)


def test_each_begins_with_its_public_base():
    assert [(each.recipe.name, each.base) for each in ordered("jython", "debian-sid", "jython")] == [
        ("jython", by_name("jython").base),
        ("debian-sid", by_name("debian-sid").base),
    ]


def test_or_with_another():
    (one,) = ordered("jython", base="registry.example/debian:13")
    assert one.base == "registry.example/debian:13"


def test_or_with_one_that_is_made_here():
    bases = [each.base for each in ordered("jython", "debian-sid", bootstrapped=True)]
    assert bases == ["localhost/gilometer-base:trixie", "localhost/gilometer-base:sid"]


def test_an_argument_goes_to_the_recipe_that_has_it():
    sid, cpython = ordered("debian-sid", "cpython-3.13t", arguments=["OPTIMISED=yes"])
    assert (sid.arguments, cpython.arguments) == ({}, {"OPTIMISED": "yes"})


@pytest.mark.parametrize(
    ("names", "options", "words"),
    [
        (["jthon"], {}, "did you mean `jython`"),
        (["jython"], {"arguments": ["OPTIMISED"]}, "--build-arg is KEY=VALUE, not 'OPTIMISED'"),
        (["jython"], {"arguments": ["=yes"]}, "--build-arg is KEY=VALUE, not '=yes'"),
        (["jython"], {"arguments": ["BASE=x"]}, "--base x names the base"),
        (["jython"], {"arguments": ["OPTIMISED=yes"]}, "no recipe of jython has an argument OPTIMISED"),
        (["cpython-3.13t"], {"arguments": ["OPTIMIZED=yes"]}, "did you mean `OPTIMISED`"),
        (["jython"], {"base": "x", "bootstrapped": True}, "leave one of them out"),
    ],
)
def test_a_mistake_is_one_sentence(names, options, words):
    with pytest.raises(UsageError, match=words):
        ordered(*names, **options)


def test_what_is_more_than_debian_can_not_be_made_here():
    with pytest.raises(EngineError, match="ironpython begins with"):
        ordered("ironpython", bootstrapped=True)
