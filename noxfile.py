"""What a user runs. `nox --list` shows it; options after `--` go to the command behind a session.

The commands of the harness share one environment, which is made once. The sessions that check the harness
itself have one each.
"""

from __future__ import annotations

import shutil
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import nox
from nox.command import CommandFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

nox.needs_version = ">=2025.5.1"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["compare"]

MATRIX = Path(__file__).parent / "harness" / "gilometer" / "interpreters"
PROJECT = nox.project.load_toml("pyproject.toml")
SHARED = Path(__file__).parent / ".nox" / "compare"
"""The environment of the commands."""
UV = shutil.which("uv")


def names_in_matrix() -> Iterator[str]:
    """Each kind by its file's stem, then each of its versions by name."""
    for path in sorted(MATRIX.glob("*.toml")):
        family = tomllib.loads(path.read_text(encoding="utf-8"))
        yield path.stem
        pattern = family.get("name", f"{path.stem}-{{version}}")
        yield from (pattern.replace("{version}", version) for version in family.get("versions", []))


NAMES = list(names_in_matrix())


command = nox.session(venv_backend="none")
"""A session that runs a command of the harness in the shared environment."""


def gilometer(session: nox.Session, *arguments: str) -> None:
    """Run a command of the harness."""
    python = str(shared_python(session))
    env = {"PYTHONSAFEPATH": None, "GILOMETER_STARTED_BY_NOX": "1"}  # its hints name sessions
    session.run(python, "-m", "gilometer", *arguments, *session.posargs, env=env)


def shared_python(session: nox.Session) -> Path:
    """Return the Python of the shared environment, made anew or brought up to date if need be."""
    python, installed = SHARED / "bin" / "python", SHARED / "installed.toml"
    project = Path("pyproject.toml").read_text(encoding="utf-8")
    if not python.exists():
        make_environment(session)
    if not installed.exists() or installed.read_text(encoding="utf-8") != project:
        pip = (str(python), "-m", "pip", "install", "--no-compile", "--disable-pip-version-check")
        install = (UV, "pip", "install", "--python", str(python)) if UV else pip
        session.run(*install, "--quiet", "--editable", ".")
        installed.write_text(project, encoding="utf-8")
    return python


def make_environment(session: nox.Session) -> None:
    """Make an empty environment in place of what is there; virtualenv comes with nox."""
    shutil.rmtree(SHARED, ignore_errors=True)
    make = (UV, "venv", "--python", sys.executable) if UV else (sys.executable, "-m", "virtualenv")
    session.run(*make, "--quiet", str(SHARED))


@command
def compare(session: nox.Session) -> None:
    """Measure the interpreters of this machine, and write a report."""
    gilometer(session, "compare")


@command
@nox.parametrize("interpreter", NAMES, ids=NAMES)
def bench(session: nox.Session, interpreter: str) -> None:
    """Measure one interpreter alone."""
    gilometer(session, "compare", "--interpreter", interpreter)


@command
def plan(session: nox.Session) -> None:
    """Print the cells and the estimated time; run nothing."""
    gilometer(session, "plan")


@command
def workloads(session: nox.Session) -> None:
    """List the workloads by kind."""
    gilometer(session, "workloads")


@command
def doctor(session: nox.Session) -> None:
    """Tell what can run here, what would add the rest, and what bends figures."""
    gilometer(session, "doctor")


@command
def provision(session: nox.Session) -> None:
    """Fetch interpreters: `nox -s provision -- jython 3.14t`; without a name, list them."""
    gilometer(session, "provision")


@command
def add(session: nox.Session) -> None:
    """Add an interpreter of your own: `nox -s add -- NAME --command "/path/to/python -X dev"`."""
    gilometer(session, "add")


@command
def check(session: nox.Session) -> None:
    """Run every workload by every strategy once: `nox -s check -- -i NAME`; is it fit to be measured?"""
    gilometer(session, "check")


@command
def images(session: nox.Session) -> None:
    """Build container images: `nox -s images -- jython debian-sid`; without a name, list them."""
    gilometer(session, "images")


@command
def serve(session: nox.Session) -> None:
    """Run the servers that workloads talk to, to run scripts by hand; Ctrl-C ends them."""
    gilometer(session, "serve")


@command
def report(session: nox.Session) -> None:
    """Draw the report of a run again: `nox -s report -- reports/RUN`."""
    gilometer(session, "report")


@command
def diff(session: nox.Session) -> None:
    """Tell what changed from one run to another: `nox -s diff -- reports/A reports/B`."""
    gilometer(session, "diff")


@command
def export(session: nox.Session) -> None:
    """Write a run for other programs: `nox -s export -- reports/RUN --format pyperf`."""
    gilometer(session, "export")


@command
def history(session: nox.Session) -> None:
    """Show a figure over all runs: `nox -s history -- --of "cpython-3.13 fib threads 2"`."""
    gilometer(session, "history")


def install_group(session: nox.Session, group: str) -> None:
    """Install the harness with all that it can use, and what a group adds."""
    session.install("--quiet", "--editable", ".[all]", *nox.project.dependency_groups(PROJECT, group))


@nox.session
def tests(session: nox.Session) -> None:
    """Test the harness and the workloads: `nox -s tests -- -m fast` is the inner loop."""
    install_group(session, "test")
    keep_bytecode = {"PYTHONDONTWRITEBYTECODE": None}  # else each process compiles each test again
    session.run("pytest", "--numprocesses=auto", *session.posargs, env=keep_bytecode)


@nox.session
def coverage(session: nox.Session) -> None:
    """Test with branch coverage, which takes half as long again."""
    install_group(session, "test")
    session.run("pytest", "--numprocesses=auto", "--cov", "--cov-report=term", *session.posargs)


@nox.session
def lowest(session: nox.Session) -> None:
    """Test with the lowest versions of the dependencies that pyproject.toml allows."""
    session.install("uv")
    session.run("uv", "pip", "install", "--quiet", "--resolution=lowest-direct", "--editable", ".[all]")
    session.install("--quiet", *nox.project.dependency_groups(PROJECT, "test"))
    session.run("pytest", "--numprocesses=auto", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and format."""
    session.install("--quiet", *nox.project.dependency_groups(PROJECT, "lint"))
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Check types, strictly."""
    install_group(session, "types")
    session.run("mypy")


@nox.session
def perf(session: nox.Session) -> None:
    """Measure the harness itself: ratios taken in one run, interleaved."""
    harness_benchmarks = sorted(Path("benchmarks").glob("perf_*.py"))
    install_group(session, "browser")
    missed = []
    for script in harness_benchmarks:
        try:
            session.run("python", str(script), *session.posargs)
        except CommandFailed:  # the others are worth knowing all the same
            missed.append(script.name)
    if missed:
        session.error(f"missed their goals, or failed: {', '.join(missed)}")


@nox.session
def screenshot(session: nox.Session) -> None:
    """Take the picture of the sample's report that docs/reading-a-report.md begins with."""
    install_group(session, "browser")
    session.run("python", "-m", "tests.browser.screenshot")
