"""How workloads fetch from a remote API: over one connection, which is kept and asked again and again.

The harness runs such a server, and says in GILOMETER_HTTP where; docs/services.md has more.
"""

import os

import _contract
from _runtime import ON_THE_WEB

with _contract.needs:
    try:
        from httplib import HTTPConnection, HTTPException

        BUFFERED = {"buffering": True}  # or Python 2 would read the head of an answer byte by byte
    except ImportError:
        from http.client import HTTPConnection, HTTPException

        BUFFERED = {}

VARIABLE = "GILOMETER_HTTP"
PATIENCE_S = 20  # beyond the time that an answer takes by itself: no server that lives needs that
ATTEMPTS = 100


class RemoteApi(object):
    """The API, as one worker sees it. What goes wrong is a WorkerFailed, in a sentence."""

    def __init__(self, url, ms):
        """Connect to the server at the URL, or else to the harness's; an answer takes so long."""
        refuse_the_web()
        self.host = host_of(url)
        try:
            self.connection = HTTPConnection(self.host, timeout=PATIENCE_S + ms / 1000.0)
            self.connection.connect()
        except (EnvironmentError, HTTPException) as error:
            raise no_answer(self.host, error)

    def fetch(self, path):
        """The body of the answer; one that says "try again" is asked for again."""
        for attempt in range(ATTEMPTS):
            status, body = self.get("%s&attempt=%d" % (path, attempt))
            if is_answer(self.host, path, status):
                return body
        raise never(self.host, path)

    def get(self, path):
        try:
            self.connection.request("GET", path)
            answer = self.connection.getresponse(**BUFFERED)
            return answer.status, answer.read()
        except (EnvironmentError, HTTPException) as error:
            raise no_answer(self.host, error)

    def close(self):
        self.connection.close()


def refuse_the_web():
    """There sockets can be imported, and never connect."""
    if ON_THE_WEB:
        raise _contract.Unsupported("can't open a connection: WebAssembly has no sockets")


def host_of(url):
    """HOST:PORT of the URL, or else of the harness's server.

    Raises UsageError.
    """
    url = url or os.environ.get(VARIABLE, "")
    if not url:
        raise _contract.UsageError(
            "there is no server to fetch from; start one with `gilometer serve` and export what it prints, "
            "or give --param url=http://HOST:PORT"
        )
    scheme, _, host = url.partition("://")
    name, _, port = host.rpartition(":")
    if scheme != "http" or not name or not port.isdigit():
        raise _contract.UsageError("the server's url must be like http://127.0.0.1:8000, not %s" % url)
    return host


def is_answer(host, path, status):
    """Whether this status comes with what was asked for; if not, it is to be asked for again."""
    if status not in (200, 503):
        raise _contract.WorkerFailed("http://%s%s was answered with status %d" % (host, path, status))
    return status == 200


def no_answer(host, error):
    words = "%s" % error or type(error).__name__
    return _contract.WorkerFailed("http://%s gives no answer: %s" % (host, words))


def never(host, path):
    return _contract.WorkerFailed("http://%s%s failed %d times in a row" % (host, path, ATTEMPTS))
