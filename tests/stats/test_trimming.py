from __future__ import annotations

import pytest

from gilometer.stats.trimming import kept, set_aside


@pytest.mark.parametrize(
    ("count", "aside", "left"), [(0, 0, 0), (6, 0, 6), (7, 1, 5), (9, 1, 7), (10, 2, 6), (100, 20, 60)]
)
def test_a_fifth_at_either_end_is_set_aside_once_there_are_seven(count, aside, left):
    assert (set_aside(count), kept(count)) == (aside, left)
