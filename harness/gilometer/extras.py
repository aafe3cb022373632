"""Packages that only some commands need, and that Gilometer is installed without."""

from __future__ import annotations

import importlib.util
import shlex
import sys


def is_here(module: str) -> bool:
    """Tell whether a module can be imported."""
    return importlib.util.find_spec(module) is not None


def adding(package: str) -> str:
    """Return the command that adds a package to this Python, which may have been made by uv and lack pip."""
    python = sys.executable
    pip = (python, "-m", "pip", "install") if is_here("pip") else ("uv", "pip", "install", "--python", python)
    return shlex.join((*pip, package))
