"""Rates, continued: yields that rise, and yields that are calm."""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.claims import foretell, macro, measures, pairs, weekly
from r2klib.claims.nouns import Estimate, Evidence, Exhibit
from r2klib.claims.pairs import LIVE_INDEX, SLOW
from r2klib.claims.registry import Theme
from r2klib.claims.surprises import PER_25, UNIT, around, on_surprise
from r2klib.data import Dataset

theme = Theme("rates")


@theme.claim(
    id="R1",
    statement="Higher rates are on balance no drag on small companies relative to large ones.",
    kind="link",
    sort="sense",
    direction=1,
    sei=0.25,
    sei_unit=UNIT,
    measure=(
        "Weekly d on the change of the 10-year yield, market and its lag controlled, whole sample; "
        "never split by the sign of the stock-yield move."
    ),
    pair=LIVE_INDEX,
    needs={"sample": ("^RUT", "DGS10"), "live": ("DGS10", "french.factors_daily")},
)
def rising_yields(data: Dataset) -> Evidence:
    """D of a week on the change of the 10-year yield over the same days; Newey-West errors.

    The indices decide, as for every weekly claim, from 1987 on, and the S&P 500 is the market.
    Beside them stands the factor SMB with French's market since 1962, when the yield starts. All
    weeks count: a split by how stocks and yields moved together would select on what drives d.
    The announcements beside it tell the two causes apart: a pure policy shock, which is the cost
    of money, and an information shock, which is news of growth (Jarocinski and Karadi 2020).
    """
    pair = pairs.get(LIVE_INDEX["live"])
    ten = data.series("DGS10")
    quoted = weekly.levels(data, pair.name)
    rows = weekly.changes(quoted.assign(driver=ten))
    answer = _on_yield(rows, "10-year")
    factor = weekly.changes(weekly.levels(data, "smb").assign(driver=ten))
    history = _on_yield(factor, "SMB, 10-year")
    first, second = measures.halves(rows.index)
    variants: dict[str, Estimate] = {
        "SMB since 1962": history,
        "market not controlled": _on_yield(rows, "market not controlled", controlled=False),
        "yield of the week before": _on_yield(
            rows.assign(driver=rows["driver"].shift(1)).dropna(), "the week before"
        ),
        "four weeks at a time": _on_yield(
            weekly.changes(quoted.assign(driver=ten), 4), "four weeks"
        ),
        "first half": _on_yield(rows.iloc[first], "first half"),
        "second half": _on_yield(rows.iloc[second], "second half"),
    }
    before = factor[factor.index < rows.index[0]]
    if len(before) >= FIVE_YEARS:
        variants[_BEFORE] = _on_yield(before, "SMB, before the index")
    others = {"DGS2": "2-year yield", "DFII10": "real yield", "T10YIE": "breakeven inflation"}
    for series, label in others.items():
        if series in data:
            moved = weekly.changes(quoted.assign(driver=data.series(series)))
            variants[label] = _on_yield(moved, label)
    for name in ("etf", "sp600"):
        if all(series in data for series in pairs.get(name).series):
            moved = weekly.changes(weekly.levels(data, name).assign(driver=ten))
            variants[f"pair: {name}"] = _on_yield(moved, name)
    variants |= _causes(data, quoted["d"])
    low, high = answer.interval
    shown = [name for name in ("SMB since 1962", _BEFORE, _POLICY, _NEWS) if name in variants]
    return Evidence(
        answer=answer,
        as_of=measures.last_date(rows.index),
        finding=(
            f"In a week in which the 10-year yield rose by 25 basis points, small minus large "
            f"moved by {answer.value:+z.2f} %, net of the market (90 % interval {low:+z.2f} to "
            f"{high:+z.2f})"
        ),
        meaning=(
            f"After a rise of half a point {measures.STAKE:,} USD in small companies stood "
            f"{measures.ahead(2 * answer.value)} large ones, beyond what the market's own move "
            "explains."
        ),
        pair=pair.name,
        specifications=measures.specify(variants),
        exhibits=(
            Exhibit(
                kind="intervals",
                title=(
                    f"A quarter point more on the 10-year yield: {answer.value:+z.2f} % of d since "
                    f"{rows.index[0].year}, {history.value:+z.2f} % since {factor.index[0].year}"
                ),
                frame=measures.intervals(
                    [("index (decides)", answer), *((name, variants[name]) for name in shown)]
                ),
                x="d per 25 basis points, %, with 90 % interval",
                y="",
                marks={"smallest effect of interest": rising_yields.claimed},
                note="Weeks, net of the market and its lag; shocks on days of announcements.",
            ),
        ),
        remarks=(
            (
                f"With SMB for d, weeks since {factor.index[0].year} give {history.value:+z.2f} % "
                f"(90 % interval {history.interval[0]:+z.2f} to {history.interval[1]:+z.2f}; "
                f"{history.n:,} weeks)."
            ),
        ),
    )


def _on_yield(rows: pd.DataFrame, what: str, *, controlled: bool = True) -> Estimate:
    return weekly.response(
        rows,
        "driver",
        unit=UNIT,
        scale=PER_25,
        what=f"weekly d on the change of a yield ({what})",
        null="yields move small and large companies alike",
        controlled=controlled,
    )


#: Weeks that a part of history must have to be asked on its own.
FIVE_YEARS = 260
_BEFORE = "SMB before the index"
_POLICY, _NEWS = "policy shocks (cost of money)", "information shocks (news of growth)"


def _causes(data: Dataset, level: pd.Series) -> dict[str, Estimate]:
    """D on the days of announcements, on policy and on information shocks."""
    if "fomc.jarocinski_karadi" not in data:
        return {}
    shocks = data.frame("fomc.jarocinski_karadi")
    columns = {_POLICY: "MP_median", _NEWS: "CBI_median"}
    return {
        label: on_surprise(around(level, shocks[column]), label)
        for label, column in columns.items()
    }


@theme.claim(
    id="R3",
    statement="A stable path of rates helps small companies.",
    kind="link",
    sort="foretell",
    direction=1,
    sei=2.5,
    sei_unit="%/yr per sd",
    measure="d on minus the 63-day volatility of the 10-year yield.",
    pair=SLOW,
    needs={"sample": ("DGS10",), "live": ("DGS10",)},
)
def stable_path(data: Dataset) -> Evidence:
    """D of the next month on minus the volatility of the 10-year yield known at month end.

    Volatility: standard deviation of the last 63 daily changes, percentage points. Its level
    decides, as the row says; its gap to a median of ten years, which the state R0 uses, and the
    2-year yield are in the curve.
    """
    pair = pairs.get(SLOW[pairs.kind_of(data)])
    d = pair.d(data)
    signal = _stability(macro.volatility(data.series("DGS10")), d)
    found = foretell.fit(d, signal, draws=measures.DRAWS)
    answer = foretell.estimate(found)
    variants = foretell.monthly_variants(data, pair, d, signal)
    gap = _stability(macro.volatility_gap(data.series("DGS10")), d)
    variants["gap to its 10-year median"] = foretell.estimate(foretell.fit(d, gap))
    logs = _stability(np.log(macro.volatility(data.series("DGS10"))), d)
    variants["log of volatility"] = foretell.estimate(foretell.fit(d, logs))
    variants["the same month (sense, not tradable)"] = _same_month(d, signal)
    if "DGS2" in data:
        short = _stability(macro.volatility(data.series("DGS2")), d)
        variants["2-year yield"] = foretell.estimate(foretell.fit(d, short))
    low, high = answer.interval
    return Evidence(
        answer=answer,
        as_of=measures.last_date(d.index),
        finding=(
            f"After yields that had been calmer by one standard deviation, small minus large ran "
            f"{answer.value:+z.1f} % a year (90 % interval {low:z.1f} to {high:z.1f})"
        ),
        meaning=(
            f"Calm yields were followed by a month in which {measures.STAKE:,} USD in small "
            f"companies ran {measures.ahead(answer.value)} large ones, at a yearly rate."
        ),
        pair=pair.name,
        specifications=measures.specify(variants),
        exhibits=(
            foretell.scatter(
                d,
                signal,
                title=f"Calmer yields, then {answer.value:+z.1f} % of d a year per sd",
                signal="minus the 63-day volatility of the 10-year yield",
            ),
        ),
        remarks=foretell.beside(found),
    )


def _stability(volatility: pd.Series, d: pd.Series) -> pd.Series:
    """Minus a daily gauge of volatility as it stood at each month end."""
    months = pd.date_range(volatility.dropna().index[0], d.index[-1], freq="ME")
    return -macro.known_at(volatility, 0, months).dropna().rename("volatility")


def _same_month(d: pd.Series, signal: pd.Series) -> Estimate:
    return measures.per_sd(
        d,
        signal,
        what="d of the same month on calm",
        null="d does not move with the volatility of yields",
    )
