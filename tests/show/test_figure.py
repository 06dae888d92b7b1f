"""`Figure`: what stands in the HTML, for eyes, ears, machines and themes."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from io import StringIO
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from r2klib.claims import evaluate
from r2klib.claims.asking import NEWEY_WEST
from r2klib.data import Dataset, load
from r2klib.show import Exhibit, Figure, argue, figure, specification_curve
from r2klib.show.alt import describe, describe_curve
from r2klib.show.html import STYLE_OPEN, csv_link, csv_text, prose, slug
from r2klib.show.pictures import picture
from r2klib.show.style import LIGHT
from r2klib.show.verdict_cards import source_text
from tests.claims.worlds import some
from tests.made import EXHIBITS, NASTY, Tags, intervals, make_verdict, paths, scatter


@pytest.mark.parametrize("kind", EXHIBITS)
def test_two_renders_are_byte_identical(kind):
    assert Figure.of(EXHIBITS[kind]()).html == Figure.of(EXHIBITS[kind]()).html


@pytest.mark.parametrize("kind", EXHIBITS)
def test_a_figure_has_a_caption_two_drawings_and_alt_text(kind):
    exhibit = EXHIBITS[kind]()
    tags = Tags(Figure.of(exhibit, source="Source: Ken French").html)
    assert [d["class"] for d in tags.named("svg")] == ["r2k-wide", "r2k-narrow"]
    assert all(drawing["aria-hidden"] == "true" for drawing in tags.named("svg"))
    said = next(d["aria-label"] for d in tags.named("div") if d.get("role") == "img")
    assert said == describe(exhibit)
    assert len(said) > len(exhibit.title) + 20
    assert len(tags.named("figure")) == len(tags.named("figcaption")) == 1
    assert exhibit.title in tags.text
    assert "Source: Ken French." in tags.text


@pytest.mark.parametrize("kind", EXHIBITS)
def test_no_style_no_script_and_no_colour_but_through_a_variable(kind):
    tags = Tags(Figure.of(EXHIBITS[kind]()).html)
    for _, attributes in tags.tags:
        assert "style" not in attributes
        for name in ("fill", "stroke"):
            value = attributes.get(name) or "none"
            assert value == "none" or re.fullmatch(r"var\(--r2k-[a-z]+\)", value), value
    assert not tags.named("style")
    assert not tags.named("script")


def test_text_stays_text_and_the_title_is_not_drawn_twice():
    tags = Tags(Figure.of(paths()).html)
    assert tags.text.count(paths().title) == 1
    assert "volatility, % a year" in tags.text
    assert "small" in tags.text


def test_drawings_are_well_formed_and_every_reference_has_its_target():
    for exhibit in (make() for make in EXHIBITS.values()):
        for narrow in (False, True):
            svg = Figure.of(exhibit).svg(narrow=narrow)
            root = ET.fromstring(svg)
            ids = {e.get("id") for e in root.iter() if e.get("id")}
            used = set(re.findall(r"url\(#([^)]+)\)", svg)) | set(
                re.findall(r'href="#([^"]+)"', svg)
            )
            assert used == ids


def test_ids_of_two_figures_never_meet():
    one, other = Figure.of(paths()), Figure.of(paths(title="Another finding"))
    ids = [re.findall(r'\sid="([^"]+)"', drawn.html) for drawn in (one, other)]
    assert len(set(ids[0])) == len(ids[0])
    assert not set(ids[0]) & set(ids[1])


def test_markup_from_outside_stays_text(nasty):
    for drawn in (Figure.of(picture(nasty), source=NASTY), specification_curve(nasty)):
        assert "<script" not in drawn.html
        assert "alert('x')" not in drawn.html.replace("&#x27;", "'").replace(
            "&lt;script&gt;alert", ""
        )
        assert (
            NASTY in Tags(drawn.html).text
            or NASTY in Tags(drawn.html).named("div")[0]["aria-label"]
        )


def test_a_dollar_sign_is_a_dollar_sign():
    assert "between $1 and $2" in Tags(Figure.of(paths(y="between $1 and $2")).html).text


def test_the_download_holds_the_numbers_drawn():
    drawn = Figure.of(intervals(), name="beta by decade")
    link = next(a for a in Tags(drawn.html).named("a") if "download" in a)
    assert link["download"] == "beta-by-decade.csv"
    head, data = link["href"].split(",", 1)
    assert head == "data:text/csv;charset=utf-8"
    table = pd.read_csv(StringIO(unquote(data)), index_col=0)
    pd.testing.assert_frame_equal(
        table, intervals().frame, check_index_type=False, check_dtype=False
    )


def test_the_download_of_a_curve_holds_all_specifications():
    link = next(a for a in Tags(specification_curve(make_verdict()).html).named("a"))
    text = unquote(link["href"].split(",", 1)[1])
    assert text.splitlines()[0] == "specification,value,low,high,n"
    assert [line.split(",")[0] for line in text.splitlines()[1:]] == [
        "Primary measure",
        "first half",
        "bare number",
    ]


def test_dates_in_a_download_are_iso_days():
    assert csv_text(paths().frame).splitlines()[:2] == ["date,small,large", "1990-01-31,20,15"]
    assert 'download="a-b.csv"' in csv_link(paths().frame, "A / b", "a")


def test_alt_text_tells_dates_ends_and_intervals():
    said = describe(paths())
    assert "1990-01 to 2009-12" in said
    assert "small: from 20 to" in said
    assert "1 shaded period." in said
    assert "1950s: 1.05 [0.90, 1.20], n 120" in describe(intervals())
    assert "Marked: beta of the market 1." in describe(intervals())
    assert "300 observations" in describe(scatter())
    assert "Primary measure: 0.262 [0.228, 0.297], n 819" in describe_curve(make_verdict())


def test_a_figure_shows_itself_in_a_notebook_and_on_a_terminal():
    shown = figure(paths())
    assert shown._repr_html_().startswith(STYLE_OPEN)
    assert shown._repr_html_().endswith(shown.html)
    assert repr(shown) == f"[figure] {describe(paths())}"


def test_the_finding_of_a_curve_counts_signs_and_sizes():
    assert specification_curve(make_verdict()).title == (
        "1 of 2 other ways of asking speaks for the claim too; 1 gives an effect as large as "
        "claimed"
    )


def test_what_changes_only_the_error_is_drawn_and_not_counted():
    verdict = make_verdict()
    assert "not counted" not in specification_curve(verdict).note
    same, other = verdict.estimate.value, verdict.estimate.value * 0.9
    point = verdict.specifications[0]
    asked = (
        replace(point, label="block bootstrap", value=same * (1 + 1e-15)),
        replace(point, label=NEWEY_WEST, value=other),
    )
    evidence = replace(verdict.evidence, specifications=(*verdict.specifications, *asked))
    more = specification_curve(replace(verdict, evidence=evidence))
    assert more.title == specification_curve(verdict).title
    assert (
        "What changes only the error, or leaves a known bias in, is drawn and not counted."
        in more.note
    )
    assert {"block bootstrap", NEWEY_WEST} <= set(more.frame.index)


def test_turning_points_end_no_figure():
    data = load("sample")
    frame = pd.DataFrame({"x": [1.0]}, index=["a"])
    exhibit = Exhibit(kind="bars", title="One bar", frame=frame, x="", y="")
    assert data.provenance["NBER"].last < data.provenance["UNRATE"].last
    shown = figure(exhibit, data, ["UNRATE", "NBER"])
    assert "NBER" in shown.source
    assert shown.source.endswith(f"to {data.provenance['UNRATE'].last.date()}.")


def test_drawing_leaves_pyplot_and_the_settings_alone():
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    _ = Figure.of(paths()).html
    assert dict(mpl.rcParams) == before


def test_every_colour_of_a_drawing_is_set_by_the_style_that_comes_with_it():
    shown = Figure.of(paths())._repr_html_()
    used = set(re.findall(r"var\((--r2k-[a-z]+)\)", Figure.of(paths()).svg()))
    assert {"--r2k-small", "--r2k-shade"} <= used
    assert all(f"{name}:{LIGHT[name.removeprefix('--r2k-')]}" in shown for name in used)


def test_prose_has_true_minus_signs_and_dates_that_do_not_break():
    kept = '<span class="r2k-date">[−3, 4]</span>'
    assert prose("from -0.2 to [-3, 4] & back") == f"from −0.2 to {kept} &amp; back"
    assert prose("to 2017-03-31") == 'to <span class="r2k-date">2017-03-31</span>'
    assert prose("10-year, S1-S3") == "10-year, S1-S3"
    assert prose("x <= 1 < y >= `a <= b`") == "x ≤ 1 &lt; y ≥ <code>a &lt;= b</code>"


def test_prose_shows_commands_as_code():
    said = prose("run `r2k report -9 <x>` on 2017-03-31, -2 %")
    assert said == (
        'run <code>r2k report -9 &lt;x&gt;</code> on <span class="r2k-date">2017-03-31</span>, '
        '<span class="r2k-date">−2 %</span>'
    )
    assert prose("a ` alone") == "a ` alone"


def test_slugs_are_safe_names():
    assert slug("Do small / large <b>lead</b>?") == "do-small-large-b-lead-b"
    assert slug("???") == "section"


# ---- the date in a caption is that of what is drawn ---------------------------------------------


def held_to(last):
    """An edition of one table whose second column ends before the first."""
    months = pd.date_range("2000-01-31", "2009-12-31", freq="ME")
    table = pd.DataFrame({"a": 1.0, "b": 1.0}, months)
    table.loc[table.index > last, "b"] = float("nan")
    data = Dataset.from_frame(
        {"x": table}, units="decimal return per month", frequency="monthly", lag_days=0
    )
    return data, table.dropna()


def test_a_caption_ends_where_the_drawing_does_and_not_where_the_series_does():
    data, drawn = held_to("2007-03-31")
    exhibit = Exhibit(kind="lines", title="A path", frame=drawn[["b"]], x="", y="b")
    assert data.last("x") == pd.Timestamp("2009-12-31")
    assert exhibit.until.isoformat() == "2007-03-31"
    said = figure(exhibit, data, ["x"]).html
    assert "2007-03-31" in said
    assert "2009-12-31" not in said


def test_without_dates_it_ends_where_all_that_is_named_is_held():
    data, drawn = held_to("2007-03-31")
    draws = pd.DataFrame({"draws": drawn["b"].to_numpy()})
    exhibit = Exhibit(kind="histogram", title="A law", frame=draws, x="b", y="")
    assert exhibit.until is None
    said = figure(exhibit, data, ["x"]).html
    assert "2007-03-31" in said
    assert "2009-12-31" not in said


def test_a_claims_figure_is_dated_by_its_own_rows():
    verdict = evaluate(load("sample"), claims=some("E0"), today="2026-06-06")["E0"]
    shown = picture(verdict)
    assert shown.until == verdict.evidence.rows["growth"].dropna().index[-1].date()
    assert str(shown.until) in source_text(verdict, shown.until)
    assert str(shown.until) in argue(verdict).html


def test_a_figure_of_a_verdicts_rows_is_sourced_as_its_card_is():
    data, drawn = held_to("2007-03-31")
    exhibit = Exhibit(kind="lines", title="A path", frame=drawn[["b"]], x="", y="b")
    verdict = make_verdict()
    said = Tags(figure(exhibit, data, verdict).html).text
    assert source_text(verdict, dt.date(2007, 3, 31)) in said
