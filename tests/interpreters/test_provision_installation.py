from __future__ import annotations

import errno
import fcntl
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from gilometer.errors import ProvisionError
from gilometer.interpreters.provision.installation import RECEIPT, Installation
from gilometer.interpreters.provision.stopping import listen_to

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = b"a Python in a file"


@pytest.fixture(autouse=True)
def parent(tmp_path, monkeypatch):
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path))
    return tmp_path / "provisioned"


@pytest.fixture
def installation():
    return Installation("snake-1.0")


def make(draft: Path) -> None:
    (draft / "bin").mkdir()
    (draft / "bin" / "snake").write_bytes(CONTENT)
    (draft / "python").symlink_to("bin/snake")
    (draft / "lib").symlink_to("bin")


def refuse(_draft: Path) -> None:
    raise AssertionError("it should have been left as it is")


def entries(parent: Path) -> list[str]:
    return sorted(path.name for path in parent.iterdir())


def test_an_empty_one_is_not_whole(installation):
    assert not installation.is_whole()
    assert not installation.is_undamaged()


def test_what_was_made_stands_under_its_name(installation, parent):
    installation.make(make)
    assert installation.folder == parent / "snake-1.0"
    assert (installation.folder / "python").read_bytes() == CONTENT
    assert installation.is_whole()
    assert installation.is_undamaged()
    assert entries(parent) == [".snake-1.0.lock", "snake-1.0"]


def test_what_is_undamaged_is_not_made_again(installation):
    installation.make(make)
    installation.make(refuse)


def test_another_version_is_another_installation(installation):
    installation.make(make)
    assert not Installation("snake-1.1").is_whole()


def damage_content(folder: Path) -> None:
    (folder / "bin" / "snake").write_bytes(CONTENT.swapcase())


def damage_size(folder: Path) -> None:
    (folder / "bin" / "snake").write_bytes(CONTENT[:-1])


def damage_link(folder: Path) -> None:
    (folder / "python").unlink()
    (folder / "python").symlink_to("bin/other")


def remove_file(folder: Path) -> None:
    (folder / "bin" / "snake").unlink()


def remove_link_to_folder(folder: Path) -> None:
    (folder / "lib").unlink()


def empty_receipt(folder: Path) -> None:
    (folder / RECEIPT).write_text("[]")


def break_receipt(folder: Path) -> None:
    (folder / RECEIPT).write_text("[{")


def remove_receipt(folder: Path) -> None:
    (folder / RECEIPT).unlink()


@pytest.mark.parametrize(
    "damage",
    [damage_size, remove_file, remove_link_to_folder, empty_receipt, break_receipt, remove_receipt],
)
def test_what_is_not_whole_is_seen_at_a_glance(installation, damage):
    installation.make(make)
    damage(installation.folder)
    assert not installation.is_whole()
    assert not installation.is_undamaged()


@pytest.mark.parametrize("damage", [damage_content, damage_link])
def test_damage_that_keeps_the_size_is_seen_by_reading(installation, damage):
    installation.make(make)
    damage(installation.folder)
    assert installation.is_whole()
    assert not installation.is_undamaged()


@pytest.mark.parametrize("damage", [damage_content, damage_size, remove_receipt])
def test_what_is_damaged_is_made_again(installation, parent, damage):
    installation.make(make)
    damage(installation.folder)
    installation.make(make)
    assert installation.is_undamaged()
    assert entries(parent) == [".snake-1.0.lock", "snake-1.0"]


def test_what_an_interpreter_compiles_when_it_runs_is_no_damage(installation):
    def compiled(draft: Path) -> None:
        make(draft)
        (draft / "bin" / "__pycache__").mkdir()
        (draft / "bin" / "__pycache__" / "snake.pyc").write_bytes(b"old")

    installation.make(compiled)
    (installation.folder / "bin" / "__pycache__" / "snake.pyc").write_bytes(b"newer")
    assert installation.is_undamaged()


def test_a_failure_leaves_nothing(installation, parent):
    def fail(draft: Path) -> None:
        make(draft)
        raise ProvisionError("no connection")

    with pytest.raises(ProvisionError, match="no connection"):
        installation.make(fail)
    assert not installation.is_whole()
    assert entries(parent) == [".snake-1.0.lock"]


def test_a_failure_to_mend_leaves_what_was_there(installation):
    installation.make(make)
    damage_content(installation.folder)

    def fail(_draft: Path) -> None:
        raise ProvisionError("no connection")

    with pytest.raises(ProvisionError, match="no connection"):
        installation.make(fail)
    assert (installation.folder / "bin" / "snake").read_bytes() == CONTENT.swapcase()


def test_what_a_killed_process_left_is_cleared_away(installation, parent):
    for name in (".snake-1.0.draft", ".snake-1.0.old"):
        (parent / name / "bin").mkdir(parents=True)
        (parent / name / "bin" / "snake").write_bytes(CONTENT[:3])
    installation.make(make)
    assert entries(parent) == [".snake-1.0.lock", "snake-1.0"]


def test_a_full_disk_is_one_sentence(installation, parent):
    def fill_up(draft: Path) -> None:
        make(draft)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(ProvisionError) as caught:
        installation.make(fill_up)
    assert str(caught.value) == f"snake-1.0 can't be kept in {parent}: No space left on device"
    assert entries(parent) == [".snake-1.0.lock"]


def test_a_cache_that_cannot_be_written_is_one_sentence(installation, parent):
    parent.write_text("not a folder")
    with pytest.raises(ProvisionError, match=r"snake-1\.0 can't be kept in .*: "):
        installation.make(make)


def test_a_second_one_waits_for_the_first_and_makes_nothing(installation, monkeypatch):
    started, go_on, waiting = threading.Event(), threading.Event(), threading.Event()

    def slow(draft: Path) -> None:
        started.set()
        assert go_on.wait(30)
        make(draft)

    def sleep(_seconds: float) -> None:
        waiting.set()
        assert go_on.wait(30)

    monkeypatch.setattr("gilometer.interpreters.provision.installation.time.sleep", sleep)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(installation.make, slow)
        assert started.wait(30)
        second = pool.submit(installation.make, refuse)
        assert waiting.wait(30)
        go_on.set()
        first.result(30)
        second.result(30)


def test_who_waits_can_be_stopped(installation, parent):
    parent.mkdir()
    stop = threading.Event()
    stop.set()

    def wait() -> None:
        listen_to(stop)
        installation.make(refuse)

    with (parent / ".snake-1.0.lock").open("w") as held, ThreadPoolExecutor(1) as pool:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(ProvisionError, match="interrupted"):
            pool.submit(wait).result(30)
