from __future__ import annotations

import pytest
from msgspec.structs import replace

from gilometer.model import Machine, MachineWarning, Manifest
from gilometer.report.results import results_of
from gilometer.report.sections.content import content
from gilometer.report.sentences.cores import on_how_many_cores
from gilometer.report.sentences.headlines import headlines
from tests.report.worlds import usual

MASK = MachineWarning("affinity", "An affinity mask leaves 1 of 4 cores.")
QUOTA = MachineWarning("cpu-quota", "A control group grants the time of 1.5 of 4 cores.")


def on(machine: Machine, *warnings: MachineWarning) -> Manifest:
    return replace(usual()[0], machine=machine, warnings=warnings)


def having(cores: int, usable: float) -> Machine:
    return replace(usual()[0].machine, cores=cores, usable_cores=usable)


@pytest.mark.parametrize(
    ("cores", "usable", "warnings", "sentence"),
    [
        (2, 2.0, (), ""),
        (1, 1.0, (), "Measured on 1 core: two workers can't have a core each here, on any interpreter."),
        (
            4,
            1.0,
            (MASK,),
            (
                "Measured on 1 of 4 cores (an affinity mask): two workers can't have a core each here,"
                " on any interpreter."
            ),
        ),
        (
            4,
            1.5,
            (QUOTA, MASK),
            (
                "Measured on 1.5 of 4 cores (a CPU quota and an affinity mask): two workers can't have a core"
                " each here, on any interpreter."
            ),
        ),
        (
            8,
            3.5,
            (QUOTA,),
            "Measured on 3.5 of 8 cores (a CPU quota): no more than 3 workers can have a core each here.",
        ),
    ],
)
def test_a_run_on_few_cores_says_so(cores, usable, warnings, sentence):
    assert on_how_many_cores(on(having(cores, usable), *warnings)) == sentence


def test_the_answer_in_the_terminal_and_of_the_page_ends_with_it():
    of, analysis = usual()
    on_one = results_of(on(having(2, 1.0), MASK), analysis)
    sentence = on_how_many_cores(on_one.manifest)
    assert headlines(on_one) == [*headlines(results_of(of, analysis)), sentence]
    assert content(on_one, []).answer[-1] == sentence
