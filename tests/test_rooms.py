"""The house: a stage imports only from stages before it, from model and from errors."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

HARNESS = Path(__file__).parents[1] / "harness" / "gilometer"
ROOMS = (
    "stats",
    "interpreters",
    "machine",
    "claims",
    "plan",
    "runs",
    "run",
    "analysis",
    "report",
)
EVERYWHERE = {
    "model",
    "errors",
    "files",
    "suggest",
    "commands",
    "decoding",
    "printing",
    "streams",
    "locations",
    "asking",
    "cards",
    "environment",
    "extras",
    "signals",
    "__version__",
}
HEAVY = {"pandas", "numpy", "scipy", "matplotlib", "ruptures", "jinja2"}


def imported(path: Path) -> set[str]:
    """All modules that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module or ""}
    return found


def files_of(room: str) -> list[Path]:
    return sorted((HARNESS / room).rglob("*.py"))


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_from_earlier_rooms(room):
    allowed = {*ROOMS[: ROOMS.index(room) + 1], *EVERYWHERE}
    for path in files_of(room):
        for module in imported(path):
            package, _, rest = module.partition(".")
            if package == "gilometer" and rest:
                assert rest.partition(".")[0] in allowed, f"{path} imports {module}"


@pytest.mark.parametrize("room", ["interpreters", "machine", "plan", "runs", "run"])
def test_the_rooms_before_analysis_import_nothing_heavy(room):
    for path in files_of(room):
        heavy = {module.partition(".")[0] for module in imported(path)} & HEAVY
        assert not heavy, f"{path} imports {heavy}"


def test_the_plan_has_its_statistics_from_their_room():
    for path in files_of("plan"):
        assert "statistics" not in imported(path), path


def test_a_run_starts_without_anything_heavy():
    code = f"import sys, gilometer.run.measure; assert not {HEAVY} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": str(HARNESS.parent)})


def test_plan_and_analysis_are_pure():
    impure = {"subprocess", "os", "time", "datetime", "pathlib.Path.open", "shutil", "tempfile"}
    for path in files_of("stats") + files_of("plan") + files_of("analysis"):
        assert not imported(path) & impure, path


def test_only_the_command_line_and_programs_that_stand_alone_exit():
    for path in HARNESS.rglob("*.py"):
        if path.name not in {"__main__.py", "supervisor.py", "database.py"} and "cli" not in path.parts:
            assert "sys.exit" not in path.read_text(), path


@pytest.mark.parametrize("name", ["supervisor.py", "services/database.py", "services/remote_api.py"])
def test_programs_of_its_own_stand_alone(name):
    assert not [module for module in imported(HARNESS / "run" / name) if "gilometer" in module]


def test_all_is_printed_through_one_console_or_one_function():
    """So that no text of strangers reaches a terminal as it is."""
    own = {HARNESS / "report" / "terminal" / "console.py", HARNESS / "streams.py"}
    programs = {HARNESS / "run" / "services" / name for name in ("database.py", "remote_api.py")}
    for path in sorted({*HARNESS.rglob("*.py")} - own - programs):
        for node in ast.walk(ast.parse(path.read_text())):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            assert called not in {"print", "Console", "typer.echo"}, path
            assert not called.endswith(("stdout.write", "stderr.write")), path
