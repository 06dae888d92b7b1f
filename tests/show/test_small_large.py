"""Small against large: the ratio drawn, its named turns, and returns that are never cut short."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from r2klib.data import Dataset, load
from r2klib.show.ratio_figure import finding, ratio_figures, returns_strip, signed
from r2klib.show.small_large import small_large
from tests.made import Tags, make_data


def closes(small: pd.Series, large: pd.Series, kind="snapshot") -> Dataset:
    """An edition of the two indices alone."""
    frames = {"^RUT": small.rename("Close").to_frame(), "^GSPC": large.rename("Close").to_frame()}
    held = Dataset.from_frame(
        frames["^RUT"], units="index points", frequency="daily", lag_days=0, name="made"
    )
    provenance = replace(held.provenance["Close"], source="yahoo")
    return Dataset("made", kind, frames, dict.fromkeys(frames, provenance))


def daily(first="2000-01-03", last="2024-05-15") -> pd.Series:
    days = pd.bdate_range(first, last, name="date")
    return pd.Series(1000.0, days)


def grown(line: pd.Series, since: str, factor: float) -> pd.Series:
    """The line, times `factor` from a day on."""
    return line.where(line.index < since, line * factor)


@pytest.fixture
def made() -> Dataset:
    small = grown(grown(daily(), "2023-11-01", 1.2), "2024-05-01", 1.1)
    return closes(small, grown(daily(), "2020-01-02", 2.0))


def test_returns_are_those_of_the_closes_a_span_apart(made):
    got = small_large(made).returns()
    # worked out by hand from the three steps of the lines
    assert got["small"].to_dict() == pytest.approx(
        {"1m": 10.0, "3m": 10.0, "YTD": 10.0, "1y": 32.0, "3y": 100 * (1.32 ** (1 / 3) - 1),
         "5y": 100 * (1.32 ** (1 / 5) - 1), "10y": 100 * (1.32 ** (1 / 10) - 1)}
    )  # fmt: skip
    assert got["large"].to_dict() == pytest.approx(
        {"1m": 0, "3m": 0, "YTD": 0, "1y": 0, "3y": 0, "5y": 100 * (2 ** (1 / 5) - 1),
         "10y": 100 * (2 ** (1 / 10) - 1)}
    )  # fmt: skip
    assert got["gap"].to_list() == pytest.approx((got["small"] - got["large"]).to_list())
    assert got["start"]["YTD"] == pd.Timestamp("2023-12-29")  # the last close of the year before


def test_what_is_thinned_gives_the_returns_of_the_whole():
    rng = np.random.default_rng(1)
    days = daily().index
    small, large = (
        pd.Series(100 * np.exp(rng.normal(0, 0.01, len(days)).cumsum()), days) for _ in "ab"
    )
    found = small_large(closes(small, large))
    assert len(found.frame) < len(days) / 5
    for span, start in found.returns()["start"].items():
        years = {"3y": 3, "5y": 5, "10y": 10}.get(span, 1)
        whole = 100 * ((round(small.iloc[-1], 2) / round(small[start], 2)) ** (1 / years) - 1)
        assert found.returns().loc[span, "small"] == pytest.approx(whole)
        view = {"1y": "1y", "5y": "5y", "10y": "10y"}.get(span)
        if view:
            assert found.view(view).index[0] == start


def test_a_span_that_the_data_do_not_cover_is_a_dash_with_its_reason():
    line = daily("2020-06-01")
    found = small_large(closes(line, line))
    got = found.returns()
    assert got["small"].isna().to_dict() == {
        "1m": False, "3m": False, "YTD": False, "1y": False, "3y": False, "5y": True, "10y": True,
    }  # fmt: skip
    assert found.spans == ("1y", "all")
    text = Tags(returns_strip(found)).text
    assert "A dash (5y, 10y): the data begin on 2020-06-01" in text
    assert text.count("–") == 8  # three returns and the day, of two spans
    assert "A dash" not in Tags(returns_strip(small_large(closes(daily(), daily())))).text


def test_a_hole_in_the_closes_is_a_dash_not_a_longer_span():
    line = daily()
    holed = line[(line.index < "2024-04-05") | (line.index > "2024-04-20")]
    got = small_large(closes(holed, holed)).returns()
    assert math.isnan(got["small"]["1m"])
    assert got["small"]["3m"] == 0


def wave(last: str) -> Dataset:
    """A sine of eight years: it peaks after 2, 10 and 18 years, is lowest after 6, 14 and 22."""
    days = daily(last=last).index
    years = np.asarray((days - days[0]).days) / 365.25
    return closes(
        pd.Series(1000 * np.exp(0.3 * np.sin(2 * np.pi * years / 8)), days), daily(last=last)
    )


def turns(last: str, span: str) -> list[tuple[str, str]]:
    found = small_large(wave(last)).turns(span)
    return [(f"{when:%Y-%m}", kind) for when, kind in found.items()]


def test_peaks_and_lows_are_named_by_their_months():
    assert turns("2024-05-15", "all") == [  # the first peak has fewer than 24 months before it
        ("2005-12", "low"), ("2009-12", "peak"), ("2013-12", "low"), ("2017-12", "peak"),
        ("2021-12", "low"),
    ]  # fmt: skip


def test_what_may_yet_be_undercut_is_no_low():
    """After eleven months a low is one in a short span alone; after seven, in none."""
    assert turns("2022-11-15", "all")[-1] == ("2017-12", "peak")
    assert turns("2022-11-15", "5y")[-1] == ("2021-12", "low")
    assert ("2021-12", "low") not in turns("2022-07-15", "5y")
    assert "above the low of" not in finding(small_large(wave("2022-11-15")), "all")


@pytest.mark.slow
def test_sources_are_of_what_is_drawn(made):
    assert "NBER" not in Tags(ratio_figures(made)[0].html).text
    assert "recession" not in Tags(ratio_figures(made)[0].html).text.lower()
    text = Tags(ratio_figures(load("sample"))[0].html).text
    assert "Shaded: recessions. Source: " in text
    assert "NBER. Edition sample" in text


def test_the_finding_says_what_is_drawn(made):
    found = small_large(made)
    assert finding(found, "1y") == (
        "The Russell 2000 gained 32 % against the S&P 500 in the year to May 2024"
    )
    assert finding(found, "5y") == (
        "The Russell 2000 lost 34 % against the S&P 500 in the five years to May 2024"
    )  # 1.32 / 2 = 0.66
    assert finding(found, "all").startswith(
        "The Russell 2000 stands 34 % lower against the S&P 500 than in January 2000"
    )


def test_french_legs_precede_the_indices_of_the_sample_and_meet_them():
    sample = load("sample")
    line = daily("2000-01-03", "2022-11-07")
    frames = dict(sample) | dict(closes(grown(line, "2010-01-04", 1.5), line))
    provenance = dict(sample.provenance) | dict(closes(line, line).provenance)
    found = small_large(Dataset("sample", "sample", frames, provenance))
    assert found.pair.name == "index"
    assert found.joined == pd.Timestamp("2000-01-03")
    ratio, pair = found.frame["ratio"], found.frame["pair"]
    assert ratio[pair == "legs"].index[-1] == pd.Timestamp("1999-12-31")
    assert ratio[pair == "index"].iloc[0] == pytest.approx(ratio[pair == "legs"].iloc[-1])
    assert ratio.iloc[-1] == pytest.approx(1.5 * ratio[pair == "index"].iloc[0])
    assert found.returns()["small"]["10y"] == 0  # of the indices alone
    assert finding(found, "all").startswith("Small companies stand ")  # no index is so old
    assert finding(found, "10y").startswith("The Russell 2000 gained 0 % against the S&P 500")
    text = Tags(ratio_figures(Dataset("sample", "sample", frames, provenance))[0].html).text
    assert "before January 2000 French's small portfolios against the whole market" in text


def test_an_edition_without_a_pair_says_so_in_words():
    assert small_large(make_data()) is None
    shown = ratio_figures(make_data())[0]
    assert "holds no pair" in shown.text
    assert "<svg" not in shown.html


def without_the_russell(data: Dataset) -> Dataset:
    """The edition, but for ^RUT."""
    frames = {name: held for name, held in data.items() if name != "^RUT"}
    provenance = {name: data.provenance[name] for name in frames}
    return Dataset(data.edition, data.kind, frames, provenance)


def test_an_edition_without_the_russell_falls_back_and_says_on_what(made):
    assert small_large(without_the_russell(made)) is None
    text = Tags(ratio_figures(without_the_russell(load("sample")))[0].html).text
    assert "French's small portfolios against the whole market, dividends included" in text
    assert "Edition sample, to 2017-03-31" in text


def test_the_figure_is_drawn_for_both_widths_and_hides_all_but_the_whole(made):
    html = ratio_figures(made)[0].html
    plots = re.findall(
        r'<div class="r2k-plot"[^>]*aria-label="([^"]*)" data-span="(\w+)"( hidden)?>(.*?)</div>',
        html,
    )
    assert [(span, bool(hidden)) for _, span, hidden, _ in plots] == [
        ("1y", True), ("5y", True), ("10y", True), ("all", False),
    ]  # fmt: skip
    for said, _, _, inner in plots:
        assert said.startswith("The Russell 2000")
        assert len(re.findall(r"<svg.*?</svg>", inner)) == 2
    assert "style=" not in html


def test_returns_carry_their_sign():
    assert [signed(v) for v in (4.25, -0.31, 0.04, -0.04, math.nan)] == [
        "+4.2", "−0.3", "0.0", "0.0", "–",
    ]  # fmt: skip
