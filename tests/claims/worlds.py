"""Made-up live editions with a known answer planted in them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.claims import Ledger, Theme, evaluate, ledger
from r2klib.claims.rule import turned
from r2klib.data import Dataset
from r2klib.data.catalog import Origin
from r2klib.data.catalog import get as row_of
from r2klib.data.provenance import describe

DAYS = pd.bdate_range("1988-01-01", "2019-12-31", name="date", unit="us")
MONTHS = pd.date_range("1926-07-31", "2019-12-31", freq="ME", name="date", unit="us")

#: The portfolios of two sizes by three values.
SIX = ["SG", "SN", "SV", "BG", "BN", "BV"]


def walk(seed, sd, index=DAYS):
    """A random walk's daily steps."""
    return pd.Series(np.random.default_rng(seed).normal(0, sd, len(index)), index)


def prices(log_level, column="Close"):
    return pd.DataFrame({column: 1_000 * np.exp(log_level)})


def indices(d, market):
    """^RUT and ^GSPC from daily log returns of d and of the market."""
    return {"^RUT": prices((d + market).cumsum()), "^GSPC": prices(market.cumsum())}


def factors_daily(seed=9, index=DAYS):
    rng = np.random.default_rng(seed)
    values = rng.normal(0, [0.01, 0.005, 0.005, 1e-6], (len(index), 4))
    return pd.DataFrame(values, index, columns=["Mkt-RF", "SMB", "HML", "RF"])


def century(d, market=None):
    """Six portfolios of one worth, of which three small beat three big by the log return d."""
    large = 0.0 * d if market is None else market.reindex(d.index)
    small, big = np.exp(large + d) - 1, np.exp(large) - 1
    returns = pd.DataFrame(dict(zip(SIX, [small] * 3 + [big] * 3, strict=True)))
    ones = pd.DataFrame(1.0, returns.index, SIX)
    name = "french.size_value_6"
    return {name: returns, f"{name}.firms": 10 * ones, f"{name}.size": 20 * ones}


def factors(seed=8):
    rng = np.random.default_rng(seed)
    values = rng.normal(0, [0.04, 0.03, 0.03, 1e-4], (len(MONTHS), 4))
    return pd.DataFrame(values, MONTHS, columns=["Mkt-RF", "SMB", "HML", "RF"])


def portfolios(gap, seed=0, start="1926-07-31", returns=None):
    """Six portfolios whose rolled relative book-to-market, month by month, is `gap`.

    Books are 100 a portfolio for ever and large caps 200; the small caps bear the gap.
    """
    index = pd.date_range(start, periods=len(gap), freq="ME")
    cap = pd.DataFrame(200.0, index=index, columns=SIX)
    cap[SIX[:3]] = np.repeat((200 / np.exp(np.asarray(gap)))[:, None], 3, axis=1)
    firms = pd.DataFrame(10.0, index=index, columns=SIX)
    rng = np.random.default_rng(seed)
    june = cap[index.month == 7].reindex(index, method="ffill")
    if returns is None:
        returns = pd.DataFrame(rng.normal(0.005, 0.02, cap.shape), index=index, columns=SIX)
    return {
        "french.size_value_6": returns,
        "french.size_value_6.bm": 100 / june,
        "french.size_value_6.size": cap / 10,
        "french.size_value_6.firms": firms,
    }


def edition(tables, lags=None):
    names = list(tables)
    frequency = {name: _frequency(tables[name].index) for name in names}
    return Dataset.from_frame(
        tables,
        units=dict.fromkeys(names, "made up"),
        frequency=frequency,
        lag_days=dict.fromkeys(names, 0) | (lags or {}),
    )


def catalogued(tables):
    """An edition whose series have the catalog's frequency and lag."""
    rows = {name: row_of(name) for name in tables}
    sources = {
        name: describe(table, rows[name], Origin("test", name)) for name, table in tables.items()
    }
    return Dataset("made up", "user", tables, sources)


def holding(values, sectors=None, names=None, extra=()):
    """A list of shares worth `values`, with a row of cash below."""
    n = len(values)
    table = pd.DataFrame(
        {
            "as_of": pd.Timestamp("2025-05-13"),
            "ticker": [f"T{i}" for i in range(n)],
            "name": names or [f"COMPANY {i}" for i in range(n)],
            "sector": sectors or ["Energy"] * n,
            "asset_class": "Equity",
            "weight": np.round(np.asarray(values, float) / (sum(values) or 1), 4),
            "market_value": np.asarray(values, float),
            "shares": 1.0,
            "price": 1.0,
            "fund_shares": np.nan,
        }
    )
    cash = table.iloc[[0]].assign(asset_class="Cash", sector="Cash", market_value=1e6, weight=0.5)
    return pd.concat([table, cash, *extra], ignore_index=True)


def released(first, final, days=13, later=35):
    """Releases of a series: first said `days` after a period's end, made `final` `later` on."""
    said, mended = pd.Timedelta(days=days), pd.Timedelta(days=days + later)
    parts = [
        pd.DataFrame({"date": x.index, "published": x.index + lag, "value": x.to_numpy()})
        for x, lag in ((first, said), (final, mended))
    ]
    return pd.concat(parts, ignore_index=True)


def with_releases(data, vintages):
    """The same edition, keeping releases of some series."""
    return Dataset(data.edition, data.kind, dict(data), dict(data.provenance), vintages=vintages)


def _frequency(index):
    days = np.median(np.diff(index.to_numpy()).astype("timedelta64[h]").astype(float)) / 24
    if (index != index.normalize()).any():
        return "irregular"
    frequencies = {7: "daily", 8: "weekly", 40: "monthly", 100: "quarterly"}
    return next((name for most, name in frequencies.items() if days < most), "irregular")


def nothing(data, claim_id):
    """Whether a claim's answer, asked with few draws, is what chance does 99 times in 100."""
    claim = ledger()[claim_id]
    found = claim.design.lighter()(claim.rows(data))
    low, high = turned(found.interval, claim.direction)
    return abs(found.value) < 2.6 * found.std_error and low < min(high, claim.sei)


def some(*ids):
    """Part of the ledger, the claims themselves."""
    return Ledger(ledger()[claim_id] for claim_id in ids)


def answering(answer, **fields):
    """A claim of one's own that gets `answer` from any rows, or raises it."""

    def design(rows):
        if isinstance(answer, Exception):
            raise answer
        return answer

    declared = {
        "id": "X1", "statement": "Made up.", "measure": "made up", "sei_unit": "%",
        "sort": "level", "direction": 1, "sei": 0.5,
    }  # fmt: skip

    @Theme("mine").claim(design=design, **declared | fields)
    def rows(data):
        return pd.DataFrame({"y": 1.0}, MONTHS)

    return rows


def judge(data, *ids):
    verdicts = evaluate(data, claims=some(*ids), today="2020-01-15", cache=False)
    return [verdicts[claim_id] for claim_id in ids]
