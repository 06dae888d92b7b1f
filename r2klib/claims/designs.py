"""Designs: how a claim's rows become an estimate.

A design is a frozen set of parameters with one call, `design(rows) -> Estimate`. It knows nothing
of editions, pairs or series: the same design answers a claim of the ledger, a variant of it on the
specification curve, and rows of one's own. Rows carry the columns that the design names, missing
values where something is not known; a design takes the rows it can use and says how many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar, Literal, Protocol, Self, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from r2klib.claims.estimates import ANNUAL_PERCENT as ANNUAL_PERCENT
from r2klib.claims.estimates import Equation, Law, block_of, from_law
from r2klib.claims.nouns import Estimate, Stability
from r2klib.errors import InputError, listing
from r2klib.stats import (
    BatchStatistic,
    BootstrapLaw,
    MomentStatistic,
    NullLaw,
    PredictiveFit,
    ScalarFit,
    WildLaw,
    ar1,
    break_test,
    joint_law,
    ols_hac,
    placebo_test,
    predict,
    stacked_windows,
    stationary_bootstrap,
)
from r2klib.stats._algebra import recursed
from r2klib.stats.persistence import signal_laws
from r2klib.stats.wild import SignedRegression

#: Draws of a primary answer and of a point of the specification curve.
DRAWS, SPEC_DRAWS = 9_999, 1_999
#: Percent a year, per standard deviation of what drives or foretells them.
PER_SD = "%/yr per sd"
#: Draws where the law is not asked for.
FEW_DRAWS = 99
#: Draws of a break test.
BREAK_DRAWS = 999
#: What worlds leave to chance so that a claim is false in them; see `r2klib.audit.calibrate`.
Null = Literal["timing", "memory", "falls", "legs", ""]


class World(Protocol):
    """One world in which nothing of the thesis is true; see `r2klib.audit.worlds`."""

    @property
    def shuffles(self) -> bool:
        """Whether values go to other months; else they stay, and change signs."""

    def moved(self, values: pd.Series, block: int = 12) -> pd.Series:
        """Values of other months, or the same in place with other signs; by blocks of months."""

    def turned(self, index: pd.Index, block: int = 12) -> NDArray[np.bool_]:
        """Rows in blocks of months drawn with probability one half."""


_Returns = TypeVar("_Returns", pd.Series, pd.DataFrame)


@dataclass(frozen=True, kw_only=True)
class Design:
    """What all designs share.

    Parameters
    ----------
    unit : str
        Of the estimate.
    null : str
        The hypothesis that the p-value is of, in words.
    what : str
        What is regressed on, averaged or compared, for the method line.
    claimed : float, optional
        The effect that a claim speaks of, with its sign, in `unit`: the estimate then carries the
        one-sided p of "the effect is at least that large". A link's declaration sets it.
    """

    unit: str
    null: str
    what: str = ""
    claimed: float | None = None

    #: What worlds leave to chance for the null to be true in them; "" where none of ours does.
    world: ClassVar[Null] = ""
    #: The column of rows that an effect is put into.
    into: ClassVar[str] = "y"

    @property
    def needs(self) -> tuple[str, ...]:
        """Columns that a row must have: they say where the sample begins, ends, has its middle."""
        return ("y",)

    def __call__(self, rows: pd.DataFrame, /) -> Estimate:
        """Estimate the effect from rows."""
        return self.told(rows, self.judge(rows))

    def imprint(self, rows: pd.DataFrame, effect: float, /) -> pd.Series | None:  # noqa: ARG002
        """What an effect of that size adds to y, or to the small leg, in its own kind of return.

        None where an effect is nothing that could be added to returns.
        """
        return None

    def planted(self, rows: pd.DataFrame, effect: float, /) -> pd.DataFrame | None:
        """The rows with an effect of that size in them; None where none can be put there."""
        imprint = self.imprint(rows, effect)
        if imprint is None:
            return None
        found = rows[self.into] + imprint.reindex(rows.index).fillna(0.0)
        return rows.assign(**{self.into: found})

    def in_world(self, rows: pd.DataFrame, world: World, /) -> pd.DataFrame:  # noqa: ARG002
        """Rows in which the null is true."""
        raise InputError(f"{type(self).__name__} has no world in which its null is true.")

    @property
    def own_law(self) -> bool:
        """Whether it judges by the law of its kind, which worlds are judged by, and no other."""
        return True

    def judge(self, rows: pd.DataFrame, /) -> Any:
        """The law of the answer to rows."""
        raise NotImplementedError

    def told(self, rows: pd.DataFrame, law: Any, /) -> Estimate:
        """The estimate that a law of the answer to these rows gives."""
        raise NotImplementedError

    def estimate_from(self, law: ScalarFit | Law, **said: Any) -> Estimate:
        """`from_law`, with the design's own unit, null and claimed effect where none are given."""
        own = {"unit": self.unit, "null": self.null, "claimed": self.claimed}
        return from_law(law, **own | said)

    def shift(self, effect: float) -> float:
        """By how much an effect moves the number that the law is of."""
        return effect

    def answers(
        self, rows: pd.DataFrame, worlds: Sequence[World], effects: Sequence[float], /
    ) -> Iterator[list[Estimate]]:
        """By world: the answer to rows in which the null is true, and with each effect in them.

        An effect moves the whole law of an answer, so no test is run again for it; none may be
        asked of designs without `imprint`. Nothing where the test refuses the world.
        """
        shifts = [self.shift(effect) for effect in effects]
        for world in worlds:
            false = self.in_world(rows, world)
            yield _answers(partial(self.told, false), _law(self.judge, false), shifts)

    def stability(self, rows: pd.DataFrame, /) -> Stability | None:  # noqa: ARG002
        """When what decides changed most, and how often chance does as much.

        None where there is no regression to break, or the rows are too few to look for one.
        """
        return None

    def lighter(self, draws: int = SPEC_DRAWS) -> Self:
        """The same design with fewer draws, by default those of a point on the curve."""
        fewer: dict[str, Any] = {"draws": draws} if hasattr(self, "draws") else {}
        return replace(self, **fewer)

    def used(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows in which what the design needs is known."""
        if missing := [name for name in self.needs if name not in rows]:
            raise InputError(
                f"{type(self).__name__} needs rows with {listing(self.needs)}; these have "
                f"{listing(rows.columns) or 'no column'}, so {listing(missing)} "
                f"{'is' if len(missing) == 1 else 'are'} missing."
            )
        found = rows.dropna(subset=list(self.needs))
        if found.empty:
            raise InputError(
                f"No row holds {listing(self.needs)} at once: nothing can be estimated."
            )
        return found

    def until(self, rows: pd.DataFrame) -> pd.Timestamp:
        """The last date that the answer is about."""
        return pd.Timestamp(self.used(rows).index[-1])

    def part(self, rows: pd.DataFrame, index: pd.Index) -> pd.DataFrame:
        """Rows that ask the same of a part of the sample."""
        return rows.loc[index]

    def halves(self, rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
        """Rows of the first and of the second half of the sample."""
        index = self.used(rows).index
        middle = len(index) // 2
        yield "first half", self.part(rows, index[:middle])
        yield "second half", self.part(rows, index[middle:])

    def since(self, rows: pd.DataFrame, start: str | pd.Timestamp) -> pd.DataFrame:
        """Rows from a date on."""
        return self.part(rows, rows.index[rows.index >= pd.Timestamp(start)])

    def after(self, rows: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
        """Rows that ask the same of what came after a day, and of nothing before."""
        return self.since(rows, day + pd.Timedelta(days=1))


@dataclass(frozen=True, kw_only=True)
class Regression(Design):
    """One number of a regression, its t judged by residuals that change signs block by block.

    Parameters
    ----------
    newey_west : bool
        Student's t with Newey-West errors in place of that law: for points of the curve, figures,
        and samples of too few blocks.
    draws, seed : int
        Of the signs.
    """

    newey_west: bool = False
    draws: int = DRAWS
    seed: int = 3

    world: ClassVar[Null] = "timing"

    @property
    def own_law(self) -> bool:
        """Whether it judges by signs."""
        return not self.newey_west

    def equation(self, rows: pd.DataFrame, /) -> Equation:
        """What is regressed on what, and which number of it decides."""
        raise NotImplementedError

    def __call__(self, rows: pd.DataFrame, /) -> Estimate:
        """Estimate the number."""
        asked = self.equation(rows)
        if self.newey_west:
            return self._read(asked, asked.plain())
        return self._read(asked, self._ready(asked).law(asked.null_value))

    def _ready(self, asked: Equation) -> SignedRegression:
        return SignedRegression(**asked.arguments, seed=self.seed, draws=self.draws)

    def _read(self, asked: Equation, law: ScalarFit | WildLaw) -> Estimate:
        return self.estimate_from(
            law, scale=asked.scale, what=asked.what, n_effective=asked.n_effective
        )

    def answers(
        self, rows: pd.DataFrame, worlds: Sequence[World], effects: Sequence[float], /
    ) -> Iterator[list[Estimate]]:
        """By world: what the null leaves of y moved, or the residuals' signs changed in place.

        A mean is the same in any order, so of means signs alone are changed.
        """
        asked = self.equation(rows)
        ready = self._ready(asked)
        fitted, errors = ready.restricted(asked.null_value)
        own = ready.fit.resids
        responses = [
            fitted + world.moved(errors)
            if world.shuffles and asked.X is not None
            else fitted + own * np.where(world.turned(own.index), -1.0, 1.0)
            for world in worlds
        ]
        shifts = [effect / asked.scale for effect in effects]
        for law in ready.laws(np.column_stack(responses), asked.null_value):
            yield _answers(partial(self._read, asked), law, shifts)

    def stability(self, rows: pd.DataFrame, /) -> Stability | None:
        """The sup-Wald break test of what decides."""
        return broken(self.equation(rows), self.seed)


def _law(judge: Callable[[pd.DataFrame], Any], rows: pd.DataFrame) -> Any:
    """The law of the answer to rows; None where the test refuses them."""
    try:
        return judge(rows)
    except InputError:
        return None


def _answers(told: Callable[[Any], Estimate], law: Any, shifts: Sequence[float]) -> list[Estimate]:
    """What a law says, and what it says once it has moved; nothing where the rows are refused."""
    try:
        return [] if law is None else [told(law), *(told(law.shifted(by)) for by in shifts)]
    except InputError:
        return []


def broken(asked: Equation, seed: int) -> Stability | None:
    """When the number changed most; None where no date leaves enough on either side."""
    try:
        found = break_test(**asked.arguments, seed=seed, draws=BREAK_DRAWS)
    except InputError:
        return None
    return Stability(date=found.date.date(), p_value=found.pvalue)


def broken_mean(y: pd.Series, hac_lags: str | int, seed: int, block: int) -> Stability | None:
    """When a mean changed most, signs by blocks; None where nothing varies."""
    asked = Equation(y=y, X=None, weights={"const": 1.0}, hac_lags=hac_lags, block=block, scale=1.0)
    return broken(asked, seed)


@dataclass(frozen=True, kw_only=True)
class Slope(Regression):
    """A coefficient of a regression, or a weighted sum of several.

    Rows: ``y``, the drivers, and whatever else stands beside them as controls.

    Parameters
    ----------
    scale : float
        From the coefficient to `unit`.
    on : str or mapping of str to float
        The driver, or several with their weights in the sum.
    null_value : float
        What the sum is under the null.
    per_sd : bool
        Measure the driver in standard deviations of the rows in which y is known too.
    hac_lags : {"auto"} or int
    count : bool
        Whether every row is an event of its own, so that the rows are the effective observations
        and change signs one by one.
    """

    scale: float = 1.0
    on: str | Mapping[str, float] = "driver"
    null_value: float = 0.0
    per_sd: bool = False
    hac_lags: str | int = "auto"
    count: bool = False

    @property
    def weights(self) -> Mapping[str, float]:
        """Weight of each driver in the sum."""
        return {self.on: 1.0} if isinstance(self.on, str) else self.on

    @property
    def needs(self) -> tuple[str, ...]:
        """Y and the drivers."""
        return ("y", *self.weights)

    def _regressors(self, rows: pd.DataFrame) -> pd.DataFrame:
        used = self.used(rows)
        X = used.drop(columns="y").astype(float)
        if self.per_sd:
            X = X.assign(**{name: standardized(used[name]) for name in self.weights})
        drivers = list(self.weights)
        return X[[*drivers, *X.columns.drop(drivers)]].dropna()

    def equation(self, rows: pd.DataFrame, /) -> Equation:
        """The sum of coefficients."""
        X = self._regressors(rows)
        return Equation(
            y=rows["y"],
            X=X,
            weights=self.weights,
            hac_lags=self.hac_lags,
            block=1 if self.count else block_of(X.index),
            scale=self.scale,
            null_value=self.null_value,
            what=self.what,
            n_effective=float(len(X)) if self.count else None,
        )

    def imprint(self, rows: pd.DataFrame, effect: float, /) -> pd.Series:
        """The drivers, each by its share of the sum."""
        w = np.array(list(self.weights.values()))
        along: pd.Series = self._regressors(rows)[list(self.weights)] @ (w / (w @ w))
        return along * (effect / self.scale)

    def net(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The drivers' sum and y (``x``, ``y``), each net of the controls, its mean kept.

        A sign turns the answer, not the axis: the sum of negative weights is taken without it.
        """
        used = self.used(rows).dropna().astype(float)
        w = pd.Series(self.weights)
        both = pd.DataFrame({"x": used[w.index] @ (w if (w > 0).any() else -w), "y": used["y"]})
        controls = used.drop(columns=["y", *w.index])
        X = np.column_stack([np.ones(len(used)), controls - controls.mean()])
        net: pd.DataFrame = both - X @ np.linalg.lstsq(X, both.to_numpy(), rcond=None)[0]
        return net + both.mean()

    def groups(self, rows: pd.DataFrame) -> tuple[Estimate, Estimate, Estimate] | None:
        """Mean of y where the driver is the higher of two values, where the lower, the difference.

        Controls are left out. None where it has more than two values, or a weight other than one.
        """
        alone = rows[[name for name in rows if name == "y" or name in self.weights]]
        used = self.used(alone).dropna().astype(float)
        if len(used.columns) != 2 or list(self.weights.values()) != [1.0]:
            return None
        if (driver := used[next(iter(self.weights))]).nunique() != 2:
            return None
        mean = Mean(unit=self.unit, null="the mean is zero", scale=self.scale, newey_west=True)
        high = driver == driver.max()
        return mean(used[high]), mean(used[~high]), self.lighter()(alone)


@dataclass(frozen=True, kw_only=True)
class SlopePerSd(Slope):
    """A `Slope` of monthly returns in percent a year per standard deviation of the driver."""

    unit: str = PER_SD
    scale: float = ANNUAL_PERCENT
    per_sd: bool = True


@dataclass(frozen=True, kw_only=True)
class Foretell(Design):
    """The return of t+1 on a signal known at t, judged by simulated signals (`stats.predict`).

    Rows: ``y``, ``signal``; a signal may be known in months that have no return yet.

    Parameters
    ----------
    horizon : int
        Periods over which the signal is summed (Hodrick's 1B).
    law : {"signals", "joint"}
        What is simulated; joint, for valuations and other signals made of past returns.
    block : int
        Consecutive periods that the joint law keeps together.
    periods_per_year : int
    summed : bool
        Tell the response of the h-period return in place of a yearly rate.
    newey_west : bool
        Newey-West errors in place of the simulated law; for the specification curve only.
    draws, seed : int
    """

    unit: str = PER_SD
    null: str = "the signal has nothing to say about the next period's d"
    horizon: int = 1
    law: Literal["signals", "joint"] = "signals"
    block: int = 1
    periods_per_year: int = 12
    summed: bool = False
    newey_west: bool = False
    draws: int = DRAWS
    seed: int = 12

    needs = ("y", "signal")
    world: ClassVar[Null] = "timing"

    @property
    def own_law(self) -> bool:
        """Whether it judges by simulated signals."""
        return not self.newey_west

    def fit(self, rows: pd.DataFrame) -> PredictiveFit:
        """The predictive regression, with its laws and what stands beside it."""
        self.used(rows)
        return predict(
            rows["y"].dropna(),
            rows["signal"].dropna(),
            self.horizon,
            seed=self.seed,
            draws=FEW_DRAWS if self.newey_west else self.draws,
            law=self.law,
            block=self.block,
            periods_per_year=self.periods_per_year,
        )

    def __call__(self, rows: pd.DataFrame, /) -> Estimate:
        """Estimate the effect; interval and p of its simulated law, bias removed."""
        return self.read(self.fit(rows))

    def read(self, found: PredictiveFit) -> Estimate:
        """The estimate that a fit gives."""
        scale = self._scale(found)
        if self.newey_west:
            return self.estimate_from(found.effect, scale=scale, what="Newey-West")
        return self.estimate_from(
            found.law,
            value=found.law.corrected,
            scale=scale,
            what=found.title,
            n=found.nobs,
            n_effective=round(found.n_effective, 1),
        )

    def _scale(self, found: PredictiveFit) -> float:
        """From decimals a year per standard deviation to `unit`."""
        if not self.summed:
            return 100.0
        per_sd = found.sd / float(np.sqrt(found.signal_variance)) / found.periods_per_year
        return 100.0 * per_sd

    def answers(
        self, rows: pd.DataFrame, worlds: Sequence[World], effects: Sequence[float], /
    ) -> Iterator[list[Estimate]]:
        """By world: y moved under the signal as it was, or both where the signal is made of y."""
        found = replace(self, draws=FEW_DRAWS).fit(rows)
        shifts = [effect / self._scale(found) for effect in effects]
        made = [self.in_world(rows, world) for world in worlds]
        for law in self._laws(made):
            yield _answers(lambda law: self.read(replace(found, law=law)), law, shifts)

    def _laws(self, made: Sequence[pd.DataFrame]) -> Iterator[NullLaw | None]:
        """The law of each of many rows; signals that are all the same are simulated once."""
        said: dict[str, Any] = {
            "seed": self.seed,
            "draws": self.draws,
            "periods_per_year": self.periods_per_year,
        }
        if self.law == "joint":
            said |= {"horizon": self.horizon, "block": self.block}
            for one in made:
                yield _law(lambda rows: joint_law(rows["y"], rows["signal"], **said), one)
            return
        signal = made[0]["signal"].dropna()
        yield from signal_laws([one["y"].dropna() for one in made], signal, self.horizon, **said)

    def in_world(self, rows: pd.DataFrame, world: World, /) -> pd.DataFrame:
        """Y moved; a signal made of y runs on by its own persistence, its surprises moved too."""
        if self.law != "joint":
            return rows.assign(y=around(rows["y"], world))
        x = rows["signal"].dropna()
        rho = ar1(x).rho
        surprise = (x - x.mean() - rho * (x.shift(1) - x.mean())).dropna()
        both = pd.DataFrame({"y": rows["y"], "surprise": surprise}).dropna()
        mean = both.mean()
        # Signs in worlds of both sorts: surprises that are all there in another order add up to
        # what they did, which holds a slow signal to its end.
        moved = (both - mean).mul(np.where(world.turned(both.index), -1.0, 1.0), axis="index")
        first = x[x.index < both.index[0]].iloc[-1] - x.mean()
        surprises = moved["surprise"].to_numpy(copy=True)
        surprises[0] += rho * first
        path = recursed(surprises, rho)
        signal = pd.Series(x.mean() + path, both.index)
        return pd.DataFrame({"y": mean["y"] + moved["y"], "signal": signal})

    def imprint(self, rows: pd.DataFrame, effect: float, /) -> pd.Series | None:
        """The regressor in standard deviations, by the date of the return it foretells."""
        found = replace(self, draws=FEW_DRAWS).fit(rows)
        along: pd.Series = found.fitted - found.fitted.mean()
        sd = along / float(found.params[found.signal] * found.sd)
        return sd * (effect / (self._scale(found) * found.periods_per_year))

    def stability(self, rows: pd.DataFrame, /) -> Stability | None:
        """The sup-Wald break test of the slope."""
        found = replace(self, draws=FEW_DRAWS).fit(rows)
        asked = Equation(
            y=(found.fitted + found.resids).rename("y"),
            X=found.fitted.to_frame("signal"),  # it breaks where the signal's own slope does
            weights={"signal": 1.0},
            hac_lags=found.hac_lags or 0,
            block=block_of(found.fitted.index),
            scale=1.0,
        )
        return broken(asked, self.seed)

    def after(self, rows: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
        """Returns after a day, the first of them foretold by what was known on that day."""
        first = rows.index.searchsorted(day, side="right")
        kept = rows.iloc[max(0, first - self.horizon) :]
        return kept.assign(y=kept["y"].where(kept.index > day))

    def until(self, rows: pd.DataFrame) -> pd.Timestamp:
        """The last return that may be foretold."""
        return pd.Timestamp(rows["y"].dropna().index[-1])


@dataclass(frozen=True, kw_only=True)
class AfterEvents(Regression):
    """Mean of y in the months after events minus its mean in all others, months counted once.

    Rows: ``y``; ``event``, how many events open a window at that stamp (the month after is its
    first); controls. Events may lie before the first return.

    Parameters
    ----------
    months : int
        Length of the window.
    scale : float or None
        From y a month to `unit`; None sums percent over the window.
    hac_lags : int
    placebo : bool
        Judge by dates drawn by chance that keep the events' spacing, in place of signs.
    """

    unit: str = "%"
    null: str = "the months after the events are like all others"
    months: int = 12
    scale: float | None = None
    hac_lags: int = 12
    placebo: bool = False
    seed: int = 4

    @property
    def own_law(self) -> bool:
        """Whether it judges by signs."""
        return super().own_law and not self.placebo

    @property
    def factor(self) -> float:
        """From y a month to `unit`."""
        return 100.0 * self.months if self.scale is None else self.scale

    def _parts(self, rows: pd.DataFrame) -> tuple[pd.Series, pd.DatetimeIndex, pd.DataFrame]:
        """Returns, events (each as often as it happened) and controls."""
        if "event" not in rows:
            raise InputError(
                f"AfterEvents needs rows with event; these have {listing(rows.columns)}."
            )
        happened = rows["event"].fillna(0).astype(int)
        events = pd.DatetimeIndex(happened.index.repeat(happened))
        return self.used(rows)["y"], events, rows.drop(columns=["y", "event"]).dropna()

    def _window(
        self, y: pd.Series, events: pd.DatetimeIndex, controls: pd.DataFrame
    ) -> pd.DataFrame:
        inside = stacked_windows(pd.DatetimeIndex(y.index), events, self.months)
        window = inside.astype(float).rename("window").to_frame()
        return window if controls.empty else window.join(controls, how="inner").dropna()

    def __call__(self, rows: pd.DataFrame, /) -> Estimate:
        """Estimate the difference, net of the controls where there are any."""
        return self._by_placebo(*self._parts(rows)) if self.placebo else super().__call__(rows)

    def equation(self, rows: pd.DataFrame, /) -> Equation:
        """The coefficient of the window."""
        y, events, controls = self._parts(rows)
        happened = (events >= y.index[0]) & (events < y.index[-1])
        return Equation(
            y=y,
            X=self._window(y, events, controls),
            weights={"window": 1.0},
            hac_lags=self.hac_lags,
            block=block_of(y.index),
            scale=self.factor,
            what=f"stacked windows of {self.months} months" + (self.what and f" ({self.what})"),
            n_effective=float(happened.sum()),
        )

    def net(self, rows: pd.DataFrame) -> pd.Series:
        """Y less what the controls explain and less its mean outside the windows.

        Its mean inside them is the effect, in y's own unit.
        """
        y, events, controls = self._parts(rows)
        X = self._window(y, events, controls)
        explained = X.drop(columns="window")
        fit = ols_hac(y, X, hac_lags=self.hac_lags)
        rest = y[X.index] - explained @ fit.params[explained.columns]
        net: pd.Series = rest - rest[X["window"] == 0].mean()
        return net

    def _by_placebo(
        self, y: pd.Series, events: pd.DatetimeIndex, controls: pd.DataFrame
    ) -> Estimate:
        kept = y if controls.empty else y.loc[y.index.intersection(controls.index)]
        inside = events[(events >= kept.index[0]) & (events < kept.index[-1])]
        used = None if controls.empty else controls.loc[kept.index]
        law = placebo_test(
            kept, inside, self.months, controls=used, seed=self.seed, draws=self.draws
        )
        return self.estimate_from(
            law,
            scale=self.factor,
            n=len(kept),
            n_effective=float(len(inside)),
            null="the events are dates like any others",
        )

    def imprint(self, rows: pd.DataFrame, effect: float, /) -> pd.Series:
        """The window."""
        window: pd.Series = self._window(*self._parts(rows))["window"]
        return window * (effect / self.factor)

    def part(self, rows: pd.DataFrame, index: pd.Index) -> pd.DataFrame:
        """The same events, returns of a part: a window may reach into it from before."""
        return rows.assign(y=rows["y"].where(rows.index.isin(index)))


@dataclass(frozen=True, kw_only=True)
class Mean(Regression):
    """A mean, times `scale`. Rows: ``y``."""

    unit: str = "%/yr"
    null: str = "small and large companies have the same mean return"
    scale: float = ANNUAL_PERCENT
    hac_lags: str | int = "auto"

    world: ClassVar[Null] = "legs"

    def equation(self, rows: pd.DataFrame, /) -> Equation:
        """The constant alone."""
        y = self.used(rows)["y"]
        return Equation(
            y=y,
            X=None,
            weights={"const": 1.0},
            hac_lags=self.hac_lags,
            block=block_of(y.index),
            scale=self.scale,
            what=self.what,
        )

    def imprint(self, rows: pd.DataFrame, effect: float, /) -> pd.Series:
        """The same in every period."""
        return pd.Series(effect / self.scale, self.used(rows).index)


@dataclass(frozen=True, kw_only=True)
class Ratio(Design):
    """A statistic of two legs, both resampled together in blocks (stationary bootstrap).

    Rows: ``small`` and ``large``, log returns.

    Parameters
    ----------
    statistic : MomentStatistic or BatchStatistic
        Of the two columns, zero where the legs are alike.
    draws, seed : int
    """

    unit: str = "log ratio"
    statistic: MomentStatistic | BatchStatistic
    draws: int = DRAWS
    seed: int = 2

    needs = ("small", "large")
    world: ClassVar[Null] = "legs"
    into = "small"

    def judge(self, rows: pd.DataFrame, /) -> BootstrapLaw:
        """The statistic on rows resampled in blocks."""
        legs = self.used(rows)[["small", "large"]]
        return stationary_bootstrap(self.statistic, legs, draws=self.draws, seed=self.seed)

    def told(self, rows: pd.DataFrame, law: BootstrapLaw, /) -> Estimate:
        """The statistic with its interval; p inverts the same draws."""
        return self.estimate_from(law, n=len(self.used(rows)))

    def in_world(self, rows: pd.DataFrame, world: World, /) -> pd.DataFrame:
        """Legs made alike by taking the answer out, which change places in half of all years."""
        legs = self.used(rows)[["small", "large"]]
        alike = self.planted(legs, -self.statistic(legs))
        assert alike is not None
        return exchanged(alike, world)

    def imprint(self, rows: pd.DataFrame, effect: float, /) -> pd.Series:
        """Log returns of the small leg times exp(effect)."""
        small: pd.Series = self.used(rows)["small"]
        return float(np.expm1(effect)) * small

    def rolling(self, rows: pd.DataFrame, window: int, step: int) -> pd.Series:
        """The statistic in a window of so many rows that moves by `step`, by its last row."""
        legs = self.used(rows)[["small", "large"]]
        ends = range(window, len(legs) + 1, step)
        found = [self.statistic(legs.iloc[end - window : end]) for end in ends]
        return pd.Series(found, legs.index[[end - 1 for end in ends]], name="ratio")


def exchanged(portfolios: pd.DataFrame, world: World) -> pd.DataFrame:
    """Portfolios in a row, the last in the first one's place and so on in the rows turned."""
    made = portfolios.copy()
    turned = world.turned(made.index)
    made.loc[turned] = portfolios.loc[turned].to_numpy()[:, ::-1]
    return made


def around(y: pd.Series, world: World, block: int = 12) -> pd.Series:
    """Y whose distances from its mean have moved; its own memory is that of blocks of months."""
    known, mean = y.dropna(), y.mean()
    return mean + world.moved(known - mean, block)


def values_of(rows: pd.DataFrame, column: str, least: int = 1) -> pd.Series:
    """The known values of a column, for a function that reads a state.

    `InputError` where there are fewer than `least`.
    """
    found: pd.Series = rows[column].dropna()
    if len(found) < least:
        raise InputError(
            f"{column!r} is known in {len(found)} of {len(rows)} rows; it takes {least} to read it."
        )
    return found


def with_events(
    y: pd.Series, events: pd.Series | pd.DatetimeIndex, controls: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Rows of `AfterEvents`: y, how many events open a window at each stamp, and controls."""
    counts = pd.Series(1, pd.DatetimeIndex(events)).groupby(level=0).sum()
    rows = pd.DataFrame({"y": y, "event": counts})
    return rows if controls is None else rows.join(controls, how="outer")


def quarters(d: _Returns) -> _Returns:
    """Sum of monthly log returns over whole quarters, stamped at their ends."""
    grouped = d.resample("QE")
    return grouped.sum().where(grouped.count() == 3).dropna()


def standardized(x: pd.Series) -> pd.Series:
    """`x` in standard deviations of its own sample."""
    return (x - x.mean()) / x.std()
