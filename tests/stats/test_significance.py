from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from gilometer.stats.significance import Direction, RatioEvidence, call, p_above, p_below, p_differs, q_values

LOGS = arrays(
    np.float64, st.tuples(st.integers(3, 12), st.integers(1, 4)), elements=st.floats(-5, 5, width=32)
)
EDGES = st.floats(0.2, 5)
PS = arrays(np.float64, st.integers(1, 30), elements=st.floats(0, 1) | st.just(np.nan))
NAN = float("nan")


@pytest.mark.parametrize("edge", [1.0, 1.05, 1 / 1.05])
def test_p_is_that_of_scipy_s_t_test(edge):
    logs = np.random.default_rng(1).normal(0.04, 0.05, size=(6, 3))
    log = np.log(edge)
    assert p_above(logs, edge) == pytest.approx(stats.ttest_1samp(logs, log, alternative="greater").pvalue)
    assert p_below(logs, edge) == pytest.approx(stats.ttest_1samp(logs, log, alternative="less").pvalue)
    assert p_differs(logs, edge) == pytest.approx(stats.ttest_1samp(logs, log).pvalue)


def test_of_more_values_p_is_yuen_s():
    """SciPy has the test of two samples; where the second hardly varies, it is that of one."""
    draw = np.random.default_rng(1)
    logs, still = draw.normal(0.04, 0.05, size=(23, 3)), draw.normal(np.log(1.05), 1e-6, size=(23, 3))
    known = [
        stats.ttest_ind(logs, still, equal_var=False, trim=0.2, alternative=side).pvalue
        for side in ("greater", "less", "two-sided")
    ]
    found = [p_above(logs, 1.05), p_below(logs, 1.05), p_differs(logs, 1.05)]
    np.testing.assert_allclose(found, known, rtol=1e-3)


def test_a_column_of_fewer_blocks_is_tested_by_those():
    logs = np.random.default_rng(2).normal(0.04, 0.05, size=(9, 2))
    holed = logs.copy()
    holed[[1, 5], 1] = np.nan
    holed[7, 1] = np.inf
    assert p_above(holed, 1.0)[0] == pytest.approx(p_above(logs, 1.0)[0])
    assert p_above(holed, 1.0)[1] == pytest.approx(p_above(logs[[0, 2, 3, 4, 6, 8]], 1.0)[1])


@pytest.mark.parametrize("count", [0, 1, 2])
def test_of_fewer_than_three_values_nothing_is_said(count):
    logs = np.full((5, 1), np.nan)
    logs[:count] = 0.1
    assert np.isnan([p_above(logs, 1.0)[0], p_below(logs, 1.0)[0], p_differs(logs, 1.0)[0]]).all()


def test_values_that_are_all_equal_leave_no_doubt():
    logs = np.log(np.asarray([[2.0, 1.05, 0.5]] * 4))
    assert p_above(logs, 1.05).tolist() == [0, 1, 1]
    assert p_below(logs, 1.05).tolist() == [1, 1, 0]
    assert p_differs(logs, 1.05).tolist() == [0, 1, 0]


@given(LOGS, EDGES)
def test_each_way_is_the_other_seen_in_a_mirror(logs, edge):
    np.testing.assert_allclose(p_above(logs, edge), p_below(-logs, 1 / edge), atol=1e-6)


@given(LOGS, EDGES)
def test_p_is_a_probability(logs, edge):
    for p in (p_above(logs, edge), p_below(logs, edge), p_differs(logs, edge)):
        assert ((p >= 0) & (p <= 1)).all()


def test_q_is_that_of_benjamini_and_hochberg():
    """The p values of their table of 15 (1995, section 3.2): at 5% they reject the first four."""
    small = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    large = [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    q = q_values(np.asarray(small + large))
    assert (q <= 0.05).sum() == 4
    assert q[:2] == pytest.approx([0.0015, 0.003])


@given(PS)
def test_q_is_no_less_than_p_and_no_more_than_1_and_nan_counts_for_nothing(p):
    q = q_values(p)
    known = ~np.isnan(p)
    assert (np.isnan(q) == ~known).all()
    assert (q[known] >= p[known] - 1e-12).all()
    assert (q[known] <= 1).all()
    np.testing.assert_array_equal(q[known], q_values(p[known]))


def test_one_p_alone_is_its_q():
    assert q_values(np.asarray([0.03])) == pytest.approx([0.03])


@pytest.mark.parametrize(
    ("found", "least", "said"),
    [
        (RatioEvidence(1.10, 1.06, 1.14, 0.01), 1.05, Direction.HIGHER),
        (RatioEvidence(0.90, 0.87, 0.94, 0.01), 1.05, Direction.LOWER),
        (RatioEvidence(1.04, 1.02, 1.06, 0.01), 1.0, Direction.HIGHER),
        (RatioEvidence(1.04, 1.02, 1.06, 0.01), 1.05, Direction.NONE),
        (RatioEvidence(0.96, 0.94, 0.98, 0.01), 1.05, Direction.NONE),
        (RatioEvidence(1.10, 0.99, 1.22, 0.01), 1.05, Direction.NONE),
        (RatioEvidence(0.90, 0.80, 1.01, 0.01), 1.05, Direction.NONE),
        (RatioEvidence(1.10, 1.01, 1.20, 0.06), 1.05, Direction.NONE),
        (RatioEvidence(1.10, NAN, NAN, NAN), 1.05, Direction.NONE),
        (RatioEvidence(1.10, 1.06, 1.14, NAN), 1.05, Direction.NONE),
        (RatioEvidence(NAN, NAN, NAN, NAN), 1.05, Direction.NONE),
    ],
    ids=str,
)
def test_a_difference_must_pass_every_hurdle(found, least, said):
    assert call(found, least) is said
