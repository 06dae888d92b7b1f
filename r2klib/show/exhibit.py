"""`Exhibit`: the numbers of one figure, with what a reader must be told of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FigureKind = Literal["lines", "intervals", "scatter", "bars", "histogram", "own"]


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """The numbers behind one figure, in a form that a report can draw without estimating.

    Parameters
    ----------
    kind : {"lines", "intervals", "scatter", "bars", "histogram", "own"}
        How to read `frame`:

        - ``lines``: DatetimeIndex, one column per line;
        - ``intervals``: labels as index, columns ``value``, ``low``, ``high`` and ``n``;
        - ``scatter``: columns ``x`` and ``y``;
        - ``bars``: labels as index, one column per group;
        - ``histogram``: one column ``draws``; `marks` holds the values observed;
        - ``own``: any frame, drawn by `plot`.
    title : str
        The finding, computed from the data.
    frame : DataFrame
    x, y : str
        Axis labels with units.
    spans : tuple of (start, end) dates
        Periods to shade, recessions as a rule.
    marks : mapping from label to value
        Reference values: the observed statistic, the smallest effect of interest, ...
    note : str
        One sentence for the caption: what is drawn and how it was measured.
    plot : callable, optional
        ``ax -> ax``, of the kind ``own``: draws on matplotlib axes, for wide and narrow screens.

    Examples
    --------
    >>> frame = pd.DataFrame({"fund": [1.0, 1.02]}, pd.to_datetime(["2024-01-31", "2024-02-29"]))
    >>> exhibit = r2klib.show.Exhibit(kind="lines", title="It rose", frame=frame, x="", y="growth")
    >>> exhibit.until.isoformat()
    '2024-02-29'
    """

    kind: FigureKind
    title: str
    frame: pd.DataFrame
    x: str
    y: str
    spans: tuple[tuple[dt.date, dt.date], ...] = ()
    marks: Mapping[str, float] = field(default_factory=dict)
    note: str = ""
    plot: Callable[[Axes], Axes] | None = None

    @property
    def until(self) -> dt.date | None:
        """The last date on which something is drawn; None of a frame without dates."""
        drawn = self.frame.dropna(how="all").index
        if not isinstance(drawn, pd.DatetimeIndex) or drawn.empty:
            return None
        return drawn[-1].date()
