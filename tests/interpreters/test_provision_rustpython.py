from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from gilometer.errors import ProvisionError
from gilometer.interpreters.candidate import Candidate
from gilometer.interpreters.probe import SCRIPT, Probe
from gilometer.interpreters.provision.installation import RECEIPT
from gilometer.interpreters.provision.reach import UnreachableError
from gilometer.interpreters.provision.rustpython import RustPython
from gilometer.locations import workloads_folder
from gilometer.model import Facts
from tests import required
from tests.interpreters.builders import executable
from tests.interpreters.provisioning import Listener, silent

if TYPE_CHECKING:
    from pathlib import Path

COMPILES = """
echo "    Updating crates.io index" >&2
echo "  Installing rustpython v0.4.0" >&2
echo "   Compiling libc v0.2.169" >&2
while [ $# -gt 0 ]; do
    case $1 in --root) root=$2 ;; --target-dir) target=$2 ;; esac
    shift
done
mkdir -p "$root/bin" "$target/release"
printf '#!/bin/sh\\necho snake "$@"\\n' > "$root/bin/rustpython"
chmod +x "$root/bin/rustpython"
"""


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A cache of its own, and a PATH that has a linker, and cargo once a test puts it there."""
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    executable(tmp_path / "bin" / "cc")
    for tool in ("mkdir", "chmod"):
        (tmp_path / "bin" / tool).symlink_to(f"/bin/{tool}")
    return tmp_path


def put_cargo(place: Path, script: str) -> None:
    executable(place / "bin" / "cargo", script)


def kept(place: Path) -> list[str]:
    return [path.name for path in (place / "cache" / "provisioned").iterdir()]


def test_the_offer_says_that_it_takes_a_while():
    description = RustPython().description
    assert description.title == "RustPython 0.4.0, without a GIL"
    assert description.source == "crates.io, and compiled here in about 5 minutes"


def test_the_binary_is_there_once_it_was_compiled(place):
    put_cargo(place, COMPILES)
    assert RustPython().fetched() == ()
    RustPython().fetch(silent)
    folder = place / "cache" / "provisioned" / "rustpython-0.4.0"
    (candidate,) = RustPython().fetched()
    assert candidate == Candidate((str(folder / "bin" / "rustpython"),), "provisioned")
    ended = subprocess.run([*candidate.command, "x"], capture_output=True, text=True, check=True)
    assert ended.stdout == "snake x\n"
    assert {path.name for path in folder.iterdir()} == {"bin", RECEIPT}


def test_the_lines_of_cargo_are_its_steps(place):
    put_cargo(place, COMPILES)
    listener = Listener()
    RustPython().fetch(listener)
    assert listener.told[::2] == [
        "Updating crates.io index",
        "Installing rustpython v0.4.0",
        "Compiling libc v0.2.169",
    ]


def test_the_versions_of_all_that_it_needs_are_fixed(place):
    put_cargo(place, f'echo "$@" > {place / "words"}\n{COMPILES}')
    RustPython().fetch(silent)
    words = (place / "words").read_text()
    assert words.startswith("install rustpython --version 0.4.0 --locked --features freeze-stdlib --root ")


def test_without_cargo_the_remedy_is_told():
    with pytest.raises(ProvisionError) as caught:
        RustPython().fetch(silent)
    assert str(caught.value) == "cargo is needed and not on PATH; install Rust (https://rustup.rs)"


def test_without_a_linker_the_remedy_is_told_before_anything_is_compiled(place):
    put_cargo(place, "echo compiled > compiled")
    (place / "bin" / "cc").unlink()
    with pytest.raises(ProvisionError, match="cc is needed and not on PATH; install a C compiler"):
        RustPython().fetch(silent)
    assert kept(place) == [".rustpython-0.4.0.lock"]


def test_too_old_a_rust_is_said_in_its_own_words(place):
    old = "cannot install package `rustpython 0.4.0`, it requires rustc 1.75.0 or newer"
    put_cargo(place, f"echo 'error: {old}' >&2; exit 101")
    with pytest.raises(ProvisionError, match=r"RustPython 0\.4\.0 could not be compiled \(.* rustc 1\.75\.0"):
        RustPython().fetch(silent)
    assert RustPython().fetched() == ()
    assert kept(place) == [".rustpython-0.4.0.lock"]


def test_no_network_is_one_sentence(place):
    lines = (
        "    Updating crates.io index",
        "error: failed to fetch config.json",
        "Caused by:",
        "  [7] Could not connect to server (Failed to connect to crates.io port 443)",
    )
    put_cargo(place, "\n".join(f"echo '{line}' >&2" for line in lines) + "\nexit 101")
    with pytest.raises(UnreachableError) as caught:
        RustPython().fetch(silent)
    assert str(caught.value).startswith("RustPython 0.4.0 could not be compiled (")
    assert "\n" not in str(caught.value)


@pytest.mark.network
def test_the_real_one_runs(monkeypatch):
    if "rustpython" not in required.required_names():
        pytest.skip("RustPython takes minutes to compile, done only where GILOMETER_REQUIRE names rustpython")
    monkeypatch.undo()
    RustPython().fetch(silent)
    (candidate,) = RustPython().fetched()
    facts = Probe(workloads_folder() / SCRIPT)(candidate)
    assert isinstance(facts, Facts)
    assert (facts.implementation, facts.version, facts.gil) == ("rustpython", "3.12.0", False)
