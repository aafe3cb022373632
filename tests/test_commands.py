from __future__ import annotations

import ast
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import gilometer
from gilometer import commands
from gilometer.commands import STARTED_BY_NOX, as_typed, installed, typed
from gilometer.report.sections import about

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
HARNESS = Path(gilometer.__file__).parent
MAY_SAY_NOX = {Path(commands.__file__), Path(about.__file__)}
"""The function that decides, and the sentence of a report that tells readers with a clone what to type."""


@pytest.fixture
def within_nox(monkeypatch):
    monkeypatch.setenv(STARTED_BY_NOX, "1")


def test_after_an_installation_a_command_begins_with_the_name_of_the_program():
    assert typed("compare", "--resume", Path("a b")) == "gilometer compare --resume 'a b'"
    assert typed("doctor") == "gilometer doctor"
    assert as_typed("gilometer provision jython") == "gilometer provision jython"


@pytest.mark.usefixtures("within_nox")
def test_within_nox_a_command_is_a_session():
    assert typed("compare", "--resume", Path("a b")) == "nox -s compare -- --resume 'a b'"
    assert typed("doctor") == "nox -s doctor"
    assert as_typed("gilometer provision jython") == "nox -s provision -- jython"


@pytest.mark.usefixtures("within_nox")
def test_other_programs_and_reports_are_not_concerned():
    assert as_typed("pyenv install 3.6") == "pyenv install 3.6"
    assert installed("report", "reports/run") == "gilometer report reports/run"


def test_the_sessions_of_nox_set_the_variable():
    assert f'"{STARTED_BY_NOX}": "1"' in (ROOT / "noxfile.py").read_text(encoding="utf-8")


def test_every_command_of_the_program_is_a_session_of_the_same_name():
    sessions = {
        node.name
        for node in ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.decorator_list
    }
    from gilometer.cli.app import app  # noqa: PLC0415

    names = {one.name or getattr(one.callback, "__name__", "") for one in app.registered_commands}
    assert names - {"try"} <= sessions  # which measures code where the person stands, not in the clone


def words_of(path: Path) -> Iterator[str]:
    """All texts of a module, but for those that describe code."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    described = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described:
            yield node.value


def test_no_error_or_hint_names_nox_by_itself():
    texts = {path: list(words_of(path)) for path in HARNESS.rglob("*.py") if path not in MAY_SAY_NOX}
    assert {path for path, own in texts.items() if any("nox" in text for text in own)} == set()
    assert any("did you mean" in text for own in texts.values() for text in own)


def test_no_file_of_the_matrix_names_nox():
    remedies = [
        remedy
        for path in (HARNESS / "interpreters").glob("*.toml")
        for found in [tomllib.loads(path.read_text(encoding="utf-8"))]
        for remedy in (found["add"], *found.get("add_by_version", {}).values())
    ]
    assert any(remedy.startswith("gilometer provision ") for remedy in remedies)
    assert not [remedy for remedy in remedies if "nox" in remedy]
