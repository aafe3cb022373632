from __future__ import annotations

import pytest

from gilometer.analysis.claims.assertions import Assertion, parse, unmet
from gilometer.analysis.claims.verdicts import Basis, ClaimResult, Verdict
from gilometer.errors import UsageError


def judged(claim: str, **verdicts: Verdict) -> list[ClaimResult]:
    """Make verdicts on interpreters, whose labels here have no hyphen."""
    return [ClaimResult(claim, label, verdict, Basis.ONE_BUILD) for label, verdict in verdicts.items()]


JUDGED = [
    *judged("C2", cpython2=Verdict.HOLDS, cpython3=Verdict.HOLDS, cpython3t=Verdict.NOT_APPLICABLE),
    *judged("C2", jython=Verdict.NOT_APPLICABLE, pypy=Verdict.NOT_ESTABLISHED),
    *judged("C7", cpython2=Verdict.NOT_APPLICABLE, jython=Verdict.HOLDS),
]


def of(text: str) -> list[str] | None:
    """List the interpreters with another verdict; None: the assertion is met."""
    found = unmet([parse(text)], JUDGED)
    return [one.interpreter for one in found[0].against] if found else None


@pytest.mark.parametrize(
    ("text", "assertion"),
    [
        ("C2 holds on cpython-*", Assertion("C2", Verdict.HOLDS, "cpython-*")),
        ("  C4   not   applicable  on *t ", Assertion("C4", Verdict.NOT_APPLICABLE, "*t")),
        ("C9 not established on a", Assertion("C9", Verdict.NOT_ESTABLISHED, "a")),
    ],
)
def test_an_assertion_is_a_claim_a_verdict_and_a_glob(text, assertion):
    assert parse(text) == assertion
    assert str(assertion) == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "--assert '': write it as \"C2 holds on cpython-[*]\""),
        ("C2 holds", "write it as"),
        ("C2 holds on", "write it as"),
        ("C2 holds on cpython 3", "write it as"),
        ("C22 holds on *", "there is no claim C22; did you mean `C2`?"),
        ("c2 holds on *", "there is no claim c2; did you mean `C2`?"),
        ("threads holds on *", "there is no claim threads; those are C1, C2, "),
        ("C2 hold on *", "'hold' is no verdict; did you mean `holds`?"),
        ("C2 is true on *", "'is true' is no verdict; those are holds, refuted, not established, not applic"),
    ],
)
def test_what_is_none_is_one_sentence(text, sentence):
    with pytest.raises(UsageError, match=sentence):
        parse(text)


@pytest.mark.parametrize(
    ("text", "against"),
    [
        ("C2 holds on cpython?", None),
        ("C2 holds on cpython*", None),
        ("C2 holds on *", ["pypy"]),
        ("C2 refuted on cpython*", ["cpython2", "cpython3"]),
        ("C2 not established on pypy", None),
        ("C2 not applicable on jython", None),
        ("C2 not applicable on *t", None),
        ("C2 not applicable on *", ["cpython2", "cpython3", "pypy"]),
        ("C7 holds on *", None),
    ],
)
def test_every_interpreter_that_matches_and_counts_must_agree(text, against):
    assert of(text) == against


def test_one_that_matches_nothing_is_not_met():
    (found,) = unmet([parse("C2 holds on pypi*")], JUDGED)
    assert (found.against, found.matched) == ((), ())


def test_one_about_none_of_those_that_match_is_not_met():
    (found,) = unmet([parse("C2 holds on jython")], JUDGED)
    assert (found.against, found.matched) == ((), ("jython",))


def test_all_that_are_not_met_are_told():
    asserted = [parse("C2 holds on cpython2"), parse("C2 refuted on cpython2"), parse("C7 holds on pypy")]
    assert [str(one.assertion) for one in unmet(asserted, JUDGED)] == [
        "C2 refuted on cpython2",
        "C7 holds on pypy",
    ]
