"""What a user's CSV file holds: weights of a portfolio, or returns or prices by date."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from r2klib.errors import InputError
from r2klib.stats import monthly_returns, to_month_end

_EXPECTED = (
    "expected `ticker,weight` (a portfolio), or a first column of dates and one of numbers for "
    "each asset"
)


def is_file(name: str) -> bool:
    """Whether a name is a file rather than a ticker."""
    return name.lower().endswith((".csv", ".txt")) or "/" in name or "\\" in name


def read(name: str) -> pd.DataFrame:
    """Read a CSV file as it is, or raise `InputError`; a semicolon may part its cells."""
    path = Path(name).expanduser()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise InputError(f"{name} cannot be read: {reason}. Give the path of a CSV file.") from None
    header = text.partition("\n")[0]
    european = ";" in header and "," not in header
    how = {"sep": ";", "decimal": ","} if european else {"sep": ","}
    try:
        table = pd.read_csv(path, encoding="utf-8-sig", skipinitialspace=True, **how)  # type: ignore[call-overload]
    except (ValueError, pd.errors.ParserError) as error:
        raise InputError(f"{name} is no table: {_EXPECTED}; {error}".strip()) from None
    if table.shape[1] < 2 or table.empty:
        raise InputError(
            f"{name}: {_EXPECTED}; it has {table.shape[0]} rows of {table.shape[1]} columns."
        )
    return pd.DataFrame(table.rename(columns=lambda column: str(column).strip()))


def is_portfolio(table: pd.DataFrame) -> bool:
    """Whether a file lists weights."""
    return {"ticker", "weight"} <= {column.lower() for column in table.columns}


def weights_of(table: pd.DataFrame, name: str) -> dict[str, float]:
    """Weight of each ticker of a portfolio file, or raise `InputError`."""
    lowered = table.rename(columns=str.lower)
    weights = pd.to_numeric(lowered["weight"], errors="coerce")
    tickers = lowered["ticker"].astype("string").str.strip()
    wrong = weights.isna() | tickers.isna() | (tickers == "")
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        cells = list(table.iloc[row])
        raise InputError(
            f"{name}, line {row + 2}: expected a ticker and a weight, a decimal such as 0.6; got "
            f"{cells}."
        )
    if (twice := tickers[tickers.duplicated()]).size:
        raise InputError(f"{name} names {twice.iloc[0]} twice. Add its weights up in one line.")
    return check_weights(dict(zip(tickers, map(float, weights), strict=True)), name)


def check_weights(weights: dict[str, float], name: str) -> dict[str, float]:
    """Return the weights of a portfolio, or raise `InputError` unless they sum to one."""
    total = sum(weights.values())
    if abs(total - 1) > 1e-6:
        scaled = ", ".join(f"{ticker} {weight / total:.6g}" for ticker, weight in weights.items())
        mend = (
            f" Scaled to one they would be: {scaled}." if total > 0 and len(weights) <= 12 else ""
        )
        raise InputError(
            f"The weights of {name} must sum to 1 (decimals: 0.6 is 60 %); they sum to "
            f"{total:.6g}.{mend} What is held in cash needs a line of its own, such as a bill fund."
        )
    return weights


def returns_of(table: pd.DataFrame, name: str, *, prices: bool) -> pd.DataFrame:
    """Monthly returns of a file of returns or prices by date; `InputError` says what is off."""
    frame = table.set_axis(_dates(table.iloc[:, 0], name)).iloc[:, 1:].sort_index()
    text = [c for c, kind in frame.dtypes.items() if not pd.api.types.is_numeric_dtype(kind)]
    if text:
        raise InputError(
            f"{name}: expected decimals (0.012, not 1.2%) in every column; {text[0]!r} holds "
            f"{frame[text[0]].dropna().iloc[0]!r}."
        )
    try:
        if prices:
            return monthly_returns(frame)
        if (frame.min() > 0).any() and float(frame.median().max()) > 0.5:
            raise InputError(
                "expected monthly returns in decimals, which are negative at times; got numbers "
                f"about {float(frame.median().max()):.4g}, which look like prices. Pass `--prices` "
                "(prices=True)"
            )
        months = pd.DatetimeIndex(frame.index).to_period("M")
        if months.has_duplicates:
            raise InputError(
                f"expected a return a month; got {len(frame)} rows in {months.nunique()} months. "
                "Give prices, by day or month, with `--prices` (prices=True), or compound the "
                "returns first"
            )
        return to_month_end(frame)
    except InputError as error:
        raise InputError(f"{name}: {str(error).rstrip('.')}.") from None


def _dates(column: pd.Series, name: str) -> pd.DatetimeIndex:
    text = column.astype("string").str.strip()
    months = text.str.fullmatch(r"\d{6}").all()
    try:
        found = pd.to_datetime(text, format="%Y%m" if months else "ISO8601")
        return pd.DatetimeIndex(found, name="date")
    except ValueError:
        raise InputError(
            f"{name}: expected dates such as 2024-01-31, 2024-01 or 202401 in the first column; "
            f"got {text.iloc[0]!r}."
        ) from None
