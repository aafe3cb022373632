"""Stage 5: showing it."""
