"""Sectors, continued: industrials and the orders they live on, banks and yields."""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.claims import foretell, macro, measures, weekly
from r2klib.claims.market import market_returns, with_lag
from r2klib.claims.nouns import Estimate, Evidence, Exhibit
from r2klib.claims.registry import Theme
from r2klib.data import Dataset
from r2klib.stats import to_log

theme = Theme("sectors")

#: Industries of the French library that make and move capital goods.
INDUSTRIALS = ["Mach", "ElcEq", "Cnstr", "Trans"]


@theme.claim(
    id="S1",
    statement="Industrial companies gain when manufacturing picks up.",
    kind="link",
    sort="sense",
    direction=1,
    sei=2.5,
    sei_unit="%/yr per sd",
    measure=(
        "Machinery, electrical equipment, construction and transport minus the market on the "
        "3-month growth of durable-goods orders."
    ),
    needs={
        "sample": ("french.industries49", "DGORDER"),
        "live": ("french.industries49", "french.factors", "DGORDER"),
    },
)
def orders(data: Dataset) -> Evidence:
    """Log return of the four industries, held alike, less the market's, on growth of orders.

    The growth is the one published by the end of the month, when a market can first respond, and
    of the vintage that was then out; matched by the month it speaks of, and with the month after
    (which would be tradable), it is on the curve. In standard deviations of its own sample;
    Newey-West errors.
    """
    industries, market = data.frame("french.industries49"), market_returns(data)
    y = _over_market(industries[INDUSTRIALS].mean(axis="columns"), market)
    rise = macro.log_change("DGORDER", 3)
    growth = macro.by_period(data, rise, "DGORDER")
    news = macro.read(data, rise, "DGORDER", dates=y.index).dropna()
    answer = _on_orders(y, news, "3-month growth of orders, as published")
    both = y.index.intersection(news.index)
    first, second = measures.halves(both)
    capital = None
    if "NEWORDER" in data:
        other = macro.log_change("NEWORDER", 3)
        capital = macro.read(data, other, "NEWORDER", dates=y.index).dropna()
    variants: dict[str, Estimate] = {
        "by reference month": _on_orders(y, growth, "by reference month"),
        "the month after (foretell)": foretell.estimate(foretell.fit(y, news)),
        "market and its lag controlled": _on_orders(y, news, "net of the market", with_lag(market)),
        "first half": _on_orders(y.loc[both[first]], news, "first half"),
        "second half": _on_orders(y.loc[both[second]], news, "second half"),
        "without 2020": _on_orders(y[measures.dates(y).year != 2020], news, "without 2020"),
        **{
            f"{name} alone": _on_orders(_over_market(industries[name], market), news, name)
            for name in INDUSTRIALS
        },
    }
    beside = macro.revised(data, "DGORDER")
    if beside is not None:
        today = macro.read(beside, rise, "DGORDER", dates=y.index).dropna()
        variants[macro.REVISED_BESIDE] = _on_orders(y, today, macro.REVISED_BESIDE)
    if capital is not None:
        variants["capital-goods orders"] = _on_orders(y, capital, "capital-goods orders")
    low, high = answer.interval
    points = pd.DataFrame({"x": measures.standardized(news.loc[both]), "y": 100 * y.loc[both]})
    return Evidence(
        answer=answer,
        as_of=measures.last_date(both),
        finding=(
            f"When orders grew by one standard deviation more, industrial companies ran "
            f"{answer.value:+.1f} % a year against the market in the same month (90 % interval "
            f"{low:.1f} to {high:.1f})"
        ),
        meaning=(
            f"At a yearly rate, {measures.STAKE:,} USD in industrial companies ran "
            f"{measures.ahead(answer.value)} the market while such news came in; in the month "
            f"after, the rate was {variants['the month after (foretell)'].value:+.1f} %."
        ),
        vintage=macro.vintage(data, "DGORDER", start=news.index[0]),
        specifications=measures.specify(variants),
        exhibits=(
            Exhibit(
                kind="scatter",
                title=(
                    f"One sd more growth of orders: {answer.value:+.1f} % a year for industrials "
                    "against the market"
                ),
                frame=points,
                x="3-month growth of durable-goods orders as published, standard deviations",
                y="industrials minus market in the month, %",
                note="One point a month, with the means of ten groups of equal size.",
            ),
        ),
    )


def _over_market(returns: pd.Series, market: pd.Series) -> pd.Series:
    """Log return less the market's, monthly decimals."""
    both = pd.DataFrame({"own": returns, "market": market}).dropna()
    logs = to_log(both)
    return logs["own"].sub(logs["market"]).rename("excess")


def _on_orders(
    y: pd.Series, signal: pd.Series, what: str, controls: pd.DataFrame | None = None
) -> Estimate:
    return measures.per_sd(
        y,
        signal,
        controls=controls,
        what=f"industrials minus market on {what}",
        null="industrial companies do not move with orders",
    )


@theme.claim(
    id="S2",
    statement="Regional banks thrive when rates rise.",
    kind="link",
    sort="sense",
    direction=1,
    sei=0.75,
    sei_unit="% per 25 bp",
    measure=(
        "Weekly KRE minus SPY on the level of rates, joint with the slope, market controlled; "
        "French bank portfolios since 1962 beside it."
    ),
    needs={"sample": ("KRE", "SPY", "DGS10"), "live": ("KRE", "SPY", "DGS2", "DGS10")},
)
def banks(data: Dataset) -> Evidence:
    """Weekly log return of KRE less SPY on the changes of level and slope, net of SPY and its lag.

    Level is the 10-year yield, slope the 10-year less the 2-year. With the slope held fixed all
    yields move alike, so the coefficient of the level is the same whichever maturity stands for
    it. Beside it: without the slope, and the bank portfolio of the French library on monthly
    changes of the 10-year yield since 1962, whole and by era.
    """
    rows = weekly.changes(_bank_levels(data))
    answer = _on_level(rows, "level, slope held fixed")
    first, second = measures.halves(rows.index)
    slope = _on_level(rows, "slope, level held fixed", driver="slope")
    variants: dict[str, Estimate] = {
        "slope, level held fixed": slope,
        "level without slope": _on_level(rows, "level alone", names=("level",)),
        "market not controlled": _on_level(rows, "market not controlled", controlled=False),
        "first half": _on_level(rows.iloc[first], "first half"),
        "second half": _on_level(rows.iloc[second], "second half"),
        "without 2008 and 2009": _on_level(
            rows[~measures.dates(rows).year.isin([2008, 2009])], "without 2008 and 2009"
        ),
        "four weeks": _on_level(weekly.changes(_bank_levels(data), 4), "four weeks"),
        **_bank_history(data),
    }
    if "IWM" in data:
        variants["against small companies (IWM)"] = _on_level(
            weekly.changes(_bank_levels(data, "IWM")), "KRE minus IWM"
        )
    low, high = answer.interval
    shown = ["slope, level held fixed", "level without slope", *_bank_history(data)]
    return Evidence(
        answer=answer,
        as_of=measures.last_date(rows.index),
        finding=(
            f"A week in which all yields rose a quarter point moved regional banks by "
            f"{answer.value:+.2f} % against the S&P 500, net of the market (90 % interval "
            f"{low:.2f} to {high:.2f}); a slope steeper by as much moved "
            f"them by {slope.value:+.2f} %"
        ),
        meaning=(
            f"After such a week {measures.STAKE:,} USD in regional banks stood "
            f"{measures.ahead(answer.value)} the same sum in the S&P 500, beyond what the market's "
            "own move explains."
        ),
        specifications=measures.specify(variants),
        exhibits=(
            Exhibit(
                kind="intervals",
                title=(
                    f"A quarter point on all yields: {answer.value:+.2f} % for regional banks; on "
                    f"the slope alone {slope.value:+.2f} %"
                ),
                frame=measures.intervals(
                    [("level, slope held fixed (decides)", answer)]
                    + [(name, variants[name]) for name in shown]
                ),
                x="banks against the market, % per 25 basis points, with 90 % interval",
                y="",
                marks={"smallest effect of interest": banks.claimed},
                note="Weekly KRE; French's bank portfolio monthly, on the 10-year yield alone.",
            ),
        ),
    )


def _bank_levels(data: Dataset, other: str = "SPY") -> pd.DataFrame:
    """Daily log levels of KRE over another fund and of SPY, with the level and slope of yields."""
    closes = {name: np.log(data.frame(name)["Adj Close"]) for name in ("KRE", "SPY", other)}
    ten, two = data.series("DGS10"), data.series("DGS2")
    return pd.DataFrame(
        {
            "d": closes["KRE"] - closes[other],
            "market": closes["SPY"],
            "level": ten,
            "slope": ten - two,
        }
    ).dropna()


def _on_level(
    rows: pd.DataFrame,
    what: str,
    *,
    driver: str = "level",
    names: tuple[str, ...] = ("level", "slope"),
    controlled: bool = True,
) -> Estimate:
    regressors = [*names, *weekly.CONTROLS] if controlled else list(names)
    return measures.coefficient(
        rows["d"],
        rows[regressors],
        driver,
        unit="% per 25 bp",
        scale=25.0,
        what=f"banks against the market on {what}",
        null="banks do not move with yields beyond the market",
    )


#: Eras of the history of bank stocks: before the disinflation, to the crisis, and after it.
ERAS = (("1962", "1981"), ("1982", "2007"), ("2008", "2100"))


def _bank_history(data: Dataset) -> dict[str, Estimate]:
    """French's banks against the market on the month's change of the 10-year yield, % per 25 bp."""
    held = ("french.industries49", "french.factors")
    if not all(name in data for name in held):
        return {}
    market = market_returns(data)
    y = _over_market(data.frame("french.industries49")["Banks"], market).rename("d")
    change = data.series("DGS10").dropna().resample("ME").last().diff().rename("level")
    log_market = np.log1p(market).rename("market")
    controls = pd.DataFrame({"market": log_market, weekly.CONTROLS[1]: log_market.shift(1)})
    rows = pd.concat([y, change, controls], axis="columns", join="inner").dropna()
    spans = {"French banks, monthly, since 1962": rows} | {
        f"French banks, {start} to {min(end, str(rows.index[-1].year))}": rows.loc[start:end]
        for start, end in ERAS
    }
    return {
        label: _on_level(part, "the 10-year yield, monthly", names=("level",))
        for label, part in spans.items()
        if len(part) >= 60
    }
