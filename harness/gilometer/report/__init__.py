"""Stage 5, showing it: plots, markdown and the table at the end of a comparison."""
