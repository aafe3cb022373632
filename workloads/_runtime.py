"""What interpreter is this?

`python _runtime.py` prints one line of JSON with all that an interpreter knows of itself.
The workloads import this module too, for the few facts that they can have for nothing, so
whatever takes time is imported inside the functions that need it.
"""

import sys
import time

ON_JAVA = sys.platform.startswith("java")
ON_THE_WEB = sys.platform == "emscripten"
HAS_NO_GIL_EVER = ("jython", "ironpython", "rustpython")
COUNTS_REFERENCES = ("cpython", "pyodide", "rustpython")

# Modules that some interpreters lack, and on which a workload or a strategy depends.
OPTIONAL_MODULES = (
    "_hashlib",
    "_interpreters",
    "_thread",
    "_xxsubinterpreters",
    "asyncio",
    "concurrent.futures",
    "concurrent.interpreters",
    "http.server",
    "mmap",
    "queue",
    "resource",
    "socket",
    "sqlite3",
    "subprocess",
    "zlib",
)
LOOKED_FOR = {"graalpy": OPTIONAL_MODULES, "ironpython": ("http.server",)}  # what is slow to import


def wall_clock_name():
    """The finest wall clock: Jython's time.clock counts System.nanoTime, not CPU time."""
    for name in ("perf_counter", "ticks_us"):
        if hasattr(time, name):
            return name
    return "clock" if ON_JAVA else "time"


def wall_clock():
    """A function that gives seconds."""
    name = wall_clock_name()
    if name == "ticks_us":  # MicroPython's microseconds, which 64 bits don't wrap in our time
        return lambda: time.ticks_us() / 1e6
    return getattr(time, name)


clock = wall_clock()
BORN = clock()


def cpu_clock():
    """A function that gives the CPU seconds of this process, or None where there is none."""
    if ON_JAVA or implementation() == "graalpy":  # GraalPy's process_time runs backwards when a thread ends
        return java_cpu_clock()
    if hasattr(time, "process_time"):
        return time.process_time
    return getattr(time, "clock", None)


def java_cpu_clock():
    """The JVM's own CPU time, its compiler and collector included, or None."""
    try:
        from java.lang.management import ManagementFactory

        system = ManagementFactory.getOperatingSystemMXBean()
        if system.getProcessCpuTime() < 0:
            return None
    except Exception:  # a runtime that was stripped of it, or a GraalPy that is no JVM
        return None
    return lambda: system.getProcessCpuTime() / 1e9


def implementation():
    """Which Python this is, in lower case."""
    if ON_THE_WEB:
        return "pyodide"
    if hasattr(sys, "implementation"):
        return sys.implementation.name.lower()
    if ON_JAVA:
        return "jython"
    return "pypy" if hasattr(sys, "pypy_version_info") else "cpython"


def version():
    """The version of the language."""
    return dotted(sys.version_info)


def dotted(parts):
    return ".".join([str(part) for part in parts[:3]])


def gil():
    """Whether a GIL is on right now."""
    if hasattr(sys, "_is_gil_enabled"):
        return bool(sys._is_gil_enabled())
    return not has_no_gil_ever()


def has_no_gil_ever():
    """MicroPython may be built either way; one that doesn't say so counts as having a GIL."""
    name = implementation()
    if name == "micropython":
        return getattr(sys.implementation, "_thread", "GIL") == "unsafe"
    return name in HAS_NO_GIL_EVER


def jit():
    """none, off or on."""
    name = implementation()
    if name in ("pypy", "jython", "ironpython"):
        return "on"
    if name == "graalpy":
        return "off" if "Interpreted" in sys.version else "on"
    if hasattr(sys, "_jit"):
        is_available, is_enabled = sys._jit.is_available, sys._jit.is_enabled
    elif name == "cpython" and sys.version_info[:2] == (3, 13):
        is_available, is_enabled = runs_traces, asked_for_jit
    else:
        return "none"
    if not is_available():
        return "none"
    return "on" if is_enabled() else "off"


def runs_traces():
    """Whether CPython 3.13 was compiled with its JIT, of which its `sys` knows nothing yet.

    sysconfig would tell too, but takes memory, which the harness reads when the line comes.
    """
    try:
        import _opcode

        _opcode.get_executor(runs_traces.__code__, 0)
    except (ImportError, RuntimeError):  # "Executors are not available in this build"
        return False
    except ValueError:  # there are some, but not for that
        pass
    return True


def asked_for_jit():
    """Whether 3.13 has its JIT on: PYTHON_JIT decides, and where that is not set, the build."""
    import os

    from _build import config

    asked = os.environ.get("PYTHON_JIT")
    if asked:
        return not asked.startswith("0")
    return "-D_Py_TIER2=1" in (config("PY_CORE_CFLAGS") or "")


def clock_facts():
    """The wall clock's name and tick, as the contract has them."""
    return {"name": wall_clock_name(), "tick_s": tick()}


def tick(wanted=100, patience=100000):
    """The smallest step the clock was seen to make; 1.0 if it made none."""
    smallest = 1.0
    seen = 0
    last = clock()
    for _ in range(patience):
        now = clock()
        if now > last:
            smallest = min(smallest, now - last)
            seen += 1
            if seen == wanted:
                break
        last = now
    return smallest


# From here on: for the probe alone.


def facts():
    """All of it."""
    import _build
    import _lacks

    found = capabilities()
    return {
        "implementation": implementation(),
        "version": version(),
        "implementation_version": implementation_version(),
        "executable": getattr(sys, "executable", "") or "",
        "free_threaded": free_threaded(),
        "gil": gil(),
        "jit": jit(),
        "gc": "refcount" if implementation() in COUNTS_REFERENCES else "tracing",
        "collector": _build.collector(implementation()),
        "build": _build.build(implementation()),
        "clock": clock_facts(),
        "capabilities": found,
        "lacks": _lacks.lacks(known_to_work(found)),
    }


def implementation_version():
    """The version of the implementation, which is the language's where the two are one."""
    if implementation() == "graalpy":
        return graalpy_version()
    if ON_THE_WEB:
        return pyodide_version()
    if hasattr(sys, "pypy_version_info"):
        return dotted(sys.pypy_version_info)
    return dotted(getattr(getattr(sys, "implementation", None), "version", sys.version_info))


def graalpy_version():
    """GraalPy says its release nowhere but in a module of its own."""
    try:
        import __graalpython__

        return __graalpython__.get_graalvm_version()
    except (ImportError, AttributeError):
        return version()


def pyodide_version():
    try:
        from pyodide import __version__

        return __version__
    except ImportError:  # CPython for WebAssembly without what Pyodide adds
        return version()


def free_threaded():
    """Whether this build can run without a GIL."""
    from _build import config

    return has_no_gil_ever() or bool(config("Py_GIL_DISABLED"))


def capabilities():
    """What can be imported and, where importing proves nothing, really started."""
    found = [name for name in OPTIONAL_MODULES if can_import(name)]
    if can_start_thread():
        found.append("threading")
    if can_start_process():
        found.append("multiprocessing")
    return sorted(found)


def known_to_work(found):
    """Strategies that the capabilities speak for, or that GraalPy is not to be asked for, being so slow."""
    known = []
    if "threading" in found:
        known.append("threads")
    if "multiprocessing" in found:
        known.append("processes")
    if "asyncio" in found and implementation() == "graalpy":
        known.append("asyncio")
    return known


def can_import(name):
    """Some are only asked where the module is: to import all of them takes GraalPy 6 s, and IronPython 3."""
    if name == "asyncio" and not knows_async():
        return False
    try:
        if name in LOOKED_FOR.get(implementation(), ()):
            from importlib.util import find_spec

            return find_spec(name) is not None
        __import__(name)
    except Exception:  # a broken module is as good as none
        return False
    return True


def knows_async():
    """IronPython imports asyncio and has no syntax to use it."""
    try:
        compile("async def wait(): pass", "probe", "exec")
    except SyntaxError:
        return False
    return True


def can_start_thread():
    """Some builds for the web import threading and can't start one."""
    try:
        import threading

        thread = threading.Thread(target=nothing)
        thread.start()
        thread.join()
    except Exception:
        return False
    return True


def can_start_process():
    """IronPython imports multiprocessing and can't start a process.

    GraalPy is not put to the test: it can, and takes up to 20 s for it without its compiler.
    """
    if implementation() == "graalpy":
        return can_import("multiprocessing")
    try:
        import multiprocessing

        process = multiprocessing.Process(target=nothing)
        process.start()
        process.join()
    except Exception:
        return False
    return process.exitcode == 0


def nothing():
    """The work of a thread or process that is started to see whether it can be."""


def main():
    import json

    sys.stdout.write(json.dumps(facts()) + "\n")


if __name__ == "__main__":
    main()
