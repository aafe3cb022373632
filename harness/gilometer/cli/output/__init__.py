"""Output of the commands, a file each."""
