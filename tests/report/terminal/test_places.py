from __future__ import annotations

from gilometer.report.terminal.places import Places


def test_the_first_are_seen_until_something_changes():
    places = Places(["a", "b", "c", "a"])
    assert list(places) == ["a", "b", "c"]
    assert places.seen(2) == ["a", "b"]


def test_where_all_have_room_they_stay_in_order():
    places = Places(["a", "b", "c"])
    places.note("c")
    assert places.seen(3) == places.seen(9) == ["a", "b", "c"]


def test_what_changed_last_takes_the_place_of_what_has_not_changed_for_the_longest():
    places = Places(["a", "b", "c", "d"])
    for name in ("b", "a", "d"):
        places.note(name)
    assert places.seen(2) == ["a", "d"]
    places.note("c")
    assert places.seen(2) == ["c", "d"]
    assert places.seen(2) == ["c", "d"]


def test_more_room_shows_more():
    places = Places(["a", "b", "c"])
    places.note("c")
    assert places.seen(1) == ["c"]
    assert sorted(places.seen(3)) == ["a", "b", "c"]
