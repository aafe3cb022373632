"""Statistics: trimmed means, intervals, p-values, bounds. Pure; nothing here knows of a run."""
