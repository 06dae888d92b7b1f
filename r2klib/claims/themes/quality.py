"""Quality: is it size that pays too little, or the unprofitable companies among the small ones?

What a careful reader of the thesis asks next. French's library sorts companies by size and, within
a size, by what they earn on their book or by how fast they grow their assets; so size can be held
apart from quality. All three were declared after a first look at the data; see each.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from r2klib.claims import legs, pairs, words
from r2klib.claims.asking import Ask, Found, Points
from r2klib.claims.designs import Mean
from r2klib.claims.estimates import alpha_of
from r2klib.claims.nouns import Estimate, Told
from r2klib.claims.registry import Theme
from r2klib.claims.words import STAKE
from r2klib.data import Dataset
from r2klib.errors import InputError
from r2klib.stats import factor_regression, ols_hac, to_log

theme = Theme("quality")

FROZEN = dt.date(2026, 11, 28)
#: Size quintile by profitability quintile; 1 is the smallest, the least profitable.
BY_PROFIT = "french.size_profitability"
#: Size quintile by growth of assets; 1 grew least.
BY_INVESTMENT = "french.size_investment"
FIFTHS = (1, 2, 3, 4, 5)
SMALL = "[12]"
#: Stands on every card of this theme: its numbers had been seen.
_READ = "Declared after a first look at these data: only months since the freeze can confirm it."
#: What an edition that lacks them says.
_NOT_SORTED = (
    "Portfolios sorted by what companies earn come with a pull from Ken French's library; no "
    "package that the sample is made of has them."
)


def held_alike(data: Dataset, table: str, pattern: str) -> pd.Series:
    """Mean log return of the portfolios of a table whose names match, monthly decimals.

    A month in which one of them is missing is missing.
    """
    portfolios = to_log(data.frame(table)).filter(regex=f"^{pattern}$")
    if portfolios.empty:
        raise InputError(f"{table} has no column like {pattern}; they are S1P1, S1P2 and so on.")
    return portfolios.mean(axis="columns", skipna=False)


def _difference(data: Dataset, table: str, one: str, other: str) -> pd.DataFrame:
    gap = held_alike(data, table, one) - held_alike(data, table, other)
    return gap.dropna().to_frame("y")


def _alpha(rows: pd.DataFrame, market: pd.Series) -> Estimate | None:
    """What is left of the mean once the market and its lag are taken out."""
    controls = legs.with_lag(np.log1p(market))
    if len(rows.index.intersection(controls.index)) < 60:
        return None
    fit = ols_hac(rows["y"], controls).combine({"const": 1.0}, "alpha")
    return alpha_of(fit, "constant beside the market and its lag", "the market explains the mean")


def _usual(ask: Ask) -> Points:
    yield from ask.halves()
    yield from ask.since("1981")
    if ask.held("french.factors"):
        yield "beyond the market and its lag (alpha)", _alpha(ask.rows, legs.market(ask.data))


# ---- Q1: the unprofitable among the small ------------------------------------------------------

_AMONG_LARGE = "among the largest fifth instead"
_BY_GROWTH = "fastest minus slowest growth of assets instead"


def _other_junk(ask: Ask) -> Points:
    yield "smallest fifth alone", ask(sizes="1")
    yield "second-smallest fifth alone", ask(sizes="2")
    yield _AMONG_LARGE, ask(sizes="5")
    yield "two lowest minus two highest fifths of profitability", ask(low="[12]", high="[45]")
    if ask.held(BY_INVESTMENT):
        yield _BY_GROWTH, ask.of(_difference(ask.data, BY_INVESTMENT, "S[12]I5", "S[12]I1"))
    yield from _usual(ask)


def _tell_junk(found: Found) -> Told:
    large = found.variants[_AMONG_LARGE]
    remarks = [
        (
            f"Among the largest fifth of companies the same difference was {large.value:+z.1f} % a "
            f"year (90 % interval {large.interval:z.1f})."
        )
    ]
    if _BY_GROWTH in found.variants:
        growth = found.variants[_BY_GROWTH]
        remarks.append(
            f"Small companies whose assets grew fastest returned {growth.value:+z.1f} % a year "
            "against those whose assets grew slowest."
        )
    remarks.append(_READ)
    return Told(
        finding=(
            f"Among the two smallest fifths of companies the least profitable returned "
            f"{found.value:+z.1f} % a year against the most profitable, in logs "
            f"({words.years(found.used.index)}; 90 % interval {found.interval:z.1f})"
        ),
        meaning=(
            f"Over a year, {STAKE:,} USD in the least profitable small companies ended about "
            f"{words.ahead(found.value)} the same sum in the most profitable ones."
        ),
        remarks=tuple(remarks),
    )


@theme.claim(
    id="Q1",
    statement="Unprofitable small companies trail profitable ones.",
    sort="level",
    direction=-1,
    effect="lag of unprofitable small companies",
    sei=2.0,
    needs=(BY_PROFIT,),
    reason=_NOT_SORTED,
    design=Mean(
        what="lowest minus highest profitability, small companies",
        null="profitable and unprofitable small companies have the same mean return",
    ),
    variants=_other_junk,
    tell=_tell_junk,
    axes=("", "least minus most profitable since the start, log points"),
    frozen=FROZEN,
)
def junk(data: Dataset, sizes: str = SMALL, low: str = "1", high: str = "5") -> pd.DataFrame:
    """Mean log return, lowest minus highest profitability fifth of the two smallest size fifths.

    Portfolios are held alike, each weighted by value within. Profitability is revenues less costs
    and interest over book equity of fiscal year t-1, known well before the July from which it
    counts. Declared after a first look, which had given −4.3 [−7.1, −1.6].
    """
    return _difference(data, BY_PROFIT, f"S{sizes}P{low}", f"S{sizes}P{high}")


# ---- Q2: size with profitability held equal ----------------------------------------------------

_UNSORTED = "the same cuts by size, not sorted by profitability"
#: French's portfolios by size alone, which have the same fifths.
BY_SIZE = "french.size_with_dividends"


def _other_sizes(ask: Ask) -> Points:
    for fifth in FIFTHS:
        yield _fifth(fifth), ask(profit=str(fifth))
    yield "smallest fifth alone", ask(sizes="1")
    yield "second-smallest fifth alone", ask(sizes="2")
    if ask.held(BY_INVESTMENT):
        yield (
            "growth of assets held equal instead",
            ask.of(_difference(ask.data, BY_INVESTMENT, "S[12]I[1-5]", "S5I[1-5]")),
        )
    if ask.held(BY_SIZE):
        unsorted = _difference(ask.data, BY_SIZE, "(Lo 20|Qnt 2)", "Hi 20")
        yield _UNSORTED, ask.of(unsorted.reindex(ask.rows.index))
    yield from _usual(ask)


def _fifth(number: int) -> str:
    """How a fifth by profitability is called on the curve."""
    ends = {1: " (least profitable)", 5: " (most profitable)"}
    return f"profitability fifth {number} alone{ends.get(number, '')}"


def _tell_sizes(found: Found) -> Told:
    junk, quality = (found.variants[_fifth(fifth)].value for fifth in (1, 5))
    remarks = [
        (
            f"Among the least profitable companies small returned {junk:+z.1f} % a year against "
            f"large, among the most profitable {quality:+z.1f} %."
        )
    ]
    if _UNSORTED in found.variants:
        remarks.append(
            f"Not sorted by profitability, the same fifths by size give "
            f"{found.variants[_UNSORTED].value:+z.1f} % in the same months."
        )
    remarks.append(_READ)
    return Told(
        finding=(
            f"With profitability held equal, small companies returned {found.value:+z.1f} % a year "
            f"against large ones, in logs ({words.years(found.used.index)}; 90 % interval "
            f"{found.interval:z.1f})"
        ),
        meaning=(
            f"Over a year, {STAKE:,} USD spread alike over all fifths of profitability among small "
            f"companies ended about {words.ahead(found.value)} the same sum spread so among large "
            "ones."
        ),
        remarks=tuple(remarks),
    )


@theme.claim(
    id="Q2",
    statement="With profitability held equal, small companies beat large ones.",
    sort="level",
    direction=1,
    effect="lead of small companies of equal profitability",
    sei=2.0,
    needs=(BY_PROFIT,),
    reason=_NOT_SORTED,
    design=Mean(what="two smallest minus largest size fifth, profitability held equal"),
    variants=_other_sizes,
    tell=_tell_sizes,
    axes=("", "small minus large, profitability held equal, since the start, log points"),
    frozen=FROZEN,
)
def size_alone(data: Dataset, sizes: str = SMALL, profit: str = "[1-5]") -> pd.DataFrame:
    """Mean over profitability fifths of log returns, two smallest minus largest size fifth.

    Each fifth of profitability counts alike on both sides, so that the many unprofitable companies
    among the small ones do not decide. Declared after a first look, which had given
    2.6 [−0.5, 5.7].
    """
    return _difference(data, BY_PROFIT, f"S{sizes}P{profit}", f"S5P{profit}")


# ---- Q3: an index that asks for profit ---------------------------------------------------------

FUNDS = ("IJR", "IWM")
#: Alphas of the difference of both funds, where the edition holds the factors.
_MODELS = {
    "beyond market, size and value (FF3)": ["Mkt-RF", "SMB", "HML"],
    "beyond these, profitability and investment (FF5)": ["Mkt-RF", "SMB", "HML", "RMW", "CMA"],
    "beyond market, size, value and quality (QMJ)": ["Mkt-RF", "SMB", "HML", "QMJ"],
}
#: Which model the loading on each measure of quality is taken from.
_LOADINGS = {
    "RMW": _MODELS["beyond these, profitability and investment (FF5)"],
    "QMJ": _MODELS["beyond market, size, value and quality (QMJ)"],
}


def _other_indices(ask: Ask) -> Points:
    yield "arithmetic instead of log", ask(log=False)
    yield from ask.halves()
    if not ask.held("french.factors"):
        return
    factors, simple = legs.all_factors(ask.data), ask.claim.rows(ask.data, log=False)["y"]
    for label, model in _MODELS.items():
        if set(model) <= set(factors):
            alpha = factor_regression(simple, factors, model=model).combine({"alpha": 1.0})
            what, null = "alpha of the difference of both funds", "the factors explain it"
            yield label, alpha_of(alpha, what, null)


def loadings(data: Dataset) -> pd.DataFrame:
    """Loadings of both funds on profitability (RMW) and quality (QMJ), each beside its model.

    By measure of quality, as far as the edition holds it, and fund; of monthly returns above the
    riskless rate.
    """
    if "french.factors" not in data:
        return pd.DataFrame(columns=list(FUNDS))
    factors = legs.all_factors(data)
    excess = pairs.monthly_returns(data, list(FUNDS)).sub(factors["RF"], axis="index").dropna()
    found = {
        name: {
            fund: factor_regression(excess[fund], factors, model=model).params[name]
            for fund in FUNDS
        }
        for name, model in _LOADINGS.items()
        if set(model) <= set(factors)
    }
    return pd.DataFrame.from_dict(found, orient="index", columns=list(FUNDS))


def _tell_indices(found: Found) -> Told:
    total = 100 * float(np.expm1(found.used["y"].sum()))
    loaded = (
        f"Loading on {name}: {row['IJR']:+z.2f} of the S&P 600, {row['IWM']:+z.2f} of the Russell "
        "2000."
        for name, row in loadings(found.data).iterrows()
    )
    return Told(
        finding=(
            f"The fund of the S&P 600 returned {found.value:+z.1f} % a year against the fund of "
            f"the Russell 2000, in logs ({words.years(found.used.index)}; 90 % interval "
            f"{found.interval:z.1f})"
        ),
        meaning=(
            f"{STAKE:,} USD in the S&P 600 ended the whole span with {abs(total):z.0f} % "
            f"{'more' if total > 0 else 'less'} than the same sum in the Russell 2000."
        ),
        remarks=(*loaded, _READ),
    )


@theme.claim(
    id="Q3",
    statement="The S&P 600, which asks its members for profit, beats the Russell 2000.",
    sort="level",
    direction=1,
    effect="lead of the S&P 600",
    sei=1.0,
    needs=FUNDS,
    reason="Prices of the two funds come with a pull.",
    design=Mean(
        what="mean log return of IJR minus IWM",
        null="both indices of small companies have the same mean return",
    ),
    variants=_other_indices,
    tell=_tell_indices,
    axes=("", "S&P 600 minus Russell 2000 since the start, log points"),
    frozen=FROZEN,
)
def profitable_index(data: Dataset, *, log: bool = True) -> pd.DataFrame:
    """Monthly log total return of the S&P 600's fund minus that of the Russell 2000's.

    A company enters the S&P 600 only after four quarters that add up to a profit. The two differ
    in more: the Russell 2000 is made anew each June, in view of all; so loadings on profitability
    and quality stand beside. Declared after a first look, which had given 1.6 [0.3, 2.9].
    """
    return pairs.get("IJR/IWM").d(data, log=log).to_frame("y")
