"""A claim's figure, made of the rows that were tested and of what its design found in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Any

import numpy as np
import pandas as pd

from r2klib.claims import Verdict
from r2klib.claims.designs import (
    PER_SD,
    AfterEvents,
    Foretell,
    Mean,
    Ratio,
    Slope,
    standardized,
)
from r2klib.claims.estimates import GROUPS, by_fifth
from r2klib.claims.nouns import Claim, Estimate, Evidence, Reading
from r2klib.claims.search import Search
from r2klib.claims.signals import BACK, RISE
from r2klib.claims.themes.history import DECADE, Attribution
from r2klib.claims.themes.profile import Gradient, Younger
from r2klib.claims.themes.risks import ExtraFall
from r2klib.errors import listing
from r2klib.show.bars import MOST_BARS
from r2klib.show.exhibit import Exhibit, FigureKind
from r2klib.show.numbers import number
from r2klib.show.scatter import FEWEST
from r2klib.show.status import dated

#: Rows of a window that moves through a ratio, and between one window and the next.
WINDOW, STEP = 120, 3
#: Labels that can be read one by one.
MOST_LABELS = 60
#: How an axis says that the rows hold decimals, which are drawn as percent.
_DECIMALS = ", decimals"
#: Companies founded earlier are drawn with those of this decade.
FIRST_DECADE = 1900
#: Years of a path that are shown of a state.
LATEST = {"monthly": 40, "daily": 10}
#: Months that are shown of a state that asks for a rise.
RECENT = 36


def picture(verdict: Verdict) -> Exhibit | None:
    """The figure of a claim; None where no rows were kept, or none are to be drawn.

    Its title is the finding, dated.
    """
    case = _Case.of(verdict)
    exhibit = _picture(case.claim.design, case) if case else None
    return replace(exhibit, title=dated(verdict)) if exhibit else None


def history(verdict: Verdict) -> Exhibit | None:
    """The long path of a state whose figure shows its last months alone."""
    case = _Case.of(verdict)
    if case is None or RISE not in case.rows or not case.claim.drawn:
        return None
    return _of_state(case, case.drawn, getattr(case.evidence.answer, "marks", {}))


def cloud(verdict: Verdict) -> Exhibit | None:
    """A scatter of every observation of a claim whose figure shows their means by fifth."""
    case, design = _Case.of(verdict), verdict.claim.design
    points = None
    if case and isinstance(design, Foretell):
        points = _foretell_points(design, case)
    elif case and isinstance(design, Slope) and not design.groups(case.rows):
        points = _slope_points(design, case)
    return points if points and _fifths(points, design) else None


@dataclass(frozen=True)
class _Case:
    """A claim that names its axes, what was found, and the rows that it was found in."""

    claim: Claim
    evidence: Evidence
    rows: pd.DataFrame

    @classmethod
    def of(cls, verdict: Verdict) -> _Case | None:
        """None where no rows were kept."""
        claim, evidence = verdict.claim, verdict.evidence
        if evidence is None or evidence.rows is None:
            return None
        if not any(claim.axes):
            claim = replace(claim, axes=_columns(claim.design))
        return cls(claim, evidence, evidence.rows)

    @property
    def drawn(self) -> pd.DataFrame:
        """The columns that the claim names."""
        return self.rows[list(self.claim.drawn)].dropna(how="all")

    def exhibit(self, kind: FigureKind, frame: pd.DataFrame, **more: Any) -> Exhibit:
        """What was found, along the claim's axes."""
        named = {"title": self.evidence.finding, "x": self.claim.axes[0], "y": self.claim.axes[1]}
        return Exhibit(kind=kind, frame=frame, **{**named, **more})

    def path(self, frame: pd.DataFrame, marks: Mapping[str, float] | None = None) -> Exhibit:
        """Lines over time, recessions shaded."""
        first, last = frame.index[0].date(), frame.index[-1].date()
        label = self.claim.axes[1]
        if label.endswith(_DECIMALS):
            frame, label = 100 * frame, f"{label.removesuffix(_DECIMALS)}, %"
        spans = tuple(
            (max(start, first), min(end, last))
            for start, end in self.evidence.recessions
            if end > first and start < last
        )
        frame = frame.rename(columns=lambda name: str(name).replace("_", " "))
        note = "Shaded: recessions, by the NBER." if spans else ""
        return self.exhibit("lines", frame, y=label, spans=spans, marks=marks or {}, note=note)


def _ahead(design: Foretell) -> int:
    """Periods of the return that a claim tells its effect on."""
    return design.horizon if design.summed else 1


def _columns(design: object) -> tuple[str, str]:
    """What stands along and up where a claim does not say: the names that the rows carry."""
    if isinstance(design, Slope):
        return " + ".join(design.weights), "y, %"
    if isinstance(design, Foretell):
        ahead = _ahead(design)
        return "signal", f"y over {ahead} periods, %" if ahead > 1 else "y in the next period, %"
    if isinstance(design, AfterEvents):
        return "event", f"y in the {design.months} periods after, {design.unit}"
    if isinstance(design, Ratio):
        return "", design.unit
    return "", "y since the start, %" if isinstance(design, Mean) else ""


@singledispatch
def _picture(design: object, case: _Case) -> Exhibit | None:  # noqa: ARG001 - dispatched on
    """Of a state or an own design: the columns that the claim names."""
    if not case.claim.drawn:
        return None
    frame, answer = case.drawn, case.evidence.answer
    marks = getattr(answer, "marks", {})
    if not isinstance(frame.index, pd.DatetimeIndex):
        return _undated(case, frame.groupby(level=0, sort=False).sum(), marks)
    if not isinstance(answer, Reading):
        return case.path(frame, marks)
    return _risen(case, marks) if RISE in case.rows else _of_state(case, frame, marks)


def _of_state(case: _Case, frame: pd.DataFrame, marks: Mapping[str, float]) -> Exhibit:
    """Its latest years: it is of the present."""
    daily = len(frame) > 1 and frame.index[-1] - frame.index[-2] < pd.Timedelta(days=7)
    years = pd.DateOffset(years=LATEST["daily" if daily else "monthly"])
    return case.path(frame[frame.index > frame.index[-1] - years], marks)


def _risen(case: _Case, marks: Mapping[str, float]) -> Exhibit:
    """Its last months, with a point that its rise is counted from."""
    frame = case.drawn.iloc[:, :1].dropna()
    now, name = frame.index[-1], f"{BACK} months before"
    before = now + pd.offsets.MonthEnd(-BACK)
    frame = frame.tail(RECENT)
    frame.loc[before, name] = frame.iloc[-1, 0] - case.rows.loc[now, RISE]
    exhibit = case.path(frame.sort_index(), marks)
    note = (
        f"The point is what the rise is counted from: {before:%B %Y}, made of the components that "
        f"{now:%B %Y} has too. {exhibit.note}"
    )
    return replace(exhibit, note=note.strip())


def _undated(case: _Case, frame: pd.DataFrame, marks: Mapping[str, float]) -> Exhibit:
    """Bars by label; the distribution where there are too many labels to read."""
    if len(frame) > MOST_LABELS:
        draws = frame.iloc[:, 0].rename("draws").to_frame()
        return case.exhibit("histogram", draws, marks=dict(marks))
    return case.exhibit("bars", frame, marks=dict(marks))


@_picture.register
def _slope(design: Slope, case: _Case) -> Exhibit:
    if groups := design.groups(case.rows):
        controls = case.rows.columns.drop(["y", *design.weights], errors="ignore")
        return _two_groups(case, *groups, controls=list(controls))
    points = _slope_points(design, case)
    return _fifths(points, design) or points


def _slope_points(design: Slope, case: _Case) -> Exhibit:
    """The observations through which the line is laid, as a scatter."""
    points = design.net(case.rows)
    x, y = points["x"], 100 * points["y"]
    controls = case.rows.columns.drop(["y", *design.weights], errors="ignore")
    label = case.claim.axes[0]
    if design.per_sd:
        x, label = standardized(x), f"{label}, in standard deviations"
    elif label.endswith(_DECIMALS):
        x, label = 100 * x, f"{label.removesuffix(_DECIMALS)}, %"
    net = f" Net of {listing(controls)}." if len(controls) else ""
    note = f"{_observations(len(points))}{net}"
    return case.exhibit("scatter", pd.DataFrame({"x": x, "y": y}), x=label, note=note)


def _a_year(points: Exhibit, design: object) -> Exhibit:
    """The points as a claim tells its effect: at a yearly rate where that is its unit."""
    if not isinstance(design, Slope | Foretell) or design.unit != PER_SD:
        return points
    times = design.periods_per_year if isinstance(design, Foretell) else design.scale / 100
    frame = points.frame.assign(y=times * points.frame["y"])
    return replace(points, frame=frame, y=f"{points.y} a year")


def _fifths(points: Exhibit, design: object) -> Exhibit | None:
    """Mean of y in each fifth of x, with intervals; None where there are too few points."""
    points = _a_year(points, design)
    found = by_fifth(points.frame)
    if found is None:
        return None
    words = ["lowest", *[""] * (len(found) - 2), "highest"]
    labels = [
        f"{word} {number(start, 2)} to {number(end, 2)}".strip()
        for word, start, end in zip(words, found["start"], found["end"], strict=True)
    ]
    net = points.note.partition(" Net of")[2]
    what = "fifths" if len(found) == GROUPS else f"{len(found)} groups"
    return replace(
        points,
        kind="intervals",
        frame=found[["value", "low", "high", "n"]].set_axis(labels, axis="index"),
        x=f"{points.y}, mean with 90 % interval",
        y="",
        note=(
            f"Means by {what} of {points.x}, cut in hindsight over all {len(points.frame):,} "
            "observations. The test is of one line through them: see the card's drawer."
            f"{net and f' Net of{net}'}"
        ),
    )


def _observations(n: int) -> str:
    """What a scatter of so many points shows."""
    beside = "the means of ten groups of equal size" if n >= FEWEST else "a line fitted to them"
    return f"{n:,} points drawn and {beside}."


def _two_groups(
    case: _Case, high: Estimate, low: Estimate, raw: Estimate, *, controls: list[str]
) -> Exhibit:
    """Means of y in the two groups that a dummy tells apart, their difference, and that net.

    The axis of such a claim names one or both: "expansions / recessions".
    """
    answer = case.evidence.answer
    assert isinstance(answer, Estimate)
    name, _, other = case.claim.axes[0].partition(" / ")
    points = {name: high, other or "all others": low}
    if controls:
        points["difference"] = raw
    net = f" net of {listing(controls)}" if controls else ""
    points[f"difference{net}"] = answer
    rows = [[point.value, *point.interval, point.n] for point in points.values()]
    frame = pd.DataFrame(rows, list(points), ["value", "low", "high", "n"])
    return case.exhibit("intervals", frame, x=f"{answer.unit}, with 90 % interval", y="")


@_picture.register
def _foretell(design: Foretell, case: _Case) -> Exhibit:
    points = _foretell_points(design, case)
    return _fifths(points, design) or points


def _foretell_points(design: Foretell, case: _Case) -> Exhibit:
    """The signals and the returns after them, as a scatter."""
    rows = case.rows
    y, ahead = design.used(rows[["y"]].assign(signal=0.0))["y"], _ahead(design)
    both = pd.DataFrame({"x": rows["signal"].dropna(), "y": y.rolling(ahead).sum().shift(-ahead)})
    both = both.dropna()
    frame = pd.DataFrame({"x": standardized(both["x"]), "y": 100 * both["y"]})
    label = f"{case.claim.axes[0]}, in standard deviations"
    return case.exhibit("scatter", frame, x=label, note=_observations(len(both)))


@_picture.register
def _events(design: AfterEvents, case: _Case) -> Exhibit:
    y, bars = design.net(case.rows), {}
    for event in case.rows.index[case.rows["event"] > 0]:
        inside = y[y.index > event].head(design.months)
        if event >= y.index[0] and len(inside) == design.months:
            bars[f"{event:%b %Y}"] = design.factor * float(inside.mean())
    frame = pd.DataFrame({case.claim.axes[1]: pd.Series(bars, dtype=float)})
    return case.exhibit("bars", frame, note=_bars_in_words(design, case, y, frame.iloc[:, 0]))


def _mark(rows: int) -> str:
    """What one value is drawn as."""
    return "dot" if rows > MOST_BARS else "bar"


def _bars_in_words(design: AfterEvents, case: _Case, y: pd.Series, bars: pd.Series) -> str:
    """How many of the events have a bar, how many stand apart, and what the bars' mean is."""
    rows, answer = case.rows, case.evidence.answer
    events = rows.index[
        (rows["event"] > 0) & (rows.index >= y.index[0]) & (rows.index < y.index[-1])
    ]
    at = y.index.searchsorted(events)
    apart = 1 + int((np.diff(at) >= design.months).sum())
    assert isinstance(answer, Estimate)
    mean, tested = (f"{value:+z.1f}" for value in (bars.mean(), answer.value))
    ways = ["counts months once where windows overlap"] * (apart < len(events))
    ways += ["takes windows that are not whole"] * (len(bars) < len(events))
    why = f"; the test, which {listing(ways)}, finds {tested}" if ways and mean != tested else ""
    controls = rows.columns.drop(["y", "event"])
    net = f", net of {listing(controls)}" if len(controls) else ""
    return (
        f"One {_mark(len(bars))} for each of {len(bars)} events (of {len(events)}) with all "
        f"{design.months} months after it, against the mean of the other months{net}; "
        f"{int((bars > 0).sum())} of {len(bars)} above it. {apart} are separate: no window of the "
        "one before was still open. "
        f"Their mean is {mean}{why}."
    )


@_picture.register
def _mean(design: Mean, case: _Case) -> Exhibit:
    if case.claim.drawn:
        return case.path(case.drawn)
    total = 100 * design.used(case.rows)["y"].cumsum()
    return case.path(total.to_frame("since the start"), {"even": 0.0})


@_picture.register
def _ratio(design: Ratio, case: _Case) -> Exhibit:
    if case.claim.drawn:
        return case.path(case.drawn)
    window = min(WINDOW, len(design.used(case.rows)) // 2)
    path = design.rolling(case.rows, window, STEP)
    exhibit = case.path(path.to_frame("ratio"), {"alike": 0.0})
    return replace(exhibit, y=f"{exhibit.y}, over {window} months")


@_picture.register
def _attribution(design: Attribution, case: _Case) -> Exhibit:
    """D of the last ten years, and what each driver accounts for of it."""
    used = design.used(case.rows).tail(DECADE)
    frame = 100 * used[["y"]].cumsum().set_axis(["small minus large"], axis="columns")
    for driver in used.columns.drop("y"):
        frame[f"by {driver}"] = design.accounted(case.rows, driver).value * (
            used[driver].cumsum() / used[driver].sum()
        )
    return case.path(frame)


@_picture.register
def _falls(design: ExtraFall, case: _Case) -> Exhibit:
    """Return of both legs over each fall of the market."""
    legs = design.falls(case.rows)
    ended = [f"{day:%b %Y}" for day in legs.index]
    frame = pd.DataFrame(100 * np.expm1(legs)).set_axis(ended, axis="index")
    deeper = int((frame["small"] < frame["large"]).sum())
    note = (
        f"One pair of {_mark(len(frame))}s a fall; small fell further in {deeper} of {len(frame)}."
    )
    return case.exhibit("bars", frame.rename(columns={"large": "market"}), note=note)


@_picture.register
def _gradient(design: Gradient, case: _Case) -> Exhibit:
    """Volatility of each portfolio, in their order."""
    sd = design.volatility(case.rows)
    labels = [str(place) for place in range(1, len(sd) + 1)]
    note = f"Monthly log returns of {len(design.used(case.rows)):,} months."
    return case.exhibit("bars", sd.set_axis(labels).to_frame("volatility"), note=note)


@_picture.register
def _ages(design: Younger, case: _Case) -> Exhibit:  # noqa: ARG001 - what is dispatched on
    """Share of each list's matched members that was founded in a decade; the oldest together."""
    known = case.rows["founded"].dropna()
    decade = (known // 10 * 10).clip(lower=FIRST_DECADE).astype(int)
    counts = decade.groupby([decade, known.index]).size().unstack(fill_value=0)
    share = 100 * counts / counts.sum()
    labels = [
        f"before {start + 10}" if start == FIRST_DECADE else f"{start}s" for start in share.index
    ]
    note = f"{len(known):,} members whose founding year is known."
    return case.exhibit("bars", share.set_axis(labels, axis="index"), note=note)


@_picture.register
def _search(design: Search, case: _Case) -> Exhibit:
    """T of every signal, and how far chance reaches in one search of ten."""
    assert isinstance(case.evidence.answer, Reading)
    marks = {
        f"{'+' if side > 0 else '−'} {name}": side * bar
        for name, bar in case.evidence.answer.marks.items()
        for side in (1, -1)
    }
    note = "Each series asked by itself; marks show how far the best of all reaches by chance."
    draws = design.statistics(case.rows).to_frame("draws")
    return case.exhibit("histogram", draws, marks=marks, note=note)
