"""The table of the workloads and what they say of themselves agree, and so do the claims."""

from __future__ import annotations

import pytest

from gilometer.claims.reading import claims
from tests.workloads.running import NAMES, WORKLOADS, run, workload

PAGE = WORKLOADS.parent / "docs" / "workloads.md"


def rows() -> list[list[str]]:
    """The table's cells: kind, workload, what it does, what a reader learns, claims."""
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_table_has_every_workload_once() -> None:
    assert sorted(name.strip("`") for _, name, *_ in rows()) == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_table_says_of_a_workload_what_its_card_says(name, tmp_path) -> None:
    card = run(workload(name), "--describe", cwd=tmp_path).card
    row = next(row for row in rows() if row[1] == f"`{name}`")
    assert (row[0], row[-1]) == (card.kind, ", ".join(card.claims))


@pytest.mark.parametrize("name", NAMES)
def test_a_claim_that_a_workload_names_takes_it_as_evidence(name, tmp_path) -> None:
    card = run(workload(name), "--describe", cwd=tmp_path).card
    taking = {
        claim.id
        for claim in claims()
        for rule in claim.tests
        if name in getattr(rule, "workloads", ()) or card.kind in getattr(rule, "kinds", ())
    }
    assert set(card.claims) <= taking


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: claim.id)
def test_a_workload_that_a_claim_names_exists(claim) -> None:
    assert {name for rule in claim.tests for name in getattr(rule, "workloads", ())} <= set(NAMES)
