"""The small process that starts, times, limits and kills invocations.

It stands alone (standard library, no import of the harness) and stays small for two reasons: a child's
``ru_maxrss`` counts its parent's memory until it runs its own program, and the same file lives inside
containers, as their process 1. It reads one request a line from standard input and answers each with one
line of JSON:

    {"argv": [...], "env": {...}, "copies": 1, "timeout_s": 60.0}  ->  [{"status": 0, "wall_s": ...}, ...]

``env`` is added to the environment that the warden itself was given. When standard input closes, whatever
still runs is killed: a harness that dies leaves nothing behind.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

STDOUT_KEPT = 1 << 20
STDOUT_LIMIT = 1 << 24
STDERR_KEPT = 1 << 12
SNAPSHOTS_WITHIN = 1 << 17
"""Output after which memory is no longer looked at: a line of the contract is far shorter."""
LINGER_S = 0.5
"""How long an invocation's helpers (a resource tracker, a fork server) may outlive it."""
PR_SET_CHILD_SUBREAPER = 36
CGROUP = "/sys/fs/cgroup"
KILL_COUNTERS = (f"{CGROUP}/memory.events", f"{CGROUP}/memory/memory.oom_control")
MEMORY_LIMITS = (f"{CGROUP}/memory.max", f"{CGROUP}/memory/memory.limit_in_bytes")
"""Where a container sees its own: control groups of version 2, and of version 1."""
NO_LIMIT = 1 << 60


class Child:
    """One invocation: its process group, its pipes, and what is known of it so far."""

    def __init__(self, argv: list[str], env: dict[str, str]) -> None:
        self.streams: dict[int, Callable[[bytes], None]] = {}
        self.stdout = bytearray()
        self.stderr = bytearray()
        self.written = 0
        self.peak_rss = 0
        self.timed_out = False
        self.flooded = False
        self.running = True
        self.status = 0
        self.cpu_s = 0.0
        self.max_rss = 0
        self.ended = 0.0
        out_read, out_write = os.pipe()
        err_read, err_write = os.pipe()
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_DUP2, out_write, 1),
            (os.POSIX_SPAWN_DUP2, err_write, 2),
        ]
        defaults = [signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ]
        self.started = time.perf_counter()
        try:
            self.pid = os.posix_spawn(
                argv[0], argv, env, file_actions=actions, setpgroup=0, setsigdef=defaults
            )
        except OSError:
            os.close(out_read)
            os.close(err_read)
            raise
        finally:
            os.close(out_write)
            os.close(err_write)
        self.streams = {out_read: self.read_stdout, err_read: self.read_stderr}
        for stream in self.streams:
            os.set_blocking(stream, False)

    def read_stdout(self, data: bytes) -> None:
        """Keep the tail, and look at the memory: a workload's line arrives while all its workers live."""
        self.written += len(data)
        self.stdout += data
        del self.stdout[:-STDOUT_KEPT]
        if data.endswith(b"\n") and self.written < SNAPSHOTS_WITHIN:
            self.note_memory()
        if self.written > STDOUT_LIMIT and not self.flooded:
            self.flooded = True
            self.kill()

    def read_stderr(self, data: bytes) -> None:
        """Keep the tail."""
        self.stderr += data
        del self.stderr[:-STDERR_KEPT]

    def note_memory(self) -> None:
        """Raise the peak to what the process tree's members have each reached by now."""
        self.peak_rss = max(self.peak_rss, sum(map(peak_rss_of, family_of(self.pid))))

    def kill(self) -> None:
        """End the whole process group; nothing can ignore it."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):  # the group is gone, or all its members are zombies
            pass

    def read(self, stream: int) -> bool:
        """Read what is there; forget the stream at its end."""
        try:
            data = os.read(stream, 1 << 16)
        except BlockingIOError:
            return False
        if data:
            self.streams[stream](data)
            return True
        self.close(stream)
        return False

    def close(self, stream: int) -> None:
        """Forget a stream."""
        os.close(stream)
        del self.streams[stream]

    def drain(self) -> None:
        """Read what the pipes still hold, without waiting for whoever else has them open."""
        for stream in list(self.streams):
            while self.read(stream):
                pass
            if stream in self.streams:
                self.close(stream)

    def report(self, left_behind: int, memory_limit: int) -> dict[str, object]:
        """What the harness is told."""
        return {
            "status": os.WEXITSTATUS(self.status) if os.WIFEXITED(self.status) else None,
            "signal": os.WTERMSIG(self.status) if os.WIFSIGNALED(self.status) else 0,
            "timed_out": self.timed_out,
            "flooded": self.flooded,
            "left_behind": left_behind,
            "memory_limit": memory_limit,
            "wall_s": self.ended - self.started,
            "cpu_s": self.cpu_s,
            "peak_rss": self.peak_rss or (self.max_rss if self.max_rss > own_max_rss() else 0),
            "stdout": self.stdout.decode("utf-8", "replace"),
            "stderr": self.stderr.decode("utf-8", "replace"),
        }


def bytes_of(max_rss: int) -> int:
    """What the system counts in KiB (on macOS in bytes)."""
    return max_rss if sys.platform == "darwin" else max_rss * 1024


def own_max_rss() -> int:
    """Bytes below which a child's ``ru_maxrss`` may be this process's own."""
    return bytes_of(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def children_of(pid: int) -> list[int]:
    """The processes that a process has started and not yet lost."""
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as children:
                found += [int(child) for child in children.read().split()]
    except OSError:
        pass
    return found


def family_of(pid: int) -> list[int]:
    """A process and all its descendants."""
    members = [pid]
    for member in members:
        members += children_of(member)
    return members


def peak_rss_of(pid: int) -> int:
    """Bytes of memory that a process has held at most since it began its own program."""
    for line in lines_of(f"/proc/{pid}/status"):
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def killed_for_memory() -> int:
    """How many processes the kernel has ended so far because they held too much memory."""
    counts = (line.split() for path in KILL_COUNTERS for line in lines_of(path))
    return sum(int(number) for name, number in counts if name == "oom_kill")


def memory_limit() -> int:
    """Bytes that all processes here may hold together; 0 if they have no limit."""
    limits = [int(line) for path in MEMORY_LIMITS for line in lines_of(path) if line.strip().isdigit()]
    return min((limit for limit in limits if limit < NO_LIMIT), default=0)


def lines_of(path: str) -> list[str]:
    """The lines of a file; none if it can't be read."""
    try:
        with open(path) as file:
            return file.readlines()
    except OSError:
        return []


class Warden:
    """Runs one request after the other."""

    def __init__(self, requests: int, wakeups: int) -> None:
        self.requests = requests
        self.wakeups = wakeups

    def run(
        self, argv: list[str], env: dict[str, str], copies: int, timeout_s: float
    ) -> list[dict[str, object]]:
        """Start the copies, wait for all of them, end what they leave, and tell how each went."""
        children: list[Child] = []
        environment = {**os.environ, **env}
        killed_before = killed_for_memory()
        try:
            for _ in range(copies):
                children.append(Child(argv, environment))  # noqa: PERF401  those before a failure must be known
            self.wait(children, time.perf_counter() + timeout_s)
        except OSError as error:
            return [{"error": f"{argv[0]}: {error.strerror}"}]
        finally:
            for child in children:
                if child.running:
                    child.kill()
            patience = LINGER_S if not any(child.running or child.status for child in children) else 0.0
            left_behind = self.end_orphans(patience)
            for child in children:
                child.drain()
        limit = memory_limit() if killed_for_memory() > killed_before else 0
        return [child.report(left_behind, limit) for child in children]

    def wait(self, children: list[Child], deadline: float) -> None:
        """Until every child is reaped; a child past the deadline is killed."""
        while any(child.running for child in children):
            left = deadline - time.perf_counter()
            if left <= 0:
                deadline = float("inf")
                for child in children:
                    if child.running:
                        child.note_memory()
                        child.timed_out = True
                        child.kill()
                continue
            self.listen(children, None if left == float("inf") else left * 1000)
            for child in children:
                self.reap(child)

    def listen(self, children: list[Child], patience_ms: float | None) -> None:
        """Read output, until something happened."""
        readers = {stream: child for child in children for stream in child.streams}
        poll = select.poll()
        for stream in [self.requests, self.wakeups, *readers]:
            poll.register(stream, select.POLLIN | select.POLLHUP)
        for stream, _ in poll.poll(patience_ms):
            if stream in readers:
                readers[stream].read(stream)
            elif stream == self.wakeups:
                os.read(self.wakeups, 1 << 10)
            else:
                raise SystemExit(0)  # no request may come now, so the harness is gone

    @staticmethod
    def reap(child: Child) -> None:
        """Take the exit status, if there is one."""
        if child.running:
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                child.ended = time.perf_counter()
                child.running = False
                child.status = status
                child.cpu_s = usage.ru_utime + usage.ru_stime
                child.max_rss = bytes_of(usage.ru_maxrss)

    @staticmethod
    def end_orphans(patience: float) -> int:
        """Wait a little for what the children left, then kill it; return how many had to be."""
        deadline = time.perf_counter() + patience
        killed: set[int] = set()
        while True:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return len(killed)
            if pid:
                continue
            if time.perf_counter() >= deadline:
                for orphan in children_of(os.getpid()):
                    killed.add(orphan)
                    os.kill(orphan, signal.SIGKILL)
            time.sleep(0.0005)


def adopt_orphans() -> None:
    """Become the parent of what a dead invocation leaves, so that it can be found (Linux)."""
    try:
        import ctypes  # noqa: PLC0415

        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    except (ImportError, OSError, AttributeError):
        pass


def main() -> None:
    """Answer requests until standard input ends."""
    adopt_orphans()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    wakeups, wakeup_write = os.pipe()
    os.set_blocking(wakeup_write, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakeup_write, warn_on_full_buffer=False)
    requests = os.fdopen(0, "rb", buffering=0)
    warden = Warden(requests.fileno(), wakeups)
    for request in iter(requests.readline, b""):
        answer = json.dumps(warden.run(**json.loads(request))) + "\n"
        sys.stdout.write(answer)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
