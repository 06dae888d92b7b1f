"""Releases of a revised series: what was known on a day, and what was said first.

A table of releases has one row per value ever published: ``date`` (the period's end),
``published`` (the day it came out) and ``value``; a later row of the same date revises it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.data.publication import Publication

#: How a reader is told which data a number rests on.
AS_PUBLISHED = "as published: first releases and the revisions known on the day"
REVISED = "revised data with publication lag"


def known_on(releases: pd.DataFrame, day: pd.Timestamp, rule: Publication) -> pd.Series:
    """Values of a series as they stood at the end of a day, by period; empty where none was out.

    NaN where a period was published without a value. `rule` says when periods came out that are
    older than the archive: those whose first known release is the archive's first day. Their
    values are the archive's first.
    """
    out = releases[publication_days(releases, rule) <= day]
    last = out.sort_values(["date", "published"], kind="stable").groupby("date")["value"].last()
    return last.rename_axis("date")


def known_by(releases: pd.DataFrame, days: pd.DatetimeIndex, rule: Publication) -> pd.DataFrame:
    """Values as they stood at the end of each of many sorted days: `known_on` at once.

    One row per period that ever had a value, one column per day; NaN where none was out.
    """
    at = days.searchsorted(publication_days(releases, rule), side="left")
    cells = releases.assign(day=at)[(at < len(days)) & releases["value"].notna()]
    cells = cells.sort_values(["date", "published"], kind="stable")
    cells = cells.drop_duplicates(["date", "day"], keep="last")
    wide = cells.pivot(index="date", columns="day", values="value")
    known = wide.reindex(columns=range(len(days))).ffill(axis="columns")
    return known.set_axis(days, axis="columns")


def seen_since(
    releases: pd.DataFrame,
    until: pd.Timestamp,
    table: pd.Series,
    day: pd.Timestamp,
    rule: Publication,
) -> pd.DataFrame:
    """Add to releases what a later look at today's values shows, without the archive.

    The archive was last asked on the day `until`; `table` holds the values of `day` by period end.
    A row is added for each that differs or is new. A new period counts as published by rule, a
    revision on `day`: later than it was, never earlier.
    """
    ordered = releases.sort_values(["date", "published"], kind="stable")
    known = ordered.drop_duplicates("date", keep="last").set_index("date")["value"]
    before = known.reindex(table.index)
    same = np.isclose(table, before, rtol=1e-9, atol=1e-12, equal_nan=True)
    is_new = ~table.index.isin(known.index)
    fresh = pd.DataFrame({"date": table.index, "value": table.to_numpy()})
    lagged = pd.Series(rule.days(pd.DatetimeIndex(table.index)), fresh.index)
    lagged = lagged.mask(lagged <= until, until + pd.Timedelta(days=1))  # the archive had none
    fresh["published"] = lagged.where(is_new & (lagged < day), day)
    fresh = fresh[is_new | ~same][["date", "published", "value"]]
    if fresh.empty:
        return releases
    added = pd.concat([releases, fresh.astype(releases.dtypes.to_dict())])
    return added.sort_values(["date", "published"], kind="stable").reset_index(drop=True)


def first_releases(releases: pd.DataFrame) -> pd.DataFrame:
    """Return the first ``value`` published for each period, and the day, by period end.

    Periods older than the archive are left out: what was said first of them is not known.
    """
    ordered = releases.sort_values(["date", "published"], kind="stable")
    firsts = ordered[ordered["value"].notna()].drop_duplicates("date").set_index("date")
    known: pd.DataFrame = firsts[firsts["published"] > releases["published"].min()]
    return known[["value", "published"]]


def publication_days(releases: pd.DataFrame, rule: Publication) -> pd.Series:
    """Return the day of each release, not before the series was born.

    Before the archive began, it is the day by rule.
    """
    archive = releases["published"].min()
    lagged = _by_rule(releases["date"], rule)
    older = (releases["published"] == archive) & (lagged < archive)
    days = releases["published"].mask(older, lagged)
    if rule.born is None:
        return days
    return days.mask(days < pd.Timestamp(rule.born), pd.Timestamp(rule.born))


def _by_rule(dates: pd.Series, rule: Publication) -> pd.Series:
    """The day on which each period was out by rule; periods in any order, more than once."""
    periods = pd.DatetimeIndex(dates.unique()).sort_values()
    return dates.map(pd.Series(rule.days(periods), periods))
