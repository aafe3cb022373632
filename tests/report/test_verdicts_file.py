"""``verdicts.json``."""

from __future__ import annotations

import msgspec

from gilometer.analysis.claims.verdicts import Basis, Verdict
from gilometer.claims.reading import claims
from gilometer.report.export.verdicts import VerdictsFile, verdicts_json
from gilometer.stats.equivalence import MARGIN
from tests.report.worlds import usual

IDS = [claim.id for claim in claims()]


def test_the_file_has_every_claim_and_verdict_with_what_it_rests_on():
    of, analysis = usual()
    found = msgspec.json.decode(verdicts_json(of.run, analysis.verdicts), type=VerdictsFile)
    assert (found.schema, found.run, found.margin) == (of.schema, of.run, MARGIN)
    assert [claim.id for claim in found.claims] == IDS
    assert len(found.verdicts) == len(IDS) * len(of.plan.interpreters)
    one = next(one for one in found.verdicts if (one.claim, one.interpreter) == ("C2", "cpython-3.13"))
    assert (one.verdict, one.evidence, one.workload) == (Verdict.HOLDS, Basis.SAME_VERSION, "fib")
    assert one.sentence.startswith("On cpython-3.13, 2 threads run fib at ")
    assert one.low is not None
    assert one.high is not None
    assert one.low < 1 < one.high < MARGIN
    (finding,) = one.findings
    assert (finding.rule, finding.workload, finding.workers, finding.blocks) == ("speedup", "fib", 2, 6)
    assert (finding.ratio, finding.q) == (one.ratio, one.q)


def test_what_is_not_known_is_null_and_numbers_are_short():
    of, analysis = usual()
    raw = msgspec.json.decode(verdicts_json(of.run, analysis.verdicts))
    silent = next(one for one in raw["verdicts"] if one["claim"] == "C10")
    assert [silent[name] for name in ("ratio", "low", "high", "band", "q")] == [None] * 5
    ratio = next(one["ratio"] for one in raw["verdicts"] if one["ratio"])
    assert ratio == float(f"{ratio:.6g}")
