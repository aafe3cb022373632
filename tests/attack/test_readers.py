"""Whatever is in a file or an answer, reading it ends in a result or in one sentence."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gilometer.errors import GilometerError
from gilometer.interpreters.matrix import load_matrix
from gilometer.runs import folder as run_folder
from gilometer.runs import store
from tests.attack.mutations import any_bytes
from tests.attack.targets import TARGETS, attack

EXAMPLES = 60
VALID = {name: valid() for name, (valid, _) in TARGETS.items()}


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_valid_is_read(name, tmp_path):
    assert attack(name, tmp_path, VALID[name])


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_damaged_one_is_read_or_refused_in_a_sentence(name, data):
    with tempfile.TemporaryDirectory() as folder:
        attack(name, Path(folder), data.draw(any_bytes(VALID[name])))


READERS = {run_folder.MANIFEST: run_folder.load, run_folder.SAMPLES: store.read}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "make",
    [
        os.mkfifo,
        os.mkdir,
        lambda path: path.symlink_to("/dev/zero"),
        lambda path: path.symlink_to(path.name),
        lambda path: os.truncate(os.open(path, os.O_CREAT | os.O_WRONLY), 3 << 30),
    ],
    ids=["pipe", "folder", "endless device", "link to itself", "3 GiB"],
)
def test_what_is_no_file_of_a_run_is_refused(name, make, tmp_path):
    make(tmp_path / name)
    with pytest.raises(GilometerError, match=f"{name} can't be read: "):
        READERS[name](tmp_path)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_nor_of_a_matrix(make, tmp_path):
    make(tmp_path / "own.toml")
    with pytest.raises(GilometerError, match=r"own\.toml can't be read: "):
        load_matrix(tmp_path / "own.toml")


def test_a_mark_at_the_beginning_of_a_matrix_file_is_read_over(tmp_path):
    assert attack("matrix files", tmp_path, b"\xef\xbb\xbf" + VALID["matrix files"])
