from __future__ import annotations

from gilometer.suggest import did_you_mean, like

KNOWN = ("fib", "sha256", "sleep", "objects")


def test_a_word_that_is_nearly_known_gets_the_one_that_may_have_been_meant():
    assert did_you_mean("fibb", KNOWN, "there are others") == "did you mean `fib`?"


def test_one_that_is_like_none_gets_the_other_sentence():
    assert did_you_mean("42", KNOWN, "there are others") == "there are others"


def test_a_list_has_those_that_are_like_it_or_else_the_first():
    assert like("sleeps", KNOWN) == ["sleep"]
    assert like("42", KNOWN) == ["fib", "sha256", "sleep"]
