"""The sample that comes with Gilometer gives the results that its report says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

import gilometer
from gilometer.printing import text_of

SAMPLE = Path(__file__).parents[2] / "reports" / "sample"


def test_the_sample_still_gives_the_figures_that_its_report_has():
    found = gilometer.load(SAMPLE).summary
    written = pd.read_csv(
        SAMPLE / "summary.csv",
        dtype=found.dtypes.to_dict(),
        keep_default_na=False,
        na_values={str(name): [""] for name in found.select_dtypes("number")},
    )
    assert list(written) == list(found)
    numbers = list(found.select_dtypes("number"))
    np.testing.assert_allclose(found[numbers], written[numbers], rtol=1e-5)
    texts = [name for name in found if name not in numbers]
    assert (found[texts] == written[texts].map(text_of)).all(axis=None)
