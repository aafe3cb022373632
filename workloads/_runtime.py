"""What interpreter is this?

`python _runtime.py` prints one line of JSON with all that an interpreter knows of itself.
The workloads import this module too, for the few facts that they can have for nothing, so
whatever takes time is imported inside the functions that need it.
"""

from __future__ import print_function

import sys
import time

ON_JAVA = sys.platform.startswith("java")
HAS_NO_GIL_EVER = ("jython", "ironpython", "rustpython")
COUNTS_REFERENCES = ("cpython", "rustpython")

# Modules that some interpreters lack, and on which a workload or a strategy depends.
OPTIONAL_MODULES = (
    "_hashlib",
    "_interpreters",
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


def wall_clock_name():
    """The finest wall clock: Jython's time.clock counts System.nanoTime, not CPU time."""
    if hasattr(time, "perf_counter"):
        return "perf_counter"
    return "clock" if ON_JAVA else "time"


clock = getattr(time, wall_clock_name())
BORN = clock()


def cpu_clock():
    """A function that gives the CPU seconds of this process, or None where there is none."""
    if hasattr(time, "process_time"):
        return time.process_time
    if ON_JAVA:
        return java_cpu_clock()
    return time.clock


def java_cpu_clock():
    """The JVM's own CPU time, its compiler and collector included, or None."""
    try:
        from java.lang.management import ManagementFactory

        system = ManagementFactory.getOperatingSystemMXBean()
        if system.getProcessCpuTime() < 0:
            return None
    except (ImportError, AttributeError):
        return None
    return lambda: system.getProcessCpuTime() / 1e9


def implementation():
    """Which Python this is, in lower case."""
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
    return implementation() not in HAS_NO_GIL_EVER


def jit():
    """none, off or on."""
    name = implementation()
    if name in ("pypy", "jython", "ironpython"):
        return "on"
    if name == "graalpy":
        return "off" if "Interpreted" in sys.version else "on"
    if hasattr(sys, "_jit") and sys._jit.is_available():
        return "on" if sys._jit.is_enabled() else "off"
    return "none"


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
    return {
        "implementation": implementation(),
        "version": version(),
        "implementation_version": implementation_version(),
        "executable": sys.executable or "",
        "free_threaded": free_threaded(),
        "gil": gil(),
        "jit": jit(),
        "gc": "refcount" if implementation() in COUNTS_REFERENCES else "tracing",
        "build": build(),
        "clock": clock_facts(),
        "capabilities": capabilities(),
    }


def implementation_version():
    """The version of the implementation, which is the language's where the two are one."""
    if implementation() == "graalpy":
        return graalpy_version()
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


def free_threaded():
    """Whether this build can run without a GIL."""
    return implementation() in HAS_NO_GIL_EVER or bool(config("Py_GIL_DISABLED"))


def config(name):
    """A variable of the build's configuration; None where the interpreter keeps none."""
    try:
        import sysconfig

        return sysconfig.get_config_var(name)
    except Exception:  # each implementation fails at this in its own way
        return None


def build():
    """How the binary was compiled."""
    debug = config("Py_DEBUG")
    return {
        "compiler": compiler(),
        "pgo": built_with("--enable-optimizations", "-fprofile-use"),
        "lto": built_with("--with-lto", "-flto"),
        "debug": None if debug is None else bool(debug),
    }


def compiler():
    """What sys.version has in brackets."""
    start, end = sys.version.rfind("["), sys.version.rfind("]")
    return sys.version[start + 1 : end] if 0 <= start < end else None


def built_with(option, flag):
    """Whether configure was given the option or the compiler the flag; None if nothing tells.

    A distribution's own packages are made with options that leave no trace here, so for
    what lives in /usr the lack of a trace says nothing.
    """
    arguments = config("CONFIG_ARGS")
    if implementation() != "cpython" or not arguments:
        return None
    flags = [config(name) or "" for name in ("PY_CORE_CFLAGS", "PY_CORE_LDFLAGS", "PY_LDFLAGS", "CFLAGS")]
    asked = option in arguments and option + "=no" not in arguments
    if asked or flag in " ".join(flags):
        return True
    return None if getattr(sys, "base_prefix", sys.prefix) == "/usr" else False


def capabilities():
    """What can be imported and, where importing proves nothing, really started."""
    found = [name for name in OPTIONAL_MODULES if can_import(name)]
    if can_start_thread():
        found.append("threading")
    if can_start_process():
        found.append("multiprocessing")
    return sorted(found)


def can_import(name):
    try:
        __import__(name)
    except Exception:  # a broken module is as good as none
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

    print(json.dumps(facts(), sort_keys=True))


if __name__ == "__main__":
    main()
