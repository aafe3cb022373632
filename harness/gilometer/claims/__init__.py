"""The claims under test, as data: one TOML file each (docs/claims.md).

``claim`` has the records of a claim and its rules, ``reading`` makes them of a file, ``edges`` says where a
ratio must stand. What a run says of a claim is ``analysis/claims/``.
"""
