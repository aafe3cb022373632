"""The small process that starts, times, limits and kills invocations.

It imports only the standard library, and stays small, for two reasons: a child's ``ru_maxrss`` counts its
parent's memory until it runs its own program, and the same file is process 1 of containers. It reads one
request a line from standard input and answers each with one line of JSON. One request runs copies of a
command to their end:

    {"do": "run", "argv": [...], "env": {...}, "copies": 1, "timeout_s": 60.0}
        ->  [{"status": 0, "wall_s": ...}, ...]

Four others are about members: processes that live at once, each of which works only when it has a turn:

    {"do": "begin", "members": [{"argv": [...], "env": {...}}, ...], "timeout_s": 60.0}
        ->  [{"is_alive": true, "answer": "its first line", "wall_s": ...}, ...]
    {"do": "turn", "members": [0, 2], "command": "turn", "timeout_s": 60.0}
        ->  [{"is_alive": true, "answer": "its next line", "wall_s": ...}, ...]
    {"do": "turns", "turns": [[0], [2], [1, 3]], "command": "turn", "timeout_s": 60.0, "within_s": 300.0}
        ->  [[{"is_alive": true, "answer": "its next line", "wall_s": ...}], ...]
    {"do": "end", "timeout_s": 60.0}
        ->  [{"status": 0, "wall_s": ...}, ...]

``env`` is added to the supervisor's own environment. When standard input closes, all that still runs is
killed, so a harness that dies leaves no process behind.
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
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

STDOUT_KEPT = 1 << 20
STDOUT_LIMIT = 1 << 24
STDERR_KEPT = 1 << 12
SNAPSHOTS_WITHIN = 1 << 17
"""Bytes of output after which memory is not read any more: a line of the contract is far shorter."""
LINGER_S = 0.5
"""Seconds that an invocation's helpers (a resource tracker, a fork server) may outlive it."""
ORPHANS_S = 10.0
"""Seconds in which all processes that invocations left must be gone once they are killed."""
PR_SET_CHILD_SUBREAPER = 36
CGROUP = "/sys/fs/cgroup"
KILL_COUNTERS = (f"{CGROUP}/memory.events", f"{CGROUP}/memory/memory.oom_control")
MEMORY_LIMITS = (f"{CGROUP}/memory.max", f"{CGROUP}/memory/memory.limit_in_bytes")
"""Files of a container's own control group, of version 2 and of version 1."""
NO_LIMIT = 1 << 60
CHUNK = 1 << 16
"""The capacity of a pipe in bytes."""
MOST_CHUNKS = 16
"""The most that a pipe can hold, if its capacity was raised."""
READABLE = select.POLLIN | select.POLLHUP
decode = json.JSONDecoder().raw_decode
encode = json.JSONEncoder(check_circular=False).encode
"""As ``json.loads`` and ``json.dumps``, without their checks: a turn should cost little."""
NO_INPUT = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)


class Child:
    """One invocation: its process group, its pipes, and its measurements so far."""

    def __init__(self, argv: list[str], env: dict[str, str], others: Iterable[int]) -> None:
        """Start it; ``others`` are file descriptors to wait for beside its output."""
        self.streams: dict[int, Callable[[bytes], None]] = {}
        self.poll = select.poll()
        for stream in others:
            self.poll.register(stream, READABLE)
        self.stdout = bytearray()
        self.stderr = bytearray()
        self.written = 0
        self.peak_rss = 0
        self.timed_out = False
        self.flooded = False
        self.running = False
        self.killed = False
        self.output = -1
        self.error = ""
        self.status = 0
        self.cpu_s = 0.0
        self.max_rss = 0
        self.started = 0.0
        self.ended = 0.0
        try:
            self.start(argv, env)
        except OSError as error:
            self.error = f"{argv[0]}: {error.strerror}"

    def start(self, argv: list[str], env: dict[str, str]) -> None:
        """Start it with an empty standard input."""
        self.spawn(argv, env, NO_INPUT)

    def spawn(self, argv: list[str], env: dict[str, str], stdin: tuple[object, ...]) -> None:
        """Start it with this action for its standard input, and with pipes for its output."""
        out_read, out_write = os.pipe()
        err_read, err_write = os.pipe()
        actions = [
            stdin,
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
        self.running = True
        self.output = out_read
        self.streams = {out_read: self.read_stdout, err_read: self.read_stderr}
        for stream in self.streams:
            os.set_blocking(stream, False)
            self.poll.register(stream, READABLE)

    @property
    def ended_well(self) -> bool:
        """True if it has ended with status 0."""
        return not (self.running or self.status or self.error)

    def read_stdout(self, data: bytes) -> None:
        """Keep the output, and read the memory at the end of a line, when all workers still live."""
        self.keep(data)
        if data.endswith(b"\n") and self.written < SNAPSHOTS_WITHIN:
            self.note_memory()

    def keep(self, data: bytes) -> None:
        """Keep the end of standard output, and kill a process that floods it."""
        self.written += len(data)
        self.stdout += data
        del self.stdout[:-STDOUT_KEPT]
        if self.written > STDOUT_LIMIT and not self.flooded:
            self.flooded = True
            self.kill()

    def read_stderr(self, data: bytes) -> None:
        """Keep the end of standard error, and a byte more, which tells that it is cut."""
        self.stderr += data
        del self.stderr[: -STDERR_KEPT - 1]

    def note_memory(self) -> None:
        """Raise the peak to the sum of the peaks of all processes of the tree."""
        self.peak_rss = max(self.peak_rss, sum(map(peak_rss_of, family_of(self.pid))))

    def time_out(self) -> None:
        """Kill it, as its time is over."""
        self.note_memory()
        self.timed_out = True
        self.kill()

    def kill(self) -> None:
        """Kill the whole process group, and the process itself, which may have left its group."""
        if not self.running:
            return
        self.killed = True
        for kill in (os.killpg, os.kill):
            try:
                kill(self.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):  # the group is gone, or all its members are zombies
                pass

    def read(self, stream: int) -> bool:
        """Read from a stream, and close it at its end; tell whether there was data."""
        try:
            data = os.read(stream, CHUNK)
        except BlockingIOError:
            return False
        if data:
            self.streams[stream](data)
            return True
        self.close(stream)
        return False

    def close(self, stream: int) -> None:
        """Close a stream, and stop waiting for it."""
        self.poll.unregister(stream)
        os.close(stream)
        del self.streams[stream]

    def catch_up(self) -> None:
        """Read output that was not read yet, at most as much as a pipe holds."""
        for stream, _ in self.poll.poll(0):
            if stream in self.streams:
                self.read(stream)

    def drain(self) -> None:
        """Read the rest of the pipes, without waiting for other processes that still write to them."""
        for stream in list(self.streams):
            for _ in range(MOST_CHUNKS):
                if not self.read(stream):
                    break
            if stream in self.streams:
                self.close(stream)

    def report(self, left_behind: int, memory_limit: int) -> dict[str, object]:
        """Return its exit, for the harness."""
        if self.error:
            return {"error": self.error}
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
            "stderr": end_of(bytes(self.stderr)).decode("utf-8", "replace"),
        }


class Member(Child):
    """A process that waits for commands, a line each, and answers each with a line."""

    def __init__(self, argv: list[str], env: dict[str, str], others: Iterable[int]) -> None:
        self.stdin = -1
        self.told = 0.0
        self.heard = 0.0
        """When its answer arrived; 0 until then."""
        super().__init__(argv, env, others)
        self.told = self.started

    def start(self, argv: list[str], env: dict[str, str]) -> None:
        """Start it with a pipe as its standard input."""
        stdin, self.stdin = os.pipe()
        os.set_blocking(self.stdin, False)
        try:
            self.spawn(argv, env, (os.POSIX_SPAWN_DUP2, stdin, 0))
        finally:
            os.close(stdin)

    @property
    def is_computing(self) -> bool:
        """True if its answer may still come, or its end if it was killed."""
        return self.running and (self.killed or not self.heard)

    def tell(self, command: bytes) -> None:
        """Send it a command; what it wrote before is not the answer."""
        self.written = 0
        self.heard = 0.0
        self.told = time.perf_counter()
        try:
            os.write(self.stdin, command)
        except OSError:  # it has ended, or does not read, and is killed when its time is over
            pass

    def read_stdout(self, data: bytes) -> None:
        """Note when the first line is complete; the memory is read after all turns."""
        if self.stdin < 0:
            super().read_stdout(data)
            return
        self.keep(data)
        if not self.heard and b"\n" in data:
            self.heard = time.perf_counter()

    def hear(self, timeout_s: float) -> bool:
        """Wait for its answer, and tell whether it came; fast in the usual case: nothing else happens."""
        ready = self.poll.poll(timeout_s * 1000) if self.running else []
        if len(ready) == 1 and ready[0][0] == self.output:
            self.read(self.output)
        return bool(self.heard) and self.running

    def hang_up(self) -> None:
        """Close its standard input: no more commands will come."""
        self.written = 0
        if self.stdin >= 0:
            os.close(self.stdin)
            self.stdin = -1

    def answer(self) -> dict[str, object]:
        """Return its answer to the last command, if the line is whole."""
        if not self.running:
            self.catch_up()
        said = self.stdout[max(0, len(self.stdout) - self.written) :] if self.heard else b""
        until = self.heard or max(self.told, self.ended)
        return {
            "is_alive": self.running,
            "answer": said.partition(b"\n")[0].decode("utf-8", "replace"),
            "wall_s": until - self.told,
        }


def end_of(stderr: bytes) -> bytes:
    """Return the end of an output without the line or word that is cut: it may be half a password.

    As ``asking.end_of``, which a container does not have.
    """
    if len(stderr) <= STDERR_KEPT:
        return stderr
    end = stderr[-STDERR_KEPT:]
    return end.partition(b"\n")[2] or end.partition(b" ")[2]


def bytes_of(max_rss: int) -> int:
    """Convert a ``ru_maxrss`` to bytes: it is in KiB, on macOS in bytes."""
    return max_rss if sys.platform == "darwin" else max_rss * 1024


def own_max_rss() -> int:
    """Return this process's own peak memory in bytes; a child's ``ru_maxrss`` below it may be this one's."""
    return bytes_of(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def children_of(pid: int) -> list[int]:
    """List the children of a process."""
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", encoding="utf-8") as children:
                found += [int(child) for child in children.read().split()]
    except OSError:
        pass
    return found


def family_of(pid: int) -> list[int]:
    """List a process and all its descendants."""
    members = [pid]
    for member in members:
        members += children_of(member)
    return members


def peak_rss_of(pid: int) -> int:
    """Return the peak memory of a process in bytes, since it began its own program."""
    for line in lines_of(f"/proc/{pid}/status"):
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def killed_for_memory() -> int:
    """Return how many processes the kernel has killed so far for lack of memory."""
    counts = (line.split() for path in KILL_COUNTERS for line in lines_of(path))
    return sum(int(number) for name, number in counts if name == "oom_kill")


def memory_limit() -> int:
    """Return the limit of memory for all processes here together, in bytes; 0 without one."""
    limits = [int(line) for path in MEMORY_LIMITS for line in lines_of(path) if line.strip().isdigit()]
    return min((limit for limit in limits if limit < NO_LIMIT), default=0)


def lines_of(path: str) -> list[str]:
    """Return the lines of a file; none if it can't be read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.readlines()
    except OSError:
        return []


class Supervisor:
    """Serves one request after the other."""

    def __init__(self, requests: int, replies: int, wakeups: int) -> None:
        self.requests = requests
        self.replies = replies
        self.wakeups = wakeups
        self.others = (requests, wakeups)
        """File descriptors to wait for beside output: requests, and signals of ended children."""
        self.children: list[Child] = []
        """All children that may still run, in the order of their request."""
        self.members: list[Member] = []
        """The children that wait for commands."""
        self.killed_before = 0

    def serve(self) -> None:
        """Answer requests until standard input closes."""
        tasks: dict[str, Callable[..., Sequence[object]]]
        tasks = {
            "run": self.run,
            "begin": self.begin,
            "turn": self.turn,
            "turns": self.turns,
            "end": self.end,
        }
        while request := self.next_request():
            task = tasks[request.pop("do")]
            answer = encode(task(**request)).encode() + b"\n"
            while answer:
                answer = answer[os.write(self.replies, answer) :]

    def next_request(self) -> dict[str, Any]:
        """Read one request, after which no other comes before its answer; empty at the end."""
        line = b""
        while not line.endswith(b"\n"):
            data = os.read(self.requests, CHUNK)
            if not data:
                return {}
            line += data
        request: dict[str, Any]
        request, _ = decode(line.decode())
        return request

    def run(
        self, argv: list[str], env: dict[str, str], copies: int, timeout_s: float
    ) -> list[dict[str, object]]:
        """Start the copies, wait for all, end the processes that they leave, and return their exits."""
        environment = {**os.environ, **env}
        self.prepare()
        for _ in range(copies):
            self.children.append(Child(argv, environment, self.others))
        for child in self.children:
            if child.error:
                self.settle()
                return [child.report(0, 0)]
        self.wait(self.still_running, timeout_s)
        return self.settle()

    def begin(self, members: list[dict[str, Any]], timeout_s: float) -> list[dict[str, object]]:
        """Start the members, and wait for the first line of each."""
        self.prepare()
        for asked in members:
            member = Member(asked["argv"], {**os.environ, **asked["env"]}, self.others)
            self.members.append(member)
            self.children.append(member)
        return self.answers(self.members, timeout_s)

    def turn(self, members: list[int], command: str, timeout_s: float) -> list[dict[str, object]]:
        """Send a command to some of the members, and wait for their answers."""
        line = command.encode() + b"\n"
        asked = [self.members[index] for index in members]
        for member in asked:
            member.catch_up()
        for member in asked:
            member.tell(line)
        began = time.perf_counter()
        if len(asked) == 1 and asked[0].hear(timeout_s):
            return [asked[0].answer()]
        return self.answers(asked, timeout_s - (time.perf_counter() - began))

    def turns(
        self, turns: list[list[int]], command: str, timeout_s: float, within_s: float
    ) -> list[list[dict[str, object]]]:
        """Give one turn after the other until the time is over, without those of members that have ended.

        The harness sleeps meanwhile.
        """
        deadline = time.perf_counter() + within_s
        found: list[list[dict[str, object]]] = []
        for members in turns:
            if time.perf_counter() > deadline:
                break
            are_alive = [self.members[index].running for index in members]
            if all(are_alive):
                found.append(self.turn(members, command, timeout_s))
            else:
                found.append([{"is_alive": is_alive} for is_alive in are_alive])
        return found

    def end(self, timeout_s: float) -> list[dict[str, object]]:
        """Let the members end, end the processes that they leave, and return their exits."""
        for member in self.members:
            member.catch_up()
            if member.running:  # it may have ended before its memory is read at its last line
                member.note_memory()
        for member in self.members:
            member.hang_up()
        self.wait(self.still_running, timeout_s)
        return self.settle()

    def prepare(self) -> None:
        """Check that nothing runs, and note how many processes were killed for lack of memory."""
        if self.children:
            raise SystemExit("the members of before have not been ended")
        self.killed_before = killed_for_memory()

    def still_running(self) -> list[Child]:
        """List the children that still run."""
        return [child for child in self.children if child.running]

    def answers(self, asked: list[Member], timeout_s: float) -> list[dict[str, object]]:
        """Wait for the answers of members, and return them."""
        self.wait(lambda: [member for member in asked if member.is_computing], timeout_s)
        return [member.answer() for member in asked]

    def settle(self) -> list[dict[str, object]]:
        """Kill all that still runs, forget it, and return the exits of the children."""
        for child in self.children:
            child.kill()
        patience = LINGER_S if any(child.ended_well for child in self.children) else 0.0
        left_behind = self.end_orphans(patience)
        for child in self.children:
            child.drain()
        limit = memory_limit() if killed_for_memory() > self.killed_before else 0
        for member in self.members:
            member.hang_up()
        reports = [child.report(left_behind, limit) for child in self.children]
        self.children, self.members = [], []
        return reports

    def wait(self, awaited: Callable[[], Sequence[Child]], timeout_s: float) -> None:
        """Wait until ``awaited`` is empty; kill those that are in it when the time is over."""
        deadline = time.perf_counter() + timeout_s
        while late := awaited():
            left = deadline - time.perf_counter()
            if left <= 0:
                deadline = float("inf")
                for child in late:
                    child.time_out()
                continue
            self.listen(late, None if left == float("inf") else left * 1000)

    def listen(self, children: Sequence[Child], patience_ms: float | None) -> None:
        """Sleep until an event; read output, and reap children that have ended."""
        ready = [stream for stream, _ in self.poll_of(children).poll(patience_ms)]
        if self.requests in ready:
            raise SystemExit(0)  # no request may come now, so the harness has ended
        for stream in ready:
            for child in children:
                if stream in child.streams:
                    child.read(stream)
        if self.wakeups in ready:
            os.read(self.wakeups, CHUNK)
            for child in self.children:
                self.reap(child)

    def poll_of(self, children: Sequence[Child]) -> select.poll:
        """Return a poll for the output of these children, for requests and for ended children."""
        if len(children) == 1:
            return children[0].poll
        poll = select.poll()
        for stream in [*self.others, *(stream for child in children for stream in child.streams)]:
            poll.register(stream, READABLE)
        return poll

    @staticmethod
    def reap(child: Child) -> None:
        """Take the exit status of a child, if it has ended."""
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
        """Wait a little for the processes that children left, then kill them; return how many were killed."""
        deadline = time.perf_counter() + patience
        killed: set[int] = set()
        while True:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return len(killed)
            if pid:
                continue
            over_s = time.perf_counter() - deadline
            if over_s > ORPHANS_S:
                raise SystemExit("what is measured starts processes faster than they can be ended")
            if over_s >= 0:
                for orphan in children_of(os.getpid()):
                    killed.add(orphan)
                    os.kill(orphan, signal.SIGKILL)
            time.sleep(0.0005)


def adopt_orphans() -> None:
    """Become the parent of processes that a dead invocation leaves, so that they can be found (Linux)."""
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
    supervisor = Supervisor(sys.stdin.fileno(), sys.stdout.fileno(), wakeups)
    try:
        supervisor.serve()
    finally:
        supervisor.settle()


if __name__ == "__main__":
    main()
