"""Which claims a run says something of, and that verdicts and readings agree."""

from __future__ import annotations

import pytest

from gilometer.claims.claim import Speedup
from gilometer.model import Alternative
from gilometer.report.results import results_of
from gilometer.report.results.cells import Reading, read
from gilometer.report.results.configurations import Configuration
from gilometer.report.results.verdicts import claims_tested, is_tested
from tests.report.worlds import alone, crowd, doubtful, matrix, usual


def test_a_claim_is_tested_where_the_run_had_something_to_say():
    analysis = usual()[1]
    found = [claim.id for claim in claims_tested(analysis.verdicts)]
    assert found == ["C1", "C2", "C3", "C4", "C7", "C9", "C16", "C17"]
    silent = [one for one in analysis.verdicts if one.claim in {"C8", "C10"}]
    assert not any(map(is_tested, silent)), "of C8, half of what it takes was not measured"


@pytest.mark.parametrize("world", [usual, alone, crowd, matrix, doubtful])
def test_verdicts_and_readings_never_contradict_one_another(world):
    results = results_of(*world())
    for claim_result in results.verdicts:
        for rule_result in claim_result.rule_results:
            for one in rule_result.results:
                if isinstance(rule_result.rule, Speedup) and one.stands:
                    configuration = Configuration(rule_result.rule.strategy, one.workers)
                    cell = results.cells[claim_result.interpreter, one.workload, configuration]
                    reading = read(cell)
                    assert (reading is Reading.GAIN) == (one.stands is Alternative.ABOVE)
                    assert reading is Reading.HARM or one.stands is not Alternative.BELOW
