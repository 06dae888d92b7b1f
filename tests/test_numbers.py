"""Numbers that a page says of a figure or a table are those of the file beside it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from urllib.parse import unquote

import lxml.html
import pandas as pd
import pytest

from tests.shared import sample_site

pytestmark = pytest.mark.slow

Frame = pd.DataFrame


def value(row: int) -> Callable[[Frame], float]:
    return lambda frame: frame["value"].iloc[row]


def rows(row: int) -> Callable[[Frame], float]:
    return lambda frame: frame["n"].iloc[row]


def end(column: str) -> Callable[[Frame], float]:
    return lambda frame: frame[column].dropna().iloc[-1]


def slope(frame: Frame) -> float:
    return frame["return"].cov(frame["yield"]) / frame["yield"].var()


def in_a_year(frame: Frame) -> float:
    """Percent by which the ratio fell in the year to its last day."""
    ratio = frame["ratio"].set_axis(pd.to_datetime(frame.index))
    return 100 * (1 - ratio.iloc[-1] / ratio.asof(ratio.index[-1] - pd.DateOffset(years=1)))


GROWTH = "small value minus small growth"
#: Page, what it says of a figure or table, and each number in it as its file has it.
SAID: list[tuple[str, str, list[Callable[[Frame], float]]]] = [
    ("index", r"Russell 2000 lost (N) % against the S&P 500 in the year", [in_a_year]),
    ("00_start_here", r"became (N) in small .* and (N) in large", [end("small"), end("large")]),
    ("01_history", r"small companies led by (N) log points", [end("over twelve months")]),
    ("01_history", r"large companies led by (N) log points, .* small value by (N)",
     [lambda f: f.iloc[-121, 0] - f.iloc[-1, 0], lambda f: f.iloc[-121, 1] - f.iloc[-1, 1]]),
    ("01_history", r"Of (N) log points .* technology accounts for (N) .* the real yield for (N)",
     [end("small minus large"), end("by technology"), end("by real yield")]),
    ("01_history", r"ran (N) % a year after its best years, (N) % after its worst",
     [value(-1), value(0)]),
    ("01_history", r"returned (N) % a year in expansions and (N) % in recessions",
     [lambda f: f["value"]["expansions"], lambda f: f["value"]["recessions"]]),
    ("01_history", r"The year after: (N) % from the trough, (N) % from the signal",
     [lambda f: f["after the trough, %"].mean(), lambda f: f["after the signal, %"].mean()]),
    ("02_economy", r"growth composite of July 2026 read (N) sd, (N) in 6 months",
     [end("growth"), lambda f: end("growth")(f) - end("6 months before")(f)]),
    ("02_economy", r"weakest growth .* ran (N) % a year, after .* between (N) and (N) %",
     [value(0), lambda f: f["value"][1:5].min(), lambda f: f["value"][1:5].max()]),
    ("02_economy", r"than in other months in (N) of (N) ways of asking, beyond chance in (N)",
     [lambda f: (f["value"] > 0).sum(), len, lambda f: (f["low"] > 0).sum()]),
    ("03_rates", r"After the (N) calmest .* ran (N) % a year, after the (N) most .* (N) %",
     [rows(-1), value(-1), rows(0), value(0)]),
    ("03_rates", r"rose most small minus large ran (N) %, where they fell most (N) %",
     [value(-1), value(0)]),
    ("03_rates", r"The line: (N) % of small value against big growth", [slope]),
    ("04_valuation", r"After the (N) cheapest .* ran (N) % a year, after the (N) dearest (N) %",
     [rows(0), value(0), rows(-1), value(-1)]),
    ("04_valuation", r"at the end it was (N)", [end("CAPE")]),
    ("06_risks", r"In recessions .* ran (N) % .* other months, (N) % net of beta; .* out, (N) %",
     [value(0), value(1), value(2)]),
    ("06_risks", r"(N) months after the peak, of recessions that lasted (N) \(medians\)",
     [lambda f: f["to the alarm"].median(), lambda f: f["to the trough"].median()]),
    ("07_verdict", r"led after (N) % of (N) months, against \d+ % of all (N)",
     [value(-1), rows(-1), lambda f: f["n"].sum()]),
    ("07_verdict", r"weakest growth .* ran (N) % a year, after .* between (N) and (N) %",
     [value(0), lambda f: f["value"][1:5].min(), lambda f: f["value"][1:5].max()]),
    ("07_verdict", r"(N) links have a q at or below 0.10; (N) of them survive",
     [lambda f: (f["q (BH)"] <= 0.1).sum(),
      lambda f: ((f["q (BH)"] <= 0.1) & (f["Romano-Wolf"] <= 0.1)).sum()]),
    ("08_your_own", r"small value ended (N) log points ahead", [end(GROWTH)]),
    ("08_your_own", r"went from (N) to (N), and ranged from (N) to (N)",
     [lambda f: f[GROWTH].iloc[0], end(GROWTH), lambda f: f[GROWTH].min(),
      lambda f: f[GROWTH].max()]),
    ("08_your_own", r"(N) answers: (N) for the claim asked, (N) against it",
     [len, lambda f: (f["low"] > 0).sum(), lambda f: (f["high"] < 0).sum()]),
    ("09_quality", r"Small and dear returned (N) % a year, small and cheap (N) %",
     [lambda f: f["dear"]["small"], lambda f: f["cheap"]["small"]]),
    ("09_quality", r"Size earned (N) % a year .*, (N) % beyond", [value(0), value(-1)]),
]  # fmt: skip


def spoken(page: str) -> list[tuple[str, Frame]]:
    """What a page says of each figure and table, and the file that it offers of it."""
    tree = lxml.html.parse(sample_site() / f"{page}.html").getroot()
    pieces = "//*[self::figure or self::table][.//a[contains(@class, 'r2k-csv')]]"
    heads = ".//*[contains(@class, 'r2k-finding') or contains(@class, 'r2k-caption')]"
    found = []
    for piece in tree.xpath(pieces):
        (link, *_) = piece.xpath(".//a[contains(@class, 'r2k-csv')]")
        text = unquote(link.get("href").partition(",")[2])
        said = " ".join("".join(head.text_content() for head in piece.xpath(heads)).split())
        found.append((said, pd.read_csv(io.StringIO(text), index_col=0)))
    return found


@pytest.mark.parametrize(("page", "pattern", "numbers"), SAID, ids=[one[1][:40] for one in SAID])
def test_a_number_in_the_text_is_that_of_the_file(page, pattern, numbers):
    pattern = pattern.replace("(N)", r"([+−-]?[\d,]*\.?\d+)")
    matched = [
        (match, frame) for said, frame in spoken(page) if (match := re.search(pattern, said))
    ]
    assert matched, f"nothing on {page} says {pattern}"
    match, frame = matched[0]
    for said, number in zip(match.groups(), numbers, strict=True):
        plain = said.replace("−", "-").replace(",", "")
        places = len(plain.partition(".")[2])
        assert abs(float(plain) - float(number(frame))) <= 0.500001 * 10**-places, (match[0], said)


def test_thirty_numbers_and_more_are_held_so():
    assert sum(len(numbers) for *_, numbers in SAID) >= 30
