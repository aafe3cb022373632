"""What the remote API answers, asked without a server."""

from __future__ import annotations

import asyncio
import json
import statistics
from typing import TYPE_CHECKING

import pytest

from gilometer.run.services.remote_api import Reply, app, reply_to

if TYPE_CHECKING:
    from gilometer.run.services.remote_api import Message


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


def test_it_speaks_asgi():
    sent: list[Message] = []

    async def receive() -> Message:
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app({"path": "/items/7", "query_string": b"kb=1&ms=1"}, receive, send))
    asyncio.run(app({"path": "/nowhere", "query_string": b""}, receive, send))
    start, body, refusal, _ = sent
    assert (start["status"], dict(start["headers"])[b"content-length"], len(body["body"])) == (
        200,
        b"1024",
        1024,
    )
    assert dict(start["headers"])[b"content-type"] == b"application/json"
    assert (refusal["status"], dict(refusal["headers"])[b"content-type"]) == (404, b"text/plain")
