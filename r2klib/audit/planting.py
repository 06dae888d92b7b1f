"""Which null each link is calibrated under, and how an effect of known size is put into a world."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

import pandas as pd

from r2klib.audit.worlds import BLOCK, Order, order_of, planted, shuffled, swapped, with_legs
from r2klib.claims import pairs
from r2klib.claims.designs import Design
from r2klib.claims.designs import World as WorldName
from r2klib.claims.nouns import Carrier, Claim
from r2klib.data import Dataset
from r2klib.errors import InputError

#: What each world leaves to chance.
WORDS: dict[WorldName, str] = {
    "timing": "relative returns in other months, in blocks of a year",
    "memory": "relative returns in other months, in blocks of three months",
    "falls": "relative returns in other months, d of mean zero",
    "legs": "the effect taken out, then small and large change places in half of all years",
}
#: Blocks of the world of no memory: the horizon below which H1 allows any; H7 asks of four.
MEMORY = 3


def null_of(claim: Claim) -> WorldName | None:
    """The world in which a link's null is true; None where there is no placebo for it."""
    if claim.no_placebo or not isinstance(claim.design, Design):
        return None
    return claim.design.world


def carrier_of(claim: Claim, data: Dataset) -> Carrier | None:
    """What holds the returns a claim is about; None where the edition does not hold it."""
    pair = claim.pair_of(data)
    own = [Carrier(*pairs.get(pair).small)] if pair else []
    held = (c for c in (claim.carrier, *own) if c and c.series in data)
    return next(held, None)


class World:
    """One placebo world of an edition; its editions are made when first asked for.

    Parameters
    ----------
    data : Dataset
        The edition as it is.
    seed, number : int
        Of the world.
    values : mapping of claim id to float
        The answers in the edition as it is: what is taken out before legs change places.
    """

    def __init__(
        self, data: Dataset, seed: int, number: int, values: Mapping[str, float] | None = None
    ) -> None:
        self.data, self.seed, self.number = data, seed, number
        self.values = values or {}
        self._made: dict[tuple[str, ...], Dataset] = {}

    def of(self, claim: Claim) -> Dataset:
        """The edition in which the claim's own null is true."""
        null, carrier = null_of(claim), carrier_of(claim, self.data)
        if null == "timing":
            return self.timing
        if null == "memory":
            return self._kept(("memory",), lambda: shuffled(self.data, self._order(MEMORY)))
        if null is None or carrier is None:
            raise InputError(f"Claim {claim.id} has no placebo: {claim.no_placebo}.")
        leg = (carrier.series, carrier.columns)
        if null == "falls":
            return self._kept((null, *leg), lambda: _without_mean(self.timing, claim, leg))
        large = carrier.large if carrier.large[0] else pairs.get(claim.pair_of(self.data)).large
        return self._kept((null, claim.id), lambda: self._legs_changed(claim, leg, large))

    def _legs_changed(self, claim: Claim, leg: tuple[str, str], large: tuple[str, str]) -> Dataset:
        """The edition without the link's own answer, its legs changing places."""
        before, order = self._without_effect(claim), self._order(BLOCK)
        world = swapped(before, order, leg, large)
        name = claim.pair_of(self.data)
        pair = pairs.get(name) if name else None
        if pair is None or not pair.weighted or (leg, large) != (pair.small, pair.large):
            return world
        legs = pair.legs(before)
        turn, sides = legs.index[order.chosen(legs.index)], ["small", "large"]
        legs.loc[turn, sides] = legs.loc[turn, sides[::-1]].to_numpy()
        return with_legs(world, pair, legs)

    def _without_effect(self, claim: Claim) -> Dataset:
        """The edition less the link's own answer.

        Legs that differ and only change places would differ by turns, for a year each, which is
        no law of legs that are alike.
        """
        value = self.values.get(claim.id, 0.0)
        return with_effect(claim, self.data, -value) or self.data

    @cached_property
    def timing(self) -> Dataset:
        """The edition in which the relative returns of blocks of a year are in other months."""
        return shuffled(self.data, self._order(BLOCK))

    def _order(self, block: int) -> Order:
        return order_of(self.data, self.seed, self.number, block)

    def _kept(self, key: tuple[str, ...], make: Callable[[], Dataset]) -> Dataset:
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]


def _without_mean(data: Dataset, claim: Claim, leg: tuple[str, str]) -> Dataset:
    rows = claim.rows(data)
    mean = (rows["small"] - rows["large"]).mean()
    return planted(data, leg, pd.Series(-mean, rows.index))


def with_effect(claim: Claim, data: Dataset, effect: float) -> Dataset | None:
    """The world `data` with an effect of known size in it; None where none can be put there.

    Parameters
    ----------
    effect : float
        In the claim's unit and with its sign.
    """
    carrier = carrier_of(claim, data)
    if carrier is None or not isinstance(claim.design, Design):
        return None
    imprint = claim.design.imprint(claim.rows(data), effect)
    if imprint is None:
        return None
    return planted(data, (carrier.series, carrier.columns), carrier.sign * imprint)
