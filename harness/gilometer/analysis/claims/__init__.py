"""The claims under test, as data, and what a run says of each: ``judge`` gives the verdicts.

One TOML file a claim (docs/claims.md). ``claim`` has the records of its rules, ``reading`` makes them of a
file, ``ask`` turns a rule into questions on one interpreter, ``rules`` says when a ratio answers one.
"""
