"""What notebooks call, one line each; every function returns something that shows itself."""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version

import pandas as pd

from r2klib.claims import Verdict, Verdicts, pairs
from r2klib.claims.nouns import kind_of
from r2klib.data import Dataset
from r2klib.errors import InputError, SeriesMissing, listing
from r2klib.show.exhibit import Exhibit
from r2klib.show.html import Display, escape, join, paragraphs, prose, remarks
from r2klib.show.html_figure import Figure
from r2klib.show.literature import literature
from r2klib.show.pictures import cloud, history, picture
from r2klib.show.sources import origins_of
from r2klib.show.status import dated
from r2klib.show.tables import table
from r2klib.show.verdict_cards import card, effect_text, source_text

#: Packages whose version stands at the foot of every notebook.
VERSIONS = (
    "r2klib", "numpy", "pandas", "scipy", "statsmodels", "arch", "linearmodels", "matplotlib",
)  # fmt: skip


def argue(verdict: Verdict, *, figure: bool = True) -> Display:
    """A claim argued: its figure, its card, and what it means for 10,000 USD.

    Drawers of the card hold the specification curve, every observation and the literature.

    Parameters
    ----------
    verdict : Verdict
        From ``verdicts["P2"]``. Without evidence, the card says why there is none.
    figure : bool
        Whether the claim's own figure is drawn; not where the notebook has drawn one, and the card
        says what was found.

    Returns
    -------
    Display
        Shows itself as HTML in a notebook and as text on a terminal.

    Examples
    --------
    >>> data, h5 = r2klib.load("sample"), r2klib.claims.Ledger([r2klib.claims.ledger()["H5"]])
    >>> r2klib.show.argue(r2klib.evaluate(data, claims=h5)["H5"]).text.split(" (")[0]
    "[figure] Small companies' beta was 1.26"
    """
    drawn = _figure(verdict) if figure else Display("", "")
    ident, points, past = verdict.claim.id, cloud(verdict), history(verdict)
    folded = [
        _curve(verdict),
        _behind(
            verdict, past, f"{ident} since {past.frame.index[0]:%Y}" if past else "", "history"
        ),
        _behind(verdict, points, f"Every observation behind {ident}", "scatter"),
        literature(ident),
    ]
    drawers = "".join(drawer.html for drawer in folded)
    said = card(verdict, anchor=False, figure=drawn.html, drawers=drawers)
    parts = [Display("", drawn.text), said]
    if verdict.evidence:
        meaning = verdict.evidence.meaning
        parts.append(Display(html=paragraphs([meaning], "r2k r2k-meaning"), text=meaning))
    parts += [Display("", drawer.text) for drawer in folded if drawer.text]
    return join(parts, f'<section class="r2k-argument" id="{escape(ident)}">{{}}</section>')


def figure(
    exhibit: Exhibit | Callable[[Dataset], Exhibit],
    data: Dataset | None = None,
    series: Sequence[str] | Verdict = (),
) -> Figure | Display:
    """An exhibit as a figure.

    Parameters
    ----------
    exhibit : Exhibit or callable
        What to draw; or the function of `data` that makes it, so that an edition without its
        series says which one is missing in the figure's place.
    data : Dataset, optional
        The edition it was made from, named in the caption.
    series : sequence of str, or Verdict
        Catalog ids of the series it shows; the caption names their sources and the last date drawn.
        Or the verdict whose rows it shows, which knows all that.

    Raises
    ------
    InputError
        If a function is given without `data`, or the exhibit cannot be drawn as its kind.

    Returns
    -------
    Figure

    Examples
    --------
    >>> data = r2klib.load("sample")
    >>> frame, words = data.factors("ff3")[["SMB"]], {"title": "SMB", "x": "", "y": "decimals"}
    >>> exhibit = r2klib.show.Exhibit(kind="lines", frame=frame, **words)
    >>> r2klib.show.figure(exhibit, data, ["french.factors"]).source
    "Source: Ken French's data library (via arch). Edition sample, to 2018-11-30."
    """
    if not isinstance(exhibit, Exhibit):
        if data is None:
            raise InputError("To draw what a function makes of an edition, give the edition too.")
        try:
            exhibit = exhibit(data)
        except SeriesMissing as missing:
            text = f"No figure: edition {data.edition} does not hold {missing.series}."
            return Display(html=paragraphs([text], "r2k r2k-note"), text=text)
    if data is None:
        return Figure.of(exhibit)
    if isinstance(series, Verdict):
        return Figure.of(exhibit, source=source_text(series, exhibit.until))
    names = [name for name in series if name in data]
    origins = origins_of({name: data.provenance[name].source for name in names})
    # What happens now and then, such as a turning point, does not end where it last happened.
    regular = [name for name in names if data.provenance[name].frequency != "irregular"]
    last = exhibit.until or min(
        (_last_whole(data, name) for name in regular), default=data.end.date()
    )
    source = f"Source: {', '.join(origins)}. " if origins else ""
    return Figure.of(exhibit, source=f"{source}Edition {data.edition}, to {last}.")


def _last_whole(data: Dataset, name: str) -> dt.date:
    """The last date on which every column of a series has a value."""
    known = pd.DataFrame(data[name]).dropna().index
    last = pd.Timestamp(known[-1]) if len(known) else data.last(name)
    return last.date()


def specification_curve(verdict: Verdict) -> Figure:
    """The primary estimate of a claim and every other declared way of asking the same question.

    Parameters
    ----------
    verdict : Verdict
        With an estimate.

    Returns
    -------
    Figure

    Examples
    --------
    >>> data, h5 = r2klib.load("sample"), r2klib.claims.Ledger([r2klib.claims.ledger()["H5"]])
    >>> curve = r2klib.show.specification_curve(r2klib.evaluate(data, claims=h5)["H5"])
    >>> curve.frame["value"].round(2).head(3).to_dict()
    {'Primary measure': 0.26, 'no lag': 0.14, 'two lags': 0.27}
    """
    return Figure.specification_curve(verdict, source=source_text(verdict))


def edition_banner(data: Dataset, more: str = "") -> Display:
    """Which edition the page reads and how old it is; for the sample, that it is history.

    Parameters
    ----------
    data : Dataset
        The edition.
    more : str
        What is said after it.

    Returns
    -------
    Display
        Shows itself as HTML in a notebook and as text on a terminal.

    Examples
    --------
    >>> r2klib.show.edition_banner(r2klib.load("sample")).text.split(":")[0]
    "The sample edition is history, not today's market"
    """
    text = " ".join(filter(None, (edition_text(data), more)))
    html = f'<div class="r2k r2k-edition" data-r2k-edition><p>{prose(text)}</p></div>'
    return Display(html=html, text=text)


#: Series that say how far the sample reaches, under what they stand for.
_SPEAKING = {
    "portfolios": ("french.size_value",),
    "factors": ("french.factors",),
    "index prices": ("^RUT",),
    "daily yields": ("DGS10",),
    "figures of the economy": ("UNRATE", "PAYEMS", "INDPRO", "CPIAUCSL", "GDPC1"),
}


def edition_text(data: Dataset) -> str:
    """The banner's sentence."""
    ends = [
        f"{what} to {reach}" for what, names in _SPEAKING.items() if (reach := _reach(data, names))
    ]
    cut = f" as of {data.as_of_date.date()}" if data.as_of_date is not None else ""
    if data.kind == "sample":
        return (
            f"The sample edition{cut} is history, not today's market: "
            f"{listing(ends) or f'data to {data.end:%Y-%m}'}. A statement about “now” means the "
            "last day of what it reads. `r2k today` brings today's data."
        )
    return f"Edition {data.edition}{cut}: data to {pairs.now(data).date()}."


def _reach(data: Dataset, names: Sequence[str]) -> str:
    """The last month of those of the series that are held, and whether some end before it."""
    ends = {f"{data.provenance[name].last:%Y-%m}" for name in names if name in data.provenance}
    return f"{max(ends)}{' at the latest' if len(ends) > 1 else ''}" if ends else ""


def closing(data: Dataset, verdicts: Verdicts, *, also: Sequence[str] = ()) -> Display:
    """The end of a notebook: sources of what was used, and versions.

    Parameters
    ----------
    data : Dataset
    verdicts : Verdicts
        The claims argued in the notebook; their series are the ones listed.
    also : sequence of str
        Series that the notebook used beside; those that the edition lacks are left out.

    Returns
    -------
    Display
        Shows itself as HTML in a notebook and as text on a terminal.

    Examples
    --------
    >>> data, h5 = r2klib.load("sample"), r2klib.claims.Ledger([r2klib.claims.ledger()["H5"]])
    >>> r2klib.show.closing(data, r2klib.evaluate(data, claims=h5)).text.splitlines()[0]
    'Sources:'
    """
    return join([_sources(data, verdicts, also), _versions(data, verdicts.today)])


def _figure(verdict: Verdict) -> Display:
    """The claim's first exhibit, or its interval where it has none to draw."""
    exhibit = picture(verdict)
    if exhibit:
        name = f"{verdict.claim.id}-{exhibit.kind}"
        source = source_text(verdict, exhibit.until)
        return _shown(Figure.of(exhibit, source=source, name=name))
    estimate, claim = verdict.estimate, verdict.claim
    if estimate is None or verdict.specifications:  # the curve will show the interval
        return Display("", "")
    low, high = estimate.interval
    marks = {}
    if claim.sei is not None and claim.direction is not None:
        marks["as large as claimed"] = claim.claimed
    exhibit = Exhibit(
        kind="intervals",
        title=dated(verdict) or effect_text(verdict),
        frame=pd.DataFrame(
            [[estimate.value, low, high, estimate.n]],
            index=["Primary measure"],
            columns=["value", "low", "high", "n"],
        ),
        x=estimate.unit,
        y="",
        marks=marks,
    )
    name = f"{claim.id}-estimate"
    return _shown(Figure.of(exhibit, source=source_text(verdict), name=name))


def _curve(verdict: Verdict) -> Display:
    """The specification curve for a drawer; empty where nothing was asked another way."""
    if not verdict.estimate or not verdict.specifications:
        return Display("", "")
    curve = specification_curve(verdict)
    return Display(html=curve.folded, text=curve.text)


def _behind(verdict: Verdict, exhibit: Exhibit | None, title: str, name: str) -> Display:
    """What stands behind the claim's figure, small, for a drawer; empty where nothing does."""
    if exhibit is None:
        return Display("", "")
    drawn, source = replace(exhibit, title=title), source_text(verdict, exhibit.until)
    figure = Figure.of(drawn, source=source, name=f"{verdict.claim.id}-{name}")
    return Display(html=figure.folded, text="")


def _shown(figure: Figure) -> Display:
    return Display(html=figure.html, text=figure.text)


def _sources(data: Dataset, verdicts: Verdicts, also: Sequence[str]) -> Display:
    kind = kind_of(data)
    used: list[str] = []
    for verdict in verdicts.values():
        if verdict.evidence is None:
            continue
        pair = verdict.evidence.pair
        used += pairs.PAIRS[pair].series if pair in pairs.PAIRS else ()
        used += [*verdict.claim.needs.get(kind, ()), *verdict.claim.at_hand]
    names = [name for name in dict.fromkeys([*used, *also]) if name in data.provenance]
    if not names:
        return Display("", "")
    rows = []
    under: dict[str, list[str]] = {}  # series by the terms that they come under
    for name in names:
        held = data.provenance[name]
        span = f"{held.first:%Y-%m} to {held.last:%Y-%m}"
        code = "" if held.code == name else f": {held.code}"
        rows.append((name, held.title, held.units, span, f"{held.source}{code}"))
        under.setdefault(held.terms, []).append(name)
    terms = [f"{said.rstrip('.')}: {', '.join(own)}." for said, own in under.items()]
    lines = ["Sources:", *(f"  {row[0]}: {row[1]}, {row[3]} ({row[4]})" for row in rows)]
    frame = pd.DataFrame(rows, columns=["series", "what", "units", "span", "source"])
    frame["span"] = frame["span"].str.replace(" ", "\u00a0")
    listed = table(frame.set_index("series"), "Sources").html
    said = f'<div class="r2k"><p class="r2k-label">Terms of use</p>{remarks(terms)}</div>'
    return Display(
        html=f"{listed}{said}",
        text="\n".join([*lines, "Terms of use:", *(f"  {line}" for line in terms)]),
    )


def _versions(data: Dataset, today: dt.date) -> Display:
    rows = [
        ("edition", f"{data.edition} ({data.content_hash[:12]})"),
        ("judged on", today.isoformat()),
        ("Python", platform.python_version()),
    ]
    for package in VERSIONS:
        try:
            rows.append((package, version(package)))
        except PackageNotFoundError:
            continue
    lines = ["Versions:", *(f"  {name} {value}" for name, value in rows)]
    said = ", ".join(f"{escape(name)} {escape(value)}" for name, value in rows)
    html = f'<div class="r2k"><p class="r2k-label">Versions</p><p>{said}</p></div>'
    return Display(html=html, text="\n".join(lines))
