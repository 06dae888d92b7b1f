"""What is on the axes: the exhibit's own numbers, labels and limits."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from r2klib.errors import InputError
from r2klib.show import Exhibit, Figure, draw, figure
from r2klib.show import axes as at
from r2klib.show.figures import height, numbers
from r2klib.show.intervals import Row, draw_curve, draw_rows
from r2klib.show.scatter import binned_means
from r2klib.show.style import LIGHT, NARROW, WIDE, canvas, styled
from r2klib.show.svg import _short, to_svg
from tests.made import EXHIBITS, bars, histogram, intervals, make_verdict, paths, scatter


def drawn(exhibit, width=WIDE):
    with styled():
        return draw(exhibit, canvas(width, height(exhibit, width)))


def texts(ax):
    return [text.get_text() for text in ax.texts]


def by_label(ax):
    return {line.get_label(): line for line in ax.lines}


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("kind", EXHIBITS)
def test_every_kind_draws_at_both_widths_inside_its_figure(kind, width):
    ax = drawn(EXHIBITS[kind](), width)
    ax.figure.draw_without_rendering()
    box = ax.get_position()
    assert 0 <= box.x0 < box.x1 <= 1
    assert 0 < box.y0 < box.y1 < 1
    renderer = ax.figure._get_renderer()
    for text in ax.texts:
        extent = text.get_window_extent(renderer)
        assert extent.x0 >= -1, text.get_text()
        assert extent.x1 <= width + 1, text.get_text()


@pytest.mark.parametrize("kind", EXHIBITS)
def test_the_title_is_the_finding_and_stands_left(kind):
    exhibit = EXHIBITS[kind]()
    assert drawn(exhibit).get_title(loc="left").replace("\n", " ") == exhibit.title


def test_paths_draw_each_column_in_its_role_and_name_it_at_its_end():
    exhibit = paths()
    ax = drawn(exhibit)
    lines = by_label(ax)
    for name in ("small", "large"):
        np.testing.assert_array_equal(lines[name].get_ydata(), exhibit.frame[name])
        assert lines[name].get_color() == LIGHT[name]
        assert name in texts(ax)
    assert ax.get_legend() is None
    assert ax.get_ylabel() == "volatility, % a year"


def test_recessions_are_shaded_only_inside_the_span():
    outside = paths(spans=((pd.Timestamp("1930-01-31").date(), pd.Timestamp("1931-01-31").date()),))
    assert len(drawn(paths()).patches) == 1
    assert len(drawn(outside).patches) == 0


def test_zero_is_drawn_where_the_lines_cross_it():
    crossing = paths(frame=paths().frame - 18)
    level = [line for line in drawn(crossing).lines if set(line.get_ydata()) == {0.0}]
    assert len(level) == 1
    assert not [line for line in drawn(paths()).lines if set(np.ravel(line.get_ydata())) == {0.0}]


def test_a_log_scale_is_asked_for_by_the_axis_label():
    assert drawn(paths(y="wealth, USD (log scale)")).get_yscale() == "log"
    assert drawn(paths()).get_yscale() == "linear"


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_intervals_show_point_ends_zero_and_mark(width):
    exhibit = intervals()
    ax = drawn(exhibit, width)
    points = by_label(ax)
    assert points["1950s"].get_xdata() == [1.05]
    segments = {tuple(line.get_xdata()) for line in ax.lines}
    assert {(0.9, 1.2), (1.2, 1.6)} <= segments
    assert {"1950s", "1960s", "beta of the market", "1.05", "1.39"} <= set(texts(ax))
    verticals = {round(float(p.vertices[0, 0]), 6) for c in ax.collections for p in c.get_paths()}
    assert {0.0, 1.0} <= verticals


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_interval_and_mark_lies_within_the_limits(width):
    frame = pd.DataFrame({"value": [1.0], "low": [-3.0], "high": [7.0]}, index=["a"])
    low, high = drawn(intervals(frame=frame, marks={"far": 9.0}), width).get_xlim()
    assert low < -3
    assert high > 9


def test_on_phones_no_line_crosses_the_labels_between_the_rows():
    ax = drawn(intervals(), NARROW)
    zero = next(c for c in ax.collections if c.get_label() == "zero")
    bands = [tuple(path.vertices[:, 1]) for path in zero.get_paths()]
    assert len(bands) == 2
    assert bands[0][1] < bands[1][0]


def test_an_estimate_without_interval_is_an_open_point():
    frame = intervals().frame.assign(low=[np.nan, 1.2], high=[np.nan, 1.6])
    points = by_label(drawn(intervals(frame=frame)))
    assert points["1950s"].get_markerfacecolor() == LIGHT["surface"]
    assert points["1960s"].get_markerfacecolor() == LIGHT["third"]


def test_the_specification_curve_has_the_primary_on_top_and_keeps_the_declared_order():
    verdict = make_verdict()
    with styled():
        ax = draw_curve(verdict, canvas(WIDE, 300))
    points = by_label(ax)
    assert points["Primary measure"].get_xdata() == [0.262]
    assert points["Primary measure"].get_marker() == "D"
    heights = [points[n].get_ydata()[0] for n in ("Primary measure", "first half", "bare number")]
    assert heights == sorted(heights)
    low, high = ax.get_ylim()
    assert low > high  # the first row is on top


@pytest.mark.parametrize(("direction", "edge"), [(1, 0.10), (-1, -0.10)])
def test_the_side_as_large_as_claimed_is_shaded_in_the_claims_direction(direction, edge):
    from dataclasses import replace

    verdict = make_verdict()
    verdict = replace(verdict, claim=replace(verdict.claim, direction=direction))
    with styled():
        ax = draw_curve(verdict, canvas(WIDE, 300))
    shaded = ax.collections[0].get_paths()[0].vertices[:, 0]
    assert edge in (shaded.min(), shaded.max())
    assert np.sign(shaded[np.argmax(np.abs(shaded))]) == direction


def test_scatter_shows_all_points_and_the_means_of_tenths():
    exhibit = scatter()
    ax = drawn(exhibit)
    np.testing.assert_array_equal(ax.collections[0].get_offsets(), exhibit.frame)
    means = by_label(ax)["mean of each tenth"]
    np.testing.assert_allclose(means.get_xdata(), binned_means(exhibit.frame)["x"])
    assert len(means.get_xdata()) == 10


@pytest.mark.parametrize("free", [(0, 30, "above"), (45, 30, "below"), (90, 30, "above")])
def test_a_level_is_named_where_no_line_is_in_the_way(free):
    """The line swings about the level all the time but once, there on one side of it."""
    start, length, side = free
    y = np.where(np.arange(120) % 2, 1.0, -1.0)
    y[start : start + length] = -0.05 if side == "above" else 0.05
    days = pd.date_range("2010-01-31", periods=120, freq="ME")
    ax = drawn(paths(frame=pd.DataFrame({"one": y}, index=days), marks={"a level": 0.0}))
    ax.figure.draw_without_rendering()
    name = next(text for text in ax.texts if text.get_text() == "a level")
    box = ax.transData.inverted().transform(name.get_window_extent(ax.figure._get_renderer()))
    (left, bottom), (right, top) = box
    within = slice(*np.searchsorted(ax.lines[0].get_xdata(orig=False), [left, right]))
    assert 0 <= within.start < within.stop
    assert start <= within.start <= within.stop <= start + length
    assert bottom > 0 if side == "above" else top < 0


def test_a_thousand_points_say_their_look_once():
    """A point has a place and nothing else, and it is where matplotlib would draw it."""
    text = to_svg(drawn(scatter(n=1_000)).figure, key="k", css_class="c")
    line = max(re.findall(r"<g [^>]*><marker.*?</g>", text), key=len)
    assert 'fill-opacity="0.3"' in line
    (path,) = re.findall(r'<path d="M([-.\dl ]+)"[^>]*marker-mid="url\(#k-p\d+\)"', line)
    steps = [float(step) for step in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", path)]
    points = np.cumsum(np.reshape(steps, (-1, 2)), axis=0)  # each by its step from the one before
    assert len(points) == 1_000
    ax = drawn(scatter(n=1_000))
    ax.figure.canvas.draw()
    pixels = ax.transData.transform(ax.collections[0].get_offsets())
    pixels[:, 1] = ax.figure.bbox.height - pixels[:, 1]
    apart = np.abs(points[:, None] - pixels[None]).max(axis=-1)  # they are drawn from left to right
    assert max(apart.min(axis=0).max(), apart.min(axis=1).max()) < 0.06


def test_few_points_get_a_fitted_line_instead():
    frame = pd.DataFrame({"x": [0.0, 1.0, 2.0], "y": [1.0, 3.0, 5.0]})
    line = by_label(drawn(scatter(frame=frame)))["fitted line"]
    np.testing.assert_allclose(line.get_ydata(), [1.0, 5.0])


def test_binned_means_are_means():
    frame = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0], "y": [10.0, 20.0, 30.0, np.nan]})
    assert binned_means(frame, 3)["y"].tolist() == [10.0, 20.0, 30.0]


def test_bars_are_as_long_as_their_values_which_stand_at_their_ends():
    ax = drawn(bars())
    assert [patch.get_width() for patch in ax.patches[:3]] == [-1.5, -0.5, 0.5]
    assert {"−1.50", "0.50", "month 0"} <= set(texts(ax))
    assert {"■ small", "■ large"} <= set(texts(ax))


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_more_than_twelve_bars_become_dots_each_with_its_label(width):
    assert len(drawn(bars(12), width).patches) == 24
    ax = drawn(bars(40), width)
    assert not ax.patches
    assert by_label(ax)["small"].get_xdata()[:3].tolist() == [-1.5, -0.5, 0.5]
    assert {f"month {n}" for n in range(40)} <= set(texts(ax))
    assert "−1.50" not in texts(ax)  # read off the scale


def test_histogram_counts_every_draw_and_marks_what_was_observed():
    ax = drawn(histogram())
    assert sum(patch.get_height() for patch in ax.patches) == 999
    assert numbers(histogram())["draws"].sum() == 999  # and so does its download
    assert by_label(ax)["observed"].get_xdata() == [0.9, 0.9]
    assert "observed 0.9" in texts(ax)


def test_labels_that_would_overlap_are_spread_within_the_axes():
    placed = at.spread([50, 51, 52], [16, 16, 16], 0, 100)
    gaps = np.diff(sorted(placed))
    assert (gaps >= 16 - 1e-9).all()
    assert at.spread([99, 98], [16, 16], 0, 100) == pytest.approx([92, 76])
    assert at.spread([10, 90], [16, 16], 0, 100) == [10, 90]


def test_tick_labels_have_the_decimals_that_tell_them_apart():
    assert at.tick_labels([0.0, 0.25, 0.5]) == ["0.00", "0.25", "0.50"]
    assert at.tick_labels([-10, 0, 10]) == ["−10", "0", "10"]
    assert at.tick_labels([0.0, 0.1, 0.2]) == ["0.0", "0.1", "0.2"]


def test_axes_that_share_a_figure_stay_where_they_are():
    from matplotlib.figure import Figure

    with styled():
        left, right = Figure(figsize=(10, 4)).subplots(1, 2)
        before = right.get_position().bounds
        draw(paths(), left)
        draw(intervals(), right)
    assert right.get_position().bounds == before


@pytest.mark.parametrize(
    ("exhibit", "said"),
    [
        (paths(frame=paths().frame.iloc[:0]), "empty"),
        (paths(frame=paths().frame.reset_index(drop=True)), "DatetimeIndex"),
        (intervals(frame=intervals().frame.drop(columns="low")), "low"),
        (scatter(frame=scatter().frame.rename(columns={"y": "z"})), "x and y"),
        (histogram(frame=histogram().frame.rename(columns={"draws": "z"})), "draws"),
        (paths(kind="pie"), "pie"),
    ],
)
def test_an_exhibit_that_cannot_be_drawn_says_why(exhibit, said):
    with pytest.raises(InputError, match=said):
        draw(exhibit, canvas(WIDE, 300))
    with pytest.raises(InputError, match=said):  # as a notebook asks for it
        figure(exhibit)


def test_a_claim_without_an_estimate_has_no_specification_curve():
    with pytest.raises(InputError, match="no data"):
        draw_curve(make_verdict("no data"), canvas(WIDE, 300))


def test_a_long_line_by_its_steps_ends_where_it_would_by_its_places():
    rng = np.random.default_rng(3)
    places = [(round(x, 1), round(y, 1)) for x, y in rng.normal(100, 40, (400, 2))]
    told = _short("M" + "L".join(f"{x:g} {y:g}" for x, y in places))
    start, steps = told[1:].split("l")
    numbers = [float(n) for n in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", steps)]
    walked = np.cumsum(
        [tuple(map(float, start.split())), *zip(*[iter(numbers)] * 2, strict=True)], 0
    )
    np.testing.assert_allclose(walked, places, atol=1e-9)
    assert len(told) < 0.95 * len("L".join(f"{x:g} {y:g}" for x, y in places))
    curve = "M0 0C1 1 2 2 3 3"
    assert _short(curve) == curve


def test_counts_have_no_decimals_and_what_is_drawn_has_those_of_its_title():
    assert at.places([5.0, 16.0, 2.0]) == 0
    assert at.places([5.0, 16.0, 2.5]) == 1
    for widest, decimals in ((45.0, 1), (60.0, 1), (140.0, 0)):
        rows = [Row("one", 1.3, -widest / 2, widest / 2, 10), Row("two", 2.0, 1.0, 3.0, 12)]
        with styled():
            ax = draw_rows(rows, canvas(WIDE, 200), x="%")
        assert f"{1.3:.{decimals}f}" in texts(ax)


def test_a_drawing_of_ones_own_has_the_words_of_every_figure():
    frame = pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": [1.0, 3.0, 2.0]})
    own = {"kind": "own", "title": "Own", "frame": frame, "x": "a, points", "y": "b, %"}
    exhibit = Exhibit(**own, plot=lambda ax: frame.plot.scatter("a", "b", ax=ax))
    ax = drawn(exhibit)
    assert len(ax.collections[0].get_offsets()) == 3
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("a, points", "b, %")
    figure = Figure.of(exhibit)
    assert figure.alt == "Own. Drawing of 3 rows of a, b: b, % against a, points."
    assert figure.svg().count("<svg") == 1
    with pytest.raises(InputError, match="a drawing of your own needs `plot`"):
        Figure.of(Exhibit(**own))
