"""What claims say in the same way: money, spans, dates, and what stands beside an answer."""

from __future__ import annotations

import datetime as dt

import pandas as pd

#: What the money examples start from, US dollars.
STAKE = 10_000
#: What is said of questions that only the accounts of companies could answer.
PUBLIC_ACCOUNTS = (
    "could be tested on public accounts, which no edition holds yet: the Census Bureau's Quarterly "
    "Financial Report by size of assets, or the SEC's company facts"
)


def years(index: pd.Index) -> str:
    """``1949–2017``: the first and the last year of a dated index."""
    return f"{pd.Timestamp(index[0]).year}–{pd.Timestamp(index[-1]).year}"


def last_date(index: pd.Index) -> dt.date:
    """The date of the last row."""
    return pd.Timestamp(index[-1]).date()


def usd(percent: float) -> str:
    """What `percent` of the stake is, in US dollars: ``250 USD``."""
    amount = abs(percent) / 100 * STAKE
    rounded = round(amount, -1) if amount >= 100 else round(amount)
    return f"{rounded:,.0f} USD"


def ahead(percent: float) -> str:
    """``250 USD ahead of`` or ``90 USD behind``."""
    return f"{usd(percent)} {'ahead of' if percent >= 0 else 'behind'}"


def signed_usd(percent: float) -> str:
    """``+250 USD`` or ``−90 USD``."""
    return f"{'+' if percent >= 0 else '−'}{usd(percent)}"
