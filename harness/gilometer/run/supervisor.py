"""The small process that starts, times, limits and kills invocations.

It stands alone (standard library, no import of the harness) and stays small for two reasons: a child's
``ru_maxrss`` counts its parent's memory until it runs its own program, and the same file lives inside
containers, as their process 1. It reads one request a line from standard input and answers each with one
line of JSON. One request runs copies of a command to their end:

    {"do": "run", "argv": [...], "env": {...}, "copies": 1, "timeout_s": 60.0}
        ->  [{"status": 0, "wall_s": ...}, ...]

Four others keep several processes alive, the members, of which each works only when it has a turn:

    {"do": "begin", "members": [{"argv": [...], "env": {...}}, ...], "timeout_s": 60.0}
        ->  [{"is_alive": true, "answer": "its first line", "wall_s": ...}, ...]
    {"do": "turn", "members": [0, 2], "command": "turn", "timeout_s": 60.0}
        ->  [{"is_alive": true, "answer": "its next line", "wall_s": ...}, ...]
    {"do": "turns", "turns": [[0], [2], [1, 3]], "command": "turn", "timeout_s": 60.0, "within_s": 300.0}
        ->  [[{"is_alive": true, "answer": "its next line", "wall_s": ...}], ...]
    {"do": "end", "timeout_s": 60.0}
        ->  [{"status": 0, "wall_s": ...}, ...]

``env`` is added to the environment that the supervisor itself was given. When standard input closes, whatever
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
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

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
CHUNK = 1 << 16
"""What a pipe holds."""
READABLE = select.POLLIN | select.POLLHUP
decode = json.JSONDecoder().raw_decode
encode = json.JSONEncoder(check_circular=False).encode
"""What ``json`` does, less what it looks for first: a turn should cost little."""
NO_INPUT = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)


class Child:
    """One invocation: its process group, its pipes, and what is known of it so far."""

    def __init__(self, argv: list[str], env: dict[str, str], others: Iterable[int]) -> None:
        """``others`` are what is listened to beside what it writes."""
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
        """Start it; there is nothing for it to read."""
        self.spawn(argv, env, NO_INPUT)

    def spawn(self, argv: list[str], env: dict[str, str], stdin: tuple[object, ...]) -> None:
        """Start it with this action for its standard input, and pipes for what it writes."""
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
        """Whether it has ended by itself, and says that all went well."""
        return not (self.running or self.status or self.error)

    def read_stdout(self, data: bytes) -> None:
        """Look at the memory too: a workload's line arrives while all its workers live."""
        self.keep(data)
        if data.endswith(b"\n") and self.written < SNAPSHOTS_WITHIN:
            self.note_memory()

    def keep(self, data: bytes) -> None:
        """Keep the tail of standard output, and end what floods it."""
        self.written += len(data)
        self.stdout += data
        del self.stdout[:-STDOUT_KEPT]
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

    def time_out(self) -> None:
        """End what has not come to its end in time."""
        self.note_memory()
        self.timed_out = True
        self.kill()

    def kill(self) -> None:
        """End the whole process group; nothing can ignore it."""
        if not self.running:
            return
        self.killed = True
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):  # the group is gone, or all its members are zombies
            pass

    def read(self, stream: int) -> bool:
        """Read what is there; forget the stream at its end."""
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
        """Forget a stream."""
        self.poll.unregister(stream)
        os.close(stream)
        del self.streams[stream]

    def catch_up(self) -> None:
        """Read what it has written and nobody has read yet, as much as a pipe holds."""
        for stream, _ in self.poll.poll(0):
            if stream in self.streams:
                self.read(stream)

    def drain(self) -> None:
        """Read what the pipes still hold, without waiting for whoever else has them open."""
        for stream in list(self.streams):
            while self.read(stream):
                pass
            if stream in self.streams:
                self.close(stream)

    def report(self, left_behind: int, memory_limit: int) -> dict[str, object]:
        """What the harness is told."""
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
            "stderr": self.stderr.decode("utf-8", "replace"),
        }


class Member(Child):
    """A process that stays, does what a line of its standard input says, and answers each with a line."""

    def __init__(self, argv: list[str], env: dict[str, str], others: Iterable[int]) -> None:
        self.stdin = -1
        self.told = 0.0
        self.heard = 0.0
        """When its answer was there; 0 until then."""
        super().__init__(argv, env, others)
        self.told = self.started

    def start(self, argv: list[str], env: dict[str, str]) -> None:
        """Start it with a pipe to read from."""
        stdin, self.stdin = os.pipe()
        os.set_blocking(self.stdin, False)
        try:
            self.spawn(argv, env, (os.POSIX_SPAWN_DUP2, stdin, 0))
        finally:
            os.close(stdin)

    @property
    def is_computing(self) -> bool:
        """Whether its answer may still come, or its end if it was killed."""
        return self.running and (self.killed or not self.heard)

    def tell(self, command: bytes) -> None:
        """Give it a command; what it wrote until now is no answer to it."""
        self.written = 0
        self.heard = 0.0
        self.told = time.perf_counter()
        try:
            os.write(self.stdin, command)
        except OSError:  # it listens no more: it has ended, or will be ended when its time is up
            pass

    def read_stdout(self, data: bytes) -> None:
        """Look whether this is the end of its answer; memory can wait until all turns are over."""
        if self.stdin < 0:
            super().read_stdout(data)
            return
        self.keep(data)
        if not self.heard and b"\n" in data:
            self.heard = time.perf_counter()

    def hear(self, timeout_s: float) -> bool:
        """Wait for its answer, and have it if nothing else happens: the usual case, in few steps."""
        ready = self.poll.poll(timeout_s * 1000) if self.running else []
        if len(ready) == 1 and ready[0][0] == self.output:
            self.read(self.output)
        return bool(self.heard) and self.running

    def hang_up(self) -> None:
        """Tell it that no more commands will come."""
        self.written = 0
        if self.stdin >= 0:
            os.close(self.stdin)
            self.stdin = -1

    def answer(self) -> dict[str, object]:
        """What it said to the last command, if that is a whole line."""
        if not self.running:
            self.catch_up()
        said = self.stdout[max(0, len(self.stdout) - self.written) :] if self.heard else b""
        until = self.heard or max(self.told, self.ended)
        return {
            "is_alive": self.running,
            "answer": said.partition(b"\n")[0].decode("utf-8", "replace"),
            "wall_s": until - self.told,
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


class Supervisor:
    """Does one request after the other."""

    def __init__(self, requests: int, replies: int, wakeups: int) -> None:
        self.requests = requests
        self.replies = replies
        self.wakeups = wakeups
        self.others = (requests, wakeups)
        """What it listens to beside what children write: who asks, and who ends."""
        self.children: list[Child] = []
        """All that may still run, in the order of the request that started them."""
        self.members: list[Member] = []
        """Those of them that wait for commands."""
        self.killed_before = 0

    def serve(self) -> None:
        """Answer requests until there are no more."""
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
        """Read one line, which is all that comes before it is answered; empty at the end."""
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
        """Start the copies, wait for all of them, end what they leave, and tell how each went."""
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
        """Start the members, and wait until each has said something."""
        self.prepare()
        for asked in members:
            member = Member(asked["argv"], {**os.environ, **asked["env"]}, self.others)
            self.members.append(member)
            self.children.append(member)
        return self.answers(self.members, timeout_s)

    def turn(self, members: list[int], command: str, timeout_s: float) -> list[dict[str, object]]:
        """Give some of the members a command, and wait until each has answered."""
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
        """Give one turn after the other, as long as there is time; leave out those of who has ended.

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
        """Let the members come to their end, end what they leave, and tell how each went."""
        for member in self.members:
            member.catch_up()
            if member.running:  # it may be gone before it is looked at when its last line comes
                member.note_memory()
        for member in self.members:
            member.hang_up()
        self.wait(self.still_running, timeout_s)
        return self.settle()

    def prepare(self) -> None:
        """See what is there before anything is started."""
        if self.children:
            raise SystemExit("the members of before have not been ended")
        self.killed_before = killed_for_memory()

    def still_running(self) -> list[Child]:
        """Who still runs."""
        return [child for child in self.children if child.running]

    def answers(self, asked: list[Member], timeout_s: float) -> list[dict[str, object]]:
        """Wait for those that were asked, and tell what each said."""
        self.wait(lambda: [member for member in asked if member.is_computing], timeout_s)
        return [member.answer() for member in asked]

    def settle(self) -> list[dict[str, object]]:
        """End whatever is left, forget it, and tell how each of the children went."""
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
        """Until nobody is awaited any more; who still is when the time is over is killed."""
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
        """Sleep until something happened; read output, and see who has ended."""
        ready = [stream for stream, _ in self.poll_of(children).poll(patience_ms)]
        if self.requests in ready:
            raise SystemExit(0)  # no request may come now, so the harness is gone
        for stream in ready:
            for child in children:
                if stream in child.streams:
                    child.read(stream)
        if self.wakeups in ready:
            os.read(self.wakeups, CHUNK)
            for child in self.children:
                self.reap(child)

    def poll_of(self, children: Sequence[Child]) -> select.poll:
        """Listen to what these write, and to who asks and who ends."""
        if len(children) == 1:
            return children[0].poll
        poll = select.poll()
        for stream in [*self.others, *(stream for child in children for stream in child.streams)]:
            poll.register(stream, READABLE)
        return poll

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
    supervisor = Supervisor(sys.stdin.fileno(), sys.stdout.fileno(), wakeups)
    try:
        supervisor.serve()
    finally:
        supervisor.settle()


if __name__ == "__main__":
    main()
