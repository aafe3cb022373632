from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model import Group
from harness.plan.shares import Want, affordable, seconds


def want(name: str, **changes: object) -> Want:
    """One that has what it needs at least, twice as wide as it may be; a block of it takes a second."""
    usual = Want(
        group=Group(name, "", name),
        below_floor=0,
        urgency=2.0,
        missing=10,
        had=6,
        own_s=1.0,
        controls_s=0.0,
        sharers=1,
    )
    return msgspec.structs.replace(usual, **changes)


def names(wants: list[Want], left_s: float) -> list[str]:
    return [group.interpreter for group in affordable(wants, left_s)]


def test_while_there_is_time_for_all_everybody_is_measured():
    assert names([want("a"), want("b", urgency=9.0)], 100.0) == ["b", "a"]


def test_what_does_not_fit_is_left_out_and_what_is_left_goes_to_the_widest_first():
    wants = [want("a"), want("b", urgency=9.0), want("c", urgency=5.0)]
    assert names(wants, 2.5) == ["b"]
    assert names(wants, 0.5) == []


def test_at_the_same_need_the_quick_go_first():
    assert names([want("slow", own_s=3.0), want("quick")], 3.5) == ["quick"]


def test_those_below_the_floor_go_before_all_others():
    wants = [want("wide", urgency=50.0), want("new", below_floor=2, had=4)]
    assert names(wants, 2.5) == ["new"]
    assert names(wants, 1000.0) == ["new", "wide"]


def test_a_slow_group_does_not_keep_quick_ones_from_their_floor():
    quick = [want(f"quick{number}", below_floor=5, had=1) for number in range(10)]
    slow = want("slow", below_floor=5, had=1, own_s=60.0)
    assert names([slow, *quick], 100.0) == [one.group.interpreter for one in quick]
    assert "slow" in names([slow, *quick], 120.0)


def test_a_slow_group_that_fits_beside_them_does_not_wait_behind_their_precision():
    quick = [want(f"quick{number}", urgency=9.0) for number in range(10)]
    slow = want("slow", below_floor=3, had=1, own_s=60.0)
    assert names([*quick, slow], 61.0) == ["slow"]


def test_one_far_too_noisy_for_its_target_leaves_others_their_time():
    noisy, near = want("noisy", urgency=40.0, missing=5000), want("near", urgency=1.1, missing=2)
    assert names([noisy, near], 10.0) == ["noisy", "near"]


def test_groups_of_a_workload_pay_its_controls_once():
    group = Group("a", "", "fib"), Group("b", "", "fib")
    shared = [want("", group=one, controls_s=1.0, sharers=2, missing=1) for one in group]
    assert affordable(shared, 3.0) == list(group)
    assert affordable(shared, 2.9) == [group[0]]
    assert seconds(shared) == pytest.approx(3.0)


def test_controls_are_measured_as_often_as_the_group_that_needs_them_longest():
    groups = [
        want("", group=Group(name, "", "fib"), controls_s=1.0, missing=n) for name, n in (("a", 2), ("b", 5))
    ]
    assert seconds(groups) == pytest.approx(2 * 1 + 5 * 1 + 5 * 1)


CONTROLS_S = {"w0": 0.0, "w1": 1.0, "w2": 5.0}


@st.composite
def wants_of_three_workloads(draw) -> list[Want]:
    made = []
    for number in range(draw(st.integers(0, 12))):
        workload = draw(st.sampled_from(sorted(CONTROLS_S)))
        made.append(
            want(
                "",
                group=Group(f"i{number}", "", workload),
                below_floor=draw(st.integers(0, 5)),
                urgency=draw(st.floats(1, 100)),
                own_s=draw(st.floats(0, 100)),
                controls_s=CONTROLS_S[workload],
                sharers=4,
            )
        )
    return made


@given(wants_of_three_workloads(), st.floats(-10, 1000))
def test_a_block_never_takes_longer_than_there_is_time(wants, left_s):
    groups = affordable(wants, left_s)
    once = [msgspec.structs.replace(one, missing=1) for one in wants if one.group in groups]
    assert len(groups) == len(once)
    assert not groups or seconds(once) <= left_s + 1e-6


@given(wants_of_three_workloads())
def test_with_time_enough_everybody_is_in(wants):
    assert len(affordable(wants, 1e6)) == len(wants)
