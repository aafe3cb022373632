"""What a run found, as records: all that the rest of the report is made from, arranged once."""

from __future__ import annotations

from gilometer.report.results.results import Results, results_of

__all__ = ["Results", "results_of"]
