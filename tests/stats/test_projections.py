import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.tsa.vector_ar.local_proj import LocalProjections

from r2klib.errors import InputError
from r2klib.stats import local_projection, ols_hac

MONTHS = pd.date_range("1960-01-31", periods=240, freq="ME")


def world(seed: int) -> tuple[pd.Series, pd.Series]:
    rng = np.random.default_rng(seed)
    return (
        pd.Series(rng.standard_normal(240), MONTHS, name="y"),
        pd.Series(rng.standard_normal(240), MONTHS, name="s"),
    )


def test_cumulative_response_by_loop() -> None:
    y, s = world(1)
    found = local_projection(y, s, 6)
    for h in (1, 4, 6):
        sums = [y.iloc[t + 1 : t + h + 1].sum() for t in range(240 - h)]
        other = ols_hac(pd.Series(sums, MONTHS[: 240 - h]), s.iloc[: 240 - h], h)
        row = found.to_frame().loc[h]
        assert row["estimate"] == pytest.approx(other.params["s"])
        assert row["std_error"] == pytest.approx(other.std_errors["s"])
        low, high = other.conf_int(0.90).loc["s"]
        assert (row["lower"], row["upper"]) == pytest.approx((low, high))
        assert row["nobs"] == 240 - h
    assert found.fits[4].hac_lags == 4


@pytest.mark.parametrize("h", [0, 3])
def test_single_horizons_against_statsmodels(h: int) -> None:
    y, s = world(2)
    lagged = pd.DataFrame({"y1": y.shift(1), "s1": s.shift(1)})
    found = local_projection(
        y, s, max(h, 1), controls=lagged, first=0, cumulative=False, hac_lags=4
    )
    endog = pd.DataFrame({"s": s, "y": y})
    other = LocalProjections(endog, shock_idx=0, lags=1, horizons=h, nw_lags=4).fit()
    row = found.to_frame().loc[h]
    assert row["estimate"] == pytest.approx(other.irfs[h, 1, 0])
    assert row["std_error"] == pytest.approx(other.stderr[h, 1, 0], rel=0.02)


def test_a_known_response() -> None:
    """y answers 1, 0.5, 0.25, ... from the month after the shock."""
    rng = np.random.default_rng(3)
    s = rng.standard_normal(5000)
    y = 0.1 * rng.standard_normal(5000)
    for i in range(1, 12):
        y[i:] += 0.5 ** (i - 1) * s[:-i]
    table = local_projection(pd.Series(y, name="y"), pd.Series(s, name="s"), 4).to_frame()
    np.testing.assert_allclose(table["estimate"], [1, 1.5, 1.75, 1.875], atol=0.08)


def test_true_null_is_rejected_at_its_rate() -> None:
    N = 100
    p = np.array([local_projection(*world(i), 3).to_frame()["pvalue"] for i in range(N)])
    low, high = stats.binom.ppf([0.0005, 0.9995], N, 0.05) / N
    assert low <= (p[:, 0] <= 0.05).mean() <= high
    assert low <= (p[:, 2] <= 0.05).mean() <= high


def test_a_missing_month_costs_the_sums_that_need_it() -> None:
    y, s = world(4)
    found = local_projection(y.drop(MONTHS[100]), s, 3)
    assert [fit.nobs for fit in found.fits.values()] == [238, 236, 234]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"horizons": 0}, "`horizons` must be at least 1"),
        ({"first": 2}, "`first` must be at least 0 and at most 1"),
        ({"controls": world(1)[1]}, "must not be called like the shock: 's'"),
        ({"horizons": 80, "y": world(1)[0][:82]}, "`horizons` 80 is too long"),
        ({"level": 90}, "`level` must lie strictly between"),
    ],
)
def test_bad_input_is_named(change: dict, message: str) -> None:
    y, s = world(1)
    with pytest.raises(InputError, match=message):
        local_projection(**{"y": y, "shock": s, "horizons": 3} | change)
