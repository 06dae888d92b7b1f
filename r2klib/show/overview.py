"""Exhibits that open the story: what the two legs made of one dollar."""

from __future__ import annotations

import numpy as np

from r2klib.claims import pairs, signals, words
from r2klib.data import Dataset
from r2klib.show.exhibit import Exhibit
from r2klib.stats import to_log


def growth(data: Dataset) -> Exhibit:
    """What one US dollar became in each leg of the edition's deciding pair, on a log scale."""
    pair = pairs.get(pairs.LEVEL[pairs.kind_of(data)])
    logs = to_log(pair.legs(data))
    wealth = logs.cumsum().apply(np.exp)
    became = wealth.iloc[-1]
    first, last = words.years(logs.index).split("–")
    return Exhibit(
        kind="paths",
        title=(
            f"One dollar of {first} became {became['small']:,.0f} in small companies and "
            f"{became['large']:,.0f} in large ones by {last}"
        ),
        frame=wealth,
        x="",
        y="growth of one US dollar, log scale",
        spans=signals.recession_spans(data, logs.index[0], logs.index[-1]),
        note=f"Total returns before costs: {pair.title}. Recessions shaded.",
    )
