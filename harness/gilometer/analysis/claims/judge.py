"""The name under which the report imports what ``rulings`` has."""

from __future__ import annotations

from gilometer.analysis.claims.rulings import may_be_left_out

__all__ = ["may_be_left_out"]
