"""Exhibits that open the story: what the two legs made of one dollar."""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.claims import macro, measures, pairs
from r2klib.claims.nouns import Exhibit
from r2klib.data import Dataset
from r2klib.stats import to_log


def growth(data: Dataset) -> Exhibit:
    """What one US dollar became in each leg of the edition's deciding pair, on a log scale."""
    pair = pairs.get(pairs.LEVEL[pairs.kind_of(data)])
    logs = to_log(pair.legs(data))
    became = pd.Series(np.exp(logs.sum()), index=logs.columns)
    leader = "small" if became["small"] > became["large"] else "large"
    return Exhibit(
        kind="paths",
        title=(
            f"One dollar of {logs.index[0]:%Y} became {became['small']:,.0f} in small companies and "
            f"{became['large']:,.0f} in large ones by {logs.index[-1]:%Y}"
        ),
        frame=logs.cumsum().div(np.log(10)),
        x="",
        y="growth of one dollar, powers of ten (log scale)",
        spans=macro.recession_spans(data, logs.index[0], logs.index[-1]),
        note=(
            f"Total returns before costs, {measures.years(logs.index)}: {pair.title}. The end shows "
            f"{leader} companies ahead; most of the way is bought with wider swings."
        ),
    )
