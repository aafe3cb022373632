from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from gilometer.interpreters import survey as module
from gilometer.interpreters.candidate import Candidate
from gilometer.interpreters.discovery import merge
from gilometer.interpreters.matrix import Matrix, OwnInterpreter, load_matrix
from gilometer.interpreters.probe import Probe
from gilometer.interpreters.survey import Broken, Survey, survey
from gilometer.model import Timing
from tests.interpreters.builders import CPYTHON, JYTHON, Told, built, cpython, executable, found, says

if TYPE_CHECKING:
    from gilometer.model import Facts

MATRIX = load_matrix()


def surveyed(answers: dict[str, Facts]) -> Survey:
    return survey(MATRIX, ask=Told(answers), candidates=found(*answers))


def names(listed) -> list[str]:
    return [each.name for each in listed]


def test_the_facts_give_the_name_whatever_the_file_is_called():
    (one,) = surveyed({"/bin/python3": cpython("2.7.18")}).runnable
    assert (one.name, one.kind, one.command, one.source) == (
        "cpython-2.7",
        "cpython-2",
        ("/bin/python3",),
        "PATH",
    )


def test_they_come_by_kind_and_then_by_version():
    answers = {
        "/a": JYTHON,
        "/b": cpython("3.13.1"),
        "/c": cpython("3.14.0", free_threaded=True),
        "/d": cpython("3.9.1"),
        "/e": cpython("2.7.18"),
    }
    assert names(surveyed(answers).runnable) == [
        "cpython-3.9",
        "cpython-3.13",
        "cpython-2.7",
        "cpython-3.14t",
        "jython-2.7",
    ]


def test_what_the_matrix_knows_of_its_kind_comes_with_it():
    (one,) = surveyed({"/a": replace(JYTHON, implementation="graalpy", version="3.12.8")}).runnable
    assert one.timing == Timing(warm_up_s=3.0, startup_s=25.0, patience_s=60.0, compiles_beside=True)
    assert one.warm_up_s == 3.0


def test_so_does_that_it_can_not_wait_for_turns():
    """Pyodide's standard input is read without waiting for it."""
    (one,) = surveyed({"/a": replace(JYTHON, implementation="pyodide", version="3.13.2")}).runnable
    assert (one.kind, one.timing.takes_turns) == ("pyodide", False)


def test_what_the_matrix_has_besides_is_missing_with_the_command_that_adds_it():
    missing = {each.name: each for each in surveyed({"/a": CPYTHON}).missing}
    assert "cpython-3.13" not in missing
    assert missing["cpython-3.13t"].remedy == "gilometer provision 3.13t"
    assert missing["cpython-3.13t"].kind == "cpython-freethreaded"
    assert missing["cpython-3.13t"].why == "not found on this machine"


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (cpython("3.13.1"), cpython("3.13.9", build=built(pgo=False))),
        (cpython("3.13.1", build=built(pgo=None)), cpython("3.13.9", build=built(pgo=False))),
        (cpython("3.13.1"), cpython("3.13.9", build=built(debug=True))),
        (cpython("3.13.10"), cpython("3.13.9")),
        (replace(JYTHON, implementation_version="2.7.5"), JYTHON),
    ],
)
def test_of_two_with_one_name_the_better_one_has_it(better, worse):
    for answers in ({"/better": better, "/worse": worse}, {"/worse": worse, "/better": better}):
        result = surveyed(answers)
        assert [each.command for each in result.runnable] == [("/better",)]
        assert [each.command for each in result.also] == [("/worse",)]


def test_of_equals_the_first_found_has_it():
    result = surveyed({"/first": CPYTHON, "/second": CPYTHON})
    assert [each.command for each in result.runnable] == [("/first",)]
    assert [each.command for each in result.also] == [("/second",)]


def test_one_without_an_answer_is_broken_and_does_not_disturb_the_others():
    result = survey(MATRIX, ask=Told({"/good": CPYTHON}), candidates=found("/bad", "/good"))
    assert result.broken == (Broken(("/bad",), "PATH", "printed nothing"),)
    assert names(result.runnable) == ["cpython-3.13"]


def test_so_is_one_that_no_file_describes():
    (broken,) = surveyed({"/a": replace(CPYTHON, implementation="stackless", version="3.8.1")}).broken
    assert broken.why == "calls itself stackless 3.8.1, which no file of the matrix describes"


class TestOnesOwn:
    own = OwnInterpreter("mine", ("/opt/mine",), "/home/ann/mine.toml", name="my-python")
    matrix = Matrix(MATRIX.families, (own,))
    candidate = Candidate(own.command, "matrix", env={"A": "1"}, name=own.name, kind=own.kind)

    def survey(self, answers: dict[str, Facts]) -> Survey:
        return survey(self.matrix, ask=Told(answers), candidates=[self.candidate])

    def test_it_has_the_name_that_it_was_given(self):
        result = self.survey({"/opt/mine": CPYTHON})
        (mine,) = result.runnable
        assert (mine.name, mine.kind, mine.source, mine.env) == ("my-python", "mine", "matrix", {"A": "1"})

    def test_what_it_is_by_its_facts_is_not_called_missing(self):
        assert "cpython-3.13" not in names(self.survey({"/opt/mine": CPYTHON}).missing)

    def test_it_may_be_something_that_no_family_describes(self):
        assert names(self.survey({"/opt/mine": cpython("4.0.0")}).runnable) == ["my-python"]

    def test_it_has_the_timing_of_what_it_is_by_its_facts_unless_its_file_has_another(self):
        (mine,) = self.survey({"/opt/mine": JYTHON}).runnable
        assert mine.timing == Timing(warm_up_s=1.5, startup_s=4.5, compiles_beside=True)
        other = replace(self.candidate, timing=Timing(patience_s=9.0))
        (mine,) = survey(self.matrix, ask=Told({"/opt/mine": JYTHON}), candidates=[other]).runnable
        assert mine.timing == Timing(patience_s=9.0)
        (mine,) = self.survey({"/opt/mine": cpython("4.0.0")}).runnable
        assert mine.timing == Timing()

    def test_without_an_answer_it_is_broken_and_missing(self):
        result = self.survey({})
        assert result.broken == (Broken(("/opt/mine",), "matrix", "printed nothing", "my-python"),)
        missing = result.missing[-1]
        assert (missing.name, missing.why) == ("my-python", "printed nothing")
        assert missing.remedy == "mend `command` in /home/ann/mine.toml"


def test_the_fingerprint_is_the_binarys(tmp_path):
    path = executable(tmp_path / "python")
    (before,) = surveyed({str(path): CPYTHON}).runnable
    executable(path, "something longer than before")
    (after,) = surveyed({str(path): CPYTHON}).runnable
    assert before.fingerprint != after.fingerprint


def test_by_default_the_machine_is_searched(monkeypatch):
    monkeypatch.setattr(module, "find", lambda _: found("/here"))
    assert names(survey(MATRIX, ask=Told({"/here": JYTHON})).runnable) == ["jython-2.7"]


def test_an_interpreter_of_ones_own_that_is_gone_is_named_and_the_others_are_there(tmp_path):
    gone = OwnInterpreter(kind="mine", command=("/opt/none/python",), file="mine.toml", name="mine")
    python = executable(tmp_path / "python3.13", says(CPYTHON))
    own = Candidate(gone.command, "matrix", name="mine", kind="mine")
    found = survey(
        Matrix(load_matrix().families, (gone,)),
        ask=Probe(tmp_path / "probe.py"),
        candidates=merge((own, Candidate((str(python),), "PATH"))),
    )
    assert [one.name for one in found.runnable] == ["cpython-3.13"]
    (missing,) = [one for one in found.missing if one.name == "mine"]
    assert missing.why == "can't be started: No such file or directory"
    assert missing.remedy == "mend `command` in mine.toml"
