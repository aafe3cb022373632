from __future__ import annotations

import pytest

from gilometer.decoding import DecodingError, from_json, from_toml, is_printable


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"\xff": 1}', "it is not text in UTF-8"),
        (b"{", "Input data was truncated"),
        (b'{"a": "x"}', "Expected `int`, got `str`"),
        (b'{"a": 1e999}', "Number out of range"),
    ],
)
def test_json_that_is_not_what_it_should_be(data, message):
    with pytest.raises(DecodingError, match=message):
        from_json(data, dict[str, int])


def test_json_that_is_nested_too_deeply():
    with pytest.raises(DecodingError, match="it is nested too deeply"):
        from_json(b"[" * 100_000, list[object])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a = " + b"[" * 10_000, "it is nested too deeply"),
        (b"a = \xff", "it is not text in UTF-8"),
        (b"a = " + b"9" * 5_000, "Exceeds the limit"),
        (b"a = ", "Invalid value"),
    ],
)
def test_toml_that_is_not_what_it_should_be(data, message):
    with pytest.raises(DecodingError, match=message):
        from_toml(data)


def test_toml_may_begin_with_the_mark_of_an_editor():
    assert from_toml(b"\xef\xbb\xbfa = 1") == {"a": 1}


def test_a_record_is_printable_if_all_of_its_texts_are():
    assert is_printable({"a": [1, "é", {"b": None}]})
    assert not is_printable({"a": [1, {"b\u202e": 2}]})
    assert not is_printable(["a\n"])
