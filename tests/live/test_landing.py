"""What becomes of rows and columns that only the snapshot before has."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from r2klib.data import catalog
from r2klib.live.landing import gone, land, merged_with
from r2klib.live.sources import Answer, Held, Want

ENTRY: dict[str, Any] = {
    "merged_from": [], "vintages": None, "retrieved_at": "2024-06-10T22:00:00Z",
}  # fmt: skip
MONTHS = pd.date_range("2020-01-31", periods=24, freq="ME", name="date", unit="us")


def test_a_column_that_is_no_longer_there_is_named() -> None:
    info = catalog.get("fred_md")
    whole = pd.DataFrame({"RPI": 1.0, "UNRATE": 2.0, "PAYEMS": 3.0}, MONTHS)
    want = Want(info, Held(whole, ENTRY, "2022-01-10"))
    answer = Answer(info.id, whole[["RPI"]], "https://example.org/x", "2022-02-10T22:00:00Z")
    landed = land(want, answer, dt.date(2022, 2, 10))
    assert (
        "no longer there: the columns UNRATE, PAYEMS of snapshot 2022-01-10"
        in landed.row["anomalies"]
    )
    assert gone(want.held, whole) == ()


def test_marks_of_kept_rows_stay_while_the_rows_are_the_ones_that_were_kept() -> None:
    """On a later pull of a tail, whose table begins with what was held."""
    info = catalog.get("french.factors")
    table = pd.DataFrame(dict.fromkeys(info.columns, 0.01), MONTHS)
    mark = {"snapshot": "2021-01-04", "rows": 6, "first": "2020-01-31", "last": "2020-06-30"}
    held = Held(table, ENTRY | {"merged_from": [mark]}, "2022-01-10")
    assert merged_with(held, table, info)[1] == (mark,)
    assert merged_with(held, table.assign(SMB=0.5), info)[1] == ()
    assert merged_with(held, table.drop(columns="SMB"), info)[1] == ()
