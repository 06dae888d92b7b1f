"""A claim's figure, made of the rows that were tested and of what its design found in them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch
from typing import Literal

import numpy as np
import pandas as pd

from r2klib.claims import Verdict
from r2klib.claims.designs import (
    AfterEvents,
    Foretell,
    Mean,
    Ratio,
    Slope,
    standardized,
)
from r2klib.claims.nouns import Claim, Estimate, Evidence
from r2klib.show.exhibit import Exhibit

#: Rows of a window that moves through a ratio, and between one window and the next.
WINDOW, STEP = 120, 3
#: Labels that can be read one by one.
MOST_LABELS = 60
#: Rows of a path that are shown of a state: forty years of months, ten of days.
LATEST = {"monthly": 480, "daily": 2520}


def picture(verdict: Verdict) -> Exhibit | None:
    """The figure of a claim; None where there is nothing to draw.

    Parameters
    ----------
    verdict : Verdict
        With evidence that keeps its rows.

    Returns
    -------
    Exhibit or None
        Its title is the finding.
    """
    evidence = verdict.evidence
    if evidence is None or evidence.rows is None:
        return None
    return _picture(verdict.claim.design, verdict.claim, evidence, evidence.rows)


@singledispatch
def _picture(
    design: object,  # noqa: ARG001 - what is dispatched on
    claim: Claim,
    evidence: Evidence,
    rows: pd.DataFrame,
) -> Exhibit | None:
    """Of a state or an own design: the columns that the claim names."""
    if not claim.drawn:
        return None
    frame = rows[list(claim.drawn)].dropna(how="all")
    marks = getattr(evidence.answer, "marks", {})
    if not isinstance(frame.index, pd.DatetimeIndex):
        return _undated(claim, evidence, frame.groupby(level=0, sort=False).sum(), marks)
    daily = len(frame) > 1 and frame.index[-1] - frame.index[-2] < pd.Timedelta(days=7)
    frame = frame.tail(LATEST["daily" if daily else "monthly"])
    return _path(claim, evidence, frame, marks=marks)


def _undated(
    claim: Claim, evidence: Evidence, frame: pd.DataFrame, marks: Mapping[str, float]
) -> Exhibit:
    """Bars by label; the distribution where there are too many labels to read."""
    along, up = claim.axes
    if len(frame) > MOST_LABELS:
        values = frame.iloc[:, 0].rename("draws").to_frame()
        kind: Literal["histogram", "bars"] = "histogram"
    else:
        values, kind = frame, "bars"
    return Exhibit(
        kind=kind, title=evidence.finding, frame=values, x=along, y=up, marks=dict(marks)
    )


@_picture.register
def _slope(design: Slope, claim: Claim, evidence: Evidence, rows: pd.DataFrame) -> Exhibit:
    used = design.used(rows).dropna()
    w = pd.Series(design.weights)
    along = used[w.index] @ w
    if along.nunique() == 2:
        return _two_groups(design, claim, evidence, used)
    controls = used.drop(columns=["y", *w.index])
    x, y = (_net(column, controls) for column in (along, 100 * used["y"]))
    label = claim.axes[0]
    if design.per_sd:
        x, label = standardized(x), f"{label}, in standard deviations"
    net = f" Net of {', '.join(map(str, controls))}." if len(controls.columns) else ""
    return Exhibit(
        kind="scatter",
        title=evidence.finding,
        frame=pd.DataFrame({"x": x, "y": y}),
        x=label,
        y=claim.axes[1],
        note=f"{len(used):,} observations and the means of ten groups of equal size.{net}",
    )


def _net(column: pd.Series, controls: pd.DataFrame) -> pd.Series:
    """What is left of a column once the controls are taken out, its mean kept."""
    X = np.column_stack([np.ones(len(column)), (controls - controls.mean()).to_numpy()])
    fitted = X @ np.linalg.lstsq(X, column.to_numpy(), rcond=None)[0]
    left: pd.Series = column - fitted + float(column.mean())
    return left


def _two_groups(design: Slope, claim: Claim, evidence: Evidence, used: pd.DataFrame) -> Exhibit:
    """Means of y in the two groups that a dummy tells apart, and their difference."""
    mean = Mean(unit=design.unit, null="the mean is zero", scale=design.scale)
    inside = used["driver"] == used["driver"].max()
    assert isinstance(evidence.answer, Estimate)
    points = {
        f"{claim.axes[0]}: yes": mean(used[inside]),
        f"{claim.axes[0]}: no": mean(used[~inside]),
        "difference": evidence.answer,
    }
    return Exhibit(
        kind="intervals",
        title=evidence.finding,
        frame=pd.DataFrame(
            [[point.value, *point.interval, point.n] for point in points.values()],
            list(points),
            ["value", "low", "high", "n"],
        ),
        x=f"{design.unit}, with 90 % interval",
        y="",
    )


@_picture.register
def _foretell(design: Foretell, claim: Claim, evidence: Evidence, rows: pd.DataFrame) -> Exhibit:
    y = design.used(rows[["y"]].assign(signal=0.0))["y"]
    both = pd.DataFrame({"x": rows["signal"].dropna(), "y": y.shift(-1)}).dropna()
    return Exhibit(
        kind="scatter",
        title=evidence.finding,
        frame=pd.DataFrame({"x": standardized(both["x"]), "y": 100 * both["y"]}),
        x=f"{claim.axes[0]}, in standard deviations",
        y=claim.axes[1],
        note=f"{len(both):,} observations and the means of ten groups of equal size.",
    )


@_picture.register
def _events(design: AfterEvents, claim: Claim, evidence: Evidence, rows: pd.DataFrame) -> Exhibit:
    y, usual = design.used(rows)["y"], float(design.used(rows)["y"].mean())
    bars = {}
    for event in rows.index[rows["event"] > 0]:
        inside = y[y.index > event].head(design.months)
        if event >= y.index[0] and len(inside) == design.months:
            bars[f"{event:%b %Y}"] = design.factor * (float(inside.mean()) - usual)
    frame = pd.DataFrame({claim.axes[1]: pd.Series(bars, dtype=float)})
    won = int((frame.iloc[:, 0] > 0).sum())
    return Exhibit(
        kind="bars",
        title=evidence.finding,
        frame=frame,
        x=claim.axes[0],
        y=claim.axes[1],
        note=f"One bar an event, against the mean of all months; {won} of {len(frame)} above it.",
    )


@_picture.register
def _mean(design: Mean, claim: Claim, evidence: Evidence, rows: pd.DataFrame) -> Exhibit:
    if claim.drawn:
        return _path(claim, evidence, rows[list(claim.drawn)].dropna(how="all"))
    total = 100 * design.used(rows)["y"].cumsum()
    return _path(claim, evidence, total.to_frame("since the start"), marks={"even": 0.0})


@_picture.register
def _ratio(design: Ratio, claim: Claim, evidence: Evidence, rows: pd.DataFrame) -> Exhibit:
    legs = design.used(rows)[["small", "large"]]
    window = min(WINDOW, len(legs) // 2)
    ends = range(window, len(legs) + 1, STEP)
    path = pd.Series(
        [design.statistic(legs.iloc[end - window : end]) for end in ends],
        legs.index[[end - 1 for end in ends]],
    )
    name = f"{design.unit} over {window} months"
    return _path(claim, evidence, path.to_frame(name), marks={"alike": 0.0})


def _path(
    claim: Claim, evidence: Evidence, frame: pd.DataFrame, marks: Mapping[str, float] | None = None
) -> Exhibit:
    first, last = frame.index[0].date(), frame.index[-1].date()
    return Exhibit(
        kind="paths",
        title=evidence.finding,
        frame=frame,
        x=claim.axes[0],
        y=claim.axes[1],
        spans=tuple(
            (max(start, first), min(end, last))
            for start, end in evidence.recessions
            if end > first and start < last
        ),
        marks=marks or {},
        note="Recessions shaded." if evidence.recessions else "",
    )
