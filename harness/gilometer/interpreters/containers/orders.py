"""Convert the arguments of ``images`` to build orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilometer.errors import UsageError
from gilometer.interpreters.containers import bootstrap, recipes
from gilometer.interpreters.containers.building import BuildOrder
from gilometer.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gilometer.interpreters.containers.recipes import Recipe


def orders(
    names: Sequence[str], arguments: Sequence[str], *, base: str | None, bootstrapped: bool
) -> tuple[BuildOrder, ...]:
    """Return the images to build; ``arguments`` are ``KEY=VALUE``.

    Raises:
        UsageError: No recipe has such a name or argument, or two bases are asked for.
        EngineError: A base can't be made from Debian packages.

    """
    if base and bootstrapped:
        raise UsageError("--bootstrap makes the base that --base would name; leave one of them out")
    values = dict(_pair(argument) for argument in arguments)
    wanted = [recipes.by_name(name) for name in dict.fromkeys(names)]
    _refuse_unknown(values, wanted)
    return tuple(_order(recipe, base, values, bootstrapped=bootstrapped) for recipe in wanted)


def _order(recipe: Recipe, base: str | None, values: Mapping[str, str], *, bootstrapped: bool) -> BuildOrder:
    begin = bootstrap.base_for(recipe) if bootstrapped else base or recipe.base
    return BuildOrder(recipe, begin, {key: value for key, value in values.items() if key in recipe.arguments})


def _pair(argument: str) -> tuple[str, str]:
    key, equals, value = argument.partition("=")
    if not (key and equals):
        raise UsageError(f"--build-arg is KEY=VALUE, not {argument!r}")
    if key == recipes.BASE:
        raise UsageError(f"--base {value} names the base, not --build-arg {argument}")
    return key, value


def _refuse_unknown(values: Mapping[str, str], wanted: Sequence[Recipe]) -> None:
    known = [name for recipe in wanted for name in recipe.arguments]
    for key in values:
        if key not in known:
            remedy = did_you_mean(key, known, f"there is {', '.join(known) or 'none'}")
            raise UsageError(
                f"no recipe of {', '.join(r.name for r in wanted)} has an argument {key}; {remedy}"
            )
