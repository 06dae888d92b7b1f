"""`explore`: small minus large through a moving window, for readers who want to turn the knobs."""

from __future__ import annotations

import os
from dataclasses import asdict, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from r2klib.claims import Exhibit, pairs
from r2klib.claims.views import BAND, MEASURES, TABLES, View, exhibit, models_of, pairs_of
from r2klib.data import Dataset
from r2klib.errors import InputError, UnknownName
from r2klib.report import figures
from r2klib.report.figure import Figure
from r2klib.report.html import Display, paragraphs, with_style
from r2klib.report.style import LIGHT
from r2klib.report.verdict_cards import origins_of
from r2klib.stats import MODELS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Set by the programs in whose notebooks somebody sits; absent where a page is made.
SESSIONS = ("JPY_SESSION_NAME", "VSCODE_PID", "COLAB_RELEASE_TAG")


class Explorer:
    """The view of an edition as a figure, with controls where somebody can use them.

    In JupyterLab it shows selection lists and the figure they lead to; on a page of the report,
    in a converted notebook and without ipywidgets, the figure of the view it was made with.

    Parameters
    ----------
    data : Dataset
        The edition.
    view : View
        What is shown at first.
    controls : bool, optional
        Whether to show controls; by default where a notebook server or an editor runs the kernel.
    """

    def __init__(self, data: Dataset, view: View, controls: bool | None = None) -> None:
        self.data, self.view = data, view
        in_session = any(name in os.environ for name in SESSIONS)
        self.controls = in_session if controls is None else controls

    @property
    def figure(self) -> Figure:
        """The figure of the view; `InputError` where the view has nothing to show."""
        return figure_of(self.data, self.view)

    def widget(self) -> Any:
        """Controls above the figure; each change draws it anew.

        Returns
        -------
        ipywidgets.VBox

        Raises
        ------
        InputError
            If ipywidgets is not installed.
        """
        try:
            widgets = import_module("ipywidgets")
        except ImportError:
            raise InputError(
                "The controls need ipywidgets. Install it (`pip install ipywidgets`), or take "
                "`explore(data, pair=..., window=...).figure`."
            ) from None
        from r2klib.report.controls import controls

        return controls(widgets, self.data, self.view)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:  # noqa: ARG002
        figure = self.figure
        bundle: dict[str, Any] = {"text/plain": figure.text, "text/html": with_style(figure.html)}
        if self.controls:
            try:
                shown = self.widget()._repr_mimebundle_()
            except InputError as error:
                note = paragraphs([str(error)], "r2k r2k-note")
                return bundle | {"text/html": bundle["text/html"] + note}
            kind = "application/vnd.jupyter.widget-view+json"
            bundle[kind] = shown[kind]
        return bundle

    def _repr_html_(self) -> str:
        return with_style(self.figure.html)

    def __repr__(self) -> str:
        return self.figure.text


def explore(
    data: Dataset,
    *,
    pair: str | None = None,
    measure: str = "beta",
    model: str = "capm",
    window: int = 60,
    span: tuple[int, int] | None = None,
    controls: bool | None = None,
) -> Explorer | Display:
    """Small minus large through a moving window: its beta, its alpha or its mean.

    Parameters
    ----------
    data : Dataset
        The edition.
    pair : str, optional
        Name in `r2klib.claims.pairs.PAIRS`; by default the one that decides level claims here, or
        the first that the edition holds.
    measure : {"beta", "alpha", "mean"}
        Market beta or alpha (arithmetic, % a year) of small minus large, or the mean of d, % a
        year. An edition without factors shows the mean.
    model : str
        Name in `r2klib.stats.MODELS`, for beta and alpha.
    window : int
        Months of each window.
    span : (int, int), optional
        First and last year; by default all.
    controls : bool, optional
        Whether to show controls; by default where somebody can use them.

    Returns
    -------
    Explorer or Display
        A note where the edition holds no pair.

    Raises
    ------
    UnknownName
        For a pair, measure or model that does not exist.
    InputError
        For one that this edition cannot show, or a window longer than the span.
    SeriesMissing
        For a pair whose series are not in the edition.

    Notes
    -----
    By keyboard in JupyterLab: Tab goes from list to list, Space opens one, arrows and Enter choose.
    While a list is closed, letters and arrows belong to the notebook.
    """
    held = pairs_of(data)
    if not held and pair is None:
        text = f"Nothing to explore: edition {data.edition} holds no pair of small and large."
        return Display(html=paragraphs([text], "r2k r2k-note"), text=text)
    default = pairs.LEVEL[pairs.kind_of(data)]
    name = pair or (default if default in held else next(iter(held)))
    d = pairs.get(name).d(data)
    first, last = span or (d.index[0].year, d.index[-1].year)
    if measure not in MEASURES:
        raise UnknownName("measure", measure, MEASURES, "`r2klib.claims.views.MEASURES`")
    if model not in MODELS:
        raise UnknownName("model", model, MODELS, "`r2klib.stats.MODELS`")
    if not models_of(data, name):
        measure = "mean"
    view = View(pair=name, measure=measure, model=model, window=window, first=first, last=last)
    exhibit(data, view)  # a view without a figure is refused here, not when it is shown
    return Explorer(data, view, controls)


def figure_of(data: Dataset, view: View) -> Figure:
    """Draw a view; raises as `exhibit`."""
    shown = exhibit(data, view)
    names = [*pairs.get(view.pair).series, *(table for table in TABLES if table in data)]
    if view.measure == "mean":
        names = list(pairs.get(view.pair).series)
    origins = ", ".join(origins_of(names, "sample" if data.kind == "sample" else "live"))
    source = f"Source: {origins}. " if origins else ""
    source += f"Edition {data.edition}, to {shown.frame.index[-1].date()}."
    words = (str(value) for value in asdict(view).values())
    figure = Figure.of(shown, source=source, name="-".join(("explore", *words)))
    return replace(figure, plot=lambda ax: _draw(shown, ax))


def _draw(shown: Exhibit, ax: Axes) -> Axes:
    """Draw the path as others are, and its interval as a band behind it."""
    ax = figures.draw(shown, ax)
    for line in ax.lines:
        if line.get_label() in BAND:
            line.set(color=LIGHT["muted"], linewidth=0.8)
    for text in ax.texts:
        if text.get_text() in BAND:
            text.set_color(LIGHT["muted"])
    low, high = (shown.frame[name] for name in BAND)
    ax.fill_between(shown.frame.index, low, high, color=LIGHT["muted"], alpha=0.12, linewidth=0)
    return ax
