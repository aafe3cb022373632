"""The guide's example is a real workload."""

from __future__ import annotations

from tests.workloads.running import WORKLOADS, run

GUIDE = WORKLOADS.parent / "docs" / "adding-a-workload.md"


def test_the_example_of_the_guide_runs_and_gives_its_checksum(write_workload, tmp_path) -> None:
    source = GUIDE.read_text().partition("```python\n")[2].partition("```")[0]
    script = write_workload("    pass").with_name("sorting.py")
    script.write_text(source)
    card = run(script, "--describe", cwd=tmp_path).card
    line = run(script, "--strategy", "threads", "--workers", "2", cwd=tmp_path).line
    assert card.name == script.stem
    assert line.checksum == card.checksum


def test_the_guide_explains_every_field_of_the_line(tmp_path) -> None:
    line = run(WORKLOADS / "fib.py", cwd=tmp_path).line
    table = GUIDE.read_text().partition("## The line")[2]
    assert [field for field in line.__struct_fields__ if f"`{field}`" not in table] == []


def test_the_guide_explains_every_attribute_of_the_class(tmp_path) -> None:
    card = run(WORKLOADS / "fib.py", "--describe", cwd=tmp_path).card
    table = GUIDE.read_text().partition("## What the class may say")[2]
    assert [field for field in card.__struct_fields__ if f"| `{field}` |" not in table] == []
