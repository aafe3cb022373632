from __future__ import annotations

import pytest

from gilometer.decoding import DecodingError, from_json, from_toml, is_printable, printable, without_passwords


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


def test_what_is_printed_can_move_no_cursor_and_begin_no_line():
    assert printable("a\x1b[2J\n\u202eb", 100) == r"a\x1b[2J\n\u202eb"


def test_a_long_text_has_its_beginning_and_its_end():
    assert printable("a" * 50 + "b" * 50, 25) == "aaaaaaaaaa ... bbbbbbbbbb"


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("can't reach postgresql://ann:s3cret@db:5432/x", "can't reach postgresql://***@db:5432/x"),
        ("GET http://:p@host/", "GET http://***@host/"),
        ("host=db password=s3cret user=ann", "host=db password=*** user=ann"),
        ("https://TOKEN@host/ u://a:se/c@ret@h", "https://***@host/ u://***@h"),
        ("PGPASSWORD=x passwd='two words' pwd: y", "PGPASSWORD=*** passwd=*** pwd: ***"),
        ("{'password': 'x'}", "{'password': ***}"),
        ('{"reason": "password = s3cret"}', '{"reason": "password = ***"}'),
        ("http://127.0.0.1:8080/items?n=1", "http://127.0.0.1:8080/items?n=1"),
    ],
)
def test_passwords_are_left_out(text, public):
    assert without_passwords(text) == public


def test_a_record_is_printable_if_all_of_its_texts_are():
    assert is_printable({"a": [1, "é", {"b": None}]})
    assert not is_printable({"a": [1, {"b\u202e": 2}]})
    assert not is_printable(["a\n"])
