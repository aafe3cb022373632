from __future__ import annotations

from msgspec.structs import replace

from gilometer.report.results.machine import BlockCondition
from gilometer.report.sections.disturbances import phrase, section, sentence
from tests import records
from tests.report.written import written

MACHINE = records.manifest(records.plan([records.interpreter("cpython-3.13")], [records.work("fib")])).machine


def blocks(*speeds: float, capacity: float = 1.0, short: int = 0, left_out: int = 0) -> list[BlockCondition]:
    return [
        BlockCondition(
            block=block,
            rounds=10,
            left_out=left_out,
            loads=4,
            short=short,
            speed=speed,
            capacity=capacity,
            is_disturbed=speed < 0.9,
        )
        for block, speed in enumerate(speeds)
    ]


def test_the_share_of_disturbed_blocks_is_one_sentence():
    assert sentence(blocks(1.0, 0.8, 1.0, 1.1), MACHINE) == (
        "The machine gave less than 90% of its usual speed or capacity in 1 of 4 blocks (25%)."
    )


def test_the_share_fits_between_other_facts():
    assert phrase(blocks(1.0, 0.8, 1.0, 1.1)) == "the machine disturbed in 1 of 4 blocks"
    assert phrase(blocks(1.0, 1.0, 1.0)) == "the machine disturbed in none of 3 blocks"
    assert phrase(blocks()) == "unknown whether the machine was disturbed"


def test_where_several_workers_had_too_few_cores_it_is_said():
    assert sentence(blocks(1.0, 0.8, 1.0, 1.1, short=1), MACHINE).endswith(
        "(25%). Something else had a core for most of 4 of 16 measurements of several workers that compute; "
        "these are set aside where at least 3 others are left."
    )
    assert sentence(blocks(1.0, 1.0, 1.0, left_out=2), MACHINE).endswith(
        "in none of 3 blocks. In 6 of 30 rounds of work alone something else had a core: they are left out."
    )


def test_on_one_core_nothing_else_need_have_had_it():
    one_core = replace(MACHINE, usable_cores=1.0)
    assert "The run had too few cores for most of 4 of 16" in sentence(
        blocks(1.0, 1.0, 1.0, 1.0, short=1), one_core
    )


def test_none_is_said_too():
    assert sentence(blocks(1.0, 1.0, 1.0), MACHINE).endswith("in none of 3 blocks.")


def test_blocks_that_tell_nothing_do_not_count():
    nothing = float("nan")
    assert sentence([*blocks(1.0, 0.5), *blocks(nothing, capacity=nothing)], MACHINE).endswith(
        "in 1 of 2 blocks (50%)."
    )


def test_what_can_not_be_told_is_said():
    nothing = float("nan")
    unknown = "Whether the machine was disturbed is unknown: to tell takes 3 blocks of work that never waits."
    assert sentence(blocks(nothing, nothing, capacity=nothing), MACHINE) == unknown
    assert sentence(blocks(), MACHINE) == unknown


def test_the_section_lists_the_disturbed_alone():
    text = written(section(blocks(1.0, 0.8, 1.0), MACHINE))
    assert text.startswith("## Disturbed blocks\n\nThe machine gave less")
    assert [line for line in text.splitlines() if line.startswith("|")][2:] == ["| 1 | 0.80x | 1.00x |"]


def test_a_quiet_run_has_no_table():
    assert "|" not in written(section(blocks(1.0, 1.0, 1.0), MACHINE))
