"""``python -m gilometer`` is ``gilometer``."""

from gilometer.cli import main

main()
