from __future__ import annotations

import pytest
from msgspec.structs import replace

from gilometer.interpreters.candidate import Candidate
from gilometer.interpreters.matrix import Matrix, OwnInterpreter, load_matrix
from gilometer.interpreters.survey import survey
from tests.interpreters.builders import JYTHON, Told, cpython, found

MATRIX = load_matrix()
FREE = cpython("3.13.1", free_threaded=True, gil=False)
WITH_GIL = replace(FREE, gil=True)


def surveyed(asker: Told):
    return survey(MATRIX, ask=asker, candidates=found("/free"))


def test_a_variant_follows_its_plain_interpreter_with_the_name_the_command_and_its_own_facts():
    plain, variant = surveyed(Told({"/free": FREE}, {"/free+gil": WITH_GIL})).runnable
    assert (variant.label, variant.name, variant.kind) == ("cpython-3.13t+gil", plain.name, plain.kind)
    assert variant.command == plain.command
    assert variant.env == {"PYTHON_GIL": "1"}
    assert (plain.facts.gil, variant.facts.gil) == (False, True)
    assert variant.fingerprint != plain.fingerprint


def test_one_that_changes_nothing_is_not_offered():
    assert [each.label for each in surveyed(Told({"/free": FREE}, {"/free+gil": FREE})).runnable] == [
        "cpython-3.13t"
    ]


def test_nor_is_one_that_gives_no_answer():
    result = surveyed(Told({"/free": FREE}))
    assert [each.label for each in result.runnable] == ["cpython-3.13t"]
    assert result.broken == ()


def test_a_jit_that_is_switched_on_is_given_time_to_get_warm():
    plain = cpython("3.15.0", jit="off")
    asker = Told({"/free": plain}, {"/free+jit": replace(plain, jit="on")})
    off, on = surveyed(asker).runnable
    assert off.warm_up_s == 0
    assert on.warm_up_s > 0


def test_only_the_versions_that_the_matrix_names_are_asked():
    asker = Told({"/free": cpython("3.9.1")})
    surveyed(asker)
    assert asker.asked == ["/free"]


def test_a_variant_stays_in_its_image():
    candidate = Candidate(("/free",), "image 13t", image="sha256:1")
    asker = Told({"/free": FREE}, {"/free+gil": WITH_GIL})
    _, variant = survey(MATRIX, ask=asker, candidates=[candidate]).runnable
    assert (variant.image, variant.source) == ("sha256:1", "image 13t")


def test_a_users_own_command_is_left_as_it_is():
    own = OwnInterpreter("mine", ("/free",), "mine.toml", name="mine")
    asker = Told({"/free": FREE}, {"/free+gil": WITH_GIL})
    candidate = Candidate(own.command, "matrix", name=own.name, kind=own.kind)
    result = survey(Matrix(MATRIX.families, (own,)), ask=asker, candidates=[candidate])
    assert [each.label for each in result.runnable] == ["mine"]


class TestOneThatIsNotPartOfTheQuestion:
    plain = replace(JYTHON, collector="G1")
    serial = replace(JYTHON, collector="Serial")

    def surveyed(self, asker: Told, *patterns: str):
        return survey(MATRIX, ask=asker, candidates=found("/jython"), patterns=patterns)

    def test_is_not_asked_but_named(self):
        asker = Told({"/jython": self.plain})
        result = self.surveyed(asker)
        assert asker.asked == ["/jython"]
        assert result.on_request == ("jython-2.7+parallelgc", "jython-2.7+serialgc")

    @pytest.mark.parametrize("pattern", ["jython-2.7+serialgc", "*+serialgc", "jython-2.7+serialgc@PATH"])
    def test_is_asked_when_a_pattern_means_it(self, pattern):
        asker = Told({"/jython": self.plain}, {"/jython+serialgc": self.serial})
        result = self.surveyed(asker, pattern)
        assert [each.label for each in result.runnable] == ["jython-2.7", "jython-2.7+serialgc"]
        assert asker.asked == ["/jython", "/jython+serialgc"]
        assert result.on_request == ("jython-2.7+parallelgc",)
