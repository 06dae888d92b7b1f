"""What claims say in the same way: money, spans, dates, and what stands beside an answer."""

from __future__ import annotations

import datetime as dt
import math
import re

import pandas as pd

#: What the money examples start from, US dollars.
STAKE = 10_000
#: What is said of questions that only the accounts of companies could answer.
PUBLIC_ACCOUNTS = (
    "could be tested on public accounts, which no edition holds yet: the Census Bureau's Quarterly "
    "Financial Report by size of assets, or the SEC's company facts"
)


def spelt(text: str) -> str:
    """A declared condition in prose: its d is small minus large."""
    return re.sub(r"\bd\b", "small minus large", text)


def years(index: pd.Index) -> str:
    """``1949–2017``: the first and the last year of a dated index."""
    return f"{pd.Timestamp(index[0]).year}–{pd.Timestamp(index[-1]).year}"


def last_date(index: pd.Index) -> dt.date:
    """The date of the last row."""
    return pd.Timestamp(index[-1]).date()


def usd(share: float) -> str:
    """What `share` percent of the stake is, in US dollars: ``250 USD``."""
    amount = abs(share) / 100 * STAKE
    rounded = round(amount, -1) if amount >= 100 else round(amount)
    return f"{rounded:z,.0f} USD"


def places_of(claimed: float, interval: tuple[float, float] = (0.0, 0.0)) -> int:
    """Decimals in which an effect is written: two figures of the size that is claimed of it.

    More where an end of its interval, on one side of zero, would else read as zero.

    Examples
    --------
    >>> places_of(2.5), places_of(-0.15), places_of(0.02), places_of(2.5, (0.003, 4.0))
    (1, 2, 3, 3)
    """
    places = max(0, 1 - math.floor(math.log10(abs(claimed))))
    vanishing = (abs(end) for end in interval if end and not round(end, places))
    return max([places, *(-math.floor(math.log10(end)) for end in vanishing)])


def effect_of(value: float, claimed: float, interval: tuple[float, float], sign: str = "") -> str:
    """An effect with the decimals of its size, as its interval has them; `sign` may be ``"+"``."""
    return format(value, f"{sign}z.{places_of(claimed, interval)}f")


def ends(interval: tuple[float, float], claimed: float | None = None) -> tuple[str, str]:
    """Both ends of an interval to the same number of decimals, as cards and tables have them."""
    widest = max(map(abs, interval))
    places = max(0, 2 - math.floor(math.log10(widest))) if 0 < widest < math.inf else 0
    places = places_of(claimed, interval) if claimed else places
    low, high = (format(end, f"z.{places}f") for end in interval)
    return low, high


def percent(points: float) -> float:
    """What log points are in percent: -47 log points lose 37.5 %."""
    return 100 * math.expm1(points / 100)


def ahead(points: float) -> str:
    """``250 USD ahead of`` or ``90 USD behind``, from a difference of log returns in log points."""
    return f"{usd(percent(points))} {'ahead of' if points >= 0 else 'behind'}"


def signed_usd(points: float) -> str:
    """``+250 USD`` or ``−90 USD``, from log points."""
    return f"{'+' if points >= 0 else '−'}{usd(percent(points))}"
