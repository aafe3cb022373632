"""Gilometer: on which Python interpreters, and for which kinds of work, do threads help?"""
