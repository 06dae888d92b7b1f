"""Rates, continued: what small companies do on the days on which the Federal Reserve surprises."""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.claims import measures, pairs, weekly
from r2klib.claims.nouns import Estimate, Evidence, Exhibit
from r2klib.claims.pairs import LIVE_INDEX
from r2klib.claims.registry import Theme
from r2klib.data import Dataset

theme = Theme("rates")

UNIT = "% per 25 bp"
#: From a response in decimals per point of yield to percent per 25 basis points.
PER_25 = 100 * 0.25


@theme.claim(
    id="R7",
    statement="Small companies respond more to surprises from the Federal Reserve.",
    kind="link",
    sort="sense",
    direction=-1,
    sei=0.5,
    sei_unit=UNIT,
    measure="d on announcement days on the high-frequency policy surprise; 2 and 21 days beside.",
    pair=LIVE_INDEX,
    needs={"sample": ("^RUT", "fomc.bauer_swanson"), "live": ("fomc.bauer_swanson",)},
)
def surprises(data: Dataset) -> Evidence:
    """D of announcement days on the surprise of the half hour around them; White errors.

    The surprise of Bauer and Swanson (2023), in points of the four-quarter-ahead rate. Several on
    one day are added up; one after the close or on a day without trade counts on the next day of
    trade. Only d is asked, so no market control: that small companies fall more because their
    beta is higher is part of the claim, and the same net of the market is in the curve.
    """
    pair = pairs.get(LIVE_INDEX["live"])
    quoted = weekly.levels(data, pair.name)
    events = data.frame("fomc.bauer_swanson")
    rows = around(quoted["d"], events["MPS"])
    answer = on_surprise(rows, "the day")
    market = around(quoted["market"], events["MPS"])["d"]
    first, second = measures.halves(rows.index)
    scheduled = events.loc[events["Unscheduled"] == 0, "MPS"]
    variants: dict[str, Estimate] = {
        "2 days": on_surprise(around(quoted["d"], events["MPS"], 2), "2 days"),
        "21 days": on_surprise(around(quoted["d"], events["MPS"], 21), "21 days"),
        "net of the market that day": on_surprise(rows.assign(market=market), "net of market"),
        "surprise net of what was known before": on_surprise(
            around(quoted["d"], events["MPS_ORTH"]), "orthogonal surprise"
        ),
        "scheduled meetings alone": on_surprise(around(quoted["d"], scheduled), "scheduled"),
        "first half": on_surprise(rows.iloc[first], "first half"),
        "second half": on_surprise(rows.iloc[second], "second half"),
    }
    if "fomc.jarocinski_karadi" in data:
        other = data.frame("fomc.jarocinski_karadi")["pc1"]
        variants["surprise of Jarocinski and Karadi"] = on_surprise(
            around(quoted["d"], other), "Jarocinski and Karadi"
        )
    for name in ("etf", "sp600"):
        if all(series in data for series in pairs.get(name).series):
            level = weekly.levels(data, name)["d"]
            variants[f"pair: {name}"] = on_surprise(around(level, events["MPS"]), name)
    low, high = answer.interval
    whole = on_surprise(rows.assign(d=market), "the market itself")
    return Evidence(
        answer=answer,
        as_of=measures.last_date(rows.index),
        finding=(
            f"On days when the Federal Reserve surprised by 25 basis points, small minus large "
            f"moved by {answer.value:+z.2f} % (90 % interval {low:+z.2f} to {high:+z.2f}; "
            f"{answer.n} announcements)"
        ),
        meaning=(
            f"After a surprise rise of a quarter point {measures.STAKE:,} USD in small companies "
            f"ended the day {measures.ahead(answer.value)} large ones; the S&P 500 itself moved by "
            f"{whole.value:+z.1f} %."
        ),
        pair=pair.name,
        specifications=measures.specify(variants),
        exhibits=(
            Exhibit(
                kind="scatter",
                title=f"A surprise of 25 basis points moved d by {answer.value:+z.2f} % that day",
                frame=pd.DataFrame({"x": 100 * rows["surprise"], "y": 100 * rows["d"]}),
                x="surprise in the half hour around the announcement, basis points",
                y="d on the day of the announcement, %",
                note="One point an announcement day since 1988.",
            ),
        ),
        remarks=(
            (
                f"The S&P 500 moved by {whole.value:+z.2f} % per 25 basis points on the same days; "
                "Bernanke and Kuttner (2005) found about 1 % for a surprise cut of that size."
            ),
        ),
    )


def around(level: pd.Series, surprise: pd.Series, days: int = 1) -> pd.DataFrame:
    """Change of a daily level from before an announcement over `days` days of trade.

    Parameters
    ----------
    level : Series
        Log level by day of trade, its close at 16:00 US Eastern.
    surprise : Series
        By time of announcement, US Eastern.
    days : int
        Days of trade, the first being that of the announcement; the next one where it came at or
        after the close or on a day without trade.

    Returns
    -------
    DataFrame
        Columns ``d`` and ``surprise``, those of one day added up, indexed by day of trade.
    """
    known = surprise.dropna()
    stamps = pd.DatetimeIndex(known.index)
    after_close = (stamps - stamps.normalize()) >= pd.Timedelta(hours=16)
    earliest = stamps.normalize() + pd.to_timedelta(after_close.astype(int), unit="D")
    at = level.index.searchsorted(earliest)
    inside = (at >= 1) & (at + days - 1 < len(level))
    by_day = known[inside].groupby(at[inside]).sum()
    rows = np.asarray(by_day.index)
    values = level.to_numpy()
    return pd.DataFrame(
        {"d": values[rows + days - 1] - values[rows - 1], "surprise": by_day.to_numpy()},
        index=level.index[rows],
    )


def on_surprise(rows: pd.DataFrame, what: str) -> Estimate:
    """Slope of d on the surprise, net of the other columns of `rows`; White errors."""
    return measures.coefficient(
        rows["d"],
        rows.drop(columns="d"),
        "surprise",
        unit=UNIT,
        scale=PER_25,
        what=f"d around announcements on the surprise ({what})",
        null="surprises move small and large companies alike",
        hac_lags=0,
        n_effective=float(len(rows)),
    )
