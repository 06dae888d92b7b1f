"""Made-up live editions with a known answer planted in them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.claims import Ledger, Theme, evaluate, ledger
from r2klib.data import Dataset

DAYS = pd.bdate_range("1988-01-01", "2019-12-31", name="date", unit="us")
MONTHS = pd.date_range("1926-07-31", "2019-12-31", freq="ME", name="date", unit="us")


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
    """Six portfolios of which three small beat three big by the log return d."""
    large = 0.0 * d if market is None else market.reindex(d.index)
    small, big = np.exp(large + d) - 1, np.exp(large) - 1
    return pd.DataFrame({"SG": small, "SN": small, "SV": small, "BG": big, "BN": big, "BV": big})


def factors(seed=8):
    rng = np.random.default_rng(seed)
    values = rng.normal(0, [0.04, 0.03, 0.03, 1e-4], (len(MONTHS), 4))
    return pd.DataFrame(values, MONTHS, columns=["Mkt-RF", "SMB", "HML", "RF"])


def edition(tables, lags=None):
    names = list(tables)
    frequency = {name: _frequency(tables[name].index) for name in names}
    return Dataset.from_frame(
        tables,
        units=dict.fromkeys(names, "made up"),
        frequency=frequency,
        lag_days=dict.fromkeys(names, 0) | (lags or {}),
    )


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


def nothing(verdict):
    """Whether a claim alone in its ledger stayed within what chance does 99 times in 100."""
    low, high = verdict.estimate.interval
    within = abs(verdict.estimate.value) < 2.6 * verdict.estimate.std_error
    return within and "material" not in verdict.note and low < high


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
