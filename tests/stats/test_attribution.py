import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from r2klib.errors import InputError
from r2klib.stats import brinson_fachler
from tests.stats.sizes import examples

PROPERTY = examples(8)
SECTORS = ["UK equities", "Japanese equities", "US equities"]


def sectors(*values: float) -> pd.Series:
    return pd.Series(values, SECTORS)


def test_bacons_example() -> None:
    """Three countries, portfolio 8.3 %, benchmark 6.4 %: allocation -1.2 %, selection 3.0 %.

    Bacon (2008), Practical Portfolio Performance Measurement and Attribution, chapter 5.
    """
    found = brinson_fachler(
        sectors(0.4, 0.3, 0.3),
        sectors(0.20, -0.05, 0.06),
        sectors(0.4, 0.2, 0.4),
        sectors(0.10, -0.04, 0.08),
    )
    table = found.table
    np.testing.assert_allclose(table["allocation"], [0.0, -0.0104, -0.0016], atol=1e-12)
    np.testing.assert_allclose(table["selection"], [0.04, -0.002, -0.008], atol=1e-12)
    np.testing.assert_allclose(table["interaction"], [0.0, -0.001, 0.002], atol=1e-12)
    assert found.effects["total"] == pytest.approx(0.083 - 0.064)
    assert json.loads(json.dumps(found.to_dict()))["effects"]["selection"] == pytest.approx(0.03)


@PROPERTY
@given(st.integers(0, 9999), st.integers(1, 12))
def test_effects_add_up_whatever_the_sectors(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    w, v = rng.dirichlet(np.ones(n), 2)
    r, b = 0.1 * rng.standard_normal((2, n))
    found = brinson_fachler(*(pd.Series(x) for x in (w, r, v, b)))
    assert found.effects["total"] == pytest.approx(w @ r - v @ b)
    same = brinson_fachler(*(pd.Series(x) for x in (w, r, w, b))).effects
    assert same["allocation"] == pytest.approx(0, abs=1e-15)
    assert same["selection"] == pytest.approx(w @ (r - b))


def test_a_sector_that_one_side_does_not_hold_is_allocation() -> None:
    found = brinson_fachler(
        sectors(0.5, 0.5, 0.0),
        sectors(0.1, 0.2, np.nan),
        sectors(0.5, 0, 0.5),
        sectors(0.1, np.nan, 0),
    ).table
    assert (found[["selection", "interaction"]] == 0).all(axis=None)
    np.testing.assert_allclose(found["allocation"], [0, 0.5 * 0.15, 0.5 * 0.05])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: brinson_fachler(
                sectors(1, 0, 0),
                pd.Series([0.0], pd.MultiIndex.from_tuples([("UK", 1)])),
                *[sectors(0, 0, 0)] * 2,
            ),
            "`returns` must have",
        ),
        (
            lambda: brinson_fachler(sectors(1, 1, 1), *[sectors(0.3, 0.3, 0.4)] * 3),
            "`weights` must add up to 1 and not be missing; they give 3",
        ),
        (
            lambda: brinson_fachler(
                sectors(1, 0, 0), sectors(0, 0, 0), pd.Series({"tech": 1.0}), sectors(0, 0, 0)
            ),
            "must have the sectors of `weights`; odd: Japanese equities, UK",
        ),
        (
            lambda: brinson_fachler(
                sectors(1, 0, 0), sectors(np.nan, 0, 0), sectors(1, 0, 0), sectors(0, 0, 0)
            ),
            "`returns` is missing where there is weight: UK equities",
        ),
    ],
)
def test_bad_input_is_named(call: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        call()
