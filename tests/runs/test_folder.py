from __future__ import annotations

import contextlib
import fcntl
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from gilometer.errors import RunFolderError
from gilometer.model import SCHEMA, Timing
from gilometer.runs import folder as run_folder
from gilometer.runs import history
from tests import records

ROOT = Path(__file__).parents[2]
PLAN = records.plan([records.interpreter("cpython-3.13")], [records.work("fib")])
MANIFEST = records.manifest(PLAN)


def test_a_manifest_is_read_as_it_was_written(tmp_path):
    run_folder.create(tmp_path / "new" / "run", MANIFEST)
    assert run_folder.load(tmp_path / "new" / "run") == MANIFEST


def test_the_digest_tells_plans_apart():
    other = records.plan([records.interpreter("cpython-3.12")], [records.work("fib")])
    assert run_folder.digest(PLAN) != run_folder.digest(other)


def test_a_digest_survives_the_disk(tmp_path):
    run_folder.create(tmp_path, MANIFEST)
    assert run_folder.digest(run_folder.load(tmp_path).plan) == run_folder.digest(PLAN)


def test_a_folder_that_holds_a_run_is_not_written_over(tmp_path):
    run_folder.create(tmp_path, MANIFEST)
    with pytest.raises(RunFolderError, match="holds a run already; give --out another folder, or --resume"):
        run_folder.create(tmp_path, MANIFEST)


def create_when_told(folder, barrier, created):
    """Begin a run in a process of its own."""
    barrier.wait()
    with contextlib.suppress(RunFolderError):
        run_folder.create(folder, MANIFEST)
        created.put("one")


def test_of_runs_that_begin_at_once_one_gets_the_folder(tmp_path):
    fork = multiprocessing.get_context("fork")
    for number in range(20):
        barrier, created = fork.Barrier(4), fork.Queue()
        folder = tmp_path / str(number)
        racing = [fork.Process(target=create_when_told, args=(folder, barrier, created)) for _ in range(4)]
        for process in racing:
            process.start()
        for process in racing:
            process.join()
        assert created.get(timeout=10)
        assert created.empty()
        assert run_folder.load(folder) == MANIFEST


@pytest.fixture
def killed(tmp_path):
    """Kill a process that begins a run when its draft of the manifest is there, and give the folder."""
    folder = tmp_path / "run"
    code = f"""
        import os, signal
        from pathlib import Path
        from gilometer.runs import folder
        from tests.runs.test_folder import MANIFEST
        os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
        folder.create(Path({str(folder)!r}), MANIFEST)
    """
    ended = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=False, cwd=ROOT)
    assert ended.returncode == -signal.SIGKILL
    assert (folder / run_folder.MANIFEST).read_bytes() == b""
    assert len(list(folder.iterdir())) == 2  # a draft is beside it
    return folder


def test_what_a_kill_at_the_beginning_leaves_is_one_sentence(killed):
    for reader in (run_folder.load, history.read):
        with pytest.raises(RunFolderError, match="holds no run: `compare` was ended as it began one"):
            reader(killed)
    (told,) = history.read_all(killed.parent).unread
    assert told.endswith(f"begin it again, with --out {killed} to use this folder")


def test_it_is_used_for_another_run(killed):
    run_folder.create(killed, MANIFEST)
    assert run_folder.load(killed) == MANIFEST
    assert [path.name for path in killed.iterdir()] == [run_folder.MANIFEST]


def test_but_not_with_files_of_somebody_else_in_it(killed):
    (killed / "thesis.txt").touch()
    with pytest.raises(RunFolderError, match="holds other files than a run's"):
        run_folder.create(killed, MANIFEST)
    assert len(list(killed.iterdir())) == 3


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("gone")])
def test_nor_if_the_manifest_is_no_file(tmp_path, make):
    make(tmp_path / run_folder.MANIFEST)
    with pytest.raises(RunFolderError, match="holds other files than a run's"):
        run_folder.create(tmp_path, MANIFEST)


def test_nor_while_another_process_begins_a_run_in_it(killed):
    with (killed / run_folder.MANIFEST).open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(RunFolderError, match="holds a run already"):
            run_folder.create(killed, MANIFEST)
    assert len(list(killed.iterdir())) == 2


def test_a_manifest_that_comes_between_the_look_and_the_lock_is_not_written_over(tmp_path, monkeypatch):
    def write_and_lock(*_):
        monkeypatch.undo()
        run_folder.create(tmp_path, MANIFEST)

    monkeypatch.setattr(fcntl, "flock", write_and_lock)
    with pytest.raises(RunFolderError, match="holds a run already"):
        run_folder.create(tmp_path, replace(MANIFEST, run="another"))
    assert run_folder.load(tmp_path) == MANIFEST


def test_a_folder_with_other_files_takes_no_run(tmp_path):
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(RunFolderError, match="holds other files than a run's; give --out a new or an empty"):
        run_folder.create(tmp_path, MANIFEST)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_is_no_folder_for_a_run(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(RunFolderError, match="can't hold a run: File exists; give --out another folder"):
        run_folder.create(tmp_path / "file", MANIFEST)


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(RunFolderError, match="can't hold a run: Not a directory; give --out"):
        run_folder.create(tmp_path / "file" / "run", MANIFEST)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "is not a run's folder"),
        ("{", "is damaged"),
        ('{"schema": 1}', "is damaged"),
        ('{"schema": 99}', f"has schema 99 and this Gilometer reads up to {SCHEMA}; update Gilometer"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_one_sentence(tmp_path, text, sentence):
    if text is not None:
        (tmp_path / run_folder.MANIFEST).write_text(text)
    with pytest.raises(RunFolderError, match=sentence):
        run_folder.load(tmp_path)


def test_a_run_of_an_older_schema_has_its_timings_beside_the_other_fields_of_an_interpreter(tmp_path):
    data = msgspec.to_builtins(replace(MANIFEST, schema=3))
    (one,) = data["plan"]["interpreters"]
    one |= {"warm_up_s": 3.0, "patience_s": 60.0, "takes_turns": False}
    del one["timing"]
    (tmp_path / run_folder.MANIFEST).write_bytes(msgspec.json.encode(data))
    (read,) = run_folder.load(tmp_path).plan.interpreters
    timing = Timing(warm_up_s=3.0, patience_s=60.0, takes_turns=False)
    assert read == replace(PLAN.interpreters[0], timing=timing)


def test_latest_leads_to_the_newest_run(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        run_folder.point_latest_at(tmp_path / name)
    assert (tmp_path / "latest").resolve() == tmp_path / "two"


def test_a_real_folder_called_latest_is_left_alone(tmp_path):
    (tmp_path / "latest").mkdir()
    (tmp_path / "one").mkdir()
    run_folder.point_latest_at(tmp_path / "one")
    assert not (tmp_path / "latest").is_symlink()


@pytest.mark.parametrize("name", ["latest", "other/../latest", "20261127", "."])
def test_latest_never_leads_to_itself(tmp_path, monkeypatch, name):
    run = tmp_path / "20261127"
    run.mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "latest").symlink_to("20261127")
    monkeypatch.chdir(run if name == "." else tmp_path)
    run_folder.point_latest_at(Path(name))
    assert (tmp_path / "latest").readlink() == Path("20261127")
