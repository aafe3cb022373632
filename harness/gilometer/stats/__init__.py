"""Statistics: trimmed means, intervals, p-values, bounds. Pure, and without any knowledge of runs."""
