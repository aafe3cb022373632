from __future__ import annotations

import json
import re

import pytest

from gilometer.errors import UsageError
from gilometer.interpreters.containers.engine import Image
from gilometer.interpreters.containers.recipes import CONTAINERFILE, Recipe, by_name, recipes, stale

RECIPES = recipes()


def image(name: str, recipe: str) -> Image:
    return Image(id="f00", name=name, commands=(), supervisor=(), recipe=recipe)


def text_of(recipe: Recipe) -> str:
    return (recipe.folder / CONTAINERFILE).read_text()


def test_there_is_one_for_each_source_that_needs_a_container():
    assert [each.name for each in RECIPES] == ["cpython-3.13t", "debian-sid", "ironpython", "jython"]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_each_begins_with_a_public_image_and_ends_unprivileged(recipe):
    assert re.match(r"(docker\.io|mcr\.microsoft\.com)/", recipe.base)
    assert text_of(recipe).rstrip().endswith("USER 65534:65534")


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_each_says_with_absolute_paths_what_is_in_it(recipe):
    labels = dict(re.findall(r"gilometer\.(commands|supervisor)='(.*)'", text_of(recipe)))
    commands, supervisor = json.loads(labels["commands"]), json.loads(labels["supervisor"])
    assert all(command[0].startswith("/") for command in [*commands, supervisor])


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_each_has_a_title_that_a_table_has_room_for(recipe):
    assert 0 < len(recipe.title) < 50


def test_the_branch_of_debian_is_that_of_the_base():
    assert {each.name: each.suite for each in RECIPES} == {
        "cpython-3.13t": "trixie",
        "debian-sid": "sid",
        "ironpython": "",
        "jython": "trixie",
    }


def test_what_may_be_chosen_is_an_argument():
    assert by_name("cpython-3.13t").arguments == ("OPTIMISED",)


def test_a_name_that_is_none_suggests_the_near_one():
    with pytest.raises(UsageError, match="no image called 'jthon'; did you mean `jython`"):
        by_name("jthon")
    with pytest.raises(UsageError, match=r"there are cpython-3\.13t, debian-sid, ironpython, jython"):
        by_name("perl")


def test_an_image_is_stale_once_its_recipe_changes():
    assert not stale(image("jython", by_name("jython").digest))
    assert stale(image("jython", "0123456789abcdef"))


def test_an_image_of_someone_elses_can_not_be_stale():
    assert not stale(image("perl", "0123456789abcdef"))


@pytest.mark.parametrize("file", [CONTAINERFILE, "copied.txt"])
def test_the_digest_covers_whatever_is_in_the_folder(tmp_path, file):
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / CONTAINERFILE).write_text("# Own\nARG BASE=debian\nFROM ${BASE}\n")
    (before,) = recipes(tmp_path)
    with (folder / file).open("a") as changed:
        changed.write("# more\n")
    (after,) = recipes(tmp_path)
    assert after.digest != before.digest
