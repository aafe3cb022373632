"""The last line of a test log in one plain form: how many passed, failed and were skipped."""

from __future__ import annotations

import re
import sys
from pathlib import Path


def main() -> None:
    """Print it; a log that counts nothing is a failure."""
    text = Path(sys.argv[1]).read_text(encoding="utf-8")
    counts = dict.fromkeys(("passed", "failed", "skipped", "error"), 0)
    for line in text.splitlines():
        found = re.findall(r"(\d+) (passed|failed|skipped|error)", line)
        if " in " in line and found:
            counts |= {word: int(number) for number, word in found}
    print(
        f"tests: {counts['passed']} passed, {counts['failed'] + counts['error']} failed, "
        f"{counts['skipped']} skipped"
    )
    sys.exit(0 if counts["passed"] else "no test ran")


if __name__ == "__main__":
    main()
