"""The three levels of effort. The budget is for measuring; the report takes its time afterwards."""

from __future__ import annotations

from msgspec.structs import replace

from gilometer.model import Effort

THREADS_HELP = ("fib", "sha256", "sleep")
"""One workload of each kind that does one thing alone: they tell in a minute whether threads help."""
TIMELINE = "turns"
"""The workload of the timeline plot; measured only if asked for."""
CLAIMS = (
    *THREADS_HELP,
    "objects",
    "http_api",
    "mixed",
    "fetch_transform",
    "lost_updates",
    "lifetimes",
    "convoy",
    "gil_release",
)
"""Evidence for all claims. A remote API is beside the sleep, as programs wait for such."""

QUICK = Effort(
    name="quick",
    iteration_s=0.03,
    iterations=3,
    warm_up=0.7,
    blocks=200,
    budget_s=60.0,
    timeout_s=30.0,
    sweep_points=1,
    workloads=THREADS_HELP,
    precision=0.05,
    fewest_blocks=4,
    jit_iterations=20,
)
TRY = replace(QUICK, name="try", timeout_s=60.0, workloads=())
"""The effort for a function of the user's own."""
DEFAULT = Effort(
    name="default",
    iteration_s=0.04,
    iterations=3,
    warm_up=1.0,
    blocks=400,
    budget_s=290.0,
    timeout_s=60.0,
    sweep_points=3,
    workloads=CLAIMS,
    precision=0.02,
    fewest_blocks=6,
    jit_iterations=24,
)
RIGOROUS = Effort(
    name="rigorous",
    iteration_s=0.2,
    iterations=10,
    warm_up=4.0,
    blocks=2000,
    budget_s=3600.0,
    timeout_s=300.0,
    precision=0.01,
    fewest_blocks=10,
    jit_iterations=40,
)
CHECK = Effort(
    name="check",
    iteration_s=0.02,
    iterations=3,
    warm_up=0.0,
    blocks=1,
    budget_s=90.0,
    timeout_s=60.0,
    sweep_points=1,
    jit_iterations=12,
)
"""Every workload once, without warm-up: the first iteration, and the settled ones, are what is asked."""
