"""The folder of a run: its manifest, its samples, and earlier runs."""
