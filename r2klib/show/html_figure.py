"""`Figure`: an exhibit that a notebook shows and a page keeps, for eyes, ears, paper and phones."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from r2klib.claims import Verdict
from r2klib.claims.asking import NEWEY_WEST
from r2klib.show import alt, figures, intervals
from r2klib.show.exhibit import Exhibit
from r2klib.show.html import csv_link, csv_text, escape, prose, sentence, slug, with_style
from r2klib.show.style import NARROW, WIDE, canvas, styled
from r2klib.show.svg import to_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure with its finding, its source and its data.

    It is drawn twice by the same function, for wide and for narrow screens; the reader's own
    width decides which is seen. Colours follow the page's or JupyterLab's theme.

    Parameters
    ----------
    title : str
        The finding, one computed sentence.
    alt : str
        What is drawn, in words, for those who cannot see it.
    plot : callable
        ``ax -> ax``.
    heights : (float, float)
        Height of the wide and of the narrow drawing, pixels.
    frame : DataFrame
        The numbers drawn, for the download.
    name : str
        Name of the downloaded file.
    note, source : str
        One sentence each for the caption.

    Examples
    --------
    >>> frame = pd.DataFrame({"share": [40, 60]}, index=["small", "large"])
    >>> exhibit = r2klib.show.Exhibit(kind="bars", title="Large leads", frame=frame, x="", y="%")
    >>> r2klib.show.Figure.of(exhibit).alt.strip()
    'Large leads. Bar chart of %. small: 40; large: 60.'
    """

    title: str
    alt: str
    plot: Callable[[Axes], Axes]
    heights: tuple[float, float]
    frame: pd.DataFrame
    name: str
    note: str = ""
    source: str = ""

    @classmethod
    def of(cls, exhibit: Exhibit, *, source: str = "", name: str = "") -> Figure:
        """The figure of an exhibit.

        Parameters
        ----------
        exhibit : Exhibit
            What to draw.
        source : str
            Where the numbers come from, one sentence for the caption.
        name : str
            Name of the downloaded file; by default made from the title.

        Raises
        ------
        InputError
            The exhibit is empty, or its frame does not have the form its kind needs.
        """
        figures.check(exhibit)
        return cls(
            title=exhibit.title,
            alt=alt.describe(exhibit),
            plot=lambda ax: figures.draw(exhibit, ax),
            heights=(figures.height(exhibit, WIDE), figures.height(exhibit, NARROW)),
            frame=figures.numbers(exhibit),
            name=name or slug(exhibit.title)[:60],
            note=exhibit.note,
            source=source,
        )

    @classmethod
    def specification_curve(cls, verdict: Verdict, *, source: str = "") -> Figure:
        """The specification curve of a claim: its primary estimate and every declared variant.

        Parameters
        ----------
        verdict : Verdict
            With an estimate.
        source : str
            As in `of`.
        """
        rows = intervals.curve_rows(verdict)
        frame = pd.DataFrame(
            [[row.value, row.low, row.high, row.n] for row in rows],
            index=pd.Index([row.label for row in rows], name="specification"),
            columns=["value", "low", "high", "n"],
        )
        return cls(
            title=_curve_finding(verdict),
            alt=alt.describe_curve(verdict),
            plot=lambda ax: intervals.draw_curve(verdict, ax),
            heights=(intervals.height(rows, WIDE, 1), intervals.height(rows, NARROW, 1)),
            frame=frame,
            name=f"{verdict.claim.id}-specifications",
            note=(
                "Diamond: the primary measure, which alone decides. Lines: 90 % intervals."
                f"{_uncounted(verdict)}"
            ),
            source=source,
        )

    @cached_property
    def key(self) -> str:
        """A short name that equal figures share and different ones do not."""
        content = "\n".join((self.title, self.alt, self.name, self._csv))
        return f"f{hashlib.sha256(content.encode()).hexdigest()[:7]}"

    @cached_property
    def _csv(self) -> str:
        return csv_text(self.frame)

    def svg(self, *, narrow: bool = False) -> str:
        """One of the two drawings, as an ``<svg>`` element for an HTML page.

        Parameters
        ----------
        narrow : bool
            The drawing for phones.
        """
        with styled():
            ax = canvas(NARROW if narrow else WIDE, self.heights[narrow])
            self.plot(ax)
            ax.set_title("", loc="left")  # the finding stands in the page's own type
            return to_svg(
                ax.figure,  # type: ignore[arg-type]
                key=f"{self.key}{'n' if narrow else 'w'}",
                css_class="r2k-narrow" if narrow else "r2k-wide",
            )

    @cached_property
    def html(self) -> str:
        """The ``<figure>``: finding, both drawings, note, source and data."""
        finding = f'<span class="r2k-finding">{prose(self.title)}</span>'
        return self._html(finding, self.drawings(), " ".join(map(sentence, self._beneath)))

    @property
    def folded(self) -> str:
        """A drawer that the finding opens: the drawing for phones alone, at any width.

        The card around it says the source; a saved image says it by itself.
        """
        source = f' data-source="{escape(self.source)}"' if self.source else ""
        plot = self.drawings(self.svg(narrow=True))
        return (
            f'<details class="r2k-drawer"><summary>{prose(self.title)}</summary>'
            f"{self._html('', plot, self.note, ' r2k-small', source)}</details>"
        )

    def drawings(self, only: str = "", attributes: str = "") -> str:
        """The drawings under one description for those who cannot see them.

        Parameters
        ----------
        only : str
            The ``<svg>`` to show; by default both.
        attributes : str
            More HTML attributes of what holds them.
        """
        return (
            f'<div class="r2k-plot" role="img" aria-label="{escape(self.alt)}"{attributes}>'
            f"{only or self._both}</div>"
        )

    @cached_property
    def _both(self) -> str:
        return self.svg() + self.svg(narrow=True)

    @property
    def _beneath(self) -> list[str]:
        return [text for text in (self.note, self.source) if text]

    def _html(self, finding: str, plot: str, said: str, css: str = "", more: str = "") -> str:
        link = csv_link(self._csv, self.name, self.title)
        return (
            f'<figure class="r2k r2k-figure{css}" id="{self.key}"{more}>'
            f"<figcaption>{finding}"
            f'<span class="r2k-source">{prose(said)} {link}</span></figcaption>'
            f"{plot}</figure>"
        )

    @property
    def text(self) -> str:
        """The figure for a terminal: its finding and its description."""
        return f"[figure] {self.alt}"

    def _repr_html_(self) -> str:
        return with_style(self.html)

    def __repr__(self) -> str:
        return self.text


def _could_differ(verdict: Verdict) -> list[float]:
    """Values of the variants that change more than the error."""
    assert verdict.estimate is not None
    value = verdict.estimate.value
    return [
        point.value
        for point in verdict.specifications
        if point.label != NEWEY_WEST and not math.isclose(point.value, value, rel_tol=1e-9)
    ]


def _uncounted(verdict: Verdict) -> str:
    """That some variants are drawn and not counted, where there are such."""
    if len(_could_differ(verdict)) == len(verdict.specifications):
        return ""
    return " What changes only the error, or leaves a known bias in, is drawn and not counted."


def _curve_finding(verdict: Verdict) -> str:
    """How many of the variants agree with the primary measure, in one sentence."""
    claim, estimate = verdict.claim, verdict.estimate
    assert estimate is not None
    others = _could_differ(verdict)
    if not others:
        return "The primary measure stands alone: no other specification is declared"
    sign = 1 if estimate.value >= 0 else -1
    agree = sum(value * sign > 0 for value in others)
    of = f"{agree} of {len(others)} other ways of asking"
    if claim.direction is None:
        return f"{of} {'gives' if agree == 1 else 'give'} the same sign"
    side = "for" if sign * claim.direction > 0 else "against"
    too = " too" if verdict.status in ("supported", "contradicted") else " by their sign"
    text = f"{of} {'speaks' if agree == 1 else 'speak'} {side} the claim{too}"
    if claim.sei is not None:
        reach = sum(value * claim.direction >= claim.sei for value in others)
        text += (
            f"; {reach or 'none'} {'gives' if reach < 2 else 'give'} an effect as large as claimed"
        )
    return text
