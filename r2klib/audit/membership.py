"""Who came into an index and who left it between two editions, as the funds on it list them."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

import pandas as pd

from r2klib.claims import holdings
from r2klib.data import Dataset, catalog, load
from r2klib.data.edition import edition_named
from r2klib.errors import InputError, listing

FUNDS = (holdings.SMALL, holdings.OTHER_SMALL, holdings.LARGE)
#: How many of those that came or left the text names; JSON has them all.
NAMED = 12


@dataclass(frozen=True)
class Membership:
    """The members of one fund's index on two days.

    Parameters
    ----------
    fund : str
        Series of the list, such as ``"ishares.IWM"``.
    before, after : datetime.date
        The days that the two lists speak of.
    members : (int, int)
        How many on each.
    came, left : DataFrame
        ``ticker``, ``name``, ``sector``, ``weight`` (decimals; of the newer list, of the older),
        largest first.
    renamed : tuple of (str, str, str)
        Members of one name under another ticker: before, after, name.
    turnover : float
        Half the sum of absolute changes of weight, decimals: what of the index is other shares or
        another weight of the same ones, prices and trades together.
    """

    fund: str
    before: dt.date
    after: dt.date
    members: tuple[int, int]
    came: pd.DataFrame
    left: pd.DataFrame
    renamed: tuple[tuple[str, str, str], ...]
    turnover: float

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON; weights are decimals."""
        return {
            "fund": self.fund,
            "title": catalog.get(self.fund).title,
            "before": self.before.isoformat(),
            "after": self.after.isoformat(),
            "members": list(self.members),
            "turnover": self.turnover,
            "came": self.came.to_dict("records"),
            "left": self.left.to_dict("records"),
            "renamed": [
                {"before": before, "after": after, "name": name}
                for before, after, name in self.renamed
            ],
        }

    def to_text(self) -> str:
        """A paragraph, and a line for each of the largest that came or left."""
        before, after = self.members
        head = f"{catalog.get(self.fund).title}, {self.before} -> {self.after}: "
        if self.before == self.after:
            return f"{head}the list of the same day"
        moved = (
            f"{len(self.came):,} came ({self.came['weight'].sum():.1%} of the newer list)",
            f"{len(self.left):,} left ({self.left['weight'].sum():.1%} of the older)",
            f"{len(self.renamed):,} under another ticker; turnover {self.turnover:.1%}",
        )
        lines = [f"{head}{before:,} members, then {after:,}", f"  {', '.join(moved)}"]
        for word, table in (("came", self.came), ("left", self.left)):
            lines += [
                f"  {word}  {row.ticker:<8}{row.weight:>7.2%}  {row.name_}, {row.sector}"
                for row in table.rename(columns={"name": "name_"}).head(NAMED).itertuples()
            ]
            more = len(table) - NAMED
            lines += [f"  {word}  and {more:,} more: --json names them"] if more > 0 else []
        return "\n".join(lines)


def compare_members(a: str, b: str) -> list[Membership]:
    """Compare the lists of holdings that two editions share, one of each fund that both hold.

    The editions are ids of snapshots, ``"latest"`` or ``"previous"``.

    Raises
    ------
    InputError
        They share none.
    UnknownName, SnapshotCorrupt
        An edition is not there or damaged.
    """
    a, b = edition_named(a), edition_named(b)
    old, new = load(a), load(b)
    shared = [fund for fund in FUNDS if fund in old and fund in new]
    if not shared:
        raise InputError(
            f"{a} and {b} share no list of holdings: expected {listing(FUNDS, 'or')} in both. "
            "`r2k pull --source ishares` brings them."
        )
    return [_compared(fund, old, new) for fund in shared]


def _compared(fund: str, old: Dataset, new: Dataset) -> Membership:
    then, now = (holdings.members(data, fund) for data in (old, new))
    came = now[~now["ticker"].isin(then["ticker"])]
    left = then[~then["ticker"].isin(now["ticker"])]
    pairs = left.merge(came, on="name", suffixes=("_before", "_after")).drop_duplicates("name")
    weights = pd.concat([then.groupby("ticker")["weight"].sum(), _retold(now, pairs)], axis=1)
    changes = weights.fillna(0.0).diff(axis="columns").iloc[:, 1].abs()
    return Membership(
        fund=fund,
        before=holdings.as_of(old, fund),
        after=holdings.as_of(new, fund),
        members=(len(then), len(now)),
        came=came[~came["ticker"].isin(pairs["ticker_after"])].reset_index(drop=True),
        left=left[~left["ticker"].isin(pairs["ticker_before"])].reset_index(drop=True),
        renamed=tuple(
            pairs[["ticker_before", "ticker_after", "name"]].itertuples(index=False, name=None)
        ),
        turnover=float(changes.sum() / 2),
    )


def _retold(now: pd.DataFrame, pairs: pd.DataFrame) -> pd.Series:
    """Weights by the tickers of before, where a member goes by another one now."""
    known = dict(zip(pairs["ticker_after"], pairs["ticker_before"], strict=True))
    return now.assign(ticker=now["ticker"].replace(known)).groupby("ticker")["weight"].sum()


def to_json(found: list[Membership]) -> str:
    """The comparison as JSON."""
    return json.dumps([one.to_dict() for one in found], indent=1, ensure_ascii=False)
