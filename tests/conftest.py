"""What holds for every test: it sees none of the interpreters that a developer added for themselves."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("shared machine", deadline=None)  # where a neighbour makes any test slow
settings.load_profile("shared machine")

os.environ["GILOMETER_CONFIG"] = os.devnull  # already here, since test modules load the matrix when collected
