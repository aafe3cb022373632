from __future__ import annotations

import pytest

from gilometer.stats.variances import FEWEST_BLOCKS, MOST_TIMES_USUAL, variance_ratio

WITHIN = [0.02, 0.01, 0.04, 0.02]


def test_the_part_of_the_rounds_is_taken_off_the_spread_of_blocks():
    found = variance_ratio(WITHIN, [0.03, 0.02, 0.05], 4, usual=9.0)
    assert found == pytest.approx(0.02**2 / (0.03**2 - 0.02**2 / 4))


def test_blocks_that_differ_by_their_rounds_alone_give_the_most_that_is_believed():
    assert variance_ratio(WITHIN, [0.01], 4, usual=9.0) == pytest.approx(MOST_TIMES_USUAL * 9.0)


@pytest.mark.parametrize(
    ("within", "spreads"), [(WITHIN[: FEWEST_BLOCKS - 1], [0.03]), (WITHIN, []), ([0.0] * 4, [0.0])]
)
def test_without_enough_to_go_by_it_is_the_usual(within, spreads):
    assert variance_ratio(within, spreads, 4, usual=9.0) == 9.0
