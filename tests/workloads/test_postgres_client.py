"""The PostgreSQL client against a real server, and against what pg8000 makes of the same server.

Each test is one for the client that blocks and one for asyncio's.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from importlib import import_module
from typing import Any

import pg8000.native
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gilometer.errors import ServiceError
from gilometer.run.services import postgres
from tests import required
from tests.run.waiting import until

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("shared_code")]


@pytest.fixture(scope="module")
def server():
    """One for these tests alone, which change how it lets users in."""
    try:
        running = postgres.start()
    except ServiceError as error:
        required.absent("postgres", str(error))
    with contextlib.closing(running):
        yield running.address.value


def problems() -> Any:
    """The module with what is raised."""
    return import_module("_postgres_dsn")


class Blocking:
    """The client that blocks."""

    def __init__(self, dsn, timeout_s=30.0):
        self.session = import_module("_postgres").Connection(dsn, timeout_s)

    def query(self, sql, *parameters):
        return self.session.query(sql, *parameters)

    def simple_query(self, sql):
        return self.session.simple_query(sql)

    def close(self):
        self.session.close()


class Asyncio:
    """asyncio's, in a loop that runs while it is asked something."""

    def __init__(self, dsn, timeout_s=30.0):
        self.loop = asyncio.new_event_loop()
        self.session = import_module("_postgres_async").AsyncConnection(dsn, timeout_s)
        try:
            self.loop.run_until_complete(self.session.open("select"))
        except BaseException:
            self.loop.close()
            raise

    def query(self, sql, *parameters):
        return self.loop.run_until_complete(self.session.query(sql, *parameters))

    def simple_query(self, sql):
        return self.loop.run_until_complete(self.session.simple_query(sql))

    def close(self):
        self.loop.run_until_complete(self.session.close())
        self.loop.close()


CLIENTS = pytest.mark.parametrize("client", [Blocking, Asyncio])
Client = type[Blocking] | type[Asyncio]


def dsn_of(server: str, **others: Any) -> Any:
    """The server's address, with other parts than its own."""
    dsn = problems().parse_dsn(server)
    for name, value in others.items():
        setattr(dsn, name, value)
    return dsn


def session(client: Client, server: str, **others: Any):
    return contextlib.closing(client(dsn_of(server, **others)))


@pytest.fixture
def pg8000_session(server):
    dsn = dsn_of(server)
    known = pg8000.native.Connection(
        dsn.user, host=dsn.host, port=dsn.port, database=dsn.database, password=dsn.password
    )
    with contextlib.closing(known):
        yield known


def connections(known: pg8000.native.Connection) -> int:
    """How many sessions there are beside pg8000's own."""
    found = known.run(
        "select count(*) from pg_stat_activity"
        " where backend_type = 'client backend' and pid <> pg_backend_pid()"
    )
    return int(found[0][0])


# --- values ---------------------------------------------------------------------------------------

VALUES = (
    "7::smallint",
    "-2147483648",
    "9223372036854775807",
    "1.10::numeric",
    "1::numeric / 3",
    "0.1::float8",
    "'-Infinity'::float8",
    "1e-300::float8",
    "true",
    "'f'::boolean",
    "''",
    "'it''s'",
    "'caf\xe9 \u20ac \U0001f600'",
    "repeat('x', 9)::char(12)",
    "'\\x00ff'::bytea",
    "'2024-02-29'::date",
    "'2024-02-29 12:34:56.789012+02'::timestamptz",
    "'1 year 2 days 03:04:05'::interval",
    "array[1, null, 3]",
    "array['a', 'b,\"c']",
    "'{\"a\": [1, 2.50]}'::json",
    '\'{"b": 1, "a": null}\'::jsonb',
    "'12345678-1234-1234-1234-123456789012'::uuid",
    "'192.0.2.0/24'::inet",
    "row(1, 'a', null)",
    "int4range(1, 5)",
)


@CLIENTS
@pytest.mark.parametrize("expression", VALUES)
def test_a_value_is_the_text_that_pg8000_is_told(client, expression, server, pg8000_session):
    (known,) = pg8000_session.run(f"select format('%s', {expression})")[0]
    with session(client, server) as asked:
        for ask in (asked.query, asked.simple_query):
            assert ask(f"select {expression}").rows == [[known]]


@CLIENTS
def test_null_is_none_and_an_empty_text_is_none_such(client, server):
    with session(client, server) as asked:
        assert asked.query("select null, '', $1::text, $2::text", None, "").rows == [[None, "", None, ""]]


@CLIENTS
def test_parameters_come_back_as_they_were_sent(client, server):
    values = (41, -1, 0.1, 1e300, True, None, "caf\xe9 \u20ac \U0001f600", "'; drop table x; --", "$1")
    types = ("int", "int", "float8", "float8", "bool", "text", "text", "text", "text")
    asked_for = ", ".join(f"${number}::{kind}" for number, kind in enumerate(types, 1))
    with session(client, server) as asked:
        (row,) = asked.query(f"select {asked_for}", *values).rows
    assert row == ["41", "-1", "0.1", "1e+300", "t", None, *values[6:]]


@given(value=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
def test_any_text_comes_back(value, kept_session):
    assert kept_session.query("select $1::text, length($1)", value).rows == [[value, str(len(value))]]


@pytest.fixture
def kept_session(server):
    with session(Blocking, server) as asked:
        yield asked


# --- results --------------------------------------------------------------------------------------


@CLIENTS
def test_a_result_has_names_rows_and_a_tag(client, server):
    with session(client, server) as asked:
        result = asked.query("select g as number, 'x' as \"caf\xe9\" from generate_series(1, 3) as g")
        assert (result.columns, result.tag) == (["number", "caf\xe9"], "SELECT 3")
        assert result.rows == [["1", "x"], ["2", "x"], ["3", "x"]]


@CLIENTS
def test_of_several_statements_the_last_one_counts(client, server):
    with session(client, server) as asked:
        result = asked.simple_query(
            "select 1; create temporary table t (a int); insert into t values (1), (2)"
        )
        assert (result.rows, result.columns, result.tag) == ([], [], "INSERT 0 2")
        assert asked.simple_query("delete from t; select 5 as a").rows == [["5"]]


@CLIENTS
@pytest.mark.parametrize("sql", ["", ";", "-- nothing"])
def test_no_statement_gives_nothing(client, sql, server):
    with session(client, server) as asked:
        for ask in (asked.query, asked.simple_query):
            assert (ask(sql).rows, ask(sql).tag) == ([], "")


@CLIENTS
def test_a_row_may_have_no_columns(client, server):
    with session(client, server) as asked:
        assert asked.query("select from generate_series(1, 2)").rows == [[], []]


@CLIENTS
def test_what_nobody_asked_for_is_ignored(client, server):
    """A notice, a parameter that changes, and a notification."""
    with session(client, server) as asked:
        asked.simple_query("do $$ begin raise notice 'caf\xe9'; raise warning 'x'; end $$")
        asked.simple_query("set application_name = 'gilometer'; listen news; notify news, 'now'")
        assert asked.query("select 1").rows == [["1"]]


@CLIENTS
def test_rows_of_a_megabyte(client, server):
    sql = "select repeat(chr(64 + g), 1000000), g from generate_series(1, 5) as g"
    with session(client, server) as asked:
        rows = asked.query(sql).rows
    assert rows == [[chr(64 + g) * 1000000, str(g)] for g in range(1, 6)]


@CLIENTS
def test_a_parameter_of_a_megabyte(client, server):
    with session(client, server) as asked:
        assert asked.query("select length($1), md5($1) = md5(repeat('ab', 500000))", "ab" * 500000).rows == [
            ["1000000", "t"]
        ]


@CLIENTS
def test_many_rows(client, server):
    with session(client, server) as asked:
        rows = asked.query("select g, null from generate_series(1, 50000) as g").rows
    assert rows == [[str(g), None] for g in range(1, 50001)]


@CLIENTS
def test_as_many_parameters_as_there_can_be(client, server):
    places = ", ".join(f"(${number})" for number in range(1, 65536))
    with session(client, server) as asked:
        sql = f"select count(*), sum(n::int) from (values {places}) as v(n)"  # noqa: S608  numbers of parameters
        assert asked.query(sql, *range(65535)).rows == [["65535", str(sum(range(65535)))]]


# --- errors ---------------------------------------------------------------------------------------


@CLIENTS
@pytest.mark.parametrize(
    ("sql", "sqlstate", "message"),
    [
        ("selec 1", "42601", 'syntax error at or near "selec"'),
        ("select * from nowhere", "42P01", 'relation "nowhere" does not exist'),
        ("select 1 / 0", "22012", "division by zero"),
        ("select 1 / (3 - g) from generate_series(1, 9) as g", "22012", "division by zero"),
        ("select 'caf\xe9'::int", "22P02", 'invalid input syntax for type integer: "caf\xe9"'),
        ("do $$ begin raise exception 'own' using errcode = 'GI123'; end $$", "GI123", "own"),
    ],
)
def test_an_error_has_its_sqlstate_and_the_session_goes_on(client, sql, sqlstate, message, server):
    with session(client, server) as asked:
        for ask in (asked.query, asked.simple_query):
            with pytest.raises(problems().ServerError) as caught:
                ask(sql)
            assert (caught.value.severity, caught.value.sqlstate) == ("ERROR", sqlstate)
            assert caught.value.message == message
            assert str(caught.value) == f"ERROR {sqlstate}: {message}"
        assert asked.query("select 1").rows == [["1"]]


@CLIENTS
def test_pg8000_is_told_the_same_error(client, server, pg8000_session):
    with pytest.raises(pg8000.native.DatabaseError) as known:
        pg8000_session.run("select * from nowhere")
    with session(client, server) as asked, pytest.raises(problems().ServerError) as caught:
        asked.query("select * from nowhere")
    told = known.value.args[0]
    assert (caught.value.severity, caught.value.sqlstate, caught.value.message) == (
        told["V"],
        told["C"],
        told["M"],
    )


@CLIENTS
def test_a_transaction_that_failed_is_over_with_its_end(client, server):
    with session(client, server) as asked:
        asked.simple_query("begin")
        for sql, sqlstate in (("select 1 / 0", "22012"), ("select 1", "25P02")):
            with pytest.raises(problems().ServerError) as caught:
                asked.query(sql)
            assert caught.value.sqlstate == sqlstate
        assert asked.simple_query("commit").tag == "ROLLBACK"


@CLIENTS
def test_a_zero_in_a_text_is_the_server_s_to_refuse(client, server):
    with session(client, server) as asked:
        with pytest.raises(problems().ServerError) as caught:
            asked.query("select $1::text", "a\0b")
        assert caught.value.sqlstate == "22021"
        assert asked.query("select 1").rows == [["1"]]


@CLIENTS
def test_too_few_parameters(client, server):
    with session(client, server) as asked:
        with pytest.raises(problems().ServerError) as caught:
            asked.query("select $1::int + $2", 1)
        assert caught.value.sqlstate == "08P01"
        assert asked.query("select 1").rows == [["1"]]


@CLIENTS
@pytest.mark.parametrize("sql", ["copy (select 1) to stdout", "copy pg_class from stdin"])
def test_copying_is_refused_and_ends_the_session(client, sql, server):
    with session(client, server) as asked:
        with pytest.raises(problems().ProtocolError, match="this client can't COPY"):
            asked.simple_query(sql)
        with pytest.raises(problems().ConnectionLost, match="is gone: the connection is closed"):
            asked.query("select 1")


# --- logging in -----------------------------------------------------------------------------------


@CLIENTS
@pytest.mark.parametrize(
    ("other", "sqlstate"),
    [({"password": "wrong"}, "28P01"), ({"user": "nobody"}, "28P01"), ({"database": "nowhere"}, "3D000")],
)
def test_who_may_not_is_told_why(client, other, sqlstate, server, pg8000_session):
    with pytest.raises(problems().ServerError) as caught:
        client(dsn_of(server, **other))
    assert (caught.value.severity, caught.value.sqlstate) == ("FATAL", sqlstate)
    until(lambda: connections(pg8000_session) == 0)


@CLIENTS
def test_a_name_and_a_password_of_any_letters(client, server, pg8000_session):
    name, password = "caf\xe9=,'", "\u043f\u0430\u0440\u043e\u043b\u044c %=,"
    pg8000_session.run(f"drop role if exists {pg8000.native.identifier(name)}")
    pg8000_session.run(
        f"create role {pg8000.native.identifier(name)} login password {pg8000.native.literal(password)}"
    )
    with session(client, server, user=name, password=password) as asked:
        assert asked.query("select current_user").rows == [[name]]


@pytest.fixture
def own_ways(pg8000_session):
    """Let one user in on trust, and ask another for a password as it is."""
    lines = "host all trusted 127.0.0.1/32 trust\nhost all plain 127.0.0.1/32 password\n"
    ((file, before),) = pg8000_session.run("select f, pg_read_file(f) from current_setting('hba_file') as f")
    pg8000_session.run("drop role if exists trusted, plain")
    pg8000_session.run("create role trusted login")
    pg8000_session.run("create role plain login password 'x'")
    write_file(pg8000_session, file, lines + before)
    yield
    write_file(pg8000_session, file, before)


def write_file(known: pg8000.native.Connection, file: str, content: str) -> None:
    """Have the server write it, and read its settings again."""
    ((large_object,),) = known.run("select lo_from_bytea(0, convert_to(:content, 'UTF8'))", content=content)
    known.run("select lo_export(:large_object, :file)", large_object=large_object, file=file)
    known.run("select pg_reload_conf()")


@CLIENTS
@pytest.mark.usefixtures("own_ways")
def test_other_ways_in_than_scram(client, server):
    def lets_in() -> bool:
        with (
            contextlib.suppress(problems().ServerError),
            session(client, server, user="trusted", password="") as asked,
        ):
            return bool(asked.query("select current_user").rows == [["trusted"]])
        return False

    until(lets_in)  # the server reads its settings when it gets to it
    with pytest.raises(
        problems().ProtocolError, match=r"that this client lacks \(number 3\); it knows trust and scram"
    ):
        client(dsn_of(server, user="plain"))


# --- servers that go away ---------------------------------------------------------------------------


@CLIENTS
def test_a_server_that_ends_the_session_mid_query(client, server, pg8000_session):
    with session(client, server) as asked:
        ((pid,),) = asked.query("select pg_backend_pid()").rows

        def end() -> None:
            waiting = "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and pid = :pid"
            until(lambda: pg8000_session.run(waiting, pid=int(pid)) == [[1]])
            pg8000_session.run("select pg_terminate_backend(:pid)", pid=int(pid))

        ender = threading.Thread(target=end)
        ender.start()
        with pytest.raises(problems().ServerError) as caught:
            asked.query("select pg_sleep(60)")
        ender.join()
        assert (caught.value.severity, caught.value.sqlstate) == ("FATAL", "57P01")
        with pytest.raises(problems().ConnectionLost, match="is gone: the connection is closed"):
            asked.query("select 1")


@CLIENTS
def test_a_server_that_is_silent_is_not_waited_for(client, server, pg8000_session):
    with contextlib.closing(client(dsn_of(server), 0.5)) as asked:
        with pytest.raises(
            problems().ConnectionLost, match=r"at 127\.0\.0\.1:\d+ was silent for 0\.5 seconds"
        ):
            asked.query("select pg_sleep(60)")
        with pytest.raises(problems().ConnectionLost, match="is gone: the connection is closed"):
            asked.query("select 1")
    pg8000_session.run("select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'")
    until(lambda: connections(pg8000_session) == 0)


@CLIENTS
def test_one_that_never_says_a_word(client):
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        dsn = dsn_of("postgresql://me@127.0.0.1", port=deaf.getsockname()[1])
        with pytest.raises(problems().ConnectionLost, match=r"was silent for 0\.5 seconds"):
            client(dsn, 0.5)


@CLIENTS
def test_one_that_closes_at_once(client):
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            with listening.accept()[0] as connection:
                connection.recv(1 << 16)

        accepter = threading.Thread(target=accept)
        accepter.start()
        dsn = dsn_of("postgresql://me@127.0.0.1", port=listening.getsockname()[1])
        with pytest.raises(problems().ConnectionLost, match="is gone: it closed the connection"):
            client(dsn)
        accepter.join()


@CLIENTS
def test_one_that_is_not_there(client):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with pytest.raises(problems().ConnectionLost, match=rf"at 127\.0\.0\.1:{port} can't be reached: "):
        client(dsn_of("postgresql://me@127.0.0.1", port=port))


@CLIENTS
def test_closing_leaves_no_session_and_may_be_repeated(client, server, pg8000_session):
    asked = client(dsn_of(server))
    assert connections(pg8000_session) == 1
    asked.close()
    if client is Blocking:
        asked.close()
    until(lambda: connections(pg8000_session) == 0)
