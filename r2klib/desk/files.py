"""What a user's own file or frame holds: weights of a portfolio, or returns or prices by date."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pandas as pd

from r2klib.data.own_dates import Said
from r2klib.data.own_file import Sheet, sheet_of
from r2klib.data.reading import OF_PRICES, Units, at_ends, closes_of, dated, of_percent
from r2klib.errors import InputError, listing
from r2klib.home import resolve_today
from r2klib.stats import monthly_returns, to_month_end
from r2klib.stats._inputs import DATED, number
from r2klib.stats.transform import months_of

#: What to do about percent, and how prices are announced.
PERCENT = "Or, if all are percent, say `units='percent'` (--units percent)."
_PRICES = "`units='prices'` (--units prices)"
_PORTFOLIO = {"ticker", "weight"}
#: A file with one of these is a portfolio whose columns have other names.
_NEARLY = _PORTFOLIO | {"tickers", "symbol", "symbols", "weights"}


def check_units(units: Units) -> Units:
    """Return `units`, or raise `InputError` if it is none of the three."""
    if units not in get_args(Units):
        raise InputError(f"`units` must be 'decimals', 'percent' or 'prices'; it is {units!r}.")
    return units


def is_file(name: str) -> bool:
    """Whether a name is a file rather than a ticker."""
    kinds = (".csv", ".tsv", ".txt", ".parquet", ".xlsx", ".xls")
    return name.lower().endswith(kinds) or "/" in name or "\\" in name


def read(name: str, said: Said, *, units: Units) -> dict[str, float] | pd.DataFrame:
    """Read a file as `r2klib.data.read_own` does: weights of a portfolio, or monthly returns.

    What is done to its dates and numbers is added to `said`; where it is no portfolio, `units`
    says what it holds. Raises `InputError` if it is neither, saying what is off.
    """
    file, today = Path(name).expanduser(), resolve_today(None)
    if file.suffix.lower() != ".parquet":
        sheet = sheet_of(file, [])
        heads = {head.casefold() for head in sheet.heads}
        if heads >= _PORTFOLIO:
            return weights_of(sheet)
        if heads & _NEARLY:
            raise InputError(
                f"{file.name}: expected the columns `ticker` and `weight` of a portfolio; it has "
                f"{listing(sheet.heads)}. Rename them."
            )
    frame = dated(file, said, today, percent=units == "percent")
    frame = closes_of(frame, said, file.stem) if units == "prices" else frame
    if months_of(frame.index).is_unique:
        frame = at_ends(frame, "monthly", file.name, said, today)
    return returns_of(frame, file.name, said, units=units)


def weights_of(sheet: Sheet) -> dict[str, float]:
    """Weight of each ticker of a portfolio file, or raise `InputError`."""
    heads = [head.casefold() for head in sheet.heads]
    places = heads.index("ticker"), heads.index("weight")
    rows = [[row[at] for at in places] for row in sheet.rows]
    short = replace(sheet, heads=["ticker", "weight"], rows=rows)
    weights = short.columns([], percent=False)["weight"]
    wrong = (row for row, w in zip(rows, weights, strict=True) if not row[0] or math.isnan(w))
    if (row := next(wrong, None)) is not None:
        raise InputError(
            f"{sheet.source}: expected a ticker and a weight, a decimal such as 0.6; got {row}."
        )
    tickers = pd.Index([row[0] for row in rows])
    if tickers.has_duplicates:
        twice = tickers[tickers.duplicated()][0]
        raise InputError(f"{sheet.source} names {twice} twice. Add its weights up in one line.")
    return check_weights(dict(zip(tickers, weights, strict=True)), sheet.source)


def check_weights(weights: object, name: str) -> dict[str, float]:
    """Return the weights of a portfolio, or raise `InputError` unless they sum to one."""
    if isinstance(weights, pd.Series) and isinstance(weights.index, DATED):
        raise InputError(
            f"{name} is a Series of returns, where a portfolio's weights by ticker were expected. "
            "Give returns as one frame: `pd.DataFrame(assets)`."
        )
    if not isinstance(weights, Mapping | pd.Series) or len(weights) == 0:
        raise InputError(
            f"{name}: expected the weights of a portfolio by ticker, {{'IWM': 0.6, 'IJR': 0.4}}; "
            f"got {weights!r}. A portfolio has a name too: {{'mine': {{'IWM': 0.6, 'IJR': 0.4}}}}."
        )
    held: dict[str, float] = {}
    for ticker, weight in weights.items():
        if not isinstance(ticker, str) or not ticker.strip():
            raise InputError(f"{name}: expected tickers such as 'IWM'; got {ticker!r}.")
        if ticker in held:
            raise InputError(f"{name} names {ticker} twice. Add its weights up.")
        try:
            held[ticker] = number(weight, ticker)
        except InputError:
            raise InputError(
                f"{name}: expected a decimal such as 0.6 as the weight of {ticker}; got {weight!r}."
            ) from None
    total = sum(held.values())
    if abs(total - 1) <= 1e-6:
        return held
    scaled = ", ".join(f"{ticker} {weight / total:.6g}" for ticker, weight in held.items() if total)
    few = 0 < total < math.inf and len(held) <= 12
    mend = f" Scaled to one they would be: {scaled}." if few else ""
    raise InputError(
        f"The weights of {name} must sum to 1 (decimals: 0.6 is 60 %); they sum to "
        f"{total:.6g}.{mend} What is held in cash needs a line of its own, such as a bill fund."
    )


def returns_of(frame: pd.DataFrame, name: str, said: Said, *, units: Units) -> pd.DataFrame:
    """Monthly returns, at month ends, of a checked table of returns or prices by date or period.

    What is done is added to `said`. Raises `InputError` if it holds something else, saying what is
    off.
    """
    try:
        if units == "prices":
            said.append(OF_PRICES)
            return monthly_returns(frame)
        if units == "percent":
            frame = of_percent(frame, said)
        typical = float(frame.median().max())
        if (frame.min() > 0).any() and typical > 0.5:
            raise InputError(
                "expected monthly returns in decimals, which are negative at times; got numbers "
                f"about {typical:.4g}, which look like prices. If they are, say {_PRICES}"
            )
        return at_month_ends(frame, f", or give prices, by day or month, and say {_PRICES}")
    except InputError as error:
        raise InputError(f"{name}: {str(error).rstrip('.')}.") from None


def at_month_ends(returns: pd.DataFrame, more: str = "") -> pd.DataFrame:
    """Move returns to month ends, or raise `InputError` where several are of one month.

    `more` is what one may do beside compounding them.
    """
    months = months_of(returns.index)
    if not months.is_unique:
        raise InputError(
            f"expected a return a month; got {len(returns)} rows in {months.nunique()} months. "
            f"Compound them first, `(1 + returns).resample('ME').prod() - 1`{more}."
        )
    return to_month_end(returns)
