"""The remote API that workloads fetch from: an HTTP server on the loopback interface."""

from __future__ import annotations

import sys
from pathlib import Path

from gilometer.errors import ServiceError
from gilometer.run.services.program import Program
from gilometer.run.services.service import ServiceOffer

VARIABLE = "GILOMETER_HTTP"
API = Path(__file__).with_name("remote_api.py")


def start() -> Program:
    """Start the server on a free port, in a process of its own.

    Raises:
        ServiceError: It can't be started.

    """
    try:
        return Program((sys.executable, "-P", str(API)), VARIABLE)
    except ServiceError as error:
        raise ServiceError(
            f"the HTTP server can't be started: {error}; install Gilometer anew,"
            f" or set {VARIABLE} to the URL of one that `gilometer serve` runs elsewhere"
        ) from error


OFFER = ServiceOffer("http", VARIABLE, start)
