"""The built wheel, installed where nothing else of the project is."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    argv = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(argv, check=True, capture_output=True)
    (built,) = folder.glob("gilometer-*.whl")
    return built


@pytest.fixture(scope="module")
def site(wheel, tmp_path_factory):
    """A folder of packages with nothing in it but the wheel's content."""
    folder = tmp_path_factory.mktemp("installed") / "site"
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


def test_it_holds_the_harness_its_matrix_and_the_workloads(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "gilometer/claims/C2.toml",
        "gilometer/cli/__init__.py",
        "gilometer/interpreters/jython.toml",
        "gilometer/interpreters/images/jython/Containerfile",
        "gilometer/interpreters/provision/java.txt",
        "gilometer/interpreters/provision/pyodide.mjs",
        "gilometer/py.typed",
        "gilometer/report/page/assets/datatables/LICENSE.txt",
        "gilometer/report/page/templates/report.html",
        "gilometer/run/services/postgres.txt",
        "gilometer/run/supervisor.py",
        "gilometer/workloads/fib.py",
        "gilometer/workloads/_contract.py",
    } <= names
    assert not [name for name in names if "tests" in Path(name).parts or name.startswith("workloads/")]
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"gilometer"}
    kinds = {Path(name).suffix or Path(name).name for name in names if ".dist-info/" not in name}
    assert kinds == {".py", ".toml", ".mjs", ".txt", "Containerfile", ".html", ".css", ".js", ".typed"}


def run(site: Path, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(site), "GILOMETER_CACHE": str(cwd / "cache")}
    return subprocess.run(
        [sys.executable, *words], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("-c", "from gilometer.cli import main; main()", "--help"), "Usage: "),
        (("-m", "gilometer", "--help"), "Usage: "),
        (
            ("-c", "import gilometer; print(gilometer.__file__, gilometer.load)"),
            "/site/gilometer/__init__.py",
        ),
    ],
)
def test_it_can_be_started_and_imported(site, tmp_path, words, says):
    ended = run(site, *words, cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert says in ended.stdout


def test_its_console_script_works_away_from_the_checkout(site, tmp_path):
    (entries,) = site.glob("gilometer-*.dist-info/entry_points.txt")
    assert "gilometer = gilometer.cli:main" in entries.read_text()
    code = "from gilometer.cli import main; main()"
    words = (
        "compare",
        "--offline",
        "-i",
        "cpython",
        "-w",
        "sleep",
        "-s",
        "threads",
        "--quick",
        "--budget",
        "5s",
        "--out",
        "run",
    )
    ended = run(site, "-c", code, *words, cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "run" / "summary.csv").is_file()
