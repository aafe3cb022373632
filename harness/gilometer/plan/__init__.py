"""Stage 2: what will run. Pure: no clock, no disk."""
