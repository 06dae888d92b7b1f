"""Frequencies, percent and RF: what would give a number without being one is refused."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from arch.data import sp500
from hypothesis import given
from hypothesis import strategies as st
from linearmodels.datasets import french

from r2klib import stats
from r2klib.errors import InputError
from r2klib.stats._calendar import periods_of, spacing
from tests.stats.sizes import examples

PROPERTY = examples(15)


def released() -> tuple[pd.Series, pd.DataFrame]:
    """Total return of small value stocks and the factors, 1949 to 2017, decimals."""
    table = french.load().rename(columns={"MktRF": "Mkt-RF"})
    table.index = stats.to_month_end(pd.DatetimeIndex(table.pop("dates")))
    return table["S1V5"], table[["Mkt-RF", "SMB", "HML", "RF"]]


TOTAL, FACTORS = released()
EXCESS = (TOTAL - FACTORS["RF"]).rename("small")
FF3 = FACTORS.drop(columns="RF")
PRICE = np.log(sp500.load()["Adj Close"])
DAILY = PRICE.diff().dropna().rename("daily")
MONTH = PRICE.resample("ME").last().diff().dropna().rename("month")
DAYS = pd.DataFrame(
    0.01 * np.random.default_rng(1).standard_normal((len(DAILY), 2)), DAILY.index, ["f", "g"]
)

#: The four regressions on factors and the GRS test, each as a function of returns and factors.
FITS: dict[str, Callable[..., object]] = {
    "factor_regression": stats.factor_regression,
    "grs_test": lambda y, F, *a, **k: stats.grs_test(y.to_frame(), F, *a, **k),
    "panel_hac": stats.panel_hac,
    "rolling_factor_regression": lambda *a, **k: stats.rolling_factor_regression(
        *a, window=60, **k
    ),
    "expanding_factor_regression": lambda *a, **k: stats.expanding_factor_regression(
        *a, min_obs=60, **k
    ),
}
WITH_RF = [name for name in FITS if name != "grs_test"]

DRAWS = {"seed": 1, "draws": 19}


def outcome(y: pd.Series) -> pd.Series:
    return stats.forward_outcome(y.dropna()).reindex(y.index)


#: Everything that pairs a signal with a later return: a function of the return and the signal.
PAIRED: dict[str, Callable[[pd.Series, pd.Series], object]] = {
    "predict": lambda y, x: stats.predict(y, x, **DRAWS),
    "signal_law": lambda y, x: stats.signal_law(y, x, **DRAWS),
    "joint_law": lambda y, x: stats.joint_law(y, x, **DRAWS),
    "walk_forward": lambda y, x: stats.walk_forward(y, x, min_obs=60),
    "ivx_test": stats.ivx_test,
    "expanding_logit": lambda y, x: stats.expanding_logit(outcome(y), x, min_obs=60),
    "logit_odds": lambda y, x: stats.logit_odds(outcome(y), x, **DRAWS),
    "switching_test": lambda y, x: stats.switching_test(y, x > 0, x < 0, **DRAWS),
    "mean_difference": lambda y, x: stats.mean_difference(y, (x > 0).astype(float)),
    "placebo_test": lambda y, x: stats.placebo_test(
        y, y.index[[20, 90]], 6, controls=x.reindex(y.index, method="ffill"), **DRAWS
    ),
}
NO_SIGNAL_OF_ITS_OWN = {"placebo_test"}  # its events are months, its controls must be complete


@pytest.mark.parametrize("name", [name for name in PAIRED if name not in NO_SIGNAL_OF_ITS_OWN])
@pytest.mark.parametrize("blank", [False, True], ids=["month ends", "NaN on other days"])
def test_a_signal_finer_than_the_return_is_refused_and_its_mend_works(
    name: str, blank: bool
) -> None:
    """Sums of 21 days foretell the month that they are part of: slope 0.89, R2 0.90."""
    x = PRICE.diff(21).dropna().rename("x")
    y = MONTH.reindex(MONTH.index.union(x.index)) if blank else MONTH
    with pytest.raises(InputError, match=r'are daily, those of `\w+` monthly.*resample\("ME"\)'):
        PAIRED[name](y, x)
    PAIRED[name](MONTH, x.resample("ME").last())


def test_what_month_ends_foretell() -> None:
    """Daily S&P 500 of arch, 1999 to 2018: slope 0.041, t 0.58."""
    x = PRICE.diff(21).dropna().resample("ME").last()
    fit = stats.predict(MONTH, x, **DRAWS)
    assert fit.params.iloc[1] == pytest.approx(0.041, abs=5e-4)
    assert fit.tstats.iloc[1] == pytest.approx(0.58, abs=5e-3)
    assert fit.facts["periods a year"] == "12 (monthly)"


def test_a_signal_of_a_day_without_a_return_waits_for_nobody() -> None:
    """The return after it began before it was known."""
    y = DAILY.iloc[:300].drop(DAILY.index[100])
    x = DAYS["f"].iloc[:300]
    assert not stats.walk_forward(y, x, min_obs=60).index.isin([DAILY.index[100]]).any()
    pd.testing.assert_frame_equal(
        stats.walk_forward(y, x, min_obs=60),
        stats.walk_forward(y, x.drop(DAILY.index[100]), min_obs=60),
    )


@pytest.mark.parametrize("name", FITS)
def test_mixed_frequencies_are_refused_and_the_mend_works(name: str) -> None:
    with pytest.raises(InputError, match=r"`factors` are daily, those of `(y|returns|assets)` mon"):
        FITS[name](MONTH, DAYS)
    with pytest.raises(InputError, match=r"`(y|returns|assets)` are daily, those of `factors` mo"):
        FITS[name](DAILY, (1 + DAYS).resample("ME").prod() - 1)
    FITS[name](MONTH, (1 + DAYS).resample("ME").prod() - 1)


def test_every_regression_compares_spacings() -> None:
    with pytest.raises(InputError, match=r"`X` are daily, those of `y` monthly"):
        stats.ols_hac(MONTH, DAYS)
    hidden = DAYS.assign(g=MONTH)  # monthly values among days
    with pytest.raises(InputError, match=r"`y` are daily, those of `X` monthly"):
        stats.ols_hac(DAILY, hidden)
    with pytest.raises(InputError, match=r"`y` are daily, those of `X` monthly"):
        stats.ols_hac(DAILY, DAYS["f"].where(np.diff(DAILY.index.month, append=0) != 0))
    januaries = MONTH[MONTH.index.month == 1]
    with pytest.raises(InputError, match=r"picked on purpose, such as every January"):
        stats.ols_hac(januaries, FF3)
    assert stats.ols_hac(januaries, FF3.loc[januaries.index[:-1]]).nobs == 18


@pytest.mark.parametrize("name", WITH_RF)
def test_rf_is_no_factor(name: str) -> None:
    fit = FITS[name]
    without, model = fit(EXCESS, FF3), fit(EXCESS, FACTORS, "ff3")
    pd.testing.assert_frame_equal(fit(EXCESS, FACTORS).to_frame(), without.to_frame())
    pd.testing.assert_frame_equal(model.to_frame(), without.to_frame())
    total = fit(TOTAL.rename("small"), FACTORS, subtract_rf=True)
    pd.testing.assert_frame_equal(total.to_frame(), without.to_frame())
    with pytest.raises(InputError, match=r"lacks RF; its columns are Mkt-RF, SMB, HML\.$"):
        fit(TOTAL, FF3, subtract_rf=True)  # no Mkt-RF is to be renamed to RF
    with pytest.raises(InputError, match=r"`model` must be a model's name.*it is 6"):
        fit(EXCESS, FACTORS, 6)
    with pytest.raises(InputError, match=r"`model` names RF.*is no factor"):
        fit(TOTAL, FACTORS, ["Mkt-RF", "RF"], subtract_rf=True)
    chosen = fit(EXCESS, FACTORS, iter(["Mkt-RF", "SMB", "HML"]))
    pd.testing.assert_frame_equal(chosen.to_frame(), without.to_frame())


@pytest.mark.parametrize("name", FITS)
@pytest.mark.parametrize("undated", [False, True])
def test_percent_is_refused_on_either_side(name: str, undated: bool) -> None:
    y, F = EXCESS, FF3
    if undated:
        y, F = y.reset_index(drop=True), F.reset_index(drop=True)
    wrong = [
        (100 * y, F, r"`(y|returns|assets)` must be in decimals.*`(y|returns|assets) / 100`"),
        (y, 100 * F, r"`factors` must be in decimals.*`factors / 100`"),
        (100 * y, 100 * F, r"`factors` must be in decimals"),
    ]
    for returns, factors, message in wrong:
        with pytest.raises(InputError, match=message):
            FITS[name](returns, factors)
        FITS[name](returns, factors, check_units=False)
    FITS[name](y, F)


def test_percent_of_a_total_return_is_not_met_by_rf() -> None:
    with pytest.raises(InputError, match="`y / 100`"):
        stats.factor_regression(100 * TOTAL, FACTORS, "capm", subtract_rf=True)


def test_one_asset_in_percent_among_many() -> None:
    R = pd.DataFrame({"a": EXCESS, "b": 100 * EXCESS, "c": EXCESS})
    with pytest.raises(InputError, match=r"half of the values of b .*`returns\[\['b'\]\] / 100`"):
        stats.panel_hac(R, FF3)


@PROPERTY
@given(
    st.integers(0, 10**6),
    st.sampled_from([("ME", 0.30), ("W-FRI", 0.144), ("B", 0.0655), ("QE", 0.52), ("YE", 1.04)]),
    st.floats(-3, 3),
    st.floats(0.02, 1),
)
def test_wild_and_tame_assets_pass(
    seed: int, kind: tuple[str, float], beta: float, calm: float
) -> None:
    """Beta 3 with 30 % of own risk a month, lottery tickets and what hardly moves."""
    rng = np.random.default_rng(seed)
    dates = pd.date_range("1950-01-01", periods=70, freq=kind[0])
    M = pd.Series(kind[1] / 0.30 * 0.045 * rng.standard_normal(70), dates, name="Mkt-RF")
    wild = beta * M + kind[1] * rng.standard_normal(70)
    wild.iloc[[11, 40]] = 9.0
    tame = calm * M + 0.1 * calm * M.std() * rng.standard_normal(70)
    stats.panel_hac(pd.DataFrame({"wild": wild, "tame": tame}), M.to_frame())


@pytest.mark.parametrize("name", FITS)
@pytest.mark.parametrize(("moved", "word"), [(1, "before"), (-1, "after")])
def test_one_period_out_of_step_is_named(name: str, moved: int, word: str) -> None:
    late = EXCESS.shift(moved).dropna()
    with pytest.raises(InputError, match=rf"{word} [6789]\d.*shift\({-moved}\)`"):
        FITS[name](late, FF3)
    FITS[name](late.shift(-moved).dropna(), FF3)


def test_thin_trading_is_in_step() -> None:
    M = FF3["Mkt-RF"]
    stats.factor_regression(0.4 * M + 0.6 * M.shift(1).fillna(0) + EXCESS / 10, FF3)


@PROPERTY
@given(
    st.sampled_from([("B", 252), ("D", 252), ("W-WED", 52), ("ME", 12), ("MS", 12), ("QE", 4)]),
    st.integers(0, 10**6),
    st.sampled_from([0.0, 0.1, 0.25]),
    st.booleans(),
)
def test_periods_a_year_through_gaps(
    kind: tuple[str, int], seed: int, share: float, periods: bool
) -> None:
    freq, expected = kind
    index = pd.date_range("1990-01-01", periods=120, freq=freq, tz=None if periods else "UTC")
    if periods:
        index = index.to_period({"B": "D", "ME": "M", "MS": "M", "QE": "Q"}.get(freq, freq))
    kept = index[np.random.default_rng(seed).random(120) >= share]
    assert periods_of(kept) == expected


def test_dates_that_do_not_tell() -> None:
    years = pd.date_range("1990-12-31", periods=20, freq="YE")
    assert periods_of(years) == 1
    assert periods_of(years[:4]) is None
    assert periods_of(pd.RangeIndex(50)) is None
    events = pd.date_range("1990-01-01", periods=4000)[np.arange(60) ** 2]
    assert spacing(events) is None
    assert spacing(pd.date_range("1990-01-01", periods=50, freq="h")) == 0
    assert (spacing(MONTH.index[::2]), periods_of(MONTH.index[::2])) == (61, None)


def test_periods_a_year_come_from_the_dates() -> None:
    daily = stats.factor_regression(DAILY, DAYS)
    assert daily.alpha_annual == pytest.approx(252 * daily.alpha)
    assert daily.facts["periods a year"] == "252 (daily)"
    assert stats.factor_regression(DAILY, DAYS, periods_per_year=260).periods_per_year == 260
    with pytest.raises(InputError, match=r"is 12, but the rows of `y` are daily, 252 a year"):
        stats.factor_regression(DAILY, DAYS, periods_per_year=12)
    with pytest.raises(InputError, match=r"is 252, but the rows of `y` are monthly, 12 a year"):
        stats.predict(EXCESS, FF3["SMB"], periods_per_year=252, **DRAWS)
    undated = stats.factor_regression(EXCESS.reset_index(drop=True), FF3.reset_index(drop=True))
    assert np.isnan(undated.alpha_annual)
    assert "pass `periods_per_year`" in undated.facts["periods a year"]
