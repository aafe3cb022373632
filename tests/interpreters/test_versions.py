from __future__ import annotations

import pytest

from gilometer.interpreters.versions import short_version, version_key


def test_versions_are_ordered_by_number_not_by_letter():
    assert sorted(["3.13t", "3.9", "2.7", "3.10"], key=version_key) == ["2.7", "3.9", "3.10", "3.13t"]


@pytest.mark.parametrize(
    ("version", "short"), [("3.13.0rc1", "3.13"), ("2.7.18", "2.7"), ("3.12.0alpha", "3.12"), ("", "")]
)
def test_names_have_the_first_two_numbers(version, short):
    assert short_version(version) == short


@pytest.mark.parametrize("version", ["9" * 5000, "3." + "9" * 5000])
def test_a_number_of_thousands_of_digits_is_cut(version):
    assert all(number < 10**9 for number in version_key(version))
