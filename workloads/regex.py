"""Reading a web server's log with a regular expression."""

import re

import _contract

ENTRY = re.compile(r'([0-9.]+) - ([a-z]+) \[([^ ]+) ([^ ]+)\] "([A-Z]+) ([^ "]+) ([^"]*)" (\d+) (\d+)')
USERS = ("ann", "bob", "carol")
METHODS = ("GET", "GET", "GET", "POST")


def make_log(count):
    """So many entries, every ninth of them broken off."""
    log = []
    for number in range(count):
        entry = '10.0.0.%d - %s [24/Oct/2024:13:%02d:00 +0000] "%s /pages/%d.html HTTP/1.1" 200 %d' % (
            number % 256,
            USERS[number % 3],
            number % 60,
            METHODS[number % 4],
            number % 11,
            number * 37,
        )
        log.append(entry[: len(entry) // 2] if number % 9 == 8 else entry)
    return log


class Regex(_contract.Workload):
    name = "regex"
    kind = "cpu"
    shows = (
        "Regular expressions, in CPython native code that keeps the GIL: whether threads gain all the same."
    )
    parameters = {"lines": 240}
    meanings = {"lines": "how many lines the log has that a unit reads"}
    loops = 40
    claims = ("C2", "C4", "C6", "C7", "C9", "C15")
    checksum = "20e37890"

    def check(self):
        if self.lines < 1:
            raise _contract.UsageError("lines must be 1 or more, not %d" % self.lines)

    def open(self):
        self.log = make_log(self.lines)

    def unit(self, index):
        entries = size = 0
        for line in self.log:
            found = ENTRY.match(line)
            if found:
                entries += 1
                size += int(found.group(9))
        return [entries, size, index]


if __name__ == "__main__":
    _contract.main(Regex)
