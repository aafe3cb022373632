from __future__ import annotations

import pytest

from gilometer.errors import ServiceError
from gilometer.run.services import OFFERS, Services
from tests.run.services.fakes import FakeOffer

HTTP = {"GILOMETER_TEST_HTTP": "http://127.0.0.1:1"}
POSTGRES = {"GILOMETER_TEST_POSTGRES": "postgres://127.0.0.1:1"}


def services(*offers: FakeOffer) -> Services:
    return Services([one.offer for one in offers])


def test_none_is_started_that_no_work_needs():
    http = FakeOffer()
    with services(http) as running:
        assert running.environment(()) == {}
        assert running.cpu_s(()) == 0
    assert http.started == 0
    assert http.service.closed == 0


def test_each_is_started_once_and_ended_with_the_run():
    http, postgres = FakeOffer(), FakeOffer("postgres")
    with services(http, postgres) as running:
        assert running.environment(("http",)) == HTTP
        assert running.environment(("http", "postgres")) == HTTP | POSTGRES
    assert (http.started, postgres.started) == (1, 1)
    assert (http.service.closed, postgres.service.closed) == (1, 1)


def test_all_are_ended_when_the_run_is_interrupted():
    http = FakeOffer()

    def run() -> None:
        with services(http) as running:
            running.environment(("http",))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    assert http.service.closed == 1


def test_one_that_can_not_start_is_asked_once_and_costs_no_other():
    http, postgres = FakeOffer(), FakeOffer("postgres", refusal="no room on the disk; make some")
    with services(http, postgres) as running:
        for _ in range(2):
            with pytest.raises(ServiceError, match="no room on the disk; make some"):
                running.environment(("http", "postgres"))
        assert running.environment(("http",)) == HTTP
    assert postgres.started == 1
    assert http.service.closed == 1


def test_what_nobody_offers_is_refused_by_name():
    with (
        services(FakeOffer()) as running,
        pytest.raises(ServiceError, match=r"no service htpp; there are: http"),
    ):
        running.environment(("htpp",))


def test_what_they_used_is_added_up_for_those_that_are_asked_for():
    http, postgres = FakeOffer(), FakeOffer("postgres")
    http.service.used_s, postgres.service.used_s = 1.5, 2.0
    with services(http, postgres) as running:
        assert running.cpu_s(("http", "postgres")) == 0
        running.environment(("http", "postgres"))
        assert running.cpu_s(("http",)) == 1.5
        assert running.cpu_s(("http", "postgres")) == 3.5


def test_one_that_died_is_told_and_not_started_again():
    http = FakeOffer()
    with services(http) as running:
        running.environment(("http",))
        assert running.dead(("http", "postgres")) == ()
        http.service.alive = False
        assert running.dead(("http", "postgres")) == ("http",)
        assert running.environment(("http",)) == HTTP
    assert http.started == 1


def test_a_server_of_the_user_s_own_is_used_as_it_is(monkeypatch):
    monkeypatch.setenv("GILOMETER_TEST_HTTP", "http://192.0.2.1:80")
    http = FakeOffer()
    with services(http) as running:
        assert running.environment(("http",)) == {"GILOMETER_TEST_HTTP": "http://192.0.2.1:80"}
        assert running.cpu_s(("http",)) == 0
        assert running.dead(("http",)) == ()
    assert http.started == 0


def test_each_offer_has_a_name_and_a_variable_of_its_own():
    assert len({one.name for one in OFFERS}) == len({one.variable for one in OFFERS}) == len(OFFERS)
    assert all(one.variable == f"GILOMETER_{one.name.upper()}" for one in OFFERS)
