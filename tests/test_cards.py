from __future__ import annotations

import shutil

import pytest

from gilometer.cards import digest_of, read_card, read_cards
from gilometer.errors import WorkloadError
from gilometer.locations import workloads_folder


def test_every_workload_of_the_project_has_a_card():
    names = {card.name for card in read_cards(workloads_folder()).cards}
    assert {"fib", "files", "mixed", "nested_loops", "sha256", "sleep"} <= names


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("raise SystemExit(3)", "does not describe itself: exit status 3"),
        ("1/0", "exit status 1: ZeroDivisionError: division by zero"),
        ("print('{}')", "Object missing required field"),
        ("", "does not describe itself"),
    ],
)
def test_a_script_that_can_not_describe_itself_is_named(tmp_path, code, sentence):
    script = tmp_path / "odd.py"
    script.write_text(code)
    with pytest.raises(WorkloadError, match=sentence):
        read_card(script)


def test_a_script_that_hangs_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("gilometer.cards.TIMEOUT_S", 0.1)
    script = tmp_path / "hangs.py"
    script.write_text("import time; time.sleep(60)")
    with pytest.raises(WorkloadError, match=r"no answer in 0.1 s; try `python "):
        read_card(script)


def test_a_folder_without_workloads_is_refused(tmp_path):
    (tmp_path / "_shared.py").touch()
    with pytest.raises(WorkloadError, match="holds no workload scripts"):
        read_cards(tmp_path)


def test_the_digest_changes_with_any_script_and_its_name(tmp_path):
    (tmp_path / "a.py").write_text("x")
    first = digest_of(tmp_path)
    (tmp_path / "a.py").write_text("y")
    second = digest_of(tmp_path)
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    assert len({first, second, digest_of(tmp_path)}) == 3


def test_a_stray_script_does_not_hide_the_others(tmp_path):
    for script in workloads_folder().glob("*.py"):
        shutil.copy(script, tmp_path)
    (tmp_path / "stray.py").write_text("import no_such_module")
    found = read_cards(tmp_path)
    assert found.cards == read_cards(workloads_folder()).cards
    (fault,) = found.faults
    assert "stray.py does not describe itself: exit status 1: ModuleNotFoundError" in fault
