from __future__ import annotations

import base64
import hashlib
import io
import os
import subprocess
import tarfile
from pathlib import Path

import pytest

from gilometer.errors import ProvisionError
from gilometer.interpreters.candidate import Candidate
from gilometer.interpreters.probe import SCRIPT, Probe
from gilometer.interpreters.provision.provisioner import Description
from gilometer.interpreters.provision.pyodide import RUNNER, Pyodide
from gilometer.interpreters.provision.reach import UnreachableError
from gilometer.locations import workloads_folder
from gilometer.model import Facts
from tests import required
from tests.interpreters.builders import executable
from tests.interpreters.provisioning import Listener, silent


def package() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        content = b"export function loadPyodide() {}"
        info = tarfile.TarInfo("package/pyodide.mjs")
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


PACKAGE = package()
INTEGRITY = base64.b64encode(hashlib.sha512(PACKAGE).digest()).decode()
SENDS = """
echo "npm http fetch GET 200 https://registry.example/pyodide 20ms" >&2
while [ "$1" != --pack-destination ]; do shift; done
cp {package} "$2/pyodide-314.0.7.tgz"
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A cache of its own, and a PATH with a Node and an npm that knows one package."""
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "package.tgz").write_bytes(PACKAGE)
    executable(tmp_path / "bin" / "node", "echo v20.19.0")
    executable(tmp_path / "bin" / "npm", SENDS.format(package=tmp_path / "package.tgz"))
    (tmp_path / "bin" / "cp").symlink_to("/bin/cp")
    return tmp_path


def pyodide() -> Pyodide:
    return Pyodide(INTEGRITY)


def kept(place: Path) -> list[str]:
    return [path.name for path in (place / "cache" / "provisioned").iterdir()]


def test_the_offer_says_what_it_is():
    assert Pyodide().description == Description("Pyodide 314.0.7, CPython in WebAssembly", "npm", 7)


def test_node_starts_it_once_it_was_fetched(place):
    assert pyodide().fetched() == ()
    listener = Listener()
    pyodide().fetch(listener)
    folder = place / "cache" / "provisioned" / "pyodide-314.0.7"
    command = (str(place / "bin" / "node"), str(RUNNER), str(folder / "package" / "pyodide.mjs"))
    assert pyodide().fetched() == (Candidate(command, "provisioned", timeout_s=60),)
    assert all(Path(word).is_file() for word in command)
    assert listener.told == ["npm pack pyodide@314.0.7", 0]


def test_what_was_fetched_can_not_run_when_node_is_gone(place):
    pyodide().fetch(silent)
    (place / "bin" / "node").unlink()
    assert pyodide().fetched() == ()


def test_another_package_than_the_one_known_is_never_unpacked(place):
    (place / "package.tgz").write_bytes(PACKAGE + b"more")
    with pytest.raises(ProvisionError, match=r"pyodide-314\.0\.7\.tgz came damaged, or is another file"):
        pyodide().fetch(silent)
    assert kept(place) == [".pyodide-314.0.7.lock"]


@pytest.mark.parametrize(("said", "told"), [("v18.19.0", r"v18\.19\.0"), ("", "nothing")])
def test_too_old_a_node_is_one_sentence(place, said, told):
    executable(place / "bin" / "node", f"echo {said}")
    with pytest.raises(
        ProvisionError, match=rf"Pyodide needs Node 20, and .*node is {told}; install Node 20"
    ):
        pyodide().fetch(silent)


@pytest.mark.parametrize(
    ("tool", "remedy"),
    [
        ("node", r"install Node 20 or newer \(https://nodejs.org\)"),
        ("npm", "it comes with Node, or in a package of its own"),
    ],
)
def test_without_a_tool_the_remedy_is_told(place, tool, remedy):
    (place / "bin" / tool).unlink()
    with pytest.raises(ProvisionError, match=f"{tool} is needed and not on PATH; {remedy}"):
        pyodide().fetch(silent)


def test_no_network_is_one_sentence(place):
    error = "npm error code ENOTFOUND\\nnpm error network request to https://registry.example/pyodide failed"
    executable(place / "bin" / "npm", f"printf '{error}, reason: getaddrinfo ENOTFOUND\\n' >&2; exit 1")
    with pytest.raises(UnreachableError, match=r"Pyodide 314\.0\.7 could not be fetched from npm \("):
        pyodide().fetch(silent)


# --- the real one ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real() -> Candidate:
    """The real Pyodide, kept in the user's own cache."""
    try:
        Pyodide().fetch(silent)
    except ProvisionError as error:
        required.absent("pyodide-3.14", str(error))
    (candidate,) = Pyodide().fetched()
    return candidate


def run(real: Candidate, folder: Path, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script by a relative path, from its folder."""
    (folder / "script.py").write_text(script)
    return subprocess.run(
        [*real.command, "script.py", *arguments],
        cwd=folder,
        input="typed\n",
        env={**os.environ, "SNAKE": "python"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.network
def test_the_real_one_says_what_it_is(real):
    facts = Probe(workloads_folder() / SCRIPT)(real)
    assert isinstance(facts, Facts)
    assert (facts.implementation, facts.implementation_version) == ("pyodide", "314.0.7")
    assert "threading" not in facts.capabilities


@pytest.mark.network
def test_a_script_sees_its_arguments_the_environment_the_streams_and_the_files(real, tmp_path):
    script = """
import os, sys
open("made", "w").write("by " + os.environ["SNAKE"])
print(__name__, sys.argv, os.getcwd(), sys.stdin.read().strip())
sys.stderr.write("aside")
"""
    ended = run(real, tmp_path, script, "one", "--two")
    assert ended.stdout == f"__main__ ['script.py', 'one', '--two'] {tmp_path} typed\n"
    assert ended.stderr == "aside"
    assert ended.returncode == 0
    assert (tmp_path / "made").read_text() == "by python"


@pytest.mark.network
@pytest.mark.parametrize(
    ("script", "status", "last"),
    [
        ("raise SystemExit(3)", 3, ""),
        ("import os; os._exit(4)", 4, ""),
        ("raise ValueError('no')", 1, "ValueError: no"),
    ],
)
def test_the_exit_status_of_a_script_is_its_own(real, tmp_path, script, status, last):
    ended = run(real, tmp_path, script)
    assert ended.returncode == status
    assert ended.stderr.strip().rpartition("\n")[2] == last
