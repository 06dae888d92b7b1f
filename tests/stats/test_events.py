import doctest
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from statsmodels.api import OLS

import r2klib
from r2klib.errors import InputError
from r2klib.stats import EventStudy, event_study
from tests.stats.sizes import samples

DAYS = pd.bdate_range("2001-01-01", periods=700)


def world(seed: int, N: int = 6, jump: float = 0.0) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Returns of N assets, the market, two events of each, on whose days noise is three times."""
    rng = np.random.default_rng(seed)
    market = pd.Series(0.01 * rng.standard_normal(700), DAYS, name="market")
    at = [(i, int(e)) for i in range(N) for e in (rng.integers(150, 390), rng.integers(400, 650))]
    noise = 0.02 * rng.standard_t(6, (700, N))
    for i, e in at:
        noise[e - 1 : e + 2, i] = 3 * noise[e - 1 : e + 2, i] + jump / 3
    names = [f"asset{i}" for i in range(N)]
    returns = pd.DataFrame(np.outer(market, rng.normal(1, 0.3, N)) + noise, DAYS, names)
    return returns, market, pd.Series(DAYS[[e for _, e in at]], [names[i] for i, _ in at])


def study(seed: int, **how: object) -> EventStudy:
    returns, market, events = world(seed)
    return event_study(returns, market, events, **{"estimation": 120, **how})


def test_abnormal_returns_by_hand() -> None:
    returns, market, events = world(1)
    found = event_study(returns, market, events, window=(-2, 3), estimation=100, gap=5)
    for (name, day), row in found.abnormal.iterrows():
        e = DAYS.get_loc(day)
        taken = set(range(e - 7))
        for other in events[[name]]:
            taken -= set(range(DAYS.get_loc(other) - 2, DAYS.get_loc(other) + 4))
        own = sorted(taken)[-100:]
        X = np.column_stack([np.ones(100), market.iloc[own]])
        b = np.linalg.lstsq(X, returns[name].iloc[own], rcond=None)[0]
        expected = returns[name].iloc[e - 2 : e + 4] - b[0] - b[1] * market.iloc[e - 2 : e + 4]
        np.testing.assert_allclose(row, expected, rtol=1e-10)
    np.testing.assert_allclose(found.cars, found.abnormal.to_numpy().sum(axis=1))
    np.testing.assert_allclose(found.path.iloc[-1], found.mean_car.value)


def test_standardised_returns_are_t_values_of_dummies_in_statsmodels() -> None:
    """A dummy for each day of the window: their sum is the CAR, its t the standardised one."""
    returns, market, _ = world(2, 1)
    e = 400
    found = event_study(returns, market, [DAYS[200], DAYS[e]], estimation=150)
    own = [*range(e - 161, e - 11), e - 1, e, e + 1]
    X = np.column_stack(
        [np.ones(153), market.iloc[own], np.vstack([np.zeros((150, 3)), np.eye(3)])]
    )
    test = OLS(returns["asset0"].iloc[own].to_numpy(), X).fit().t_test([0, 0, 1, 1, 1])
    assert found.cars.iloc[1] == pytest.approx(test.effect[0])
    assert found.standardised.iloc[1] == pytest.approx(test.tvalue[0, 0])
    s = found.standardised
    assert found.boehmer.tstat == pytest.approx(s.mean() / (s.std() / np.sqrt(2)))


def test_a_planted_jump_is_found() -> None:
    found = event_study(*world(3, 40, jump=0.06), estimation=120)
    low, high = found.mean_car.conf_int()
    assert low < 0.06 < high
    assert found.mean_car.pvalue < 0.001 > found.boehmer.pvalue


@samples(150, 4000)
def test_events_that_only_raise_the_variance_are_rejected_at_its_rate(
    N: int, assert_rate: Callable[..., None]
) -> None:
    found = [study(seed) for seed in range(N)]
    assert_rate(fit.mean_car.pvalue for fit in found)
    assert_rate(fit.boehmer.pvalue for fit in found)


def test_what_cannot_be_used_is_named() -> None:
    returns, market, events = world(4)
    returns.iloc[DAYS.get_loc(events["asset1"].iloc[0]), 1] = np.nan
    more = pd.Series(
        [events["asset0"].iloc[0] + pd.offsets.BDay(2), DAYS[60], DAYS[699], DAYS[300]],
        ["asset0", "asset2", "asset3", "nobody"],
    )
    found = event_study(returns, market, pd.concat([events, more]), estimation=120)
    why = {name.split()[0]: reason for name, reason in found.left_out.items()}
    assert why == {
        "asset0": "its window overlaps an earlier one's",
        "asset1": "rows of its window are missing",
        "asset2": "49 rows before it, 120 needed",
        "asset3": "rows of its window are missing",
        "nobody": "no such asset",
    }
    assert len(found.abnormal) == 11
    assert "nobody 2002-02-25 (no such asset)" in found.facts["left out"]


def test_a_date_without_a_row_is_the_next_and_events_that_share_days_are_counted() -> None:
    returns, market, _ = world(5, 3)
    saturday = DAYS[400] - pd.Timedelta(days=2)
    assert saturday.day_name() == "Saturday"
    found = event_study(returns, market, [saturday], estimation=120)
    assert set(found.abnormal.index.get_level_values("day 0")) == {DAYS[400]}
    assert found.sharing == 3
    assert "rejects too often" in found.facts["sharing days"]


def test_the_example_prints_what_it_says() -> None:
    names = {"r2klib": r2klib, "pd": pd}
    (example,) = doctest.DocTestFinder().find(event_study, globs=names)
    assert example.examples
    assert doctest.DocTestRunner().run(example).failed == 0


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"events": [1.5, 2.0]}, "`events` must be dates"),
        ({"events": "2002-01-02"}, "`events` must be a sequence of dates"),
        ({"events": []}, "`events` must be dates"),
        ({"events": ["2002-01-02", "03/04/2002"]}, "`events` is '03/04/2002'.*as 2024-03-31"),
        ({"events": pd.DatetimeIndex(["2002-01-02"], tz="UTC")}, "time zone"),
        (
            {"events": ["2002-01-02"]},
            "`events` has 1 that can be used.*Left out: none",
        ),
        ({"events": ["2001-02-02"]}, r"asset0 2001-02-02 \(13 rows before it, 250 needed\)"),
        ({"window": (1, -1)}, "`window` must be at least 1"),
        ({"window": 3}, "`window` must be its first and last day"),
        ({"estimation": 2}, "`estimation` must be at least 3"),
    ],
)
def test_refusals(bad: dict[str, object], message: str) -> None:
    returns, market, events = world(6, 1)
    with pytest.raises(InputError, match=message):
        event_study(**{"returns": returns, "factors": market, "events": events} | bad)
