from __future__ import annotations

import pytest

from gilometer.printing import printable, printable_lines, quoted, shortened, without_passwords


def test_what_is_printed_can_move_no_cursor_and_begin_no_line():
    assert printable("a\x1b[2J\n\u202eb") == r"a\x1b[2J\n\u202eb"


def test_text_of_several_lines_keeps_them():
    assert printable_lines("a\tb\r\n\x1bc\n") == "a       b\n\\x1bc\n"


def test_a_long_text_has_its_beginning_and_its_end():
    assert shortened("a" * 50 + "b" * 50, 25) == "aaaaaaaaaa ... bbbbbbbbbb"


def test_a_quote_is_printable_short_and_without_passwords():
    assert quoted("\x1b http://ann:s3@h " + "a" * 50, 30) == r"\x1b http:// ... aaaaaaaaaaaa"


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


@pytest.fixture
def server(monkeypatch):
    def set_to(value: str) -> None:
        monkeypatch.setenv("GILOMETER_POSTGRES", value)

    return set_to


@pytest.mark.parametrize("text", ["tried p%40ss:w0rd", "tried b'p@ss:w0rd'", r"'\np@ss:w0rd' is wrong"])
def test_the_password_of_a_server_is_left_out_wherever_it_is(server, text):
    server("postgresql://ann:p%40ss:w0rd@db/x")
    assert "w0rd" not in without_passwords(text)


def test_so_is_that_of_a_dsn_of_words(server):
    server("host=db password='two words' user=ann")
    assert without_passwords("('ann', 'two words')") == "('ann', '***')"


def test_a_password_that_is_a_word_stays_in_other_words(server):
    server("postgresql://ann:python@db/x")
    assert without_passwords("cpython: python is wrong") == "cpython: *** is wrong"


def test_a_server_without_a_password_hides_nothing(server):
    server("http://127.0.0.1:8080/a@b")
    assert without_passwords("127.0.0.1 8080") == "127.0.0.1 8080"
