"""The front page's first figure: small against large over four spans, and their recent returns.

All four pictures stand in the page; buttons show one of them. Without a script, and unless a
reader chose another, it is the whole history.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from r2klib.claims import pairs
from r2klib.claims.signals import recession_spans
from r2klib.data import Dataset
from r2klib.show import axes as at
from r2klib.show import lines
from r2klib.show.exhibit import Exhibit
from r2klib.show.html import Display, csv_link, escape, prose
from r2klib.show.html_figure import Figure
from r2klib.show.numbers import MINUS, number
from r2klib.show.small_large import (
    BEFORE,
    LONG,
    NAMES,
    RETURNS,
    SHORT,
    SmallLarge,
    Span,
    opened,
    small_large,
)
from r2klib.show.sources import origins_of
from r2klib.show.style import LIGHT, TEXT, text_width
from r2klib.show.tables import table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Height of the wide and of the narrow drawing, pixels.
HEIGHTS = (380.0, 300.0)
_OVER = {"1y": "the year", "5y": "the five years", "10y": "the ten years"}
_BUTTONS = {"1y": "1 year", "5y": "5 years", "10y": "10 years", "all": "all"}


def ratio_figures(data: Dataset) -> tuple[Display, Display]:
    """Small against large in an edition: the ratio with its lows and peaks, and recent returns.

    First with buttons for its spans, then the whole history alone. An edition without any pair says
    in words what is missing.
    """
    found = small_large(data)
    if found is None:
        said = (
            "This edition holds no pair of small and large companies (such as ^RUT and ^GSPC), "
            "so there is no ratio to draw and no return to compare."
        )
        missing = Display(html=f'<p class="r2k">{escape(said)}</p>', text=said)
        return missing, missing
    exhibits = {span: _exhibit(found, span, data) for span in found.spans}
    views = {span: _view(found, span, exhibit) for span, exhibit in exhibits.items()}
    whole: dict[Span, Figure] = {"all": views["all"]}
    return _display(found, data, exhibits, views), _display(found, data, exhibits, whole)


def _display(
    found: SmallLarge,
    data: Dataset,
    exhibits: Mapping[Span, Exhibit],
    views: Mapping[Span, Figure],
) -> Display:
    whole, shown = views["all"], {span: exhibits[span] for span in views}
    rows = found.frame.assign(ratio=found.frame["ratio"].round(3))
    if found.joined is None:  # all are of one pair
        rows = rows.drop(columns="pair")
    html = (
        f'<div class="r2k small-large"><figure class="r2k r2k-figure" id="{whole.key}">'
        f"<figcaption>{_findings(views)}"
        f'<span class="r2k-source">{prose(_caption(found, data, shown))} '
        f"{csv_link(rows, 'small-against-large', whole.title)}</span></figcaption>"
        f"{_buttons(views)}{_plots(views)}</figure>{returns_strip(found)}</div>"
    )
    return Display(html=html, text=f"[figure] {whole.alt}")


def _exhibit(found: SmallLarge, span: Span, data: Dataset) -> Exhibit:
    line = found.view(span)
    return Exhibit(
        kind="lines",
        title=finding(found, span),
        frame=_lines(found, line),
        x="",
        y=_measured(found, line),
        spans=recession_spans(data, line.index[0], line.index[-1]),
        marks={"start": float(line.iloc[0])},
    )


def _view(found: SmallLarge, span: Span, exhibit: Exhibit) -> Figure:
    return Figure(
        title=exhibit.title,
        alt=_alt(found, span, exhibit),
        plot=partial(draw, found, span, exhibit),
        heights=HEIGHTS,
        frame=found.view(span).to_frame(),
        name=f"small-against-large-{span}",
    )


def finding(found: SmallLarge, span: Span) -> str:
    """What a span shows, one computed sentence."""
    line = found.view(span)
    small, large = _called(found, line)
    change = 100 * (line.iloc[-1] / line.iloc[0] - 1)
    if span != "all":
        did = "gained" if change >= 0 else "lost"
        to = f"{line.index[-1]:%B %Y}"
        return opened(f"{small} {did} {abs(change):.0f} % against {large} in {_OVER[span]} to {to}")
    stand = "stand" if small.endswith("companies") else "stands"
    side = "higher" if change >= 0 else "lower"
    began = f"{line.index[0]:%B %Y}"
    text = opened(f"{small} {stand} {abs(change):.0f} % {side} against {large} than in {began}")
    turns = found.turns(span)
    if not turns:
        return text
    last, kind = list(turns.items())[-1]
    since = 100 * (line.iloc[-1] / line[last] - 1)
    turn = f"the {kind} of {last:%B %Y}"
    return f"{text}, {abs(since):.0f} % {'above' if since >= 0 else 'below'} {turn}"


def _called(found: SmallLarge, line: pd.Series) -> tuple[str, str]:
    """The two legs by name: those of the indices only where a line is of them alone."""
    apart = found.joined is None or line.index[0] >= found.joined
    return found.names if apart else NAMES[BEFORE]


def draw(found: SmallLarge, span: Span, exhibit: Exhibit, ax: Axes) -> Axes:
    """Draw one span of the ratio: its line, its end's value, peaks and lows dated.

    A figure narrower than 480 pixels gets the layout for phones.
    """
    line = found.view(span)
    lines.draw(exhibit, ax, right=text_width(_end(line), bold=True) + at.GAP + 2)
    where = (1, float(line.iloc[-1]))
    at.write(ax, _end(line), where, (at.GAP, 0), at.BESIDE, weight="bold")
    _name_turns(ax, line, found.turns(span), by_day=span == "1y" and found.daily)
    return ax


def _lines(found: SmallLarge, line: pd.Series) -> pd.DataFrame:
    """The line in the parts that are of different pairs; they meet where one takes over."""
    if found.joined is None or found.joined <= line.index[0]:
        return line.to_frame()
    before = line[line.index <= found.joined]
    own = pd.concat([before.iloc[-1:], line[line.index >= found.joined]])
    own = own[~own.index.duplicated()]
    return pd.DataFrame({"French's portfolios": before, "the two indices": own})


def _end(line: pd.Series) -> str:
    return number(float(line.iloc[-1]))


def _name_turns(
    ax: Axes, line: pd.Series, turns: Mapping[pd.Timestamp, str], *, by_day: bool
) -> None:
    """A dot on each peak and low; its date where the dates before it leave room."""
    taken: list[tuple[float, float, float]] = []
    edge_left, edge_right = ax.bbox.x0, ax.bbox.x1
    for when, kind in reversed(list(turns.items())):  # the latest first: it must be named
        value = float(line[when])
        ax.scatter([at.day_number(when)], [value], s=25, color=LIGHT["small"], zorder=4)
        said = f"{kind} {when.day} {when:%b}" if by_day else f"{when:%b %Y}"
        wide = text_width(said, TEXT - 1)
        x, y = ax.transData.transform((at.day_number(when), value))
        y += at.LINE * (-1 if kind == "low" else 1)
        start = min(max(x - wide / 2, edge_left), edge_right - wide)
        if any(start < end and begin < start + wide and abs(y - level) < at.LINE
               for begin, end, level in taken):  # fmt: skip
            continue
        taken.append((start - 6, start + wide + 6, y))
        shift = (start - x, -6 if kind == "low" else 6)
        va = "top" if kind == "low" else "bottom"
        at.write(ax, said, (at.day_number(when), value), shift, va=va, fontsize=TEXT - 1)


def _measured(found: SmallLarge, line: pd.Series) -> str:
    """What the axis measures: legs, base, scale."""
    first = found.frame.index[0]
    begun = f"{first.day} {first:%B %Y}" if found.daily and not found.joined else f"{first:%B %Y}"
    small, large = _called(found, line)
    base = f"{begun} = 100"
    if found.joined is not None and line.index[0] >= found.joined:
        base = f"joined in {found.joined:%B %Y} to older portfolios, {base} of those"
    return opened(f"{small.removeprefix('the ')} divided by {large}, log scale, {base}")


_TITLES = {
    "index": "Russell 2000 against S&P 500, prices alone, dividends left out",
    "etf": "IWM against SPY, dividends included",
    "century": "French's small against his big portfolios, dividends included",
    "legs": "French's small portfolios against the whole market, dividends included",
    "tercile": "smallest against largest 30 % of companies, dividends included",
}


def _caption(found: SmallLarge, data: Dataset, views: Mapping[Span, Exhibit]) -> str:
    """What is drawn and how, its source, edition and last date."""
    drawn = opened(_TITLES[found.pair.name])
    if found.joined is not None:
        first = _TITLES[str(found.frame["pair"].iloc[0])]
        drawn += f"; before {found.joined:%B %Y} {first}, joined there"
    said = [f"{drawn}.", "A rising line is small companies ahead.", _of_turns(found, views)]
    if found.pair.name != "index":
        said.insert(0, "This edition lacks the Russell 2000 (^RUT) or the S&P 500 (^GSPC).")
    series = [
        name
        for pair in dict.fromkeys(found.frame["pair"])
        for name in pairs.get(str(pair)).series
        if name in data
    ]
    if any(view.spans for view in views.values()):
        said.append("Shaded: recessions.")
        series.append("NBER")
    sources = origins_of({name: data.provenance[name].source for name in series})
    said.append(f"Source: {', '.join(sources)}. Edition {data.edition}, to {found.end.date()}.")
    return " ".join(filter(None, said))


def _of_turns(found: SmallLarge, views: Mapping[Span, Exhibit]) -> str:
    """How the marked turning points were found; empty where none is marked."""
    if not any(found.turns(span) for span in views):
        return ""
    how = [f"the extremes within {LONG['window']} months either way in the whole"]
    if {"5y", "10y"} & set(views):
        how.append(f"within {SHORT['window']} months in shorter spans")
    if "1y" in views:
        how.append("of all closes in one year")
    return f"Peaks and lows, known only afterwards, are {', '.join(how)}."


def _alt(found: SmallLarge, span: Span, exhibit: Exhibit) -> str:
    """A picture in words, computed from what is drawn."""
    line, recessions = found.view(span), len(exhibit.spans)
    turns = ", ".join(
        f"{kind} {date:%B %Y} at {number(float(line[date]))}"
        for date, kind in found.turns(span).items()
    )
    said = [
        f"{exhibit.title}.",
        (
            f"Line chart of {exhibit.y}: from {number(float(line.iloc[0]))} on "
            f"{line.index[0].date()} to {_end(line)} on {line.index[-1].date()}."
        ),
        f"Marked: {turns}." if turns else "",
        f"{recessions} recession{'s' if recessions > 1 else ''} shaded." if recessions else "",
    ]
    return " ".join(filter(None, said))


def _buttons(views: Mapping[Span, Figure]) -> str:
    if len(views) < 2:
        return ""
    buttons = "".join(
        f'<button type="button" data-show="{span}" aria-pressed="{str(span == "all").lower()}">'
        f"{_BUTTONS[span]}</button>"
        for span in views
    )
    return f'<div class="spans" role="group" aria-label="Span of the figure" hidden>{buttons}</div>'


def _findings(views: Mapping[Span, Figure]) -> str:
    return "".join(
        f'<span class="r2k-finding" data-span="{span}"{_hidden(span)}>{prose(view.title)}</span>'
        for span, view in views.items()
    )


def _plots(views: Mapping[Span, Figure]) -> str:
    return "".join(
        view.drawings(attributes=f' data-span="{span}"{_hidden(span)}')
        for span, view in views.items()
    )


def _hidden(span: str) -> str:
    return "" if span == "all" else " hidden"


def returns_strip(found: SmallLarge) -> str:
    """Recent returns of both legs and their gap, as a table with its data.

    A span that the data do not cover is a dash, and the note says why.
    """
    returns = found.returns()
    small, large = (opened(name.removeprefix("the ")) for name in found.names)
    frame = returns[["small", "large", "gap"]].set_axis([small, large, "gap"], axis="columns")
    formats: dict[str, Callable[[float], str]] = dict.fromkeys(frame.columns, signed)
    frame["since"] = returns["start"].dt.strftime("%Y-%m-%d").fillna("–")
    spans = [f"{span} a year" if RETURNS[str(span)] > 12 else str(span) for span in frame.index]
    return table(
        frame.set_axis(pd.Index(spans, name="over"), axis="index"),
        f"Returns to {found.end.day} {found.end:%B %Y}",
        note=_returns_note(found, returns),
        name="returns-small-large",
        formats=formats,
    ).html


def _returns_note(found: SmallLarge, returns: pd.DataFrame) -> str:
    """Unit, what is left out, and why a span has a dash."""
    kind = "Dividends included" if found.pair.total else "Prices alone, dividends left out"
    note = f"Percent; the gap in percentage points. {kind}."
    missing = [str(span) for span in returns.index[returns["small"].isna()]]
    if missing:
        note += (
            f" A dash ({', '.join(missing)}): the data begin on {found.own.index[0].date()}, or "
            "hold no close in the week before that span begins."
        )
    return note


def signed(value: float) -> str:
    """A return with its sign: ``+4.2`` or ``−0.3``; an en dash where there is none."""
    if not math.isfinite(value):
        return "–"
    text = f"{abs(value):.1f}"
    return text if not text.strip("0.") else f"{'+' if value > 0 else MINUS}{text}"
