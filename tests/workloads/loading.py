"""To import a workload script, for the tests that call its functions; they use the fixture `shared_code`."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from typing import TYPE_CHECKING

from tests.workloads.running import workload

if TYPE_CHECKING:
    from types import ModuleType


def load(name: str) -> ModuleType:
    """Make a new module of a script, which nothing else can import."""
    spec = spec_from_file_location(name, workload(name))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
