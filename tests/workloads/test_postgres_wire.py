"""What the PostgreSQL client says and understands, without a server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from importlib import import_module
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.usefixtures("shared_code")
here = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

# RFC 7677, section 3.
NONCE = b"rOprNGfwEbeRWgbNEkqO"
CHALLENGE = b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
PROOF = (
    b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
    b"p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
)
ANSWER = b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


def wire() -> Any:
    return import_module("_postgres_wire")


def dsn() -> Any:
    return import_module("_postgres_dsn")


def scram() -> Any:
    return import_module("_postgres_scram")


@pytest.fixture(params=["hashlib.pbkdf2_hmac", "our own"])
def stretching(request, monkeypatch):
    """With what hashes a password; Jython's and MicroPython's hashlib have nothing for it."""
    if request.param == "our own":
        monkeypatch.delattr(hashlib, "pbkdf2_hmac")


@pytest.mark.usefixtures("stretching")
class TestScram:
    def test_the_conversation_of_the_rfc(self):
        client = scram().Scram("user", "pencil", NONCE)
        assert client.first() == b"n,,n=user,r=" + NONCE
        assert client.final(CHALLENGE) == PROOF
        client.verify(ANSWER)

    def test_a_server_that_does_not_know_the_password(self):
        client = scram().Scram("user", "pencil", NONCE)
        client.final(CHALLENGE)
        with pytest.raises(scram().ScramError, match="it does not know the password"):
            client.verify(b"v=" + base64.b64encode(b"\0" * 32))
        with pytest.raises(scram().ScramError, match="it does not know the password"):
            client.check_verified()

    @pytest.mark.parametrize(
        ("challenge", "why"),
        [
            (CHALLENGE.replace(NONCE, b"another"), "its challenge is for somebody else"),
            (CHALLENGE.replace(b"i=4096", b"i=many"), "its challenge can't be read"),
            (CHALLENGE.replace(b"s=", b"t="), "its challenge can't be read"),
            (CHALLENGE.replace(b"gQ==", b"gQ="), "its challenge can't be read"),
        ],
    )
    def test_a_challenge_that_is_none(self, challenge, why):
        with pytest.raises(scram().ScramError, match=why):
            scram().Scram("user", "pencil", NONCE).final(challenge)


def test_a_name_that_would_end_its_field_is_escaped():
    assert scram().Scram("a=b,c", "", NONCE).first() == b"n,,n=a=3Db=2Cc,r=" + NONCE


@given(key=st.binary(max_size=150), data=st.binary(max_size=150))
@here
def test_our_own_hmac_is_hmac(key, data):
    assert scram().keyed(key)(data) == hmac.digest(key, data, "sha256")


@given(password=st.binary(max_size=80), salt=st.binary(max_size=40), rounds=st.integers(1, 20))
@here
def test_our_own_pbkdf2_is_pbkdf2(password, salt, rounds):
    known = hashlib.pbkdf2_hmac("sha256", password, salt, rounds)
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(hashlib, "pbkdf2_hmac")
        assert scram().stretched(password, salt, rounds) == known


class TestDsn:
    @pytest.mark.parametrize(
        ("text", "parts"),
        [
            ("postgresql://me:secret@example.org:99/mine", ("me", "secret", "example.org", 99, "mine")),
            ("postgres://me@example.org", ("me", "", "example.org", 5432, "me")),
            ("postgresql://me@example.org/", ("me", "", "example.org", 5432, "me")),
            ("postgresql://me:a:b@example.org", ("me", "a:b", "example.org", 5432, "me")),
            ("postgresql://me@[::1]:99/mine", ("me", "", "::1", 99, "mine")),
            ("postgresql://me@[::1]", ("me", "", "::1", 5432, "me")),
            ("postgresql://m%40e:%C3%A9%25%2F@host/a%20b", ("m@e", "\xe9%/", "host", 5432, "a b")),
        ],
    )
    def test_its_parts(self, text, parts):
        found = dsn().parse_dsn(text)
        assert (found.user, found.password, found.host, found.port, found.database) == parts

    @given(user=st.text(min_size=1), password=st.text(), database=st.text(min_size=1))
    @here
    def test_any_letters_can_be_encoded(self, user, password, database):
        encoded = [quote(part, safe="") for part in (user, password, database)]
        found = dsn().parse_dsn("postgresql://{}:{}@127.0.0.1:1/{}".format(*encoded))
        assert (found.user, found.password, found.database) == (user, password, database)

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("", "a DSN is postgresql://user:password@host:port/database"),
            ("mysql://me@host", "a DSN is postgresql://"),
            ("host=here user=me", "a DSN is postgresql://"),
            ("postgresql://example.org/mine", "must name a user and a host"),
            ("postgresql://me@/mine", "must name a user and a host"),
            ("postgresql://me@host:many", "port must be a number from 1 to 65535, not many"),
            ("postgresql://me@host:0", "port must be a number from 1 to 65535, not 0"),
            ("postgresql://me@host:65536", "port must be a number from 1 to 65535, not 65536"),
            ("postgresql://me@host?sslmode=require", "takes no options in a DSN"),
            ("postgresql://me:%zz@host", "percent-encoded as UTF-8"),
            ("postgresql://me:%ff@host", "percent-encoded as UTF-8"),
            ("postgresql://me:5%@host", "percent-encoded as UTF-8"),
        ],
    )
    def test_one_that_is_none_is_refused_in_a_sentence(self, text, why):
        with pytest.raises(import_module("_arguments").UsageError, match=why):
            dsn().parse_dsn(text)


def message(kind: bytes, body: bytes = b"") -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body


class TestInbox:
    @given(bodies=st.lists(st.binary(max_size=40), max_size=8), size=st.integers(1, 60))
    @here
    def test_messages_are_the_same_however_they_are_cut(self, bodies, size):
        sent = b"".join(message(b"D", body) for body in bodies)
        inbox = wire().Inbox()
        found = [each for at in range(0, len(sent), size) for each in inbox.messages(sent[at : at + size])]
        assert found == [(b"D", body) for body in bodies]

    def test_what_is_not_whole_yet_is_kept(self):
        inbox = wire().Inbox()
        assert inbox.messages(b"D\0\0\0\x06a") == []
        assert inbox.messages(b"bZ\0") == [(b"D", b"ab")]
        assert inbox.messages(b"\0\0\x04") == [(b"Z", b"")]


def login() -> Any:
    return wire().Login(dsn().parse_dsn("postgresql://me:pencil@example.org/mine"))


class TestLogin:
    def test_who_wants_what(self):
        body = b"\0\3\0\0user\0me\0database\0mine\0client_encoding\0UTF8\0\0"
        assert login().opening() == struct.pack("!I", len(body) + 4) + body

    def test_on_trust(self):
        asked = login()
        assert asked.answers([(b"R", b"\0\0\0\0"), (b"S", b"x\0y\0"), (b"K", b"12345678")]) == b""
        assert not asked.over
        asked.answers([(b"Z", b"I")])
        assert (asked.over, asked.ready) == (True, True)

    @pytest.mark.parametrize(
        ("request_", "number"),
        [
            (b"\0\0\0\3", 3),
            (b"\0\0\0\5salt", 5),
            (b"\0\0\0\x0aSCRAM-SHA-256-PLUS\0\0", 10),
            (b"\0\0\0\x0b", 11),
        ],
    )
    def test_a_way_to_log_in_that_it_lacks(self, request_, number):
        with pytest.raises(dsn().ProtocolError, match=rf"that this client lacks \(number {number}\)"):
            login().answers([(b"R", request_)])

    def test_a_server_that_lets_everybody_in_instead_of_proving_itself(self):
        asked = login()
        first = asked.answers([(b"R", b"\0\0\0\x0aSCRAM-SHA-256\0\0")])
        assert first.startswith(b"p")
        assert b"n,,n=me,r=" in first
        with pytest.raises(dsn().ProtocolError, match=r"example\.org:5432 does not prove who it is"):
            asked.answers([(b"R", b"\0\0\0\0")])

    def test_nobody_is_let_in_after_an_error(self):
        asked = login()
        asked.answers([(b"E", b"SERROR\0C08P01\0Mno more room\0\0")])
        assert (asked.over, asked.ready) == (True, False)

    def test_two_log_in_with_two_nonces(self):
        firsts = {login().answers([(b"R", b"\0\0\0\x0aSCRAM-SHA-256\0\0")]) for _ in range(9)}
        assert len(firsts) == 9


class TestQuery:
    def test_values_go_apart_from_the_statement(self):
        asked = wire().ExtendedQuery("select $1, $2", ["\xe9", None])
        assert asked.opening() == b"".join(
            [
                message(b"P", b"\0select $1, $2\0\0\0"),
                message(b"B", b"\0\0\0\0\0\2\0\0\0\2\xc3\xa9\xff\xff\xff\xff\0\0"),
                message(b"D", b"P\0"),
                message(b"E", b"\0\0\0\0\0"),
                message(b"S"),
            ]
        )

    @pytest.mark.parametrize(
        ("value", "sent"), [(7, b"7"), (0.1, b"0.10000000000000001"), (True, b"True"), ("", b"")]
    )
    def test_a_value_is_sent_as_text(self, value, sent):
        assert wire().packed(value) == struct.pack("!I", len(sent)) + sent

    @given(row=st.lists(st.none() | st.text(), max_size=9))
    @here
    def test_a_row_is_read_as_it_was_written(self, row):
        body = struct.pack("!H", len(row)) + b"".join(wire().packed(value) for value in row)
        assert wire().row_of(body) == row

    def test_more_parameters_than_the_protocol_can_count(self):
        with pytest.raises(ValueError, match="a statement takes 65535 parameters at most"):
            wire().ExtendedQuery("select 1", range(65536))

    def test_an_error_is_raised_when_the_server_is_ready_again(self):
        asked = wire().SimpleQuery("x")
        asked.answers([(b"E", b"SFEHLER\0VERROR\0C42601\0Msyntax error\0\0")])
        assert not asked.over
        asked.answers([(b"Z", b"I")])
        with pytest.raises(dsn().ServerError, match=r"^ERROR 42601: syntax error$") as caught:
            asked.outcome()
        error = caught.value
        assert (error.severity, error.sqlstate, error.message) == ("ERROR", "42601", "syntax error")

    @pytest.mark.parametrize("severity", ["FATAL", "PANIC"])
    def test_or_at_once_if_it_won_t_be(self, severity):
        asked = wire().SimpleQuery("x")
        asked.answers([(b"E", f"S{severity}\0C57P01\0Mshutting down\0\0".encode())])
        assert (asked.over, asked.ready) == (True, False)

    @pytest.mark.parametrize("kind", [b"G", b"H", b"?"])
    def test_what_it_does_not_understand(self, kind):
        with pytest.raises(dsn().ProtocolError, match="this client"):
            wire().SimpleQuery("x").answers([(kind, b"")])
