"""The three levels of effort. The budget is what measuring may take; the report comes on top."""

from __future__ import annotations

from harness.model import Effort

QUICK = Effort(
    name="quick",
    iteration_s=0.03,
    iterations=3,
    warm_up=0.7,
    blocks=5,
    budget_s=45.0,
    timeout_s=30.0,
    sweep_points=1,
    workloads=("fib", "mixed", "sha256", "sleep"),
)
DEFAULT = Effort(
    name="default",
    iteration_s=0.05,
    iterations=4,
    warm_up=1.0,
    blocks=30,
    budget_s=275.0,
    timeout_s=60.0,
    sweep_points=3,
)
RIGOROUS = Effort(
    name="rigorous",
    iteration_s=0.2,
    iterations=10,
    warm_up=4.0,
    blocks=100,
    budget_s=3600.0,
    timeout_s=300.0,
)
