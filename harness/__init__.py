"""Gilometer: on which Python interpreters, and for which kinds of work, do threads help? Measured."""

__version__ = "0.1.0"
