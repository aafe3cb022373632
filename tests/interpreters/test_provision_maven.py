from __future__ import annotations

import contextlib
import hashlib
import http.server
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest

from gilometer.errors import ProvisionError
from gilometer.interpreters.provision import jars
from gilometer.interpreters.provision.provisioner import Artifact

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = b"the content of a jar" * 1000
PATH = "/org/example/snake/1.0/snake-1.0.jar"
ARTIFACT = Artifact("org.example", "snake", "1.0", hashlib.sha256(CONTENT).hexdigest())


class Repository(http.server.BaseHTTPRequestHandler):
    """One artifact, whole or broken off."""

    sends = CONTENT

    def do_GET(self):
        found = self.path == PATH
        self.send_response(200 if found else 404)
        self.send_header("Content-Length", str(len(CONTENT) if found else 0))
        self.end_headers()
        if found:
            self.wfile.write(self.sends)

    def log_message(self, *_):
        """Stay quiet."""


@contextlib.contextmanager
def serving(handler):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def use(tmp_path, monkeypatch):
    """Make jgo's settings name a mirror of Maven Central."""

    def name(url: str) -> None:
        settings = tmp_path / "jgo.conf"
        settings.write_text(f"[repositories]\ncentral = {url}\n")
        monkeypatch.setenv("JGO_CONFIG_FILE", str(settings))
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    return name


@contextlib.contextmanager
def silent(_name: str, _total: int):
    yield lambda _: None


def fetch(tmp_path: Path) -> Path:
    return jars.from_maven(ARTIFACT, tmp_path / "repository", silent)


def test_the_artifact_comes_from_the_mirror_that_the_settings_name(tmp_path, use, capfd):
    told: list[Any] = []

    @contextlib.contextmanager
    def progress(name: str, total: int):
        told.extend([name, total])
        yield told.append

    with serving(Repository) as url:
        use(url)
        path = jars.from_maven(ARTIFACT, tmp_path / "repository", progress)
    assert path.read_bytes() == CONTENT
    assert path.is_relative_to(tmp_path / "repository")
    assert told[:2] == ["snake-1.0.jar", len(CONTENT)]
    assert sum(told[2:]) == len(CONTENT)
    assert capfd.readouterr() == ("", "")


def test_no_network_is_one_sentence(tmp_path, use):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        use(f"http://127.0.0.1:{unused.getsockname()[1]}")
        with pytest.raises(ProvisionError) as caught:
            fetch(tmp_path)
    assert str(caught.value) == (
        "snake-1.0.jar could not be fetched from Maven (no connection); try again later"
    )


def test_a_network_that_never_answers_is_not_waited_for_long(tmp_path, use, monkeypatch):
    from gilometer.interpreters.provision import maven  # noqa: PLC0415  as lazily as the harness does

    monkeypatch.setattr(maven, "STALL_S", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        use(f"http://127.0.0.1:{deaf.getsockname()[1]}")
        with pytest.raises(ProvisionError, match=r"no answer in 0\.1 s"):
            fetch(tmp_path)


def test_a_repository_without_it(tmp_path, use):
    with serving(Repository) as url:
        use(f"{url}/other")
        with pytest.raises(ProvisionError, match="the repositories answered, but without it"):
            fetch(tmp_path)


def test_a_download_that_breaks_off(tmp_path, use):
    class Broken(Repository):
        sends = CONTENT[:100]

    with serving(Broken) as url:
        use(url)
        with pytest.raises(ProvisionError, match="could not be fetched"):
            fetch(tmp_path)


def test_a_mirror_that_is_no_address(tmp_path, use):
    use("nowhere")
    with pytest.raises(ProvisionError, match="Invalid URL"):
        fetch(tmp_path)
