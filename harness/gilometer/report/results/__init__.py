"""The results of a run as records, which all other parts of the report read."""

from __future__ import annotations

from gilometer.report.results.results import Results, results_of

__all__ = ["Results", "results_of"]
