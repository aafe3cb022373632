"""``--assert`` as it is typed, on a run whose truth is known."""

from __future__ import annotations

import pytest

from gilometer.runs import folder as run_folder
from gilometer.runs.store import Store
from tests.cli.running import gilometer
from tests.records import World, interpreter, manifest, plan, run, work


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """The folder of a run in which threads make fib no faster, but sleep."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    interpreters = [interpreter("cpython-3.13"), interpreter("cpython-3.13t", gil=False)]
    of = manifest(plan(interpreters, [work("fib"), work("sleep", "io")]))
    world = World(threads={("cpython-3.13t", "fib"): 1.9, ("", "sleep"): 1.95}, spread=0.01)
    run_folder.create(folder, of)
    with Store(folder, of.run, run_folder.digest(of.plan)) as samples:
        samples.append(list(run(of.plan, world, 8))[1:])
    return folder


def test_what_is_as_asserted_ends_well(measured):
    ended = gilometer(
        "report", str(measured), "--assert", "C2 holds on cpython-*", "--assert", "C1 holds on *"
    )
    assert ended.returncode == 0, ended.stdout
    assert "Assertion" not in ended.stdout


def test_what_is_otherwise_is_told_after_the_report_and_the_status_is_1(measured):
    ended = gilometer(
        "report", str(measured), "--assert", "C1 holds on *", "--assert", "C2 refuted on cpython-*"
    )
    assert ended.returncode == 1
    said = ended.stdout.partition("Report: ")[2]
    assert "Assertion failed: C2 refuted on cpython-*\n  holds: On cpython-3.13, 2 threads run fib" in said
    assert said.count("Assertion failed") == 1
    assert (measured / "verdicts.json").is_file()


def test_a_name_that_matches_nothing_is_a_failure(measured):
    ended = gilometer("report", str(measured), "--assert", "C2 holds on pypi*")
    assert ended.returncode == 1
    assert "No interpreter of this run is called pypi*." in ended.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("compare", "--assert", "C2 hold on *"), "'hold' is no verdict; did you mean `holds`?"),
        (("compare", "--assert", "C99 holds on *"), "there is no claim C99; did you mean `C9`?"),
        (("plan", "--assert", "fib is slow"), 'write it as "C2 holds on cpython-*"'),
        (("report", "nowhere", "--assert", "C2"), 'write it as "C2 holds on cpython-*"'),
        (("compare", "--resume", "nowhere", "--assert", "C2"), 'write it as "C2 holds on cpython-*"'),
        (("compare", "--resume", "nowhere", "--assert", "C2 holds on *"), "nowhere is not a run's folder"),
    ],
)
def test_a_mistake_is_one_sentence_before_anything_is_measured(tmp_path, monkeypatch, words, sentence):
    monkeypatch.chdir(tmp_path)
    ended = gilometer(*words)
    assert ended.returncode == 2
    assert sentence in ended.stderr
    assert ended.stdout == ""
    assert list(tmp_path.iterdir()) == []
