"""Where a verdict turns: the planner measures towards these edges, the claims judge by them."""

from __future__ import annotations

MARGIN = 1.05
"""Margin of practical equivalence: a ratio between 1 / MARGIN and MARGIN makes no practical difference."""
