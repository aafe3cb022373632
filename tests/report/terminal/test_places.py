from __future__ import annotations

from gilometer.report.terminal.places import Places


def test_the_first_are_seen_until_something_is_heard():
    places = Places(["a", "b", "c", "a"])
    assert list(places) == ["a", "b", "c"]
    assert places.seen(2) == ["a", "b"]


def test_where_all_have_room_they_stay_in_order():
    places = Places(["a", "b", "c"])
    places.hear_of("c")
    assert places.seen(3) == places.seen(9) == ["a", "b", "c"]


def test_the_latest_takes_the_place_of_what_was_not_heard_of_for_the_longest():
    places = Places(["a", "b", "c", "d"])
    for name in ("b", "a", "d"):
        places.hear_of(name)
    assert places.seen(2) == ["a", "d"]
    places.hear_of("c")
    assert places.seen(2) == ["c", "d"]
    assert places.seen(2) == ["c", "d"]


def test_more_room_shows_more():
    places = Places(["a", "b", "c"])
    places.hear_of("c")
    assert places.seen(1) == ["c"]
    assert sorted(places.seen(3)) == ["a", "b", "c"]
