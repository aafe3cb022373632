"""Fetching from a remote API over HTTP. It isn't called http.py, as that would hide Python's own module."""

import binascii

import _contract
from _http import RemoteApi, host_of


def checksum(body):
    return binascii.crc32(body) & 0xFFFFFFFF


class HttpApi(_contract.Workload):
    name = "http_api"
    kind = "io"
    shows = "Calls of a remote API: whether threads gain, as they do if they wait for it at the same time."
    parameters = {"url": "", "ms": 2, "jitter": 0, "kb": 4, "errors": 0.0, "seed": 1}
    meanings = {
        "url": "server that is asked, such as http://127.0.0.1:8000; empty: that of GILOMETER_HTTP",
        "ms": "how long the server takes to answer, in whole milliseconds",
        "jitter": "how many milliseconds longer it may take",
        "kb": "size of an answer, in KiB",
        "errors": "share of the requests that fail and are repeated, up to 0.5",
        "seed": "what draws which requests take longer or fail",
    }
    strategies = ("serial", "threads", "processes", "asyncio")
    services = ("http",)
    claims = ("C1", "C14")
    checksum = "c59c8b8e"

    def check(self):
        for name in ("ms", "jitter", "kb", "seed"):
            if getattr(self, name) < 0:
                raise _contract.UsageError("%s must be 0 or more, not %d" % (name, getattr(self, name)))
        if not 0 <= self.errors <= 0.5:
            raise _contract.UsageError("errors must be from 0 to 0.5, not %s" % self.errors)
        host_of(self.url)

    def path(self, index):
        asked = (index, self.ms, self.jitter, self.kb, self.errors, self.seed)
        return "/items/%d?ms=%d&jitter=%d&kb=%d&errors=%s&seed=%d" % asked

    def open(self):
        self.api = RemoteApi(self.url, self.ms + self.jitter)

    def unit(self, index):
        return checksum(self.api.fetch(self.path(index)))

    def close(self):
        self.api.close()

    def opening_async(self):
        from _http_async import RemoteApi

        self.api = RemoteApi(self.url, self.ms + self.jitter)
        return self.api.open()

    def unit_async(self, index):
        from _http_async import made_of

        return made_of(self.api.fetch(self.path(index)), checksum)

    def closing_async(self):
        return self.api.close()


if __name__ == "__main__":
    _contract.main(HttpApi)
