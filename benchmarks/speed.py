"""How fast r2klib's statistics are beside the packages they stand in for; `make bench` prints it.

Every ratio is the peer's time over r2klib's, both measured here and now by turns, as medians of
seven or more calls after a warm-up. r2klib's calls are the public ones, labelled frames in and
out; a peer is called in the fastest way it documents. Where a peer would take minutes it runs on
the number of assets named in the table, and its time is scaled to all of them in proportion.
"""

from __future__ import annotations

import os
import platform
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from statistics import median

import numpy as np
import pandas as pd
import polars as pl
import polars_ols  # noqa: F401  (gives polars expressions their `least_squares`)
from arch.bootstrap import StationaryBootstrap
from bidask import edge
from statsmodels.api import OLS, add_constant
from statsmodels.regression.rolling import RollingOLS
from tidyfinance import data_options, estimate_betas

from r2klib.stats import (
    difference_of_means,
    edge_spread,
    expanding_logit,
    factor_regression,
    panel_hac,
    rolling_factor_regression,
    sharpe_difference,
    stationary_bootstrap,
)

REPEATS = 7


@dataclass(frozen=True)
class Row:
    """One line of the table: seconds of both, the peer's already scaled."""

    task: str
    peer: str
    ours: float
    theirs: float
    goal: float
    limit: str = ""  # what a goal that is missed runs into

    def __str__(self) -> str:
        ratio = self.theirs / self.ours
        limit = f": {self.limit}" if self.limit else ""
        verdict = "met" if ratio >= self.goal else f"MISSED{limit}"
        return (
            f"{self.task:<62} {self.peer:<34} {1e3 * self.ours:>9.1f} {1e3 * self.theirs:>10.1f} "
            f"{ratio:>7.1f}x {self.goal:>5.3g}x  {verdict}"
        )


def by_turns(*calls: Callable[[], object]) -> list[float]:
    """Median seconds of each call; they take turns, so that a busy moment hits all of them."""
    for call in calls:
        call()
    seconds: list[list[float]] = [[] for _ in calls]
    for _ in range(REPEATS):
        for call, mine in zip(calls, seconds, strict=True):
            start = time.perf_counter()
            call()
            mine.append(time.perf_counter() - start)
    return [median(mine) for mine in seconds]


def panel(T: int, N: int, K: int, missing: float = 0.0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Returns with up to `2 * missing` of the rows NaN at the start and at the end; factors."""
    rng = np.random.default_rng(T + N)
    F = 0.04 * rng.standard_normal((T, K))
    R = F @ rng.normal(1, 0.5, (K, N)) + 0.05 * rng.standard_normal((T, N))
    for i, (first, last) in enumerate(rng.integers(0, int(missing * T) + 1, (N, 2))):
        R[:first, i] = np.nan
        R[T - last :, i] = np.nan
    dates = pd.date_range("1990-01-31", periods=T, freq="ME" if T < 2000 else "B")
    return (
        pd.DataFrame(R, dates, [f"asset{i}" for i in range(N)]),
        pd.DataFrame(F, dates, [f"factor{i}" for i in range(K)]),
    )


def scattered(T: int, N: int, K: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """As `panel`, with 5 % of the returns missing anywhere."""
    R, F = panel(T, N, K)
    return R.mask(np.random.default_rng(1).random(R.shape) < 0.05), F


def rolling_ols(R: pd.DataFrame, F: pd.DataFrame, window: int, assets: int, **how: object) -> None:
    X = np.column_stack([np.ones(len(F)), F])
    for y in R.to_numpy()[:, :assets].T:
        RollingOLS(y, X, window, **how).fit(params_only=True)


def in_polars(R: pd.DataFrame, F: pd.DataFrame) -> pl.DataFrame:
    T, N = R.shape
    columns = {name: np.tile(F[name].to_numpy(), N) for name in F}
    columns["date"] = np.tile(R.index.to_numpy(), N)
    long = {"asset": np.repeat(np.arange(N), T), "y": R.to_numpy().T.ravel()}
    return pl.DataFrame(long | columns).with_columns(pl.col("y").fill_nan(None))


def polars_rolling(frame: pl.DataFrame, window: int, min_obs: int | None) -> pl.DataFrame:
    factors = [pl.col(name) for name in frame.columns if name.startswith("factor")]
    fit = pl.col("y").least_squares.rolling_ols(
        *factors,
        window_size=window,
        min_periods=min_obs,
        mode="coefficients",
        add_intercept=True,
    )
    return frame.select(fit.over("asset"))


def tidyfinance_row(R: pd.DataFrame, F: pd.DataFrame) -> Row:
    """Full windows of 60 months again, by the betas of Tidy Finance: equal, and printed beside."""
    formula, own = f"y ~ {' + '.join(F)}", data_options(id="asset")
    theirs = partial(estimate_betas, in_polars(R, F), formula, "60mo", 60, own)
    ours = partial(rolling_factor_regression, R, F, window=60, min_obs=60)
    found = theirs().filter(pl.col("asset") == 0)[f"beta_{F.columns[0]}"]
    np.testing.assert_allclose(ours().betas[F.columns[0]]["asset0"].dropna(), found, rtol=1e-6)
    mine, other = by_turns(ours, theirs)
    task = "2,000 assets x 300 months x 6 factors, full windows in all"
    return Row(task, "tidyfinance estimate_betas", mine, other, 1)


def monthly_panel() -> list[Row]:
    ends, gaps, some, rows = panel(300, 2000, 6, missing=0.1), scattered(300, 2000, 6), 20, []
    skip, half = {"min_nobs": 60, "missing": "skip"}, "complete windows take half"
    checks = "labels and checks take a quarter, and polars every core"
    own = "windows with gaps add up and solve 7 equations of their own: 0.2 us with numpy"
    cases = (
        ("each with its defaults", ends, None, None, {}, checks),
        ("full windows in all", ends, 60, 60, skip, checks),
        ("24 rows or more in all", ends, 24, 24, {"min_nobs": 24}, half),
        ("24 or more, 5 % gaps", gaps, 24, 24, {"min_nobs": 24}, own),
    )
    for words, (R, F), need, periods, how, limit in cases:
        frame = in_polars(R, F)
        ours, ols, pols = by_turns(
            partial(rolling_factor_regression, R, F, window=60, min_obs=need),
            partial(rolling_ols, R, F, 60, some, **how),
            partial(polars_rolling, frame, 60, periods),
        )
        task = f"2,000 assets x 300 months x 6 factors, {words}"
        rows += [
            Row(task, f"RollingOLS ({some} assets, scaled)", ours, ols * 2000 / some, 200, limit),
            Row(task, "polars-ols", ours, pols, 40, limit),
        ]
    return [*rows, tidyfinance_row(*ends), against_one_product(*panel(300, 2000, 6))]


def against_one_product(R: pd.DataFrame, F: pd.DataFrame) -> Row:
    """Every window's projection times its returns, had all windows the same returns."""
    projections, y = np.ones((241 * 7, 60)), R.to_numpy()[:60]
    ours, product = by_turns(
        partial(rolling_factor_regression, R, F, window=60), lambda: projections @ y
    )
    task = "2,000 assets x 300 months x 6 factors, complete"
    limit = "the product runs on every core, and labels and checks take a quarter"
    return Row(task, "one product of as many flops", ours, product, 1 / 3, limit)


def daily_panel() -> tuple[list[Row], float]:
    (R, F), some = panel(6300, 2000, 4), 3
    ours, ols = by_turns(
        lambda: rolling_factor_regression(R, F, window=252),
        lambda: rolling_ols(R, F, 252, some),
    )
    few = panel(6300, 500, 4)
    alone, with_errors = by_turns(
        lambda: rolling_factor_regression(*few, window=252),
        lambda: rolling_factor_regression(*few, window=252, std_errors=True),
    )
    tracemalloc.start()
    fit = rolling_factor_regression(R, F, window=252)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    output = sum(part.to_numpy().nbytes for part in (fit.alpha, fit.betas, fit.nobs))
    task = "2,000 assets x 6,300 days x 4 factors, w 252"
    rows = [
        Row(task, f"RollingOLS ({some} assets, scaled)", ours, ols * 2000 / some, 60),
        Row(
            "500 assets x 6,300 days x 4 factors, w 252, with errors",
            "itself without",
            with_errors,
            alone,
            0.5,
        ),
    ]
    return rows, peak / output


def one_asset() -> list[Row]:
    R, F = panel(1200, 1, 3)
    y, X = R["asset0"], F.assign(alpha=1.0)
    ours, ols = by_turns(
        lambda: [rolling_factor_regression(y, F, window=60) for _ in range(10)],
        lambda: [RollingOLS(y, X, 60).fit(params_only=True) for _ in range(10)],
    )
    task, limit = (
        "1 asset x 1,200 months x 3 factors, w 60",
        "labels and checks take three quarters",
    )
    return [Row(task, "RollingOLS", ours / 10, ols / 10, 12, limit)]


def hac_loop(R: pd.DataFrame, F: pd.DataFrame, assets: int) -> np.ndarray:
    X = np.column_stack([np.ones(len(F)), F])
    how = {"maxlags": 6, "use_correction": False}
    fits = (
        OLS(y, X, missing="drop").fit(cov_type="HAC", cov_kwds=how)
        for y in R.to_numpy()[:, :assets].T
    )
    return np.array([fit.bse for fit in fits])


def hac(R: pd.DataFrame, F: pd.DataFrame, words: str, goal: float) -> list[Row]:
    some = 50
    ours, loop = by_turns(lambda: panel_hac(R, F, hac_lags=6), lambda: hac_loop(R, F, some))
    errors = panel_hac(R, F, hac_lags=6).std_errors.to_numpy()[:some]
    np.testing.assert_allclose(errors, hac_loop(R, F, some), rtol=1e-10)
    peer = f"loop of sm.OLS ({some} assets, scaled)"
    return [Row(f"HAC, 2,000 assets x {words}, 6 lags", peer, ours, loop * 2000 / some, goal)]


def short_regression() -> list[Row]:
    """What a person runs by hand: one fund, ten years, with its errors, t and p read."""
    R, F = panel(120, 1, 3)
    y, how = R["asset0"], {"maxlags": 4, "use_correction": False}

    def ours() -> list[pd.Series]:
        fit = factor_regression(y, F, hac_lags=4)
        return [fit.params, fit.std_errors, fit.tstats, fit.pvalues]

    def theirs() -> list[pd.Series]:
        fit = OLS(y, add_constant(F)).fit(cov_type="HAC", cov_kwds=how, use_t=True)
        return [fit.params, fit.bse, fit.tvalues, fit.pvalues]

    for mine, other in zip(ours(), theirs(), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-9)
    mine, other = by_turns(*[lambda f=f: [f() for _ in range(20)] for f in (ours, theirs)])
    task = "factor_regression, 120 months x 3 factors, checked, 4 lags"
    return [Row(task, "sm.OLS, HAC, with constant", mine / 20, other / 20, 1)]


def spreads() -> list[Row]:
    """EDGE of a panel of daily bars with ticks of a cent; every cell compared is equal."""
    rng, some = np.random.default_rng(3), 5
    days = pd.bdate_range("2010-01-01", periods=2500)
    walk = 50 * np.exp((0.01 * rng.standard_normal((2500, 2000))).cumsum(axis=0))
    near = [walk * np.exp(0.004 * rng.standard_normal(walk.shape)) for _ in range(3)]
    ticks = np.maximum(0.01, np.round(np.stack([near[0], *near[1:], walk]), 2))
    ticks[1], ticks[2] = ticks.max(axis=0), ticks.min(axis=0)
    names = [f"asset{i}" for i in range(2000)]
    bars = [pd.DataFrame(part, days, names) for part in ticks]
    starts = np.flatnonzero(np.diff(days.month, prepend=0))
    months = list(zip(starts, [*starts[1:], len(days)], strict=True))

    def theirs() -> np.ndarray:
        return np.array(
            [
                [edge(*ticks[:, a:b, i], sign=True) for i in range(some)]
                if b - a >= 12
                else [np.nan] * some
                for a, b in months
            ]
        )

    np.testing.assert_array_equal(edge_spread(*bars).signed.to_numpy()[:, :some], theirs())
    ours, loop = by_turns(lambda: edge_spread(*bars), theirs)
    task = "edge_spread, 2,000 assets x 2,500 days"
    return [Row(task, f"bidask, by cell ({some} assets, scaled)", ours, loop * 2000 / some, 80)]


def logits() -> list[Row]:
    """Odds refitted every month on a score of which no two values are alike."""
    rng = np.random.default_rng(5)
    score = rng.standard_normal(3000)
    outcome = (rng.random(3000) < 1 / (1 + np.exp(-score))).astype(float)
    ours, half = by_turns(
        lambda: expanding_logit(outcome, score),
        lambda: expanding_logit(outcome[:1500], score[:1500]),
    )
    task, peer = "expanding_logit, 3,000 months, continuous score", "itself, 1,500 months, twice"
    limit = "time is quadratic: a logit has no sums that would stand for the rows before"
    return [Row(task, peer, ours, 2 * half, 0.9, limit)]


def both(x: np.ndarray) -> np.ndarray:
    mean, spread = x.mean(axis=0), x.std(axis=0)
    return np.array([mean[0] - mean[1], mean[0] / spread[0] - mean[1] / spread[1]])


def bootstrap() -> list[Row]:
    R, _ = panel(1200, 2, 1)
    x = R.to_numpy()
    ours, arch = by_turns(
        lambda: [
            stationary_bootstrap(statistic, R, seed=1, draws=10_000, block_length=12)
            for statistic in (difference_of_means, sharpe_difference)
        ],
        lambda: StationaryBootstrap(12, x, seed=1).apply(both, 10_000),
    )
    task = "10,000 draws of mean and Sharpe difference, 1,200 months"
    return [Row(task, "arch StationaryBootstrap", ours, arch, 5)]


def main() -> None:
    own = ("numpy", "pandas", "statsmodels", "arch")
    names = (*own, "polars", "polars-ols", "tidyfinance", "bidask")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores,", end=" ")
    print(", ".join(f"{name} {version(name)}" for name in names), end="; ")
    print(f"load of the last minute {os.getloadavg()[0]:.1f}", flush=True)
    print(f"{'task':<62} {'peer':<34} {'r2klib ms':>9} {'peer ms':>10} {'ratio':>8} {'goal':>6}")
    rows, memory = daily_panel()
    for part in (monthly_panel(), rows, one_asset(), hac(*panel(300, 2000, 6), "300 months", 15)):
        print(*part, sep="\n", flush=True)
    print(
        *hac(*scattered(300, 2000, 6), "300 months, 5 % gaps", 10),
        *hac(*panel(6300, 2000, 4), "6,300 days", 5),
        *bootstrap(),
        *short_regression(),
        *spreads(),
        *logits(),
        sep="\n",
        flush=True,
    )
    verdict = "met" if memory <= 1.2 else "MISSED"
    print(
        f"Daily panel: peak memory, output included, {memory:.2f}x the output; goal 1.2x  {verdict}"
    )


if __name__ == "__main__":
    main()
