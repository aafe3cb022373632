"""Writing a file, forcing it to the disk, and reading it back."""

import binascii
import os

import _contract

with _contract.needs:
    from os import fsync


class Files(_contract.Workload):
    name = "files"
    kind = "io"
    shows = "Blocking file I/O: whether threads gain, as they can only if the disk serves several at once."
    parameters = {"kb": 16, "folder": "."}
    meanings = {
        "kb": "size of the file that a unit writes, in KiB",
        "folder": "where each worker makes a folder of its own, and removes it in the end",
    }
    claims = ("C1",)
    checksum = "eef781e7"

    def check(self):
        if self.kb < 1:
            raise _contract.UsageError("kb must be 1 or more, not %d" % self.kb)
        if not os.path.isdir(self.folder):
            raise _contract.UsageError("folder %s does not exist; make it, or name another" % self.folder)

    def open(self):
        self.own = make_folder(self.folder)
        self.path = os.path.join(self.own, "unit.bin")
        self.line = b"0123456789abcdef" * (64 * self.kb)

    def unit(self, index):
        with open(self.path, "wb") as out:
            out.write(str(index).encode("ascii"))
            out.write(self.line)
            out.flush()
            fsync(out.fileno())
        with open(self.path, "rb") as back:
            return binascii.crc32(back.read()) & 0xFFFFFFFF

    def close(self):
        if os.path.exists(self.path):
            os.remove(self.path)
        os.rmdir(self.own)


def make_folder(parent):
    """A new folder that no other worker has: to make one is atomic, so the first free name is ours."""
    number = 0
    while True:
        path = os.path.join(parent, "gilometer-files-%d-%d" % (os.getpid(), number))
        try:
            os.mkdir(path)
            return path
        except OSError:
            if not os.path.isdir(path):
                raise
        number += 1


if __name__ == "__main__":
    _contract.main(Files)
