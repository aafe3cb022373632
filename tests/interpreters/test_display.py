from __future__ import annotations

from gilometer.interpreters.display import display_name, display_order


def test_an_implementation_of_the_matrix_has_its_name_in_words_and_its_place():
    assert display_name("pypy") == "PyPy"
    assert display_order("cpython") < display_order("pypy") < display_order("pyodide")


def test_any_other_keeps_its_name_and_comes_last():
    assert display_name("stackless") == "stackless"
    assert display_order("stackless") > display_order("pyodide")
