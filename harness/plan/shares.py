"""Who gets the time that is left, when it does not last for everybody."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from harness.model import Group, Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LEAST_S = 1e-9
"""What a block takes at least; keeps divisions whole."""


class Want(Record, frozen=True):
    """What a group still asks for."""

    group: Group
    below_floor: int
    """How many blocks it lacks for any statement."""
    urgency: float
    """How much one more block matters once it has those; above 0."""
    missing: int
    """In how many more blocks it is likely to know enough."""
    had: int
    """How many blocks it has had."""
    own_s: float
    """Of its own cells, a block."""
    controls_s: float
    """Of the controls that its workload has in a block, whichever of its groups are measured."""
    sharers: int
    """Groups that want this workload, and could share the controls."""


class _Bid(NamedTuple):
    """A want as it takes part in sharing."""

    price: float
    """Seconds for each bit of need: who has the lowest is served first."""
    need: float
    claim_s: float
    """Of the blocks that may be set aside for it, before others get theirs."""
    want: Want


def _bid(want: Want) -> _Bid:
    """Count in its share of the controls, and let it claim no more blocks than it has had.

    A group that is far too noisy for its target would otherwise claim all the time there is.
    """
    block_s = max(want.own_s + want.controls_s / want.sharers, LEAST_S)
    need = want.below_floor or want.urgency
    claim = want.below_floor or min(want.missing, want.had)
    return _Bid(block_s / need, need, claim * block_s, want)


def affordable(wants: Sequence[Want], left_s: float) -> list[Group]:
    """Choose whom the next block measures, so that what is left goes where it is needed most for its price.

    Groups below the floor come first, and what they claim is set aside before others are asked. Within
    both, time is shared out in proportion to need: the groups are served by price, as many as can each be
    given at least one block. So neither a slow group nor one that is too noisy for its target starves others.
    """
    chosen: list[Want] = []
    spare_s = left_s
    for asking in ([one for one in wants if one.below_floor], [one for one in wants if not one.below_floor]):
        bids = sorted(map(_bid, asking), key=lambda bid: bid.price)
        served = bids[: _how_many(bids, spare_s)]
        spare_s -= min(spare_s, sum(bid.claim_s for bid in served))
        chosen += [bid.want for bid in served]
    return _fitting(chosen, left_s)


def seconds(wants: Iterable[Want]) -> float:
    """What all of it would take."""
    own_s = 0.0
    controls_s: dict[str, float] = {}
    for one in wants:
        own_s += one.missing * one.own_s
        workload = one.group.workload
        controls_s[workload] = max(controls_s.get(workload, 0.0), one.missing * one.controls_s)
    return own_s + sum(controls_s.values())


def _how_many(bids: Sequence[_Bid], left_s: float) -> int:
    """How many from the front can share the time in proportion to need, each getting a block or more.

    The last of them has the highest price. Sharing at this price gives it one block, and the others more, but
    none more than its claim.
    """

    def shared_s(count: int) -> float:
        price = bids[count - 1].price
        return sum([min(price * need, claim_s) for need, claim_s in needs[:count]])

    needs = [(bid.need, bid.claim_s) for bid in bids]
    return bisect_right(range(1, len(bids) + 1), left_s, key=shared_s)


def _fitting(ranked: Iterable[Want], left_s: float) -> list[Group]:
    """Leave out what makes the block too long: a workload's controls are paid by the first who wants it."""
    groups = []
    paid: set[str] = set()
    for one in ranked:
        each_s = one.own_s + (0.0 if one.group.workload in paid else one.controls_s)
        if each_s <= left_s:
            left_s -= each_s
            paid.add(one.group.workload)
            groups.append(one.group)
    return groups
