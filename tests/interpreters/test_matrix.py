from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from msgspec.structs import replace

from gilometer.errors import MatrixError
from gilometer.interpreters.matrix import FOLDER, SWITCHED, Family, load_matrix
from gilometer.model import Facts
from tests.interpreters.builders import CPYTHON, JYTHON, cpython, executable

IRONPYTHON = replace(JYTHON, implementation="ironpython", version="3.4.2")

KINDS = (
    "cpython",
    "cpython-2",
    "cpython-freethreaded",
    "graalpy",
    "ironpython",
    "jython",
    "micropython",
    "pyodide",
    "pypy",
    "rustpython",
)

FAMILY = """
title = "Stackless"
implementation = "stackless"
versions = ["3.8", "3.10", "3.9"]
executables = ["stackless*"]
add = "get stackless {version}"
"""


VARIANT = """
[variants.green]
env = { STACKLESS_GREEN = "1" }
changes = "gil"
"""


def load(folder, text: str, stem: str = "mine"):
    path = folder / f"{stem}.toml"
    path.write_text(text)
    return load_matrix(path)


def refused(folder, text: str, stem: str = "mine") -> str:
    with pytest.raises(MatrixError) as caught:
        load(folder, text, stem)
    return str(caught.value)


def name_of(facts) -> str:
    family = load_matrix().family_of(facts)
    assert family
    return family.name_for(facts)


class TestTheFilesOfGilometer:
    def test_each_kind_has_one(self):
        assert tuple(entry.kind for entry in load_matrix().entries) == KINDS

    def test_names_can_be_listed_without_the_harness_as_the_noxfile_does(self):
        names = []
        for path in sorted(FOLDER.glob("*.toml"), key=lambda path: path.stem):
            data = tomllib.loads(path.read_text())
            pattern = data.get("name", f"{path.stem}-{{version}}")
            names += [pattern.replace("{version}", version) for version in data["versions"]]
        assert names == [name for entry in load_matrix().entries for name in entry.names()]
        assert {"cpython-2.7", "cpython-3.13", "cpython-3.13t", "jython-2.7"} <= set(names)

    @pytest.mark.parametrize(
        ("facts", "name"),
        [
            (CPYTHON, "cpython-3.13"),
            (cpython("2.7.18"), "cpython-2.7"),
            (cpython("3.14.0rc2", free_threaded=True), "cpython-3.14t"),
            (cpython("3.16.0a1"), "cpython-3.16"),
            (JYTHON, "jython-2.7"),
        ],
    )
    def test_facts_give_the_name_even_of_versions_that_are_not_listed(self, facts, name):
        assert name_of(facts) == name

    def test_a_stranger_has_no_family(self):
        assert load_matrix().family_of(cpython("4.0.0")) is None

    def test_a_version_may_have_a_remedy_of_its_own(self):
        (family,) = (entry for entry in load_matrix().families if entry.kind == "cpython")
        assert family.remedy("3.14") == "gilometer provision 3.14"
        assert family.remedy("3.6") == "pyenv install 3.6"

    @pytest.mark.parametrize(
        ("facts", "suffixes"),
        [
            (cpython("3.13.1", free_threaded=True), ["+gil"]),
            (cpython("3.16.0", free_threaded=True), ["+gil"]),
            (cpython("3.15.2"), ["+jit"]),
            (cpython("3.12.1"), []),
            (JYTHON, ["+parallelgc", "+serialgc"]),
            (IRONPYTHON, ["+servergc"]),
        ],
    )
    def test_variants_are_those_of_the_family_in_this_version(self, facts, suffixes):
        family = load_matrix().family_of(facts)
        assert family
        assert [each.suffix for each in family.variants_for(facts)] == suffixes

    def test_each_variant_changes_something_that_interpreters_tell(self):
        assert set(SWITCHED) <= set(Facts.__struct_fields__)
        changed = {one.changes for family in load_matrix().families for one in family.variants.values()}
        assert changed == set(SWITCHED)

    def test_those_of_one_implementation_are_shown_in_one_place_by_one_name(self):
        shown = {(one.implementation, one.display_order, one.display_name) for one in load_matrix().families}
        assert len(shown) == len({order for _, order, _ in shown}) == len({name for name, *_ in shown})


class TestTheUsersOwnFolder:
    @pytest.fixture
    def folder(self, tmp_path, monkeypatch):
        monkeypatch.setenv("GILOMETER_CONFIG", str(tmp_path))
        (tmp_path / "interpreters").mkdir()
        return tmp_path / "interpreters"

    def test_its_files_come_after_gilometers_and_before_the_one_more(self, folder, tmp_path):
        for path in (folder / "b.toml", folder / "a.toml", tmp_path / "more.toml"):
            path.write_text('command = ["sh"]')
        kinds = [entry.kind for entry in load_matrix(tmp_path / "more.toml").entries]
        assert kinds == [*KINDS, "a", "b", "more"]

    def test_a_family_may_be_there_too(self, folder):
        (folder / "stackless.toml").write_text(FAMILY)
        assert [entry.kind for entry in load_matrix().families] == [*KINDS, "stackless"]

    def test_what_an_editor_hides_there_is_not_read(self, folder):
        (folder / ".#mine.toml").symlink_to("ann@example.1234")
        assert [entry.kind for entry in load_matrix().entries] == list(KINDS)

    def test_a_wrong_file_there_is_refused_like_any_other(self, folder):
        (folder / "mine.toml").write_text("command = []")
        with pytest.raises(MatrixError) as caught:
            load_matrix()
        assert str(caught.value) == (
            f"{folder}/mine.toml: key `command`: it is empty;"
            " give the path of an interpreter and its arguments"
        )

    def test_a_program_that_is_gone_is_for_the_survey_to_tell(self, folder):
        (folder / "mine.toml").write_text('command = ["/opt/none/python"]')
        assert [one.command for one in load_matrix().own] == [("/opt/none/python",)]


class TestOneMoreFile:
    def test_a_family_has_its_versions_in_order_whatever_the_file_has(self, tmp_path):
        family = load(tmp_path, FAMILY, "stackless").families[-1]
        assert isinstance(family, Family)
        assert family.names() == ("stackless-3.8", "stackless-3.9", "stackless-3.10")

    def test_an_interpreter_named_by_path(self, tmp_path):
        python = executable(tmp_path / "bin" / "python")
        text = f"""
            name = "no-gil"
            command = ["{python}", "-X", "gil=0"]
            env = {{ PYTHON_GIL = "0" }}
        """
        (own,) = load(tmp_path, text).own
        assert (own.kind, own.names()) == ("mine", ("no-gil",))
        assert own.command == (str(python), "-X", "gil=0")
        assert own.env == {"PYTHON_GIL": "0"}

    def test_its_name_is_the_stem_unless_given(self, tmp_path):
        python = executable(tmp_path / "python")
        (own,) = load(tmp_path, f'command = ["{python}"]').own
        assert own.name == "mine"

    def test_a_relative_path_starts_at_the_file(self, tmp_path):
        python = executable(tmp_path / "build" / "python")
        (own,) = load(tmp_path, 'command = ["build/python"]').own
        assert own.command == (str(python),)

    def test_even_one_that_is_a_name_alone(self, tmp_path, monkeypatch):
        python = executable(tmp_path / "python")
        monkeypatch.chdir(tmp_path)
        Path("mine.toml").write_text('command = ["./python"]')
        (own,) = load_matrix(Path("mine.toml")).own
        assert own.command == (str(python),)

    def test_a_variant_has_its_tables_name_and_its_keys(self, tmp_path):
        family = load(tmp_path, FAMILY + VARIANT + 'versions = ["3.9"]', "stackless").families[-1]
        green = family.variants["green"]
        assert (green.suffix, green.changes, green.env) == ("+green", "gil", {"STACKLESS_GREEN": "1"})
        of_two = [
            replace(CPYTHON, implementation="stackless", version=version) for version in ("3.9.1", "3.10.1")
        ]
        assert [family.variants_for(facts) for facts in of_two] == [(green,), ()]

    def test_a_bare_word_is_looked_up_on_path(self, tmp_path, monkeypatch):
        python = executable(tmp_path / "bin" / "snake")
        monkeypatch.setenv("PATH", str(python.parent))
        (own,) = load(tmp_path, 'command = ["snake"]').own
        assert own.command == (str(python),)


class TestRefusals:
    def test_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(MatrixError, match=r"nowhere\.toml can't be read: No such file"):
            load_matrix(tmp_path / "nowhere.toml")

    def test_a_file_that_is_not_text(self, tmp_path):
        path = tmp_path / "python.toml"
        path.write_bytes(b"\x7fELF\xff")
        with pytest.raises(MatrixError, match="not text in UTF-8"):
            load_matrix(path)

    def test_a_file_that_is_not_toml(self, tmp_path):
        assert "is not TOML: Invalid value (at line 2" in refused(tmp_path, 'title = "x"\nadd = no')

    @pytest.mark.parametrize(
        ("text", "key"),
        [
            ('command = ["sh"]\nenv = {AWS_SECRET_ACCESS_KEY = "hunter2"}', "env.AWS_SECRET_ACCESS_KEY"),
            (
                FAMILY + '[variants.x]\nchanges = "gil"\nenv = {PGPASSWORD = "hunter2"}',
                "variants.x.env.PGPASSWORD",
            ),
        ],
    )
    def test_a_secret_that_every_run_would_keep(self, tmp_path, text, key):
        told = refused(tmp_path, text)
        assert f"key `{key}`: it seems to hold a secret, which each run would keep" in told
        assert told.endswith(f"type --env {key.rpartition('.')[2]}")
        assert "hunter2" not in told

    def test_an_unknown_key_and_the_one_that_was_meant(self, tmp_path):
        text = refused(tmp_path, FAMILY.replace("executables", "executable"))
        assert "mine.toml: key `executable`: there is no such key; did you mean `executables`?" in text

    def test_an_unknown_key_like_no_other(self, tmp_path):
        text = refused(tmp_path, 'command = ["sh"]\nzzz = 1')
        assert "key `zzz`: there is no such key; the keys are command, env, name" in text

    def test_a_key_that_only_the_file_name_gives(self, tmp_path):
        assert "key `kind`: there is no such key" in refused(tmp_path, 'command = ["sh"]\nkind = "x"')

    def test_a_missing_key(self, tmp_path):
        text = refused(tmp_path, FAMILY.replace('implementation = "stackless"', ""))
        assert "the key `implementation` is missing; add it, or give `command`" in text

    @pytest.mark.parametrize(
        ("line", "sentence"),
        [
            (
                "versions = [3.13]",
                'key `versions[0]`: expected str, got float; put it in quotes, as in "3.13"',
            ),
            ('versions = "3.13"', "key `versions`: expected array, got str; put it in brackets"),
            ('free_threaded = "no"', "key `free_threaded`: expected bool, got str"),
            ('probe_timeout_s = "9"', "key `probe_timeout_s`: expected float, got str; write a number"),
            ("timing = 1.5", "key `timing`: expected object, got float; write a table"),
            (
                'timing = { patience_s = "9" }',
                "key `timing.patience_s`: expected float, got str; write a number",
            ),
            (
                "timing = { patience = 9 }",
                "key `timing.patience`: there is no such key; did you mean `patience_s`?",
            ),
            ('add_by_version = "x"', "key `add_by_version`: expected object, got str; write a table"),
            (
                'add_by_version = { "3.8" = "get it", "3.9" = 3.9 }',
                "key `add_by_version.3.9`: expected str, got float; put it in quotes",
            ),
            ('variants = "green"', "key `variants`: expected object, got str; write a table"),
            ("variants = { green = 1 }", "key `variants.green`: expected object, got int; write a table"),
        ],
    )
    def test_a_value_of_the_wrong_type(self, tmp_path, line, sentence):
        key = line.partition(" ")[0]
        others = [other for other in FAMILY.splitlines() if not other.startswith(f"{key} ")]
        assert sentence in refused(tmp_path, "\n".join([*others, line]))

    @pytest.mark.parametrize(
        ("line", "sentence"),
        [
            ('versions = ["3.9", "new"]', 'key `versions[1]`: "new" is no version; write "3.13" or "3.13t"'),
            ("versions = []", "key `versions`: it is empty"),
        ],
    )
    def test_versions_that_are_none(self, tmp_path, line, sentence):
        assert sentence in refused(
            tmp_path, FAMILY.replace('versions = ["3.8", "3.10", "3.9"]', line), "stackless"
        )

    @pytest.mark.parametrize(
        ("line", "other", "sentence"),
        [
            (
                "changes",
                "change",
                "key `variants.green.change`: there is no such key; did you mean `changes`?",
            ),
            (
                'changes = "gil"',
                'changes = "jot"',
                'key `variants.green.changes`: "jot" is no fact that a variant changes; did you mean `jit`?',
            ),
            (
                'changes = "gil"',
                'changes = "speed"',
                '"speed" is no fact that a variant changes; those are gil, jit, collector',
            ),
            ('changes = "gil"', "changes = true", "key `variants.green.changes`: expected str, got bool"),
            ('changes = "gil"', "", "the key `variants.green.changes` is missing; add it"),
            (
                '"1" }',
                "1 }",
                "key `variants.green.env.STACKLESS_GREEN`: expected str, got int; put it in quotes",
            ),
            ('{ STACKLESS_GREEN = "1" }', "{}", "key `variants.green.env`: it is empty; give the variables"),
            (
                'changes = "gil"',
                'changes = "gil"\nversions = "3.9"',
                "key `variants.green.versions`: expected array, got str; put it in brackets",
            ),
            (
                'changes = "gil"',
                'changes = "gil"\nversions = ["3.9", "3.11"]',
                'key `variants.green.versions[1]`: "3.11" is none of `versions`; those are 3.8, 3.10, 3.9',
            ),
            ("variants.green", 'variants."+green"', "key `variants.+green`: it can't be part of a name; use"),
            (
                'changes = "gil"',
                'changes = "gil"\nsuffix = "+x"',
                "key `variants.green.suffix`: there is no such key; the keys are changes, env, versions",
            ),
        ],
    )
    def test_a_variant_that_is_wrong(self, tmp_path, line, other, sentence):
        assert sentence in refused(tmp_path, FAMILY + VARIANT.replace(line, other), "stackless")

    def test_ones_own_interpreter_has_no_variants(self, tmp_path):
        assert "key `variants`: there is no such key" in refused(tmp_path, 'command = ["sh"]' + VARIANT)

    def test_one_name_for_several_versions(self, tmp_path):
        assert "put {version} in it" in refused(tmp_path, FAMILY + 'name = "stackless"')

    def test_a_version_listed_twice(self, tmp_path):
        text = refused(tmp_path, FAMILY.replace('"3.10"', '"3.9"'), "stackless")
        assert 'key `name`: "stackless-3.9" is taken; choose another' in text

    def test_a_name_that_is_taken(self, tmp_path):
        text = refused(tmp_path, 'name = "cpython-3.13"\ncommand = ["sh"]')
        assert 'key `name`: "cpython-3.13" is taken' in text

    def test_a_kind_that_is_taken(self, tmp_path):
        text = refused(tmp_path, 'command = ["sh"]', stem="jython")
        assert 'the kind "jython" is taken; rename the file' in text

    def test_an_empty_command(self, tmp_path):
        assert "key `command`: it is empty" in refused(tmp_path, "command = []")
