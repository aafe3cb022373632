"""Compressing and decompressing a text with zlib: native code."""

import binascii

import _contract

with _contract.needs:
    import zlib


def make_text(size):
    """About so many bytes, about a third as many when compressed."""
    number, words = 1, []
    for _ in range(size // 8):
        number = number * 48271 % 2147483647
        words.append("%07d" % (number % 4096))
    return " ".join(words).encode("ascii")


class Compress(_contract.Workload):
    """Not `zlib`, as the article's word is: a script of that name would stand before the module."""

    name = "compress"
    kind = "native"
    shows = "Native code that can drop the GIL while it works: whether threads gain where there is one, too."
    parameters = {"kb": 8}
    meanings = {"kb": "size of the text that a unit compresses with zlib and decompresses, in KiB"}
    loops = 25
    claims = ("C4", "C16")
    checksum = "c91ffeae"

    def check(self):
        if self.kb < 1:
            raise _contract.UsageError("kb must be 1 or more, not %d" % self.kb)

    def open(self):
        self.text = make_text(1024 * self.kb)

    def unit(self, index):
        packed = zlib.compress(self.text)
        return [binascii.crc32(zlib.decompress(packed)) & 0xFFFFFFFF, int(len(packed) < len(self.text))]


if __name__ == "__main__":
    _contract.main(Compress)
