"""What the remote API answers, asked without a server."""

from __future__ import annotations

import json
import statistics

import pytest

from gilometer.run.services.remote_api import Reply, Request, reply_to, request_in


def reply(index: object = 7, query: str = "") -> Reply:
    return reply_to(f"/items/{index}", query.encode())


@pytest.mark.parametrize("kb", [1, 4, 1000])
def test_an_item_is_json_and_as_large_as_was_asked_for(kb):
    body = reply(7, f"kb={kb}").body
    assert len(body) == kb * 1024
    item = json.loads(body)
    assert item["index"] == 7
    assert set(map(len, map(str, item["prices"]))) == {4}
    assert len(item["prices"]) >= kb * 200


def test_without_a_size_it_is_as_small_as_it_can_be():
    assert json.loads(reply(7).body) == {"index": 7, "prices": []}


def test_what_is_in_it_depends_on_its_index_alone():
    bodies = {reply(index, "kb=1").body for index in range(100)}
    assert len(bodies) == 100
    reply_to.cache_clear()
    assert {reply(index, "kb=1&ms=3&jitter=9&seed=4").body for index in range(100)} == bodies


def test_it_takes_as_long_as_was_asked_for():
    assert reply(7, "ms=250").delay_s == 0.25


def test_jitter_is_drawn_from_the_seed_and_spread_evenly():
    delays = [reply(index, "ms=10&jitter=20&seed=1").delay_s for index in range(400)]
    assert delays == [reply(index, "ms=10&jitter=20&seed=1").delay_s for index in range(400)]
    assert delays != [reply(index, "ms=10&jitter=20&seed=2").delay_s for index in range(400)]
    assert 0.010 <= min(delays) < 0.012
    assert 0.028 < max(delays) < 0.030
    assert statistics.fmean(delays) == pytest.approx(0.020, abs=0.001)


def test_errors_are_drawn_too_and_do_not_last():
    statuses = [reply(index, "errors=0.3&seed=1").status for index in range(400)]
    assert set(statuses) == {200, 503}
    assert statuses.count(503) == pytest.approx(120, abs=30)
    again = [reply(index, "errors=0.3&seed=1&attempt=1").status for index in range(400)]
    assert again != statuses
    assert {reply(index, "errors=0").status for index in range(50)} == {200}
    assert {reply(index, "errors=1").status for index in range(50)} == {503}


@pytest.mark.parametrize(
    ("path", "query", "status", "words"),
    [
        ("/", "", 404, "there is nothing here but /items/INDEX"),
        ("/items/x", "", 400, "/items/x: Expected `int`"),
        ("/items/-1", "", 400, "Expected `int` >= 0"),
        ("/items/1", "ms=soon", 400, "Expected `float`, got `str` - at `$.ms`"),
        ("/items/1", "ms=-1", 400, "Expected `float` >= 0"),
        ("/items/1", "errors=1.5", 400, "Expected `float` <= 1"),
        ("/items/1", "kb=99999999", 400, "Expected `int` <= 1024"),
        ("/items/1", "speed=9", 400, "unknown field `speed`"),
        ("/items/1", "ms", 400, "bad query field"),
        ("/items/1", "ms=\xff", 400, "can't decode"),
    ],
)
def test_a_request_that_makes_no_sense_is_told_so(path, query, status, words):
    answer = reply_to(path, query.encode("latin-1"))
    assert answer.status == status
    assert words in answer.body.decode()


def test_an_answer_says_what_it_is_and_how_long():
    assert reply(7, "kb=1").head == (
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1024\r\n\r\n"
    )
    assert reply_to("/nowhere", b"").head.startswith(
        b"HTTP/1.1 404 Not Found\r\ncontent-type: text/plain\r\n"
    )


GET = b"GET /items/7?ms=2&kb=4 HTTP/1.1\r\nHost: localhost\r\n\r\n"


def read(sent: bytes) -> Request:
    request = request_in(sent)
    assert request is not None
    return request


def test_a_request_is_its_path_and_its_query():
    assert request_in(GET) == Request("/items/7", b"ms=2&kb=4", len(GET), is_last=False)
    assert read(b"GET /items/%37 HTTP/1.1\r\n\r\n").path == "/items/7"


@pytest.mark.parametrize("whole", [GET, b"POST /items/7 HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"])
def test_a_request_is_taken_when_it_is_whole_and_no_further(whole):
    assert {request_in(whole[:length]) for length in range(len(whole))} == {None}
    assert read(whole + GET).length == len(whole)


@pytest.mark.parametrize(
    ("version", "field", "is_last"),
    [
        ("1.1", "Connection: close", True),
        ("1.1", "connection: Keep-Alive", False),
        ("1.0", "Host: localhost", True),
        ("1.0", "Connection: keep-alive", False),
    ],
)
def test_a_connection_is_kept_unless_the_client_wants_it_closed(version, field, is_last):
    assert read(f"GET /items/7 HTTP/{version}\r\n{field}\r\n\r\n".encode()).is_last == is_last
