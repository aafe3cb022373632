from __future__ import annotations

import pytest

from gilometer.report.sentences.names import MOST_NAMES, listed_by_family


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (["jython-2.7"], "jython-2.7"),
        (["cpython-3.14", "cpython-3.13"], "cpython-3.13 and 3.14"),
        (["cpython-3.8", "cpython-3.10", "cpython-3.9"], "cpython-3.8 to 3.10"),
        (["cpython-2.7", "cpython-3.6", "pypy-2.7"], "cpython-2.7, 3.6 and pypy-2.7"),
        (["cpython-3.6", "cpython-3.7", "cpython-3.9", "cpython-3.10"], "cpython-3.6, 3.7, 3.9 and 3.10"),
        (
            ["cpython-3.13", "cpython-3.14", "cpython-3.15", "cpython-3.15+jit", "cpython-3.13t+gil", "mine"],
            "cpython-3.13 to 3.15, 3.13t+gil, 3.15+jit and mine",
        ),
        (["my-own", "my-other"], "my-other and my-own"),
        ([], ""),
    ],
)
def test_a_family_is_named_once_and_its_consecutive_versions_are_a_range(labels, said):
    assert listed_by_family(labels) == said


def test_what_is_too_much_is_counted():
    labels = [f"p{number:02}" for number in range(MOST_NAMES + 3)]
    assert listed_by_family(labels).endswith(f"p{MOST_NAMES - 1} and 3 more")
