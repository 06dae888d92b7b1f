"""Profile: what small companies are said to be. Volatile, growing, domestic, lean on dividends."""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.claims import macro, measures, pairs
from r2klib.claims.market import market_returns, with_lag
from r2klib.claims.nouns import Estimate, Evidence, Exhibit
from r2klib.claims.pairs import ETF, LEVEL, LIVE_ETF, LIVE_INDEX, SLOW, SLOW_SINCE_1947
from r2klib.claims.registry import NOT_BUILT, Theme
from r2klib.data import Dataset
from r2klib.stats import (
    factor_regression,
    log_volatility_ratio,
    stationary_bootstrap,
    to_log,
)

theme = Theme("profile")

theme.declare(
    id="P1",
    statement="Members of the Russell 2000 are mostly worth 0.3 to 2 billion US dollars.",
    kind="state",
    sei_unit="at least half of the members inside the band; borderline within 5 points of half",
    measure="Share of members in the band, from index weights times the index's float value.",
    needs={"sample": ("ishares.IWM",), "live": ("ishares.IWM",)},
    reason=NOT_BUILT,
)


@theme.claim(
    id="P2",
    statement="Small companies are more volatile; large ones are steadier.",
    kind="link",
    sort="level",
    direction=1,
    sei=0.10,
    sei_unit="log ratio",
    measure="Log ratio of the standard deviations of monthly log returns, small over large.",
    pair=ETF,
)
def volatility(data: Dataset) -> Evidence:
    """Log ratio of volatilities, joint stationary block bootstrap of the two legs.

    Both legs are resampled together, so their correlation is kept. The block length is
    automatic (Politis-White).
    """
    pair = pairs.get(ETF[pairs.kind_of(data)])
    legs = to_log(pair.legs(data))
    answer = _volatility_ratio(legs, measures.DRAWS)
    first, second = measures.halves(legs.index)
    quarters = legs.resample("QE").sum()
    variants = {
        "first half": legs.iloc[first],
        "second half": legs.iloc[second],
        "quarterly returns": quarters,
        "since 1981": legs.loc["1981":],
        **_size_variants(data, pair.name),
    }
    ratio = float(np.exp(answer.value))
    deviations = legs.std() * np.sqrt(12)
    span = measures.years(legs.index)
    rolling = measures.volatility(legs, 36).dropna()
    return Evidence(
        answer=answer,
        as_of=measures.last_date(legs.index),
        finding=f"Small companies were {ratio:.2f} times as volatile as large ones ({span})",
        meaning=(
            f"In one year out of three, {measures.STAKE:,} USD in small companies strayed more "
            f"than {measures.usd(100 * deviations['small'])} from its mean; in large ones, more "
            f"than {measures.usd(100 * deviations['large'])}."
        ),
        pair=pair.name,
        specifications=measures.specify(
            {
                label: _volatility_ratio(legs, measures.SPEC_DRAWS)
                for label, legs in variants.items()
            }
        ),
        exhibits=(
            Exhibit(
                kind="paths",
                title=f"Small companies swung {ratio:.2f} times as widely as large ones",
                frame=100 * rolling,
                x="",
                y="volatility over 36 months, % a year",
                spans=macro.recession_spans(data, rolling.index[0], rolling.index[-1]),
                note="Annualised standard deviation of monthly log returns; recessions shaded.",
            ),
        ),
    )


def _volatility_ratio(legs: pd.DataFrame, draws: int) -> Estimate:
    law = stationary_bootstrap(log_volatility_ratio, legs[["small", "large"]], draws=draws, seed=2)
    return measures.from_bootstrap(
        law, n=len(legs), unit="log ratio", null="both legs are equally volatile"
    )


def _size_variants(data: Dataset, pair: str) -> dict[str, pd.DataFrame]:
    """The smallest and the middle quintile against the biggest, where the table is held."""
    if pair != "legs":
        return {}
    portfolios = to_log(data.frame("french.size_value"))
    quintile = {
        size: portfolios.filter(regex=f"^S{size}V").mean(axis="columns") for size in (1, 3, 5)
    }
    return {
        "smallest against biggest quintile": pd.DataFrame(
            {"small": quintile[1], "large": quintile[5]}
        ),
        "middle against biggest quintile": pd.DataFrame(
            {"small": quintile[3], "large": quintile[5]}
        ),
    }


@theme.claim(
    id="P3",
    statement="Small companies have the higher growth potential, and holders are paid for it.",
    kind="link",
    sort="level",
    direction=1,
    sei=2.0,
    sei_unit="%/yr",
    measure=(
        "Realised proxy only: mean log d. Growth of the firms themselves cannot be tested without "
        "company accounts."
    ),
    pair=LEVEL,
    needs={"sample": ("french.factors",), "live": ("french.factors",)},
)
def premium(data: Dataset) -> Evidence:
    """Mean log d a year. Arithmetic means and factor alphas are the specification curve.

    The alphas are those of the small leg minus the risk-free rate, with one Dimson lag of the
    market, so they ask for pay beyond market risk. Eras of SMB use the longest history.
    """
    pair = pairs.get(LEVEL[pairs.kind_of(data)])
    d = pair.d(data)
    answer = _mean_d(d, "mean log d")
    first, second = measures.halves(d.index)
    variants = {
        "arithmetic instead of log": _mean_d(_arithmetic(data, pair), "mean arithmetic d"),
        "first half": _mean_d(d.iloc[first], "mean log d"),
        "second half": _mean_d(d.iloc[second], "mean log d"),
        "without January": _mean_d(d[measures.dates(d).month != 1], "mean log d"),
    }
    eras = _eras(data)
    variants |= {f"SMB, {label}": era for label, era in eras.items()}
    variants |= _alphas(data, pair)
    low, high = answer.interval
    leader, laggard = ("small", "large") if answer.value > 0 else ("large", "small")
    return Evidence(
        answer=answer,
        as_of=measures.last_date(d.index),
        finding=(
            f"{leader.capitalize()} companies returned {abs(answer.value):.1f} % a year more than "
            f"{laggard} ones in logs ({measures.years(d.index)}); 90 % interval of small minus "
            f"large {low:.1f} to {high:.1f}"
        ),
        meaning=(
            f"Over a year, {measures.STAKE:,} USD in small companies ended about "
            f"{measures.ahead(answer.value)} the same sum in large ones; the interval runs from "
            f"{measures.signed_usd(low)} to {measures.signed_usd(high)}."
        ),
        pair=pair.name,
        specifications=measures.specify(variants),
        exhibits=(_eras_figure(eras),),
        remarks=(
            "A mean of logs lies about one point a year below the arithmetic mean.",
            "Whether the firms themselves grow faster cannot be tested without company accounts.",
        ),
    )


def _mean_d(d: pd.Series, what: str) -> Estimate:
    return measures.mean(
        d,
        unit="%/yr",
        scale=measures.ANNUAL_PERCENT,
        what=what,
        null="small and large companies have the same mean return",
    )


def _arithmetic(data: Dataset, pair: pairs.Pair) -> pd.Series:
    legs = pair.legs(data)
    return legs["small"] - legs["large"]


def _eras(data: Dataset) -> dict[str, Estimate]:
    """Mean of SMB in the eras that the literature speaks of, and in January against the rest."""
    smb = data.frame("french.factors")["SMB"].dropna()
    january = measures.dates(smb).month == 1
    parts = {
        f"all months, {measures.years(smb.index)}": smb,
        "before 1981": smb.loc[:"1980"],
        "1981 and later": smb.loc["1981":],
        "January alone": smb[january],
        "all other months": smb[~january],
    }
    return {label: _mean_d(part, "mean of SMB, arithmetic") for label, part in parts.items()}


def _eras_figure(eras: dict[str, Estimate]) -> Exhibit:
    early, late = eras["before 1981"], eras["1981 and later"]
    fate = "survived" if late.interval[0] > 0 else "did not survive"
    return Exhibit(
        kind="intervals",
        title=(
            f"The size premium {fate} its discovery: {early.value:.1f} % a year before 1981, "
            f"{late.value:.1f} % since"
        ),
        frame=measures.intervals(eras.items()),
        x="mean of the size factor SMB, % a year, with 90 % interval",
        y="",
        note=(
            "Arithmetic mean times twelve. January alone is the yearly rate that January's mean "
            "would make if all months were like it."
        ),
    )


def _alphas(data: Dataset, pair: pairs.Pair) -> dict[str, Estimate]:
    """Alpha of the small leg on the factors of its own release, where the edition holds them."""
    if pair.name != "legs":
        return {}
    factors = data.frame("french.factors_2017")
    excess = pair.legs(data)["small"] - factors["RF"]

    def alpha(model: str, lags: int) -> Estimate:
        fit = factor_regression(excess, factors, model=model, dimson_lags=lags)
        return measures.from_fit(
            fit.combine({"alpha": 1.0}, "alpha"),
            unit="%/yr",
            scale=measures.ANNUAL_PERCENT,
            what=f"alpha of the small leg, {model}, {lags} Dimson lag(s)",
            null="the factors explain the mean return of the small leg",
        )

    return {
        "alpha beyond the market (CAPM, Dimson)": alpha("capm", 1),
        "alpha beyond market, size and value (FF3)": alpha("ff3", 0),
        "alpha beyond these and momentum (Carhart)": alpha("carhart", 0),
    }


theme.declare(
    id="P4",
    statement="Large companies pay more and steadier dividends.",
    kind="link",
    sort="level",
    direction=1,
    sei=0.25,
    sei_unit="percentage points",
    measure=(
        "Gap of dividend yields, large minus small: French size portfolios with and without "
        "dividends, fund distributions; spread of dividend growth beside it."
    ),
    pair=LIVE_ETF,
    needs={
        "sample": ("french.size_with_dividends", "french.size_no_dividends"),
        "live": ("french.size_with_dividends", "french.size_no_dividends"),
    },
    reason=NOT_BUILT,
)


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
    USREC). Beside it, what one could have known: Sahm's signal, published by the end of the
    month before, from revised unemployment.
    """
    pair = pairs.get(SLOW[pairs.kind_of(data)])
    d = pair.d(data)
    in_recession = macro.recessions(data, d.index)
    answer = _between(d, ~in_recession, "NBER, hindsight")
    alarm = _sahm_known(data, d.index)
    first, second = measures.halves(d.index)
    variants: dict[str, Estimate] = {
        "real time: Sahm's signal off minus on": _between(
            d[alarm.notna()], alarm.dropna() < 0.5, "Sahm's signal of the month before"
        ),
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
    variants["without the Depression (since 1946)"] = _between(
        d.loc["1946":], ~in_recession.loc["1946":], "NBER, hindsight"
    )
    specifications = measures.specify(variants)
    known = specifications[0]
    phases = {
        "expansions": _mean_d(d[~in_recession], "mean d"),
        "recessions": _mean_d(d[in_recession], "mean d"),
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
            f"recessions. What was known at the time gives {known.value:+.1f} % a year instead of "
            f"{answer.value:+.1f}{': the sign flips' if flips else ''}."
        ),
        pair=pair.name,
        vintage=f"NBER dates: hindsight; unemployment: {macro.REVISED}",
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


def _sahm_known(data: Dataset, index: pd.Index) -> pd.Series:
    """Sahm's signal as published by the end of the month before each month of `index`."""
    before = pd.DatetimeIndex(index) - pd.offsets.MonthEnd(1)
    known = macro.known_at(macro.sahm(data), macro.lag_of(data, "UNRATE"), before)
    return known.set_axis(index)


theme.declare(
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
    reason=NOT_BUILT,
)

theme.declare(
    id="P7",
    statement="Small companies are younger and adapt faster.",
    kind="untestable",
    sei_unit="",
    measure="Age and adaptability of firms.",
    reason=(
        "Needs a panel of companies with their ages and decisions; first filings at the SEC could "
        "date the age, nothing free measures how fast a firm adapts."
    ),
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
    Matching by the month the data speak of is in the specification curve. The signal is in
    standard deviations of its own sample; Newey-West errors with automatic lags.
    """
    pair = pairs.get(SLOW_SINCE_1947[pairs.kind_of(data)])
    d = pair.d(data)
    composite = macro.growth_composite(data)
    lag = macro.lag_of(data, *macro.COMPOSITE)
    news = macro.known_at(composite.diff(3), lag, d.index).dropna()
    answer = _on_signal(d, news, "3-month change of growth, as published")
    both = pd.concat([d, news], axis="columns", join="inner")
    first, second = measures.halves(both.index)
    parts = macro.composite_parts(data)
    variants: dict[str, Estimate] = {
        "by reference month": _on_signal(d, composite.diff(3), "by reference month"),
        "12-month change": _on_signal(
            d, macro.known_at(composite.diff(12), lag, d.index), "12-month change"
        ),
        "first half": _on_signal(d.loc[both.index[first]], news, "first half"),
        "second half": _on_signal(d.loc[both.index[second]], news, "second half"),
        "payrolls alone": _on_signal(
            d, macro.known_at(parts["PAYEMS"].diff(3), lag, d.index), "payrolls alone"
        ),
        "industrial production alone": _on_signal(
            d, macro.known_at(parts["INDPRO"].diff(3), lag, d.index), "industrial production"
        ),
    }
    for label, other in pairs.replications(data, pair).items():
        variants[label] = _on_signal(
            other, macro.known_at(composite.diff(3), lag, other.index), "as published"
        )
    scatter = pd.DataFrame({"x": measures.standardized(both["growth"]), "y": 100 * both["d"]})
    low, high = answer.interval
    return Evidence(
        answer=answer,
        as_of=measures.last_date(both.index),
        finding=(
            f"When growth picked up by one standard deviation, small minus large ran at "
            f"{answer.value:+.1f} % a year against the usual in the same month (90 % interval "
            f"{low:.1f} to {high:.1f})"
        ),
        meaning=(
            f"At a yearly rate, {measures.STAKE:,} USD in small companies ran "
            f"{measures.ahead(answer.value)} large ones while news of a pick-up of one standard "
            "deviation came in. It is no forecast."
        ),
        pair=pair.name,
        vintage=macro.REVISED,
        specifications=measures.specify(variants),
        exhibits=(
            Exhibit(
                kind="scatter",
                title=f"A pick-up of growth by one sd moved d by {answer.value:+.1f} % a year",
                frame=scatter,
                x="3-month change of the growth composite as published, standard deviations",
                y="d in the month, %",
                note="One point a month, with the means of ten groups of equal size.",
            ),
        ),
    )


def _on_signal(d: pd.Series, signal: pd.Series, what: str) -> Estimate:
    """Slope of d on a standardised signal, % a year per standard deviation."""
    both = pd.concat(
        [d.rename("d"), signal.rename("signal")], axis="columns", join="inner"
    ).dropna()
    return measures.coefficient(
        both["d"],
        measures.standardized(both["signal"]).to_frame(),
        "signal",
        unit="%/yr per sd",
        scale=measures.ANNUAL_PERCENT,
        what=f"d on {what}",
        null="d does not move with the economy",
    )
