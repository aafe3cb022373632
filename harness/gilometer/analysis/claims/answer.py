"""From questions to findings. All of a run are answered at once, so that it counts how many were asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gilometer.analysis.claims.ask import Question
from gilometer.analysis.claims.compared import compared
from gilometer.analysis.claims.decision import Sureness
from gilometer.analysis.claims.observed import Query, observed
from gilometer.stats.significance import q_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilometer.analysis.claims.case import Case
    from gilometer.analysis.claims.decision import Figures
    from gilometer.analysis.claims.verdict import Finding


def answers(questions: Sequence[Question | Query], case: Case) -> list[Finding]:
    """Answer each question, in their order."""
    figures = _figures(questions, case)
    p = np.asarray([[one.p for one in figures], [one.contrary_p for one in figures]], dtype=float)
    q, contrary_q = q_values(p).tolist()
    sure = map(Sureness, q, contrary_q)
    return [one.finding(each) for one, each in zip(figures, sure, strict=True)]


def _figures(questions: Sequence[Question | Query], case: Case) -> list[Figures]:
    ratios = iter(compared([one for one in questions if isinstance(one, Question)], case))
    values = iter(observed([one for one in questions if isinstance(one, Query)]))
    return [next(ratios) if isinstance(one, Question) else next(values) for one in questions]
