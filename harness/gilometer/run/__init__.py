"""Stage 3: running it. The only place that starts what is measured."""
