"""Profile, continued: do small companies move with the domestic economy and the dollar?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.claims import macro, measures, pairs, weekly
from r2klib.claims.market import market_returns, with_lag
from r2klib.claims.nouns import Estimate, Evidence, Exhibit
from r2klib.claims.pairs import LIVE_INDEX, SLOW, SLOW_SINCE_1947
from r2klib.claims.registry import Theme
from r2klib.data import Dataset
from r2klib.stats import ols_hac

theme = Theme("profile")


@theme.claim(
    id="P5",
    statement="Expansions favour small companies.",
    kind="link",
    sort="sense",
    direction=1,
    sei=4.0,
    sei_unit="%/yr",
    measure="Mean d in NBER expansions minus recessions: hindsight, since turning points are dated "
    "long after.",
    pair=SLOW,
    needs={"sample": ("NBER", "UNRATE"), "live": ("NBER", "UNRATE")},
)
def expansions(data: Dataset) -> Evidence:
    """Mean d in expansions minus mean d in recessions, HAC with 12 lags; hindsight.

    A month belongs to a recession after the peak and through the trough (the convention of
    USREC). Beside it, what one could have known: Sahm's signal at the end of the month before,
    made of unemployment as it then stood (first releases where the edition keeps them; revised
    unemployment with its publication lag otherwise, and beside).
    """
    pair = pairs.get(SLOW[pairs.kind_of(data)])
    d = pair.d(data)
    in_recession = macro.recessions(data, d.index)
    answer = _between(d, ~in_recession, "NBER, hindsight")
    alarm = _sahm_known(data, d.index)
    first, second = measures.halves(d.index)
    variants: dict[str, Estimate] = {
        "real time: Sahm's signal off minus on": _without_alarm(d, alarm),
        "first half": _between(d.iloc[first], ~in_recession.iloc[first], "NBER"),
        "second half": _between(d.iloc[second], ~in_recession.iloc[second], "NBER"),
    }
    for label, other in pairs.replications(data, pair).items():
        variants[label] = _between(other, ~macro.recessions(data, other.index), "NBER, hindsight")
    if "french.factors" in data:
        market = market_returns(data)
        variants["net of the market and its lag"] = _between(
            d, ~in_recession, "NBER, net of market", controls=with_lag(market)
        )
    beside = macro.revised(data, "UNRATE")
    if beside is not None:
        variants[f"real time: {macro.REVISED_BESIDE}"] = _without_alarm(
            d, _sahm_known(beside, d.index)
        )
    variants["without the Depression (since 1946)"] = _between(
        d.loc["1946":], ~in_recession.loc["1946":], "NBER, hindsight"
    )
    specifications = measures.specify(variants)
    known = specifications[0]
    phases = {
        "expansions": measures.mean_d(d[~in_recession], "mean d"),
        "recessions": measures.mean_d(d[in_recession], "mean d"),
    }
    flips = (known.value > 0) != (answer.value > 0)
    return Evidence(
        answer=answer,
        as_of=measures.last_date(d.index),
        finding=(
            f"Small minus large returned {phases['expansions'].value:.1f} % a year in expansions "
            f"and {phases['recessions'].value:.1f} % in recessions"
        ),
        meaning=(
            f"With perfect foresight of turning points, expansions were worth "
            f"{measures.usd(answer.value)} a year on {measures.STAKE:,} USD "
            f"{'in favour of' if answer.value > 0 else 'against'} small companies, compared with "
            f"recessions. What was known at the time gives {known.value:+z.1f} % a year instead of "
            f"{answer.value:+z.1f}{': the sign flips' if flips else ''}."
        ),
        pair=pair.name,
        vintage=f"NBER dates: hindsight; unemployment: {_unemployment_basis(data, alarm)}",
        specifications=specifications,
        exhibits=(
            Exhibit(
                kind="intervals",
                title=(
                    f"In expansions small minus large earned {phases['expansions'].value:.1f} % a "
                    f"year, in recessions {phases['recessions'].value:.1f} %"
                ),
                frame=measures.intervals(
                    [
                        *phases.items(),
                        ("difference (hindsight)", answer),
                        ("difference (known at the time)", variants[known.label]),
                    ]
                ),
                x="d, % a year, with 90 % interval",
                y="",
                note="Turning points of the NBER, known only later; Sahm's signal as published.",
            ),
        ),
        remarks=("Hindsight: turning points are announced months after the fact.",),
    )


def _between(
    d: pd.Series, inside: pd.Series, what: str, controls: pd.DataFrame | None = None
) -> Estimate:
    """Mean d where `inside` minus where not, % a year, HAC 12, net of `controls` if given."""
    regressors = pd.DataFrame({"inside": inside.astype(float)})
    if controls is not None:
        regressors = regressors.join(controls, how="inner").dropna()
    return measures.coefficient(
        d,
        regressors,
        "inside",
        unit="%/yr",
        scale=measures.ANNUAL_PERCENT,
        what=f"mean d inside minus outside ({what})",
        null="d has the same mean in both states",
        hac_lags=12,
    )


def _without_alarm(d: pd.Series, alarm: pd.Series) -> Estimate:
    """Mean d with Sahm's signal below one half the month before, minus with it at or above."""
    return _between(d[alarm.notna()], alarm.dropna() < 0.5, "Sahm's signal of the month before")


def _unemployment_basis(data: Dataset, alarm: pd.Series) -> str:
    return macro.vintage(data, "UNRATE", start=alarm.dropna().index[0])


def _sahm_known(data: Dataset, index: pd.Index) -> pd.Series:
    """Sahm's signal as published by the end of the month before each month of `index`."""
    before = pd.DatetimeIndex(index) - pd.offsets.MonthEnd(1)
    return macro.read(data, macro.sahm_signal, "UNRATE", dates=before).set_axis(index)


@theme.claim(
    id="P6",
    statement="Small companies are more domestic: a strong dollar hurts them less.",
    kind="link",
    sort="sense",
    direction=1,
    sei=0.15,
    sei_unit="% per 1 %",
    measure="Weekly d on the broad dollar, market and its lag controlled.",
    pair=LIVE_INDEX,
    needs={"sample": ("^RUT", "DTWEXBGS"), "live": ("DTWEXBGS",)},
)
def dollar(data: Dataset) -> Evidence:
    """D of a week on the log change of the broad dollar over the same days; Newey-West errors.

    The market is the S&P 500 itself: it is quoted on the same days. The dollar is fixed at noon
    in New York, four hours before the close, so part of Friday's move falls into the next week;
    changes over four weeks, of which that part is small, are in the curve.
    """
    pair = pairs.get(LIVE_INDEX["live"])
    broad = 100 * np.log(data.series("DTWEXBGS"))
    quoted = weekly.levels(data, pair.name).assign(dollar=broad)
    rows = weekly.changes(quoted)
    answer = _on_dollar(rows, "the week")
    first, second = measures.halves(rows.index)
    calm = (rows.index < "2008-07") | (rows.index >= "2009-07")
    variants: dict[str, Estimate] = {
        "market not controlled": _on_dollar(rows, "market not controlled", controlled=False),
        "four weeks at a time": _on_dollar(weekly.changes(quoted, 4), "four weeks"),
        "dollar of the week before": _on_dollar(
            rows.assign(dollar=rows["dollar"].shift(1)).dropna(), "the week before"
        ),
        "the week and the one before, added up": _two_weeks(rows),
        "first half": _on_dollar(rows.iloc[first], "first half"),
        "second half": _on_dollar(rows.iloc[second], "second half"),
        "without July 2008 to June 2009": _on_dollar(rows[calm], "without the crisis"),
    }
    for name in ("etf", "sp600"):
        if all(series in data for series in pairs.get(name).series):
            other = weekly.changes(weekly.levels(data, name).assign(dollar=broad))
            variants[f"pair: {name}"] = _on_dollar(other, name)
    low, high = answer.interval
    both = variants["the week and the one before, added up"]
    return Evidence(
        answer=answer,
        as_of=measures.last_date(rows.index),
        finding=(
            f"In a week in which the dollar rose by 1 %, small minus large moved by "
            f"{answer.value:+z.2f} %, net of the market (90 % interval {low:+z.2f} to {high:+z.2f})"
        ),
        meaning=(
            f"A dollar stronger by 5 % left {measures.STAKE:,} USD in small companies "
            f"{measures.ahead(5 * answer.value)} large ones, beyond what the market's own move "
            "explains."
        ),
        pair=pair.name,
        specifications=measures.specify(variants),
        exhibits=(
            Exhibit(
                kind="scatter",
                title=f"A dollar stronger by 1 % moved d by {answer.value:+z.2f} % in the week",
                frame=pd.DataFrame({"x": rows["dollar"], "y": 100 * rows["d"]}),
                x="change of the broad dollar in the week, %",
                y="d in the week, %",
                note="Raw points; the slope in the title controls for the market and its lag.",
            ),
        ),
        remarks=(
            (
                f"With the week that follows added up, the effect is {both.value:+z.2f} % (90 % "
                f"interval {both.interval[0]:+z.2f} to {both.interval[1]:+z.2f}): "
                f"{_what_lasts(answer, both)}."
            ),
        ),
    )


def _what_lasts(answer: Estimate, both: Estimate) -> str:
    """Whether a week's response is still there after the week that follows."""
    if both.interval[0] > 0 or both.interval[1] < 0:
        return "it lasts" if both.value * answer.value > 0 else "it turns round"
    return "what remains cannot be told from nothing"


def _two_weeks(rows: pd.DataFrame) -> Estimate:
    """Response of the week itself and of the week after, from one regression."""
    drivers = pd.DataFrame({"dollar": rows["dollar"], "before": rows["dollar"].shift(1)})
    fit = ols_hac(rows["d"], drivers.join(rows[weekly.CONTROLS]).dropna())
    return measures.from_fit(
        fit.combine({"dollar": 1.0, "before": 1.0}, "response over two weeks"),
        unit="% per 1 %",
        scale=100.0,
        what="weekly d on the broad dollar of the week and of the week before",
        null="the dollar moves small and large companies alike",
    )


def _on_dollar(rows: pd.DataFrame, what: str, *, controlled: bool = True) -> Estimate:
    """Slope of d on the dollar's log change in percent."""
    return weekly.response(
        rows,
        "dollar",
        unit="% per 1 %",
        scale=100.0,
        what=f"weekly d on the broad dollar ({what})",
        null="the dollar moves small and large companies alike",
        controlled=controlled,
    )


@theme.claim(
    id="P8",
    statement="Small companies are more sensitive to the domestic economy.",
    kind="link",
    sort="sense",
    direction=1,
    sei=2.5,
    sei_unit="%/yr per sd",
    measure="d on the 3-month change of the growth composite, as published.",
    pair=SLOW_SINCE_1947,
    needs={
        "sample": tuple(macro.COMPOSITE),
        "live": tuple(macro.COMPOSITE),
    },
)
def sensitivity(data: Dataset) -> Evidence:
    """D of a month on the 3-month change of growth that was published by its end.

    Publication decides the month a figure belongs to: that is when a market can first respond.
    The change is that of one vintage, the one out at the month's end. Matching by the month the
    data speak of is in the specification curve, and so is what was new in the figures of the
    month, `macro.growth_surprise`: of first releases where the edition keeps them. The signal is
    in standard deviations of its own sample; Newey-West errors with automatic lags.
    """
    pair = pairs.get(SLOW_SINCE_1947[pairs.kind_of(data)])
    d = pair.d(data)
    composite = macro.growth_composite(data)
    news = macro.growth_known(data, macro.growth_rise(3), d.index)
    basis = macro.vintage(data, *macro.composite_of(data), start=news.index[0])
    answer = _on_signal(d, news, "3-month change of growth, as published")
    both = pd.concat([d, news], axis="columns", join="inner")
    first, second = measures.halves(both.index)
    variants: dict[str, Estimate] = {
        "hindsight: by reference month": _on_signal(d, composite.diff(3), "by reference month"),
        "12-month change": _on_signal(
            d, macro.growth_known(data, macro.growth_rise(12), d.index), "12-month change"
        ),
        "first half": _on_signal(d.loc[both.index[first]], news, "first half"),
        "second half": _on_signal(d.loc[both.index[second]], news, "second half"),
        "payrolls alone": _on_signal(
            d, macro.growth_known(data, _rise_of("PAYEMS"), d.index), "payrolls"
        ),
        "industrial production alone": _on_signal(
            d, macro.growth_known(data, _rise_of("INDPRO"), d.index), "industrial production"
        ),
        f"surprises of the month ({basis.split(':')[0]})": _on_signal(
            d,
            macro.growth_known(data, macro.growth_surprise, d.index),
            "surprises in the month's figures",
        ),
    }
    if len(macro.composite_of(data)) > len(macro.COMPOSITE):
        core = macro.growth_known(data, macro.growth_rise(3), d.index, macro.COMPOSITE)
        variants["payrolls, production, unemployment alone"] = _on_signal(d, core, "three alone")
    beside = macro.revised(data, *macro.composite_of(data))
    if beside is not None:
        variants[macro.REVISED_BESIDE] = _on_signal(
            d, macro.growth_known(beside, macro.growth_rise(3), d.index), macro.REVISED_BESIDE
        )
    for label, other in pairs.replications(data, pair).items():
        variants[label] = _on_signal(
            other, macro.growth_known(data, macro.growth_rise(3), other.index), "as published"
        )
    scatter = pd.DataFrame({"x": measures.standardized(both["growth"]), "y": 100 * both["d"]})
    low, high = answer.interval
    return Evidence(
        answer=answer,
        as_of=measures.last_date(both.index),
        finding=(
            f"When growth picked up by one standard deviation, small minus large ran at "
            f"{answer.value:+z.1f} % a year against the usual in the same month (90 % interval "
            f"{low:z.1f} to {high:z.1f})"
        ),
        meaning=(
            f"At a yearly rate, {measures.STAKE:,} USD in small companies ran "
            f"{measures.ahead(answer.value)} large ones while news of a pick-up of one standard "
            "deviation came in. It is no forecast."
        ),
        pair=pair.name,
        vintage=basis,
        specifications=measures.specify(variants),
        exhibits=(
            Exhibit(
                kind="scatter",
                title=f"A pick-up of growth by one sd moved d by {answer.value:+z.1f} % a year",
                frame=scatter,
                x="3-month change of the growth composite as published, standard deviations",
                y="d in the month, %",
                note="One point a month, with the means of ten groups of equal size.",
            ),
        ),
    )


def _rise_of(series: str) -> macro.Transform:
    """The 3-month change of one component, in months that have a composite."""

    def rise(levels: macro.Levels) -> pd.DataFrame:
        known = macro.growth(levels).notna()
        return macro.growth_parts(levels)[series].where(known).diff(3)

    return rise


def _on_signal(d: pd.Series, signal: pd.Series, what: str) -> Estimate:
    """Slope of d on a standardised signal, % a year per standard deviation."""
    return measures.per_sd(d, signal, what=f"d on {what}", null="d does not move with the economy")
