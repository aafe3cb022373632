from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from gilometer.machine.fairness import comparison_warnings
from gilometer.model import Facts, Interpreter
from tests.interpreters.builders import CPYTHON, JYTHON, built, cpython

PLAIN = built(pgo=False, lto=False, compiler="GCC 12.2.0")
CLANG = built(compiler="Clang 18.1.8 ")
GRAALPY = replace(CPYTHON, implementation="graalpy", version="3.12.1", jit="on")
PYODIDE = replace(CPYTHON, implementation="pyodide", version="3.14.2")


def named(label: str, facts: Facts = CPYTHON, **changes: object) -> Interpreter:
    name, plus, variant = label.partition("+")
    plain = Interpreter(name, name.partition("-")[0], (f"/opt/{name}",), facts, "PATH", name, plus + variant)
    return replace(plain, **changes)


def found(*interpreters: Interpreter) -> dict[str, str]:
    return {warning.id: warning.sentence for warning in comparison_warnings(interpreters)}


def test_builds_that_are_alike_have_none():
    assert found(named("cpython-3.13"), named("cpython-3.12"), named("jython-2.7", JYTHON)) == {}


class TestBuilds:
    def test_what_differs_between_them_is_said(self):
        threaded = cpython("3.12.1", free_threaded=True, gil=False, build=PLAIN)
        assert found(named("cpython-3.13"), named("cpython-3.12t", threaded)) == {
            "builds-differ": "A difference between CPythons may be their build's:"
            " cpython-3.13 with PGO and LTO by GCC 14; cpython-3.12t without PGO and LTO by GCC 12."
        }

    def test_a_binary_and_its_variant_are_one_build(self):
        binary = [named("cpython-3.12t"), named("cpython-3.12t+gil")]
        said = found(*binary, named("cpython-3.13", cpython("3.13.1", build=CLANG)))["builds-differ"]
        assert said.endswith(
            "cpython-3.12t with PGO and LTO by GCC 14; cpython-3.13 with PGO and LTO by Clang 18."
        )

    def test_a_variant_alone_has_its_own_name(self):
        said = found(named("cpython-3.12t+gil"), named("cpython-3.13", cpython("3.13.1", build=PLAIN)))
        assert "cpython-3.12t+gil with PGO" in said["builds-differ"]

    def test_a_long_group_is_the_others(self):
        many = [named(f"cpython-3.{minor}", cpython(f"3.{minor}.0", build=PLAIN)) for minor in range(6, 12)]
        said = found(*many, named("cpython-3.13"))["builds-differ"]
        assert said.endswith(
            "cpython-3.13 with PGO and LTO by GCC 14; the 6 others without PGO and LTO by GCC 12."
        )

    @pytest.mark.parametrize(
        ("build", "way"),
        [
            (built(lto=False), "with PGO by GCC 14"),
            (built(debug=True), "for debugging"),
            (built(pgo=None, lto=None), "with untold options by GCC 14"),
            (built(compiler=None), "with PGO and LTO"),
            (built(compiler="[odd]"), "with PGO and LTO"),
            (built(compiler="MSC v.1938 64 bit (AMD64)"), "with PGO and LTO by MSC 1938"),
        ],
    )
    def test_each_way_to_build(self, build, way):
        said = found(named("one", cpython("3.12.1", build=build)), named("two"))["builds-differ"]
        assert said.partition("build's: ")[2].startswith(f"one {way}; two ")

    def test_another_patch_of_the_compiler_is_no_difference(self):
        other = cpython("3.12.1", build=built(compiler="GCC 14.1.0"))
        assert found(named("one", other), named("two")) == {}

    def test_builds_that_are_alike_and_slow_are_told_so(self):
        slow = [named(f"cpython-3.{minor}", cpython(f"3.{minor}.0", build=PLAIN)) for minor in (9, 10)]
        assert found(*slow) == {
            "unoptimised-build": "Built without profile-guided optimisation, slower than what most people"
            " run: cpython-3.9, cpython-3.10."
        }

    def test_a_debug_build_is_called_no_less(self):
        assert list(found(named("one", cpython("3.12.1", build=built(debug=True, pgo=False))))) == [
            "debug-build"
        ]

    def test_other_implementations_are_no_builds_of_cpython(self):
        other = replace(GRAALPY, build=PLAIN)
        assert found(named("cpython-3.13"), named("graalpy-3.12", other)) == {}


class TestJits:
    def test_one_that_is_off(self):
        assert found(named("cpython-3.12", cpython("3.12.1", jit="off"))) == {
            "jit-off": "The JIT is off unless asked for in cpython-3.12."
        }

    def test_beside_those_that_are_on(self):
        on = [named("cpython-3.12+jit", cpython("3.12.1", jit="on")), named("graalpy-3.12", GRAALPY)]
        said = found(named("cpython-3.12", cpython("3.12.1", jit="off")), *on)["jit-off"]
        assert said.endswith("in cpython-3.12, while it is on in cpython-3.12+jit and graalpy-3.12.")

    def test_graalpy_without_its_compiler_is_worse(self):
        assert found(named("graalpy-3.12", replace(GRAALPY, jit="off"))) == {
            "graalpy-interpreted": "Runs without its compiler, tens of times slower than GraalPy is:"
            " graalpy-3.12."
        }


class TestCollectors:
    G1 = named("jython-2.7", replace(JYTHON, collector="G1"))

    def test_several_of_one_implementation(self):
        parallel = named("jython-2.7+parallelgc", replace(JYTHON, collector="Parallel"))
        assert found(self.G1, parallel) == {
            "collectors-differ": "Garbage collectors differ: jython-2.7 had G1;"
            " jython-2.7+parallelgc had Parallel."
        }

    def test_those_of_two_implementations_are_not_compared(self):
        other = replace(JYTHON, implementation="ironpython", collector="workstation")
        assert found(self.G1, named("ironpython-3.4", other)) == {}


class TestContainers:
    def test_beside_what_runs_outside(self):
        inside = [
            named("pypy-3.11", GRAALPY, image="sha256:1"),
            named("jython-2.7", JYTHON, image="sha256:2"),
        ]
        assert found(named("cpython-3.13"), *inside) == {
            "containers": "In containers, whose cost is not taken off: pypy-3.11, jython-2.7."
        }

    def test_alone_nothing_is_compared(self):
        assert found(named("jython-2.7", JYTHON, image="sha256:2")) == {}


class TestWhatOneBringsWithIt:
    @pytest.mark.parametrize(
        ("facts", "warning"),
        [
            (cpython("3.13.1", free_threaded=True, gil=False), "immortal-objects"),
            (cpython("3.14.0"), "forkserver"),
            (PYODIDE, "webassembly"),
        ],
    )
    def test_each(self, facts, warning):
        assert list(found(named("one", facts))) == [warning]

    def test_a_gil_that_nobody_asked_for(self):
        facts = cpython("3.12.1", free_threaded=True)
        assert list(found(named("one", facts))) == ["gil-switched-on"]
        assert found(named("one+gil", facts, env={"PYTHON_GIL": "1"})) == {}


def test_a_long_matrix_has_a_short_list_of_sentences():
    interpreters = [
        *(named(f"cpython-3.{minor}", cpython(f"3.{minor}.0", build=PLAIN)) for minor in range(6, 14)),
        named("cpython-3.13t", cpython("3.13.9", free_threaded=True, gil=False, build=CLANG)),
        named(
            "cpython-3.13t+gil", cpython("3.13.9", free_threaded=True, build=CLANG), env={"PYTHON_GIL": "1"}
        ),
        named("cpython-3.15", cpython("3.15.0", jit="off", build=built(pgo=None)), image="sha256:1"),
        named("cpython-3.15+jit", cpython("3.15.0", jit="on", build=built(pgo=None)), image="sha256:1"),
        named("graalpy-3.12", replace(GRAALPY, jit="off")),
        named("jython-2.7", replace(JYTHON, collector="G1")),
        named("jython-2.7+parallelgc", replace(JYTHON, collector="Parallel")),
        named("pyodide-3.14", PYODIDE),
    ]
    warnings = found(*interpreters)
    assert list(warnings) == [
        "builds-differ",
        "jit-off",
        "collectors-differ",
        "containers",
        "graalpy-interpreted",
        "webassembly",
        "immortal-objects",
        "forkserver",
    ]
    for sentence in warnings.values():
        assert re.fullmatch(r"[A-Z].*[^.]\.", sentence)
        assert len(sentence) < 240
