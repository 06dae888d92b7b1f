"""Weekly changes of daily levels: all over the same days."""

from __future__ import annotations

import numpy as np
import pandas as pd

from r2klib.claims import weekly


def test_weekly_changes_span_the_same_days():
    days = pd.to_datetime(
        ["2020-01-03", "2020-01-08", "2020-01-09", "2020-01-10", "2020-01-17", "2020-01-24",
         "2020-01-29"]
    )  # fmt: skip
    quoted = pd.DataFrame(
        {
            "d": [0.0, 1.0, 2.0, 3.0, 5.0, 8.0, 13.0],
            "market": [0.0, 1.0, 4.0, 9.0, 16.0, 25.0, 36.0],
            "driver": [0.0, 1.0, 2.0, np.nan, 4.0, 8.0, 16.0],
        },
        index=days,
    )
    found = weekly.changes(quoted)
    # The driver was not quoted on Friday the 10th: all three take Thursday the 9th. The last week
    # ends on a Wednesday and is left out; the first has nothing before it, the second no lag.
    assert list(found.index.strftime("%m-%d")) == ["01-17", "01-24"]
    assert found["d"].tolist() == [3.0, 3.0]
    assert found["driver"].tolist() == [2.0, 4.0]
    assert found["market, lag 1"].tolist() == [4.0, 12.0]
