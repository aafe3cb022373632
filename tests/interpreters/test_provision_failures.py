from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from gilometer.errors import ProvisionError
from gilometer.interpreters.provision import failures
from gilometer.interpreters.provision.failures import FailedAttempt, check, fetch, forget, latest
from gilometer.interpreters.provision.reach import UnreachableError
from tests.interpreters.provisioning import Snake, silent


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path))
    return tmp_path


def refuse() -> None:
    with pytest.raises(UnreachableError):
        fetch(Snake(error=UnreachableError("no answer")), silent)


def write(failure: FailedAttempt, cache) -> None:
    (cache / "failures").mkdir()
    (cache / "failures" / "snake.json").write_bytes(msgspec.json.encode(failure))


def ago(**time: float) -> FailedAttempt:
    return FailedAttempt(dt.datetime.now(dt.UTC) - dt.timedelta(**time), "no answer")


def test_what_was_never_tried_may_be():
    check("snake")


def test_what_was_out_of_reach_is_remembered_with_the_time_and_the_way_out():
    refuse()
    failure = latest("snake")
    assert failure is not None
    assert failure.sentence == "no answer"
    with pytest.raises(ProvisionError) as caught:
        check("snake")
    assert str(caught.value) == (
        f"the source of snake was out of reach at {failures.when(failure)};"
        " `gilometer provision snake --retry` tries again"
    )
    check("another")


def test_it_is_remembered_for_a_day(cache):
    write(ago(hours=25), cache)
    check("snake")


def test_it_is_still_remembered_before_that(cache):
    write(ago(hours=23), cache)
    with pytest.raises(ProvisionError, match="out of reach"):
        check("snake")


def test_a_failure_of_another_kind_is_not_remembered():
    with pytest.raises(ProvisionError, match="no Java"):
        fetch(Snake(error=ProvisionError("no Java")), silent)
    check("snake")


def test_success_forgets_it():
    refuse()
    fetch(Snake(), silent)
    check("snake")


def test_it_can_be_forgotten():
    refuse()
    forget("snake")
    forget("snake")
    check("snake")


def test_a_damaged_memory_is_none(cache):
    refuse()
    (cache / "failures" / "snake.json").write_text("{")
    check("snake")


def test_the_time_is_the_clocks_on_the_wall():
    at = dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC)
    assert failures.when(FailedAttempt(at, "")) == at.astimezone().strftime("%H:%M")
