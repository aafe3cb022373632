from __future__ import annotations

from gilometer.analysis.claims.verdicts import Basis, ClaimResult, Reason, RuleResult, Verdict, WorkloadResult
from gilometer.claims.claim import Speedup
from gilometer.model import Alternative, Strategy
from gilometer.report.sentences.answer import answers
from gilometer.report.sentences.names import MOST_NAMES

RULE = Speedup(kinds=("cpu",), strategy=Strategy.THREADS, expected=Alternative.ABOVE)


def judged(claim: str, interpreter: str, verdict: Verdict, why: Reason = Reason.FIGURE) -> ClaimResult:
    finding = WorkloadResult(verdict, why)
    rule_result = RuleResult(RULE, verdict, (finding,), finding)
    return ClaimResult(claim, interpreter, verdict, Basis.ONE_BUILD, (rule_result,))


def test_a_question_is_answered_by_the_claims_about_each_interpreter():
    verdicts = [
        judged("C2", "cpython-3.13", Verdict.HOLDS),
        judged("C7", "cpython-3.13", Verdict.NOT_APPLICABLE),
        judged("C2", "jython-2.7", Verdict.NOT_APPLICABLE),
        judged("C7", "jython-2.7", Verdict.HOLDS),
    ]
    assert answers(verdicts) == ("Do threads speed up pure Python? Yes on jython-2.7; no on cpython-3.13.",)


def test_that_threads_make_it_no_faster_is_refuted_by_a_gain():
    assert answers([judged("C2", "a", Verdict.REFUTED)]) == ("Do threads speed up pure Python? Yes on a.",)


def test_can_t_tell_is_an_answer_of_its_own():
    verdicts = [
        judged("C1", "a", Verdict.HOLDS),
        judged("C1", "b", Verdict.NOT_ESTABLISHED, Reason.WIDE),
        judged("C1", "c", Verdict.REFUTED),
    ]
    assert answers(verdicts) == ("Do threads speed up waiting? Yes on a; no on c; can't tell on b.",)


def test_one_answer_for_all_is_said_once():
    verdicts = [judged("C4", name, Verdict.HOLDS) for name in ("a", "b", "c")]
    assert answers(verdicts) == ("Do processes speed up what computes? Yes on all 3 interpreters.",)


def test_many_names_are_counted():
    verdicts = [judged("C16", f"p{number:02}", Verdict.HOLDS) for number in range(MOST_NAMES + 3)]
    verdicts.append(judged("C16", "q", Verdict.REFUTED))
    (said,) = answers(verdicts)
    assert said.endswith(f", p{MOST_NAMES - 1} and 3 more; no on q.")


def test_what_the_run_did_not_ask_is_not_answered():
    assert answers([judged("C1", "a", Verdict.NOT_ESTABLISHED, Reason.UNMEASURED)]) == ()
    assert answers([judged("C9", "a", Verdict.HOLDS)]) == ()


def test_what_was_not_reached_is_no_answer():
    verdicts = [
        judged("C1", "a", Verdict.HOLDS),
        judged("C1", "b", Verdict.NOT_ESTABLISHED, Reason.NOT_REACHED),
    ]
    assert answers(verdicts) == ("Do threads speed up waiting? Yes on a; not reached on b.",)
