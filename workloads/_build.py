"""How was this interpreter built? For the probe, `_runtime.py`, which passes the implementation's name."""

import sys


def config(name):
    """A variable of the build's configuration; None where the interpreter keeps none."""
    try:
        import sysconfig

        return sysconfig.get_config_var(name)
    except Exception:  # each implementation fails at this in its own way
        return None


def build(name):
    """How the binary was compiled."""
    debug = config("Py_DEBUG")
    return {
        "compiler": compiler(),
        "pgo": built_with(name, "--enable-optimizations", "-fprofile-use"),
        "lto": built_with(name, "--with-lto", "-flto"),
        "debug": None if debug is None else bool(debug),
    }


def compiler():
    """What sys.version has in brackets; MicroPython has it elsewhere, Pyodide loses the second."""
    told = getattr(getattr(sys, "implementation", None), "_machine", sys.version)
    return told.rpartition("[")[2].partition("]")[0].partition(" (http")[0] if "[" in told else None


def built_with(name, option, flag):
    """Whether configure was given the option or the compiler the flag; None if nothing tells.

    A distribution's own packages are made with options that leave no trace here, so for
    what lives in /usr the lack of a trace says nothing.
    """
    arguments = config("CONFIG_ARGS")
    if name != "cpython" or not arguments:
        return None
    flags = [config(each) or "" for each in ("PY_CORE_CFLAGS", "PY_CORE_LDFLAGS", "PY_LDFLAGS", "CFLAGS")]
    asked = option in arguments and option + "=no" not in arguments
    if asked or flag in " ".join(flags):
        return True
    return None if getattr(sys, "base_prefix", sys.prefix) == "/usr" else False


def collector(name):
    """Which garbage collector runs, where one of several can be chosen."""
    try:
        if name in ("jython", "graalpy"):
            return java_collector()
        if name == "ironpython":
            return dotnet_collector()
    except Exception:  # a runtime that was stripped of it, or a GraalPy that is no JVM
        pass
    return ""


def java_collector():
    """The JVM names what its collector does, such as "G1 Young Generation"."""
    from java.lang.management import ManagementFactory

    names = [str(each.getName()) for each in ManagementFactory.getGarbageCollectorMXBeans()]
    first = names[0].split()[0] if names else ""
    return {"Copy": "Serial", "MarkSweepCompact": "Serial", "PS": "Parallel"}.get(first, first)


def dotnet_collector():
    """The latency mode is Interactive where .NET collects beside the running threads."""
    from System.Runtime import GCSettings

    kind = "server" if GCSettings.IsServerGC else "workstation"
    return kind + (" concurrent" if str(GCSettings.LatencyMode) == "Interactive" else "")
