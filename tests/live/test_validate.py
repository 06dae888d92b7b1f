"""What may land, what may not, and what is written down as odd."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from r2klib.data import catalog
from r2klib.errors import SchemaChanged
from r2klib.live.validate import disagreements, sessions, validate

TODAY = dt.date(2024, 6, 10)


def bars(first: str = "2022-01-03", last: str = "2024-06-07", seed: int = 3) -> pd.DataFrame:
    days = sessions()
    days = days[(days >= first) & (days <= last)]
    moves = np.random.default_rng(seed).normal(0, 0.008, len(days))
    close = pd.Series(2000 * np.exp(np.cumsum(moves)), days)
    frame = pd.DataFrame(dict.fromkeys(catalog.get("^RUT").columns, close))
    return frame.assign(High=close * 1.01, Low=close * 0.99, Volume=1e6)


def said(table: pd.DataFrame) -> str:
    return " | ".join(validate(catalog.get("^RUT"), table, TODAY)[1])


def test_sound_bars_have_nothing_odd() -> None:
    assert said(bars()) == ""


def test_new_york_was_closed_on_good_friday_2024() -> None:
    # nyse.com, holidays of 2024: Good Friday 29 March; 28 March was a full day.
    assert pd.Timestamp("2024-03-29") not in sessions()
    assert pd.Timestamp("2024-03-28") in sessions()


def test_missing_sessions_and_bars_on_holidays() -> None:
    table = bars().drop(pd.Timestamp("2024-04-10"))
    table.loc[pd.Timestamp("2024-03-29")] = table.iloc[-1]
    words = said(table.sort_index())
    assert "1 day of trading in New York without a bar (2024-04-10)" in words
    assert "1 day with a bar though New York was closed (2024-03-29)" in words


def test_prices_of_nothing_are_named_and_stay() -> None:
    table = bars()
    table.loc["2024-04-10", ["Open", "High", "Low", "Close", "Adj Close"]] = np.nan
    table.loc["2024-04-11", "Close"] = 0.0
    table.loc["2024-04-11", "Volume"] = 0.0
    landed, words = validate(catalog.get("^RUT"), table, TODAY)
    assert "2 days without a price or with a price of 0 (2024-04-10, 2024-04-11)" in " ".join(words)
    assert "1 of them with volume" in " ".join(words)
    assert np.isnan(landed.loc["2024-04-10", "Close"])


def test_a_jump_that_reverses_is_named_and_stays() -> None:
    table = bars()
    table.loc["2024-04-10"] *= 1.2
    landed, words = validate(catalog.get("^RUT"), table, TODAY)
    assert "1 day with a jump that the next day reverses (2024-04-10)" in " ".join(words)
    assert landed.loc["2024-04-10", "Close"] == table.loc["2024-04-10", "Close"]
    table.loc["2024-04-11":] *= 1.2  # a jump that stays is news
    assert "reverses" not in said(table)


def test_close_outside_high_and_low() -> None:
    table = bars()
    table.loc["2024-04-10", "High"] = table.loc["2024-04-10", "Close"] * 0.98
    assert "1 day with open or close outside high and low (2024-04-10)" in said(table)


def test_an_index_that_parts_from_its_fund_for_a_day() -> None:
    index = bars()["Close"]
    fund = index * np.exp(np.random.default_rng(5).normal(0, 1e-4, len(index)))
    assert len(disagreements(index, fund)) == 0
    wrong = index.copy()
    wrong.loc["2024-02-16"] *= 2045.14 / 2032.74  # Yahoo's ^RUT against another vendor's
    assert disagreements(wrong, fund).tolist() == [pd.Timestamp("2024-02-16")]


@pytest.mark.parametrize(("last", "late"), [("2024-06-03", False), ("2024-05-20", True)])
def test_a_late_end_is_said(last: str, late: bool) -> None:
    assert (f"ends on {last}" in said(bars(last=last))) == late


def test_a_month_that_is_not_over_is_left_out_and_named() -> None:
    # Shiller's workbook of 10 June has a row of June: a price of its first days.
    info = catalog.get("shiller")
    months = pd.date_range("2023-07-31", "2024-06-30", freq="ME")
    table = pd.DataFrame(dict.fromkeys(info.columns, 100.0), months)
    landed, words = validate(info, table, TODAY)
    assert landed.index[-1] == pd.Timestamp("2024-05-31")
    assert "1 day stamped after the pull and left out: not over yet (2024-06-30)" in words
    landed, words = validate(info, table, dt.date(2024, 6, 30))
    assert (landed.index[-1], words) == (pd.Timestamp("2024-06-30"), ())
    with pytest.raises(SchemaChanged, match="values up to 2023-07-30"):
        validate(info, table, dt.date(2023, 7, 30))


def monthly(name: str, value: float, rows: int = 24) -> pd.Series | pd.DataFrame:
    index = pd.date_range("2022-05-31", periods=rows, freq="ME")
    info = catalog.get(name)
    if info.what == "series":
        return pd.Series(value, index)
    return pd.DataFrame(dict.fromkeys(info.columns, value), index)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("UNRATE", 4000.0, "percentages"),
        ("french.factors", 2.1, "decimals"),
        ("french.size_value", float("inf"), "finite"),
        ("USREC", 2.0, "0 or 1"),
    ],
)
def test_wrong_units_stop_a_series(name: str, value: float, expected: str) -> None:
    with pytest.raises(SchemaChanged, match=expected):
        validate(catalog.get(name), monthly(name, value), TODAY)
    validate(catalog.get(name), monthly(name, 0.0), TODAY)


def test_wrong_shape_stops_a_series() -> None:
    info = catalog.get("UNRATE")
    good = monthly("UNRATE", 4.0)
    assert isinstance(good, pd.Series)
    for wrong in (
        good.to_frame(),
        good.iloc[::-1],
        pd.concat([good, good.iloc[-1:]]),
        good.iloc[:0],
        good.astype(str),
        good.shift(freq="-5D"),
        good.tz_localize("UTC"),
    ):
        with pytest.raises(SchemaChanged, match="UNRATE"):
            validate(info, wrong, TODAY)


def test_wrong_columns_stop_a_frame() -> None:
    for wrong in (bars().drop(columns="Low"), bars().rename(columns={"Low": "low"}), -bars()):
        with pytest.raises(SchemaChanged, match="RUT"):
            validate(catalog.get("^RUT"), wrong, TODAY)
    with pytest.raises(SchemaChanged, match="numbers"):
        validate(catalog.get("^RUT"), bars().astype(str), TODAY)
