"""What each interpreter lacks, in its own words."""

from __future__ import annotations

from fnmatch import fnmatchcase

LACKS = {
    ("cpython-2.7", "asyncio"): "has no asyncio",
    ("cpython-2.7", "subinterpreters"): "has no subinterpreters",
    ("cpython-3.[67]", "subinterpreters"): "has no subinterpreters",
    ("cpython-3.[89]", "subinterpreters"): "has no subinterpreters with a GIL of their own",
    ("cpython-3.1[01]", "subinterpreters"): "has no subinterpreters with a GIL of their own",
    ("jython-*", "processes"): "can't start a process: ImportError: No module named multiprocessing",
    ("jython-*", "hybrid"): "can't start a process: ImportError: No module named multiprocessing",
    ("jython-*", "asyncio"): "has no asyncio",
    ("jython-*", "sqlite"): "lacks what it needs: No module named sqlite3",
    ("jython-*", "subinterpreters"): "has no subinterpreters",
    ("micropython-*", "compress"): "lacks what it needs: no module named 'zlib'",
    ("micropython-*", "files"): "lacks what it needs: can't import name fsync",
    ("micropython-*", "fetch_transform"): "lacks what it needs: no module named 'tempfile'",
    ("micropython-*", "http_api"): "lacks what it needs: no module named 'http'",
    ("micropython-*", "handover"): "lacks what it needs: no module named 'threading'",
    (
        "micropython-*",
        "postgres by asyncio",
    ): "can't limit how long it waits: asyncio's loop ",
    ("micropython-*", "sqlite"): "lacks what it needs: no module named 'shutil'",
    ("micropython-*", "shared_dict"): "has no dict that two threads may change at the same time",
    ("micropython-*", "processes"): "can't start a process: ImportError: no module named 'multiprocessing'",
    ("micropython-*", "hybrid"): "can't start a process: ImportError: no module named 'multiprocessing'",
    ("micropython-*", "subinterpreters"): "has no subinterpreters",
    ("pyodide-*", "fetch_transform"): "can't open a connection: WebAssembly has no sockets",
    ("pyodide-*", "http_api"): "can't open a connection: WebAssembly has no sockets",
    ("pyodide-*", "postgres"): "can't open a connection: WebAssembly has no sockets",
    ("pyodide-*", "convoy"): "can't start a thread: can't start new thread",
    ("pyodide-*", "gil_release"): "can't start a thread: can't start new thread",
    ("pyodide-*", "threads"): "can't start a thread: can't start new thread",
    ("pyodide-*", "processes"): "can't start a process: WebAssembly has none",
    ("pyodide-*", "hybrid"): "can't start a process: WebAssembly has none",
    ("pyodide-*", "asyncio"): "can't run asyncio: RuntimeError: ",
    ("pyodide-*", "subinterpreters"): "has no subinterpreters",
    ("pypy-*", "subinterpreters"): "has no subinterpreters",
    ("rustpython-*", "subinterpreters"): "has no subinterpreters",
}
"""How the reason begins for which an interpreter can't run a workload, a strategy, or one by the other."""


def lack(interpreter: str, *needed: str) -> str:
    """Why something can't be done there; empty if it can."""
    for (pattern, what), reason in LACKS.items():
        if what in needed and fnmatchcase(interpreter, pattern):
            return reason
    return ""
