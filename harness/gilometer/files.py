"""Read files of unknown origin, and write files atomically: a reader finds the new one or the one before."""

from __future__ import annotations

import errno
import os
import stat
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


MEBIBYTE = 1 << 20


def read(path: Path, limit: int) -> bytes:
    """Read a file of at most ``limit`` bytes; a pipe or a device is not waited for.

    Raises:
        OSError: It can't be read, is no regular file, or is larger.

    """
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:  # noqa: PTH123  a descriptor
        mode = os.fstat(file.fileno()).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
        data = file.read(limit + 1)
    if len(data) > limit:
        raise OSError(errno.EFBIG, f"it has more than {limit // MEBIBYTE} MiB", str(path))
    return data


def write(path: Path, data: bytes) -> None:
    """Write to a draft beside the file, and rename that once it is on the disk; a failure leaves no draft.

    Raises:
        OSError: The file can't be written; the one before is unchanged.

    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}-{os.getpid()}-{threading.get_ident()}")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
