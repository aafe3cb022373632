"""Stage 1: what can run."""
