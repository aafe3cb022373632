"""``python -m harness`` is ``gilometer``."""

from harness.cli import main

main()
