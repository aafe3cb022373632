"""Strings that are too large to stay with the interpreter, and are gone as soon as they are made."""

import _contract

PATTERN = "alpha beta,gamma"


def make_text(length):
    return (PATTERN * (length // len(PATTERN) + 1))[:length]


class LargeTemporaries(_contract.Workload):
    """A test of the harness, too: memory that the C library hands back to the system on every free,
    and asks for again, costs more in a process's main thread than in any other. Were serial work
    done there, two threads would seem to gain what they only save."""

    name = "large_temporaries"
    kind = "cpu"
    shows = "Large strings, made and dropped: whether the source of memory looks like a gain from threads."
    parameters = {"length": 170000}
    meanings = {"length": "how many characters the text has of which a unit makes copies"}
    loops = 8
    claims = ("C2", "C7")
    checksum = "edbae039"

    def check(self):
        if self.length < 1:
            raise _contract.UsageError("length must be 1 or more, not %d" % self.length)

    def open(self):
        self.text = make_text(self.length)

    def unit(self, index):
        raw = self.text.replace(",", " ").upper().encode("ascii")
        return len(raw) + raw.count(b"A") + index


if __name__ == "__main__":
    _contract.main(LargeTemporaries)
