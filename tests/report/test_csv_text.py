from __future__ import annotations

import pandas as pd

from gilometer.report.csv_text import SIX_FIGURES, csv_of

FRAME = pd.DataFrame(
    {
        "a b": ["=cmd()", "+gil", "-cmd(1)", "\x1b\t", "'s", None],
        "number": [-1.0, -1 / 3, 5, 1e-7, 2.0, float("nan")],
    }
)


def test_texts_can_not_be_formulas_and_numbers_stay():
    assert csv_of(FRAME, SIX_FIGURES).splitlines() == [
        "a b,number",
        "'=cmd(),-1",
        "+gil,-0.333333",
        "'-cmd(1),5",
        r"\x1b\t,1e-07",
        "''s,2",
        ",",
    ]


def test_all_digits_are_written_unless_told_otherwise():
    assert "-0.3333333333333333" in csv_of(FRAME)
