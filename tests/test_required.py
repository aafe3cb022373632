from __future__ import annotations

from tests import required


def test_what_is_required_has_a_name_that_a_test_asks_for():
    assert required.required_names() <= {*required.NAMES, *required.PARTS}
