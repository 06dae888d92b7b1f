"""Which null each link is calibrated under, and how an effect of known size is put into a world."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from r2klib.claims import pairs
from r2klib.claims.market import falls
from r2klib.claims.nouns import Claim
from r2klib.claims.placebo_worlds import BLOCK, Order, order_of, planted, shuffled, swapped
from r2klib.data import Dataset
from r2klib.errors import InputError
from r2klib.stats import to_log

Null = Literal["timing", "memory", "falls", "legs"]
#: What each null leaves to chance.
WORDS: dict[Null, str] = {
    "timing": "relative returns in other months, in blocks of a year",
    "memory": "relative returns in other months, in blocks of three months",
    "falls": "relative returns in other months, d of mean zero",
    "legs": "the effect taken out, then small and large change places in half of all years",
}
#: Blocks of the null of no memory: the horizon below which H1 allows any.
MEMORY = 3
#: Nulls of links that a shuffle of the months by itself does not make true.
OF: dict[str, Null] = {
    "P2": "legs", "P3": "legs", "P4": "legs", "K1": "legs", "S3": "legs",
    "H1": "memory", "K4": "falls", "H5": "timing", "R4": "timing",
}  # fmt: skip
#: Links without a placebo, and why.
LEFT_OUT = {
    "S4": "its null is a loading of one half; months in another order make it zero",
    "K3": "its measure is made of prices within the day, which no shuffle of returns moves",
}
NOT_TIMING = "a level: months in another order do not make its null true"

_SMALL_VALUE = ("french.size_value", "^S[13]V")
#: What carries the returns of claims that name no pair, or other legs than their pair's.
CARRIERS = {
    "R4": _SMALL_VALUE,
    "R5": _SMALL_VALUE,
    "S1": ("french.industries49", "^(Mach|ElcEq|Cnstr|Trans)$"),
    "S2": ("KRE", ""),
    "S3": ("XBI", ""),
}
LARGE = {"S3": ("SPY", "")}
#: Claims whose returns are large minus small.
TURNED = ("R4",)


def null_of(claim: Claim) -> Null | None:
    """The null a link is calibrated under; None where there is no placebo for it."""
    if claim.id in LEFT_OUT:
        return None
    return OF.get(claim.id) or (None if claim.sort == "level" else "timing")


def why_left_out(claim: Claim) -> str:
    """Why a link has no placebo."""
    return LEFT_OUT.get(claim.id, NOT_TIMING)


def carrier_of(claim: Claim, data: Dataset) -> tuple[str, str] | None:
    """Series and columns whose returns the claim is about; None where it is about no leg."""
    pair = claim.pair.get(pairs.kind_of(data))
    found = CARRIERS.get(claim.id) or (pairs.get(pair).small if pair else ("", ""))
    return found if found[0] in data else None


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
        null = null_of(claim)
        carrier = carrier_of(claim, self.data)
        if null == "timing":
            return self.timing
        if null == "memory":
            return self._kept(("memory",), lambda: shuffled(self.data, self._order(MEMORY)))
        if null is None or carrier is None:
            raise InputError(f"Claim {claim.id} has no placebo: {why_left_out(claim)}.")
        if null == "falls":
            pair = _pair(claim, self.timing)
            return self._kept((null, *carrier), lambda: _without_mean(self.timing, pair))
        large = LARGE.get(claim.id) or _pair(claim, self.data).large
        return self._kept(
            (null, claim.id),
            lambda: swapped(self._without_effect(claim), self._order(BLOCK), carrier, large),
        )

    def _without_effect(self, claim: Claim) -> Dataset:
        """The edition less the link's own answer.

        Legs that differ and only change places would differ by turns, for a year each, which is
        no law of legs that are alike.
        """
        value = self.values.get(claim.id, 0.0)
        return with_effect(claim, self.data, -value, None) or self.data

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


def _pair(claim: Claim, data: Dataset) -> pairs.Pair:
    return pairs.get(claim.pair[pairs.kind_of(data)])


def _without_mean(data: Dataset, pair: pairs.Pair) -> Dataset:
    d = pair.d(data)
    return planted(data, pair.small, pd.Series(-d.mean(), d.index))


def with_effect(
    claim: Claim, data: Dataset, effect: float, imprint: pd.Series | None
) -> Dataset | None:
    """The world `data` with an effect of known size in it; None where none can be put there.

    Parameters
    ----------
    effect : float
        In the claim's unit and with its sign.
    imprint : Series or None
        What one unit adds to returns, as the claim's own test says (`answers.Answered`).
    """
    carrier = carrier_of(claim, data)
    if carrier is None:
        return None
    if claim.id in _OWN:
        return planted(data, carrier, _OWN[claim.id](claim, data, effect))
    if imprint is None:
        return None
    return planted(data, carrier, (-effect if claim.id in TURNED else effect) * imprint)


def _mean(claim: Claim, data: Dataset, effect: float) -> pd.Series:
    """Percent a year in every month."""
    carrier = carrier_of(claim, data)
    assert carrier is not None
    stamps = pd.DatetimeIndex(data.frame(carrier[0]).index) + pd.offsets.MonthEnd(0)
    return pd.Series(effect / 1200, stamps.unique())


def _wider(claim: Claim, data: Dataset, effect: float) -> pd.Series:
    """Log returns of the small leg times exp(effect)."""
    small: pd.Series = to_log(_pair(claim, data).legs(data))["small"]
    return float(np.expm1(effect)) * small


def _steeper(claim: Claim, data: Dataset, effect: float) -> pd.Series:
    """Simple returns of the small leg plus effect times the market's excess return."""
    pair = _pair(claim, data)
    factors = data.frame("french.factors_2017" if pair.name == "legs" else "french.factors")
    small = pair.legs(data)["small"]
    return to_log((effect * factors["Mkt-RF"] / (1 + small)).dropna())


def _deeper(claim: Claim, data: Dataset, effect: float) -> pd.Series:
    """In falls of the market, as much further down as the effect says for one of 20 %."""
    large: pd.Series = to_log(_pair(claim, data).legs(data))["large"]
    extra = float(np.log(0.8 - effect / 100) / np.log(0.8)) - 1
    inside = np.zeros(len(large), dtype=bool)
    for fall in falls(data).itertuples():
        inside |= (large.index > fall.peak) & (large.index <= fall.trough)
    return extra * large[inside]


#: Claims whose answer is no slope on one regressor, but into which an effect can be put all the
#: same.
_OWN: dict[str, Callable[[Claim, Dataset, float], pd.Series]] = {
    "P2": _wider,
    "P3": _mean,
    "S3": _mean,
    "K1": _wider,
    "H5": _steeper,
    "K4": _deeper,
}
