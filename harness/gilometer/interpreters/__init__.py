"""Stage 1: find the interpreters that can run."""
