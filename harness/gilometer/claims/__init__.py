"""The claims under test, as data: one TOML file each (docs/claims.md).

``claim`` has the records of a claim and its rules, ``reading`` parses the files. ``analysis/claims/`` tests
the claims on the figures of a run.
"""
