"""Members of an index as a fund holds them: weights, breadth and market caps of one day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from r2klib.data import Dataset
from r2klib.errors import InputError

SMALL, LARGE, OTHER_SMALL = "ishares.IWM", "ishares.IVV", "ishares.IJR"
#: The two indices, and the fund whose list stands for each.
LISTS = {"Russell 2000": SMALL, "S&P 500": LARGE}
#: A line below this share of the fund is a right or a residue of a takeover, not a member.
RESIDUE = 1e-6
#: Free-float value of all members of the Russell 2000, US dollars, on one day of 2025: the largest
#: member, Sprouts Farmers Market, all of whose some 98 million shares float (quarterly report of
#: spring 2025), was worth 15.5 billion at 158.47 and weighed 0.642 %; two digits are meant.
FLOAT_VALUE, FLOAT_DAY = 2.4e12, pd.Timestamp("2025-05-13")
#: The value of all shares, floating or not, as quoted on CNBC in 2025 (C. Worth): 3.43 trillion.
TOTAL_VALUE, TOTAL_DAY = 3.43e12, pd.Timestamp("2025-09-25")


def members(data: Dataset, fund: str, *, posted: bool = False) -> pd.DataFrame:
    """Shares of a fund's list that are members of its index, largest first.

    Cash, collateral and futures are left out, and so are residues below a millionth of the fund.
    Weights come from market values, which are finer than the posted ones (rounded to 0.01 %);
    `posted` takes those instead. Columns ``ticker``, ``name``, ``sector``, and ``weight``, decimals
    that add up to one. `InputError` where the list has no shares.
    """
    table = data.frame(fund)
    shares = table[table["asset_class"] == "Equity"].copy()
    value = shares["weight" if posted else "market_value"].fillna(0.0)
    if not value.sum() > 0:
        raise InputError(f"{fund} lists no shares of any value; expected rows of class 'Equity'.")
    shares["weight"] = value / value.sum()
    if not posted:
        shares = shares[shares["weight"] >= RESIDUE]
        shares["weight"] /= shares["weight"].sum()
    columns = ["ticker", "name", "sector", "weight"]
    return shares.sort_values("weight", ascending=False, kind="stable")[columns]


def as_of(data: Dataset, fund: str) -> dt.date:
    """The day a fund's list speaks of."""
    return data.last(fund).date()


def days(data: Dataset) -> dict[str, dt.date]:
    """The day of either index's list."""
    return {index: as_of(data, fund) for index, fund in LISTS.items()}


def by_issuer(shares: pd.DataFrame) -> pd.DataFrame:
    """Share classes of one company added up; a company is its name up to the word "class"."""
    name = shares["name"].str.upper().str.replace(r"\s+(CLASS|CL|SERIES)\s.*$", "", regex=True)
    grouped = shares.assign(name=name).groupby("name", sort=False)
    return grouped.agg(
        ticker=("ticker", "first"), sector=("sector", "first"), weight=("weight", "sum")
    )


def sectors(shares: pd.DataFrame) -> pd.Series:
    """Weight of each sector, decimals; the rest after "Other" and unnamed ones are left out."""
    weights = shares.groupby("sector")["weight"].sum().drop(["Other", "-"], errors="ignore")
    return weights / weights.sum()


@dataclass(frozen=True)
class Breadth:
    """How concentrated an index is."""

    herfindahl: float  # sum of squared sector weights: 1 for one sector, 1/11 for eleven alike
    top10: float  # weight of the ten largest members, decimals
    effective: float  # how many members of equal weight would be as broad

    def times(self, other: Breadth) -> dict[str, float]:
        """How many times broader than `other` by each measure; above one is broader."""
        return {
            "sector Herfindahl": other.herfindahl / self.herfindahl,
            "top-10 weight": other.top10 / self.top10,
            "effective number": self.effective / other.effective,
        }


def breadth(shares: pd.DataFrame) -> Breadth:
    """The three measures of an index's breadth."""
    weight = shares["weight"]
    return Breadth(
        herfindahl=float((sectors(shares) ** 2).sum()),
        top10=float(weight.nlargest(10).sum()),
        effective=float(1 / (weight**2).sum()),
    )


def index_value(
    prices: pd.Series,
    day: dt.date,
    value: float = FLOAT_VALUE,
    known: pd.Timestamp = FLOAT_DAY,
) -> float:
    """Value of the Russell 2000 on a day, dollars: one known value moved with its price index.

    The closes are those of ^RUT; the last by each of the two days counts. `InputError` where they
    start after one of the days.
    """
    closes = prices.dropna()
    until = [closes.loc[:date] for date in (known, pd.Timestamp(day))]
    if any(part.empty for part in until):
        raise InputError(
            f"The price index starts on {closes.index[0].date()}; expected closes by {day} and by "
            f"{known.date()}, the day of the known value."
        )
    then, now = (float(part.iloc[-1]) for part in until)
    return value * now / then
