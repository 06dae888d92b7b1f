"""Valuation: are small companies cheap, is the S&P 500 dear, and what does the gap foretell?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import numpy as np
import pandas as pd

from r2klib.claims import ages, legs, pairs, words
from r2klib.claims import book_to_market as btm
from r2klib.claims.asking import NEWEY_WEST, Ask, Found, Points
from r2klib.claims.designs import Foretell, standardized, values_of
from r2klib.claims.nouns import Reading, Told
from r2klib.claims.pairs import SLOW
from r2klib.claims.registry import Theme
from r2klib.claims.score import HIGH, SINCE_1963
from r2klib.claims.words import STAKE
from r2klib.data import Dataset
from r2klib.stats import to_log

theme = Theme("valuation")

#: The percentile from which small companies count as cheap, and the CAPE as high.
CHEAP = 100 * HIGH
#: Months in ten years.
DECADE = 120


# ---- V0: small companies are cheap now ---------------------------------------------------------

_BARE = "profitability taken out, since 1963"


def _read_cheapness(rows: pd.DataFrame) -> Reading:
    gap = rows["gap"]
    since_1926 = _percentile(gap)
    above = (since_1926 >= CHEAP, _percentile(gap.loc[SINCE_1963:]) >= CHEAP)
    return Reading(
        value=since_1926,
        holds=all(above),
        spread=above,
        parts=dict(zip(("since 1926", "since 1963"), above, strict=True)),
        marks={"80th percentile since 1926": float(gap.quantile(CHEAP / 100))},
        n=len(gap),
        unit="percentile",
        method="share of months to date with no higher log relative rolled book-to-market",
    )


def _percentile(x: pd.Series) -> float:
    """Share of `x` at or below its last value, percent."""
    return float(100 * (x <= x.iloc[-1]).mean())


def _other_cheapness(ask: Ask) -> Points:
    gap, data = ask.rows["gap"], ask.data
    block = to_log(data.frame(f"{btm.SIX}.bm") - 1)
    small, large = (
        block.filter(regex=side).mean(axis="columns") for side in (btm.SMALL, btm.LARGE)
    )
    asked = {
        "since 1963": gap.loc[SINCE_1963:],
        "last forty years": gap.tail(480),
        "portfolios weighed alike": btm.log_relative(data, each=True),
        "French's block as it stands": (small - large).dropna(),
    }
    if btm.sides(data) == btm.FINER:
        asked["two by three portfolios"] = btm.log_relative(data)
    elif ask.held(*btm.NEEDS_FINER):
        asked["smallest two against biggest quintile"] = btm.log_relative(data, *btm.FINER)
    if ask.held(*btm.NEEDS_FINER):
        asked["smallest against biggest quintile"] = btm.log_relative(
            data, btm.FIVE, r"^S1V", r"^S5V"
        )
    if ask.held(f"{btm.SIX}.op"):
        asked[_BARE] = btm.without(gap, btm.profitability_gap(data))
    for label, x in asked.items():
        yield label, (_percentile(x), len(x))


def _tell_cheapness(found: Found) -> Told:
    gap, now, bare = found.rows["gap"], found.rows.index[-1], found.variants.get(_BARE)
    usual = float(np.exp(gap.iloc[-1] - gap.median()) - 1)
    return Told(
        finding=(
            f"By {now:%B %Y} small companies were at least as cheap against large ones as in "
            f"{found.value:z.0f} % of months since {gap.index[0].year} and "
            f"{found.variants['since 1963'][0]:z.0f} % since 1963"
        ),
        meaning=(
            f"A dollar bought {abs(100 * usual):z.0f} % {'more' if usual > 0 else 'less'} book "
            "value of small companies, measured against large ones, than in the median month. "
            "What that is worth depends on the link V2: whether the gap foretells anything."
        ),
        remarks=(
            _portfolios_in_words(found.data),
            f"With profitability taken out, {bare[0]:z.0f} since 1963." if bare else "",
        ),
    )


def _portfolios_in_words(data: Dataset) -> str:
    """Which portfolios decide, and why."""
    end = f"{btm.last_seen(data, btm.SIX):%B %Y}"
    if btm.sides(data) == btm.FINER:
        return (
            f"Quintiles decide, the two smallest against the biggest: the two by three portfolios "
            f"end in {end}, more than {ages.FRESH_MONTHS} months before {pairs.now(data):%B %Y}."
        )
    return f"The two by three portfolios decide, which end in {end}."


@theme.claim(
    id="V0",
    statement="Small companies are cheap relative to large ones now.",
    kind="state",
    sei_unit="relative book-to-market at or above its 80th percentile since 1926 and since 1963",
    measure=(
        "Log relative rolled book-to-market of small and large as a percentile to date, from six "
        "portfolios or, where these end more than 6 months before the edition, from 25."
    ),
    needs={
        "sample": ("french.size_value_6.bm", "french.size_value_6.size"),
        "live": btm.NEEDS,
    },
    at_hand=btm.NEEDS_FINER,
    dated_by=lambda data: btm.NEEDS_FINER if btm.sides(data) == btm.FINER else btm.NEEDS,
    design=_read_cheapness,
    variants=_other_cheapness,
    tell=_tell_cheapness,
    drawn=("gap",),
    axes=("", "log book-to-market, small minus large"),
    version=2,
    frozen=dt.date(2026, 11, 28),
)
def cheap_now(data: Dataset) -> pd.DataFrame:
    """The log relative rolled book-to-market of small and large companies, by month.

    The value is the percentile since 1926; the claim is borderline where it and the one since July
    1963, when accounts were first required of all, disagree. A percentile is the share of months no
    cheaper. "Cheap" is high book-to-market of all small companies together against all large ones:
    the small and the big half, or, where the library's file of these ends too early, the two
    smallest quintiles against the biggest.
    """
    return btm.log_relative(data, *btm.sides(data)).to_frame("gap")


# ---- V1: the S&P 500 at a premium --------------------------------------------------------------


_LATE_EARNINGS = (
    "Earnings of two quarters came out later than dated; a ten-year mean hardly feels it."
)
_SPANS = {"last 60 months": 60, "last 180 months": 180}


def _shares_of_decade(rows: pd.DataFrame) -> dict[str, float]:
    """Percent of months with a high CAPE, as declared and asked otherwise."""
    cape = rows["CAPE"]
    high = _high_to_date(cape)
    months = {
        "declared": high.tail(DECADE),
        "history from 1926": _high_to_date(cape.loc["1926":]).tail(DECADE),
        "history from 1950": _high_to_date(cape.loc["1950":]).tail(DECADE),
        "total-return CAPE": _high_to_date(rows["total-return CAPE"]).tail(DECADE),
        **{label: high.tail(months) for label, months in _SPANS.items()},
        "90th instead of 80th percentile": _high_to_date(cape, 0.90).tail(DECADE),
    }
    return {label: float(100 * inside.mean()) for label, inside in months.items()}


def _high_to_date(x: pd.Series, level: float = CHEAP / 100) -> pd.Series:
    """Whether each month is at or above the `level` quantile of all months up to itself."""
    return x >= x.expanding().quantile(level)


def _read_premium(rows: pd.DataFrame) -> Reading:
    shares = _shares_of_decade(rows)
    return Reading(
        value=shares["declared"],
        holds=shares["declared"] > 50,
        spread=(shares["history from 1926"] > 50, shares["total-return CAPE"] > 50),
        n=DECADE,
        unit="% of the last 120 months",
        method="CAPE at or above the 80th percentile of all months to date",
    )


def _other_premiums(ask: Ask) -> Points:
    for label, share in _shares_of_decade(ask.rows).items():
        if label != "declared":
            yield label, (share, _SPANS.get(label, DECADE))


def _tell_premium(found: Found) -> Told:
    cape, now = found.rows["CAPE"], found.rows.index[-1]
    last = float(cape.iloc[-1])
    share = "Throughout" if found.value == 100 else f"In {found.value:z.0f} % of"
    return Told(
        finding=(
            f"{share} the ten years to {now:%B %Y} the CAPE stood in the top "
            f"fifth of its history to date; at the end it was {last:z.1f}"
        ),
        meaning=(
            f"{STAKE:,} USD in the S&P 500 bought {STAKE / last:z,.0f} USD a year of ten-year "
            f"average real earnings; at the median CAPE since {cape.index[0].year} it would have "
            f"been {STAKE / float(cape.median()):z,.0f} USD."
        ),
        remarks=("Prices are averages of the month.", _LATE_EARNINGS),
    )


@theme.claim(
    id="V1",
    statement="The S&P 500 has long traded at a premium.",
    kind="state",
    sei_unit="more than half of the last 120 months with CAPE at or above its 80th percentile",
    measure="Share of the last 120 months with CAPE at or above the 80th percentile to date.",
    needs=("shiller",),
    design=_read_premium,
    variants=_other_premiums,
    tell=_tell_premium,
    drawn=("CAPE", "80th percentile to date"),
    axes=("", "price over ten-year average real earnings"),
)
def premium(data: Dataset) -> pd.DataFrame:
    """The CAPE, that of total returns, and the 80th percentile of the CAPE to date.

    Each month is ranked among those from 1881 (the first CAPE) to itself, so no month is judged by
    later ones. The newest month of the workbook is preliminary and left out. Borderline where
    histories from 1926 or the total-return CAPE disagree.
    """
    rows = data.frame("shiller")[["cape", "tr_cape"]].iloc[:-1].dropna()
    rows = rows.set_axis(["CAPE", "total-return CAPE"], axis="columns")
    threshold = rows["CAPE"].expanding().quantile(CHEAP / 100)
    return rows.assign(**{"80th percentile to date": threshold})


# ---- V2: the gap foretells ---------------------------------------------------------------------


def _other_gaps(ask: Ask) -> Points:
    """The usual, other gaps, and the years in which accounts were required."""
    yield from ask.usual()
    yield from ask.since("1981")
    yield from ask.pairs()
    yield "36 months (Hodrick)", ask.of(horizon=36)
    if ask.data.kind == "sample":
        return
    gap = ask.rows["signal"]
    yield "portfolios weighed alike", ask(each=True)
    yield "reversal of 60 months (as in the sample)", ask(reversal=True)
    yield "since 1963", ask.of(ask.rows.assign(signal=gap.loc[SINCE_1963:]))
    if ask.held(f"{btm.SIX}.op"):
        bare = btm.without(gap, btm.profitability_gap(ask.data))
        yield (
            "profitability taken out, hindsight, since 1963",
            ask.of(ask.rows.assign(signal=bare)),
        )


def _tell_gap(found: Found) -> Told:
    given = "When small companies were cheaper by one standard deviation"
    bought, remarks = "cheapness", found.beside()
    if found.data.kind == "sample":
        given = "When small companies had lagged by one standard deviation more over five years"
        bought, remarks = "what had lagged", (_STAND_IN, *remarks)
    return Told(
        finding=(
            f"{given}, small minus large then ran {found.value:+z.1f} % a year against the usual "
            f"(90 % interval {found.interval:z.1f})"
        ),
        meaning=(
            f"Buying {bought} left {STAKE:,} USD in small companies {words.ahead(found.value)} "
            "large ones against the usual, at a yearly rate per standard deviation."
        ),
        remarks=(_plain_slope(found), *remarks),
    )


def _plain_slope(found: Found) -> str:
    """What the plain regression says, and what of it is bias."""
    plain = found.variants[NEWEY_WEST].value
    return (
        f"The plain slope is {plain:+z.1f} % a year. A signal made of past returns brings a bias "
        f"of {plain - found.value:+z.1f} with it; without that the slope is {found.value:+z.1f}."
    )


_STAND_IN = "A lag of returns stands in for a gap of valuations, which this edition does not hold."


@theme.claim(
    id="V2",
    statement="A wide valuation gap foretells that small companies beat large ones.",
    sort="foretell",
    direction=1,
    effect="lead of small companies after they were cheap",
    sei=2.5,
    measure=(
        "d of the next month (12 and 36 by Hodrick 1B) on the log relative rolled book-to-market, "
        "Stambaugh bias removed; in the sample, on the reversal of the last 60 months."
    ),
    pair=SLOW,
    needs={"sample": ("french.factors",), "live": btm.NEEDS},
    design=Foretell(law="joint"),
    variants=_other_gaps,
    tell=_tell_gap,
    axes=("cheapness of small against large companies", "small minus large in the next month, %"),
)
def gap_foretells(
    data: Dataset, pair: str, *, each: bool = False, reversal: bool = False
) -> pd.DataFrame:
    """D, and the gap known at month end.

    The innovations of `btm.cheapness` are largely those of d with the sign turned, so both are
    resampled jointly and the bias is taken out (Stambaugh).
    """
    d = pairs.get(pair).d(data).rename("d")
    signal = -d.rolling(60).sum() if reversal else btm.cheapness(data, d, each=each)
    return pd.DataFrame({"y": d, "signal": signal})


# ---- V3: sentiment -----------------------------------------------------------------------------

theme.declare(
    id="V3",
    statement="A turn of sentiment brings money into small-company funds.",
    kind="untestable",
    measure="Monthly flows into funds of small and of large companies.",
    reason=(
        "Monthly creations and redemptions of US funds are public since late 2019 (SEC Form "
        "N-PORT, item B.6). Needs that source, which no edition holds yet, and 60 months of it."
    ),
    version=2,
    frozen=dt.date(2026, 11, 28),
)


# ---- V4: what opened the gap -------------------------------------------------------------------

#: Spans over which V4 asks; 108 and 132 months make it borderline where they disagree.
WINDOWS = (60, 84, 108, 120, 132, 180)


def _rise_and_lost(rows: pd.DataFrame, months: int = DECADE) -> tuple[float, float]:
    """Rise of the gap and relative price lost over the last months, log points."""
    gap, over = rows["gap"], rows.tail(months)
    price = over["d"] + over["dividends"]
    return float(gap.iloc[-1] - gap.iloc[-1 - months]), -float(price.sum(skipna=False))


def _lost_share(rows: pd.DataFrame, months: int = DECADE) -> float:
    """Percent of the rise that lost price makes up; zero where nothing rose."""
    rise, lost = _rise_and_lost(rows, months)
    return 100 * lost / rise if rise > 0 else 0.0


def _read_opening(rows: pd.DataFrame) -> Reading:
    values_of(rows, "gap", 132 + 1)
    share = _lost_share(rows)
    widened = _rise_and_lost(rows)[0] > 0
    return Reading(
        value=share,
        holds=widened and share > 50,
        spread=tuple(_lost_share(rows, months) > 50 for months in (108, 132)),
        parts={"the gap widened": widened, "lost price is more than half": share > 50},
        n=DECADE,
        unit="% of the rise",
        method="log relative price return over the change of log relative rolled B/M",
    )


def _other_openings(ask: Ask) -> Points:
    yield "dividends left in", (_lost_share(ask.rows.assign(dividends=0.0)), DECADE)
    yield "portfolios weighed alike", (_lost_share(ask.claim.rows(ask.data, each=True)), DECADE)
    for months in WINDOWS:
        if months != DECADE and months < len(ask.rows):
            yield f"{months} months", (_lost_share(ask.rows, months), months)


def _tell_opening(found: Found) -> Told:
    rise, lost = _rise_and_lost(found.rows)
    start, end = found.rows.index[-1 - DECADE], found.rows.index[-1]
    explained = f"lost relative price accounts for {found.value:z.0f} %"
    return Told(
        finding=(
            f"From {start:%B %Y} to {end:%B %Y} the gap changed by {100 * rise:+z.0f} log points; "
            f"{explained if rise > 0 else 'so no gap opened'}"
        ),
        meaning=(
            f"A dollar came to buy {abs(100 * np.expm1(rise)):z.0f} % "
            f"{'more' if rise > 0 else 'less'} book of small companies against large ones, while "
            f"{STAKE:,} USD of small companies at their price alone fell "
            f"{words.usd(100 * -np.expm1(-lost))} {'behind' if lost > 0 else 'ahead of'} large "
            "ones."
        ),
    )


@theme.claim(
    id="V4",
    statement="Small companies lagged, and that is why a valuation gap opened.",
    kind="state",
    sei_unit="more than half of the 10-year rise in the gap comes from lost price",
    measure=(
        "Part of the 10-year rise in log relative book-to-market for which lost relative price "
        "accounts."
    ),
    pair={"live": "century"},
    needs={"sample": ("french.size_value_6.bm",), "live": (*btm.NEEDS, "IWM", "SPY")},
    design=_read_opening,
    variants=_other_openings,
    tell=_tell_opening,
    drawn=("gap",),
    axes=("", "log book-to-market, small minus large"),
)
def lag_opened_gap(data: Dataset, pair: str, *, each: bool = False) -> pd.DataFrame:
    """The gap, the log total return of small minus large, and large minus small in dividends.

    Lost price is minus the sum of log returns of all small companies less all large ones, each
    weighted by cap (`each` weighs the portfolios alike), with dividends taken out: large companies
    pay more, and a dividend is no lost price. The rest of the rise is growth of relative book, new
    membership each June and issues of shares. Where the gap did not widen there is nothing to
    explain: the claim does not hold and the value is zero. Borderline where 108 or 132 months
    disagree.
    """
    gap = btm.log_relative(data, each=each)
    d = pairs.get("smb" if each else pair).d(data)
    rows = pd.DataFrame({"gap": gap, "d": d, "dividends": btm.dividend_gap(data)})
    return rows.loc[gap.index]


# ---- V5: the market's own long run -------------------------------------------------------------


_ALL_YEARS = "hindsight: all years, with ratios that nobody had published"


def _other_market(ask: Ask) -> Points:
    yield "120 months (Hodrick)", ask.of(horizon=DECADE)
    yield "12 months (Hodrick)", ask.of(horizon=12)
    yield NEWEY_WEST, ask.of(newey_west=True)
    yield "months by themselves instead of blocks of 12", ask.of(block=1)
    yield from ask.halves()
    yield _ALL_YEARS, ask(published=False)
    yield "total-return CAPE", ask(ratio="tr_cape")
    yield "returns after inflation", ask(real=True)


def _tell_market(found: Found) -> Told:
    decade, every = found.variants["120 months (Hodrick)"], found.variants[_ALL_YEARS]
    dear = standardized(found.rows["signal"].dropna())
    last = dear.index[-1] - pd.offsets.MonthEnd(1)
    return Told(
        finding=(
            f"When the market was dearer by one standard deviation, the S&P 500 then ran "
            f"{found.value:+z.1f} % a year against the usual (90 % interval {found.interval:z.1f}; "
            f"{words.years(found.used.index)})"
        ),
        meaning=(
            f"After a month that was so much dearer {STAKE:,} USD in the S&P 500 ran "
            f"{words.ahead(found.value)} what it runs on average, at a yearly rate; over the ten "
            f"years after, by Hodrick's regression, {decade.value:+z.1f} % a year (90 % interval "
            f"{decade.interval:z.1f}). The last CAPE, that of {last:%B %Y}, lies "
            f"{dear.iloc[-1]:+z.1f} standard deviations from the mean of all."
        ),
        remarks=(
            _LATE_EARNINGS,
            "Prices are averages of the month, so a return meets the CAPE of two months before.",
            (
                "Such ratios decide from the day they were first published (Campbell and Shiller); "
                "on all years, with ratios worked out later of prices and earnings of their time, "
                f"the effect is {every.value:+z.1f} ({every.interval:z.1f}) % a year."
            ),
            *found.beside(),
        ),
    )


@theme.claim(
    id="V5",
    statement="Valuation foretells the market's long-run returns.",
    sort="foretell",
    direction=-1,
    effect="pull of a high valuation on the market's next returns",
    sei=2.5,
    measure=(
        "Log total return of the S&P 500 from Shiller's average of month t+1 to that of t+2 on log "
        "CAPE of t, joint law with residuals in blocks; 120 months by Hodrick 1B beside."
    ),
    needs=("shiller",),
    design=Foretell(
        null="valuation has nothing to say about the market's return", law="joint", block=12
    ),
    variants=_other_market,
    tell=_tell_market,
    axes=("log CAPE of two months before", "return of the S&P 500 in the month, %"),
    frozen=dt.date(2026, 11, 28),
)
def market_foretold(
    data: Dataset, ratio: str = "cape", *, real: bool = False, published: bool = True
) -> pd.DataFrame:
    """Log total return of the S&P 500 from month to month, and log CAPE a month before it begins.

    Shiller's prices are averages of the month, and neighbouring averages have days in common. So
    the CAPE of t is dated t+1 here and meets the return from the average of t+1 to that of t+2.
    Returns of averages move with their neighbours, and what moves one moves the CAPE of the next
    row: pairs of residuals keep their signs for 12 months together. The newest month of the
    workbook is preliminary and left out; returns end where its dividends do. A signal is one from
    the day on which such ratios were first published. A CAPE says what was paid for real earnings,
    so `real` returns stand beside.
    """
    table = data.frame("shiller").iloc[:-1]
    paid = table["price"] + table["dividend"] / 12
    y = btm.log(paid / table["price"].shift(1))
    if real:
        y -= btm.log(table["cpi"]).diff()
    signal = btm.log(table[ratio]).shift(1, freq="ME")
    born = data.provenance["shiller"].publication.born
    if published and born is not None:
        signal = signal[signal.index >= pd.Timestamp(born)]
    return pd.DataFrame({"y": y, "signal": signal})


# ---- V6: technology and growth within the market -----------------------------------------------

#: French's industries that stand for technology, and the percentile up to which it is dear.
TECHNOLOGY, DEAR = ("Hardw", "Softw", "Chips"), 20.0
_GROWTH = "growth quintile"


def _read_dear(rows: pd.DataFrame) -> Reading:
    ratio = values_of(rows, "technology")
    share = _percentile(ratio)
    return Reading(
        value=share,
        holds=share <= DEAR,
        marks={"20th percentile since 1963": float(ratio.quantile(DEAR / 100))},
        n=len(ratio),
        unit="percentile",
        method="share of months since 1963 with no higher log book-to-market, technology less all",
    )


def _other_dear(ask: Ask) -> Points:
    data = ask.data
    book, cap = btm.industries(data)
    asked = {name: _within(book, cap, (name,)) for name in TECHNOLOGY}
    asked["since 1926"] = _within(book, cap, TECHNOLOGY)
    asked["last forty years"] = asked["since 1926"].tail(480)
    asked["as French's block stands (December's prices, yearly)"] = _as_it_stands(data)
    if _GROWTH in ask.rows:
        asked[_GROWTH] = ask.rows[_GROWTH].dropna()
    for label, x in asked.items():
        kept = x if label.startswith("since") else x.loc[SINCE_1963:]
        yield label, (_percentile(kept), len(kept))


def _as_it_stands(data: Dataset) -> pd.Series:
    """The same of the block's own ratios, each weighted by the cap that it was divided by."""
    cap = legs.capitalisation(data, btm.INDUSTRIES)
    january = cap[pd.DatetimeIndex(cap.index).month == 1]
    june = pd.DatetimeIndex(january.index) + pd.offsets.MonthEnd(5)
    ratio, cap = data.frame(f"{btm.INDUSTRIES}.bm"), january.set_axis(june, axis="index")
    cap = cap.reindex(ratio.index).where(ratio.notna())
    return _within(ratio * cap, cap, TECHNOLOGY)


def _within(book: pd.DataFrame, cap: pd.DataFrame, columns: Iterable[str]) -> pd.Series:
    """Log book-to-market of some portfolios together less that of all together."""
    part = list(columns)
    return (btm.together(book[part], cap[part]) - btm.together(book, cap[book.columns])).dropna()


def _tell_dear(found: Found) -> Told:
    ratio, now = found.rows["technology"].dropna(), found.rows.index[-1]
    bought = 100 * float(np.exp(ratio.iloc[-1]))
    usual = 100 * float(np.exp(ratio.median()))
    growth = found.variants.get(_GROWTH)
    return Told(
        finding=(
            f"In {found.value:z.0f} % of months since 1963 technology was as dear against the "
            f"market as in {now:%B %Y} or dearer, by book-to-market"
        ),
        meaning=(
            f"A dollar of technology bought {bought:z.0f} % of the book that a dollar of all "
            f"industries bought; in the median month it was {usual:z.0f} %."
        ),
        remarks=(
            "Books leave out most of what research and brands are worth, more so than in 1963.",
            f"The growth quintile stands at percentile {growth[0]:z.0f} since 1963."
            if growth
            else "",
        ),
    )


@theme.claim(
    id="V6",
    statement="Technology and growth trade dear within the market.",
    kind="state",
    sei_unit="book-to-market of technology over that of all industries at or below its 20th "
    "percentile since 1963",
    measure=(
        "Cap-weighted book-to-market of French's Hardw, Softw and Chips over that of all "
        "industries, as a percentile since 1963; the growth quintile beside."
    ),
    needs=btm.NEEDS_INDUSTRIES,
    at_hand=btm.NEEDS_FINER,
    design=_read_dear,
    variants=_other_dear,
    tell=_tell_dear,
    drawn=("technology",),
    axes=("", "log book-to-market, technology less all industries"),
    frozen=dt.date(2026, 11, 28),
)
def dear_within(data: Dataset) -> pd.DataFrame:
    """Log book-to-market of technology less that of all industries, by month since July 1963.

    Books of fiscal year t-1 over caps of the day, as in V0; each industry weighs by its cap. A low
    percentile is dear: a dollar buys little book. Beside it, the growth quintile of French's
    portfolios on size and value against all of them.
    """
    rows = {"technology": _within(*btm.industries(data), TECHNOLOGY)}
    if all(name in data for name in btm.NEEDS_FINER):
        book, cap = btm.books_and_caps(data, btm.FIVE)
        rows[_GROWTH] = _within(book, cap, [str(name) for name in book.filter(regex="V1$")])
    found = pd.DataFrame(rows).loc[SINCE_1963:]
    return found.loc[: found["technology"].last_valid_index()]
