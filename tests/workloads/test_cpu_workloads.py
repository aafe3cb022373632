"""The workloads that compute: their results are right."""

from __future__ import annotations

import binascii
import json
import statistics
import zlib
from collections import Counter

import pytest

from tests.workloads.loading import load

pytestmark = pytest.mark.usefixtures("shared_code")


@pytest.mark.parametrize(("steps", "energy"), [(0, -0.169075164), (1000, -0.169087605)])
def test_nbody_has_the_energies_of_the_benchmarks_game(steps, energy) -> None:
    nbody = load("nbody")
    bodies = nbody.bodies_at_rest()
    nbody.advance(bodies, steps)
    assert nbody.energy(bodies) == pytest.approx(energy, abs=5e-10)


def test_nbody_gives_an_energy_that_it_kept_and_a_place_that_it_left() -> None:
    nbody = load("nbody")
    energy, place = nbody.Nbody({"steps": 30}, 1).unit(0)
    assert energy == pytest.approx(-0.1690, abs=1e-4)
    assert place[1] - nbody.BODIES[1][0][1] > 0.5


def test_mandelbrot_counts_what_complex_numbers_count() -> None:
    def stays_near(point: complex) -> bool:
        z = 0j
        for _ in range(50):
            z = z * z + point
            if abs(z) > 2:
                return False
        return True

    step = 2.5 / 12
    points = [
        complex(-2 + step * (column + 0.5), -1.25 + step * (row + 0.5))
        for row in range(12)
        for column in range(12)
    ]
    mandelbrot = load("mandelbrot").Mandelbrot({"size": 12, "turns": 50}, 1)
    assert mandelbrot.unit(0) == sum(map(stays_near, points))


def test_the_points_of_mandelbrot_fill_the_area_that_is_known() -> None:
    assert 2.5**2 * load("mandelbrot").count_points(100, 100) / 100**2 == pytest.approx(1.5066, abs=0.05)


def test_objects_are_all_different_and_know_the_one_before() -> None:
    items = load("objects").make_items(400, 1)
    assert len({item.number for item in items}) == 400
    assert [item.before for item in items] == [None, *items[:-1]]


def test_objects_are_weighed_by_their_place_when_sorted() -> None:
    objects = load("objects")
    numbers = sorted(item.number for item in objects.make_items(400, 6))
    weighed = sum(place * number for place, number in enumerate(numbers))
    assert objects.Objects({"count": 400}, 24).unit(5) == weighed % objects.PRIME


def test_wordcount_counts_each_word() -> None:
    wordcount = load("wordcount")
    text = wordcount.make_text(2000)
    counts = Counter(text.split(" "))
    assert wordcount.count_words(text) == counts
    assert sum(counts.values()) == 2000


def test_some_words_are_much_more_frequent_than_others() -> None:
    counts = load("wordcount").count_words(load("wordcount").make_text(2000))
    assert max(counts.values()) > 3 * statistics.median(counts.values())


@pytest.fixture
def roundtrip():
    """The workload, opened, and its module."""
    module = load("json_roundtrip")
    one = module.JsonRoundtrip({"orders": 3}, 24)
    one.open()
    return one, module


def test_json_comes_back_as_it_was(roundtrip) -> None:
    one, module = roundtrip
    length = len(json.dumps({"page": 7, "orders": module.make_orders(3)}))
    assert one.unit(7) == [length, 7, 1]


def test_json_that_comes_back_as_something_else_is_seen(roundtrip, monkeypatch) -> None:
    one, module = roundtrip
    monkeypatch.setattr(module.json, "loads", lambda _text: {"page": 7, "orders": []})
    assert one.unit(7)[1:] == [7, 0]


def test_regex_reads_every_entry_that_is_whole() -> None:
    regex = load("regex")
    one = regex.Regex({"lines": 240}, 24)
    one.open()
    whole = [number for number in range(240) if number % 9 != 8]
    assert one.unit(4) == [len(whole), sum(37 * number for number in whole), 4]


def test_regex_finds_the_parts_of_an_entry() -> None:
    regex = load("regex")
    found = regex.ENTRY.match(regex.make_log(8)[7])
    assert found.groups() == (
        "10.0.0.7",
        "bob",
        "24/Oct/2024:13:07:00",
        "+0000",
        "POST",
        "/pages/7.html",
        "HTTP/1.1",
        "200",
        "259",
    )


@pytest.fixture
def compressing():
    """The workload, opened, and its module."""
    module = load("compress")
    one = module.Compress({"kb": 8}, 24)
    one.open()
    return one, module


def test_compress_gives_back_a_text_that_was_smaller_meanwhile(compressing) -> None:
    one, _ = compressing
    assert one.unit(0) == [binascii.crc32(one.text), 1]
    assert len(one.text) == pytest.approx(8192, abs=8)
    assert 0.25 < len(zlib.compress(one.text)) / len(one.text) < 0.75


def test_compress_that_loses_something_is_seen(compressing, monkeypatch) -> None:
    one, module = compressing
    monkeypatch.setattr(module.zlib, "decompress", lambda packed: packed)
    assert one.unit(0)[0] != binascii.crc32(one.text)
