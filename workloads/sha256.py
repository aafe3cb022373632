"""Hashing a buffer with hashlib: native code."""

import binascii
import hashlib

import _contract


class Sha256(_contract.Workload):
    name = "sha256"
    kind = "native"
    shows = "Native code that can drop the GIL while it works: whether threads gain where there is one, too."
    parameters = {"kb": 64}
    meanings = {"kb": "size of the buffer that a unit hashes, in KiB"}
    strategies = ("serial", "threads", "processes", "subinterpreters")
    loops = 100
    claims = ("C4", "C16")
    checksum = "e77cfe7f"

    def check(self):
        if self.kb < 1:
            raise _contract.UsageError("kb must be 1 or more, not %d" % self.kb)

    def open(self):
        self.buffer = bytes(bytearray(range(256))) * (4 * self.kb)

    def unit(self, index):
        digest = hashlib.sha256(self.buffer)
        digest.update(str(index).encode("ascii"))
        return binascii.hexlify(digest.digest()).decode("ascii")


if __name__ == "__main__":
    _contract.main(Sha256)
