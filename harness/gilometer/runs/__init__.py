"""The folder of a run: its manifest, its samples, and the runs before it."""
