from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from tests.workloads.running import WORKLOADS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def write_workload(tmp_path: Path) -> Callable[[str], Path]:
    """Write a workload of one's own beside a copy of the shared code; its body is indented by 4."""

    def write(body: str) -> Path:
        for shared in WORKLOADS.glob("_*.py"):
            shutil.copy(shared, tmp_path)
        script = tmp_path / "own.py"
        head = "import os, sys, time, _contract\nclass Own(_contract.Workload):\n    name = 'own'\n"
        tail = "\nif __name__ == '__main__':\n    _contract.main(Own)\n"
        script.write_text(head + body + tail)
        return script

    return write


@pytest.fixture
def shared_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test import the workloads' shared modules."""
    monkeypatch.syspath_prepend(str(WORKLOADS))
    for name in [
        name for name in sys.modules if name.startswith("_") and (WORKLOADS / f"{name}.py").exists()
    ]:
        monkeypatch.delitem(sys.modules, name)
