from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
import pytest

from gilometer.errors import ProvisionError
from gilometer.interpreters.candidate import Candidate
from gilometer.interpreters.probe import SCRIPT, Probe
from gilometer.interpreters.provision.graalpy import LOCK, GraalPy, Lock
from gilometer.interpreters.provision.java import Java
from gilometer.interpreters.provision.provisioner import Artifact, Description
from gilometer.locations import workloads_folder
from gilometer.model import Facts
from tests import required
from tests.interpreters.builders import executable
from tests.interpreters.provisioning import Listener, silent

if TYPE_CHECKING:
    from pathlib import Path

MAIN = "org.graalvm.py.launcher/com.oracle.graal.python.shell.GraalPythonMain"
JDK = Java("/opt/jdk/bin/java", 25, takes_compilers=True)
JRE = Java("/opt/jre/bin/java", 25, takes_compilers=False)
OLD = Java("/opt/old/bin/java", 17, takes_compilers=True)
NEWER = Java("/opt/newer/bin/java", 26, takes_compilers=True)


def artifact(name: str) -> Artifact:
    return Artifact("org.example", name, "1.0", hashlib.sha256(name.encode()).hexdigest())


def sent(artifact: Artifact, folder: Path, progress) -> Path:
    """A fetcher of jars whose content is their name."""
    path = folder / "anywhere"
    with progress(artifact.filename, 5):
        path.write_text(artifact.name)
    return path


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "provisioned"


@pytest.fixture
def lock(tmp_path):
    path = tmp_path / "lock.toml"
    content = Lock("1.0", 3, artifact("compiler"), (artifact("truffle"), artifact("python")))
    path.write_bytes(msgspec.toml.encode(content))
    return path


@pytest.fixture
def java(tmp_path):
    """A JRE that unpacks GraalPy's library into the folder that its option names."""
    find = 'for each; do case $each in *userResourceCache=*) folder="${each#*=}"; esac; done'
    path = executable(tmp_path / "jre" / "java", f'{find}\necho ok > "$folder/library"\necho "$@" > words')
    return Java(str(path), 25, takes_compilers=False)


def command(folder: Path, java: Java, *options: str) -> tuple[str, ...]:
    """What starts it, given what differs between Javas."""
    return (
        java.path,
        *options,
        "--enable-native-access=ALL-UNNAMED,org.graalvm.truffle",
        "--sun-misc-unsafe-memory-access=allow",
        f"-Dpolyglot.engine.userResourceCache={folder / 'resources'}",
        "--module-path",
        str(folder / "modules"),
        "-m",
        MAIN,
    )


def fetched_with(lock: Path, *javas: Java) -> tuple[Candidate, ...]:
    return GraalPy(lock, sent, lambda: javas).fetched()


def test_the_offer_says_how_much_it_is():
    assert GraalPy().description == Description("GraalPy 25.0.1, with a GIL", "Maven Central", 197)


def test_all_its_jars_have_digests():
    lock = msgspec.toml.decode(LOCK.read_bytes(), type=Lock)
    jars = (lock.compiler, *lock.modules)
    assert "python-language-25.0.1.jar" in {jar.filename for jar in jars}
    assert {len(jar.sha256) for jar in jars} == {64}
    assert len({jar.filename for jar in jars}) == len(jars) > 20


def test_its_jars_and_its_library_are_there_once_it_was_fetched(cache, lock, java):
    one = GraalPy(lock, sent, lambda: [java])
    assert one.fetched() == ()
    listener = Listener()
    one.fetch(listener)
    assert listener.told[::2] == [
        "truffle-1.0.jar",
        "python-1.0.jar",
        "compiler-1.0.jar",
        "unpacking its library",
    ]
    kept = {str(path.relative_to(cache / "graalpy-1.0")) for path in cache.glob("*/*/*")}
    assert kept == {
        "modules/truffle-1.0.jar",
        "modules/python-1.0.jar",
        "compiler/compiler-1.0.jar",
        "resources/library",
    }
    assert (cache / "graalpy-1.0" / "words").read_text().endswith(f" -m {MAIN} -c pass\n")


@pytest.mark.parametrize("javas", [(OLD, JRE, JDK, NEWER), (NEWER, JDK)])
def test_on_a_java_that_takes_its_compiler_it_has_its_jit(cache, lock, java, javas):
    GraalPy(lock, sent, lambda: [java]).fetch(silent)
    folder = cache / "graalpy-1.0"
    compiler = ("--upgrade-module-path", str(folder / "compiler"))
    options = ("-XX:+UnlockExperimentalVMOptions", "-XX:+EnableJVMCI", *compiler)
    expected = Candidate(command(folder, JDK, *options), "provisioned", timeout_s=120)
    assert fetched_with(lock, *javas) == (expected,)


@pytest.mark.parametrize(("javas", "used"), [((OLD, JRE), JRE), ((NEWER, JRE), NEWER)])
def test_on_another_it_is_interpreted_without_complaint(cache, lock, java, javas, used):
    GraalPy(lock, sent, lambda: [java]).fetch(silent)
    (candidate,) = fetched_with(lock, *javas)
    quiet = "-Dpolyglot.engine.WarnInterpreterOnly=false"
    assert candidate.command == command(cache / "graalpy-1.0", used, quiet)


def test_without_a_java_that_is_new_enough_nothing_is_fetched(cache, lock):
    with pytest.raises(ProvisionError) as caught:
        GraalPy(lock, sent, lambda: [OLD], lambda _progress: None).fetch(silent)
    assert str(caught.value) == "GraalPy needs Java 25 or newer and none is here; install a JDK 25"
    assert not cache.exists()


def test_a_java_is_fetched_where_none_is_new_enough(cache, lock, java):
    here = [OLD]
    GraalPy(lock, sent, lambda: here, lambda _progress: here.append(java)).fetch(silent)
    assert (cache / "graalpy-1.0" / "modules").is_dir()


def test_what_was_fetched_can_not_run_when_its_java_is_gone(lock, java):
    GraalPy(lock, sent, lambda: [java]).fetch(silent)
    assert fetched_with(lock) == ()


def test_a_damaged_jar_is_never_used(cache, lock, java):
    def broken(artifact: Artifact, folder: Path, progress) -> Path:
        path = sent(artifact, folder, progress)
        path.write_text(artifact.name.replace("compiler", "comp"))
        return path

    with pytest.raises(ProvisionError, match=r"compiler-1\.0\.jar came damaged"):
        GraalPy(lock, broken, lambda: [java]).fetch(silent)
    assert [path.name for path in cache.iterdir()] == [".graalpy-1.0.lock"]


def test_one_that_does_not_start_is_not_kept(cache, lock, tmp_path):
    broken = executable(tmp_path / "java", "echo 'Error: Could not find or load main class' >&2; exit 1")
    with pytest.raises(ProvisionError, match=r"GraalPy could not be started \(Could not find or load main"):
        GraalPy(lock, sent, lambda: [Java(str(broken), 25, takes_compilers=False)]).fetch(silent)
    assert [path.name for path in cache.iterdir()] == [".graalpy-1.0.lock"]


@pytest.mark.network
def test_the_real_one_runs():
    if "graalpy" not in required.required_names():
        pytest.skip("GraalPy is 197 MB, fetched only where GILOMETER_REQUIRE names graalpy")
    real = GraalPy()
    real.fetch(silent)
    (candidate,) = real.fetched()
    facts = Probe(workloads_folder() / SCRIPT)(candidate)
    assert isinstance(facts, Facts)
    assert (facts.implementation, facts.implementation_version, facts.gil) == ("graalpy", "25.0.1", True)
    assert facts.jit == ("on" if "-XX:+EnableJVMCI" in candidate.command else "off")
