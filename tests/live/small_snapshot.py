"""Snapshots of three series, one of each shape: a series with releases, bars, a table."""

from __future__ import annotations

import pandas as pd

from r2klib.data import catalog, snapshot
from r2klib.data.snapshot import Snapshot
from r2klib.live.sources import Answer
from r2klib.live.writer import Entry, entry, only_writer, write


def unrate(*values: float) -> pd.Series:
    days = pd.date_range("2024-01-31", periods=len(values), freq="ME")
    index = pd.DatetimeIndex(days, freq=None, name="date").as_unit("us")
    return pd.Series(values, index, name="UNRATE")


def bars(rows: int = 5) -> pd.DataFrame:
    index = pd.bdate_range("2024-01-02", periods=rows).as_unit("us").rename("date")
    names = catalog.get("^RUT").columns
    return pd.DataFrame(dict.fromkeys(names, 2000.0), index)


def holdings() -> pd.DataFrame:
    row = dict.fromkeys(catalog.get("ishares.IWM").columns, 1.0)
    row |= {"as_of": pd.Timestamp("2024-06-07"), "ticker": "A,B", "name": "é <b>", "sector": None}
    return pd.DataFrame([row, row | {"ticker": "C"}])


def entries(*values: float) -> dict[str, Entry]:
    tables = {"UNRATE": unrate(*values), "^RUT": bars(), "ishares.IWM": holdings()}
    releases = pd.DataFrame(
        {
            "date": pd.to_datetime(["2024-01-31", "2024-01-31"]),
            "published": pd.to_datetime(["2024-02-02", "2024-03-08"]),
            "value": [3.7, 3.6],
        }
    )
    answers = {
        name: Answer(
            *(name, table, "https://example.org/x", "2024-06-10T22:00:00Z", 10),
            anomalies=("odd",),
            vintages=releases if name == "UNRATE" else None,
        )
        for name, table in tables.items()
    }
    return {name: entry(catalog.get(name), answer) for name, answer in answers.items()}


def made(day: str, *values: float) -> Snapshot:
    folder = snapshot.root()
    with only_writer(folder):
        return write(
            folder,
            entries(*(values or (3.7, 3.9))),
            day=day,
            created_at=f"{day}T22:00:00Z",
            failures={"tpu": "its host did not answer"},
        )
