"""The explorer's controls: lists and number fields that redraw its figure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from r2klib.claims import pairs
from r2klib.claims.views import MEASURES, View, models_of, pairs_of
from r2klib.data import Dataset
from r2klib.errors import InputError
from r2klib.report.explorer import figure_of
from r2klib.report.html import escape, with_style

#: Months of a window that are offered.
WINDOWS = (12, 24, 36, 60, 120, 240)


def controls(w: Any, data: Dataset, view: View) -> Any:
    """Selection lists and the figure they lead to, as one widget.

    Native, labelled elements, so that a keyboard and a screen reader can work them.

    Parameters
    ----------
    w : module
        ipywidgets.
    data : Dataset
        The edition; what it cannot show is not offered.
    view : View
        What is chosen at first.

    Returns
    -------
    ipywidgets.VBox
    """
    wide = {"description_width": "initial"}
    held = pairs_of(data)
    years = _years(data, view.pair)
    choices = {
        "pair": w.Dropdown(
            options=[(f"{title} ({name})", name) for name, title in held.items()],
            value=view.pair,
            description="Pair",
            style=wide,
        ),
        "measure": w.Dropdown(
            options=[(title, name) for name, title in MEASURES.items()],
            value=view.measure,
            description="Measure",
            style=wide,
        ),
        "model": w.Dropdown(
            options=models_of(data, view.pair) or [view.model],
            description="Model",
            style=wide,
        ),
        "window": w.Dropdown(
            options=sorted({*WINDOWS, view.window}),
            value=view.window,
            description="Window, months",
            style=wide,
        ),
        "first": w.BoundedIntText(
            value=view.first, min=years[0], max=years[-1], description="From year", style=wide
        ),
        "last": w.BoundedIntText(
            value=view.last, min=years[0], max=years[-1], description="To year", style=wide
        ),
    }
    choices["model"].value = view.model if view.model in choices["model"].options else None
    page = w.HTML()

    def draw(change: Any = None) -> None:
        if change is not None and change["owner"] is choices["pair"]:
            _follow_pair(data, choices)
        chosen = replace(view, **{name: control.value for name, control in choices.items()})
        choices["model"].disabled = chosen.measure == "mean"
        page.value = _page(data, chosen)

    for control in choices.values():
        control.observe(draw, names="value")
    draw()
    row = w.Layout(flex_flow="row wrap")
    return w.VBox([w.Box(list(choices.values()), layout=row), page])


def _follow_pair(data: Dataset, choices: dict[str, Any]) -> None:
    """Offer what the new pair has: its years, and the models it is not part of."""
    name = choices["pair"].value
    years = _years(data, name)
    for end, year in (("first", years[0]), ("last", years[-1])):
        control = choices[end]
        with control.hold_trait_notifications():
            control.min, control.max, control.value = years[0], years[-1], year
    model = choices["model"].value
    choices["model"].options = known = models_of(data, name)
    choices["model"].value = model if model in known else next(iter(known), None)


def _years(data: Dataset, pair: str) -> list[int]:
    """Return the years of each month that the pair has."""
    return [int(year) for year in pd.DatetimeIndex(pairs.get(pair).d(data).index).year]


def _page(data: Dataset, view: View) -> str:
    """The figure, or why there is none, in a region that announces itself when it changes."""
    try:
        shown = with_style(figure_of(data, view).html)
    except InputError as error:
        shown = with_style(f'<p class="r2k r2k-note">{escape(str(error))}</p>')
    return f'<div role="region" aria-live="polite" aria-label="Figure of the choice">{shown}</div>'
