"""What comes next: the figures of the economy that are due, and by which day."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from r2klib.data import Dataset
from r2klib.errors import listing

#: Figures that move a state or a risk light of the thesis, as a sentence calls them.
AWAITED = {
    "PAYEMS": "employment",
    "INDPRO": "industrial production",
    "CPIAUCSL": "consumer prices",
}


def next_due(data: Dataset, today: dt.date) -> str:
    """Which figures are due next and by when, as a sentence; empty of what is not live.

    Parameters
    ----------
    data : Dataset
    today : datetime.date
        The day on which the edition is judged.
    """
    if data.kind != "snapshot" or data.as_of_date is not None:
        return ""
    due = []
    for series, name in AWAITED.items():
        if series not in data:
            continue
        held = data.provenance[series]
        period = held.last + pd.offsets.MonthEnd(1)
        day = held.publication.days(pd.DatetimeIndex([period]))[0].date()
        late = "overdue since" if day < today else "by"
        due.append(f"{name} of {period:%B %Y} ({late} {day})")
    return f"Next: {listing(due)}." if due else ""
