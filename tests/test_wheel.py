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


def test_it_holds_the_harness_its_matrix_and_the_workloads(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "gilometer/claims/C2.toml",
        "gilometer/cli/__init__.py",
        "gilometer/interpreters/jython.toml",
        "gilometer/interpreters/images/jython/Containerfile",
        "gilometer/interpreters/provision/pyodide.mjs",
        "gilometer/report/page/assets/datatables/LICENSE.txt",
        "gilometer/report/page/templates/report.html",
        "gilometer/run/supervisor.py",
        "gilometer/workloads/fib.py",
        "gilometer/workloads/_contract.py",
    } <= names
    assert not [name for name in names if "test" in name or name.startswith("workloads/")]
    kinds = {Path(name).suffix or Path(name).name for name in names if ".dist-info/" not in name}
    assert kinds == {".py", ".toml", ".mjs", ".txt", "Containerfile", ".html", ".css", ".js"}


def test_its_console_script_works_away_from_the_checkout(wheel, tmp_path):
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    environment = {**os.environ, "PYTHONPATH": str(site), "GILOMETER_CACHE": str(tmp_path / "cache")}
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
    ended = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "run" / "summary.csv").is_file()
