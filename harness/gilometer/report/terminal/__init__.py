"""The output of a comparison in the terminal: during the run, and at its end."""
