"""A model's factors as one frame: which file each comes from, and what an edition lacks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from r2klib import stats
from r2klib.data import Dataset
from r2klib.errors import InputError, UnknownName
from r2klib.models import MODELS

MONTHS = pd.date_range("1963-07-31", periods=60, freq="ME")
NAMES = {
    "french.factors": ["Mkt-RF", "SMB", "HML", "RF"],
    "french.factors5": ["Mkt-RF", "SMB", "HML", "RMW", "CMA", "RF"],
    "french.momentum": [],
    "aqr.qmj": [],
}


def edition(*leave_out: str) -> Dataset:
    rng = np.random.default_rng(1)
    tables: dict[str, pd.Series | pd.DataFrame] = {}
    for name, columns in NAMES.items():
        values = 0.03 * rng.standard_normal((len(MONTHS), max(1, len(columns))))
        tables[name] = (
            pd.DataFrame(values, MONTHS, columns)
            if columns
            else pd.Series(values[:, 0], MONTHS, name=name)
        )
    tables["french.momentum"] = tables["french.momentum"].iloc[6:]  # starts later
    tables["aqr.qmj"] = tables["aqr.qmj"].iloc[:-12]  # ends earlier
    for name in leave_out:
        del tables[name]
    return Dataset.from_frame(tables, units="decimal", frequency="monthly", lag_days=0, name="made")


@pytest.mark.parametrize("model", MODELS)
def test_a_model_gets_its_columns_and_the_bill(model: str) -> None:
    frame = edition().factors(model)
    assert list(frame.columns) == [*MODELS[model], "RF"]
    assert not frame.isna().to_numpy().any()
    y = pd.Series(0.03 * np.random.default_rng(2).standard_normal(60), MONTHS)
    assert list(stats.factor_regression(y, frame, model).params.index[1:]) == list(MODELS[model])


def test_each_factor_comes_from_its_own_file() -> None:
    data = edition()
    six, four = data.factors("FF6"), data.factors("carhart")
    pd.testing.assert_series_equal(
        six["SMB"], data.frame("french.factors5")["SMB"].iloc[6:], check_freq=False
    )
    pd.testing.assert_series_equal(
        four["SMB"], data.frame("french.factors")["SMB"].iloc[6:], check_freq=False
    )
    pd.testing.assert_series_equal(
        six["Mom"], data.series("french.momentum").rename("Mom"), check_freq=False
    )
    assert data.factors("qmj").index[-1] == MONTHS[-13]
    assert list(data.factors(["QMJ", "Mkt-RF"]).columns) == ["QMJ", "Mkt-RF", "RF"]


def test_the_sample_has_carhart_of_one_release(sample: Dataset) -> None:
    frame = sample.factors("carhart")
    pd.testing.assert_frame_equal(frame, sample.frame("french.factors_2017")[frame.columns])
    assert str(sample.factors("ff3").index[-1].date()) == "2018-11-30"


def test_nothing_is_there_before_it_was_published(sample: Dataset) -> None:
    assert sample.as_of("2010-01-15").factors("carhart").index[-1] == pd.Timestamp("2009-12-31")


def test_what_is_lacking_is_named_with_what_is_held(sample: Dataset) -> None:
    with pytest.raises(InputError) as refused:
        sample.factors("ff6")
    for words in ("lacks", "RMW", "Mom", "french.factors5", "carhart", "r2k pull --series"):
        assert words in str(refused.value)
    with pytest.raises(InputError, match=r"lacks QMJ of the model 'qmj'.*aqr\.qmj"):
        edition("aqr.qmj").factors("qmj")


def test_months_that_never_meet_are_refused() -> None:
    data = edition()
    with pytest.raises(InputError, match="no month in common"):
        data.replaced({"aqr.qmj": data.series("aqr.qmj").iloc[:3]}).factors("qmj")


@pytest.mark.parametrize(("model", "said"), [("ff7", "'ff6'"), (["Mkt-RF", "UMD"], "UMD")])
def test_unknown_models_and_factors_are_named(model: object, said: str) -> None:
    with pytest.raises(UnknownName, match=said):
        edition().factors(model)  # type: ignore[arg-type]


def test_no_factor_at_all_is_refused() -> None:
    with pytest.raises(InputError, match="names no factor"):
        edition().factors([])
