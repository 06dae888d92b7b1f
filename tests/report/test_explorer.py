"""The explorer: right numbers, a figure wherever nobody can turn a knob, controls where one can."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from statsmodels.api import OLS, add_constant

import r2klib
from r2klib import report
from r2klib.claims import ledger, pairs
from r2klib.claims.views import View, exhibit, models_of, pairs_of
from r2klib.data import Dataset
from r2klib.errors import InputError, SeriesMissing, UnknownName
from r2klib.report import explorer
from r2klib.report.controls import controls
from r2klib.report.html import escape
from r2klib.report.outputs import Outputs

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="module")
def sample() -> Dataset:
    return r2klib.load("sample")


@pytest.fixture(autouse=True)
def nobody_sits_here(monkeypatch):
    for name in explorer.SESSIONS:
        monkeypatch.delenv(name, raising=False)


def view(**changes) -> View:
    chosen = {
        "pair": "legs",
        "measure": "beta",
        "model": "ff3",
        "window": 60,
        "first": 1980,
        "last": 2010,
    }
    return View(**chosen | changes)


@pytest.mark.parametrize(
    ("measure", "name", "scale"), [("beta", "Mkt-RF", 1), ("alpha", "const", 1200)]
)
def test_the_last_window_and_all_months_by_statsmodels(sample, measure, name, scale):
    shown = exhibit(sample, view(measure=measure))
    legs = pairs.get("legs").legs(sample)["1980":"2010"]
    X = add_constant(sample.frame("french.factors")[["Mkt-RF", "SMB", "HML"]]).loc[legs.index]
    y = legs["small"] - legs["large"]
    last = OLS(y[-60:], X[-60:]).fit()
    low, high = last.conf_int(0.10).loc[name]
    expected = scale * np.array([last.params[name], low, high])
    np.testing.assert_allclose(shown.frame.iloc[-1], expected, rtol=1e-9)
    assert shown.marks["all months"] == pytest.approx(scale * OLS(y, X).fit().params[name])
    assert shown.frame.index[0] == pd.Timestamp("1984-12-31")
    assert shown.frame.index[-1] == pd.Timestamp("2010-12-31")


def test_the_mean_is_that_of_logs_and_says_so(sample):
    shown = exhibit(sample, view(measure="mean", window=24))
    d = pairs.get("legs").d(sample)["1980":"2010"]
    value, low, high = shown.frame.iloc[-1]
    assert value == pytest.approx(1200 * d[-24:].mean())
    assert high - low == pytest.approx(2 * 1.713872 * 1200 * d[-24:].std() / np.sqrt(24))  # t, 23
    assert shown.marks["all months"] == pytest.approx(1200 * d.mean())
    assert shown.title.startswith("Mean log return of small minus large: ")
    assert exhibit(sample, view(measure="mean", pair="long")).title.startswith("Mean return of")


def test_the_title_is_computed(sample):
    frame = exhibit(sample, view()).frame["beta"]
    title = exhibit(sample, view()).title.replace("−", "-")
    said = [frame.iloc[-1], frame.min(), frame.max()]
    for value in said:
        assert f"{value:.2f}" in title
    assert "in the 60 months to 2010-12" in title


def test_what_an_edition_offers(sample):
    assert list(pairs_of(sample)) == ["legs", "long"]
    assert models_of(sample, "legs") == ["capm", "ff3", "carhart"]
    assert models_of(sample, "long") == ["capm"]  # d is SMB itself


def test_a_page_gets_the_figure_with_words_for_it(sample):
    shown = report.explore(sample)
    bundle = shown._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert bundle["text/html"] == shown._repr_html_()
    assert f'aria-label="{shown.figure.alt}"' in bundle["text/html"].replace("&#x27;", "'")
    assert bundle["text/html"].count("<svg") == 2  # wide and narrow
    assert repr(shown) == bundle["text/plain"] == f"[figure] {shown.figure.alt}"
    assert report.explore(sample)._repr_mimebundle_() == bundle


def test_a_notebook_gets_controls_and_keeps_the_figure(sample, monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", "01_history.ipynb")
    bundle = report.explore(sample)._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", WIDGET}
    assert bundle[WIDGET]["model_id"]
    assert WIDGET not in report.explore(sample, controls=False)._repr_mimebundle_()
    monkeypatch.delenv("JPY_SESSION_NAME")
    assert WIDGET in report.explore(sample, controls=True)._repr_mimebundle_()


def test_without_ipywidgets_the_figure_says_what_is_missing(sample, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    shown = report.explore(sample, controls=True)
    bundle = shown._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert "need ipywidgets. Install it" in bundle["text/html"]
    assert "<svg" in bundle["text/html"]
    with pytest.raises(InputError, match="pip install ipywidgets"):
        shown.widget()


@pytest.fixture
def panel(sample):
    """The controls by their label, and what they show."""
    widgets = pytest.importorskip("ipywidgets")
    box = controls(widgets, sample, view(first=1949, last=2017))
    row, page = box.children
    return {control.description: control for control in row.children}, page


def test_every_control_has_a_label_and_redraws(panel):
    control, page = panel
    assert list(control) == ["Pair", "Measure", "Model", "Window, months", "From year", "To year"]
    seen = {page.value}
    for name, value in {
        "Measure": "alpha",
        "Model": "carhart",
        "Window, months": 120,
        "From year": 1970,
        "To year": 2000,
    }.items():
        control[name].value = value
        assert page.value not in seen
        seen.add(page.value)
    assert "Alpha of small minus large" in page.value
    assert "carhart factors, windows of 120 months" in page.value
    assert 'role="region" aria-live="polite"' in page.value
    control["Measure"].value = "mean"
    assert control["Model"].disabled


def test_another_pair_brings_its_years_and_its_models(panel):
    control, page = panel
    control["Pair"].value = "long"
    assert control["Model"].options == ("capm",)
    assert (control["From year"].value, control["To year"].value) == (1926, 2018)
    assert "The SMB factor, arithmetic" in page.value
    control["Pair"].value = "legs"
    assert (control["From year"].value, control["To year"].value) == (1949, 2017)
    assert "<svg" in page.value


def test_a_choice_without_a_window_is_answered_in_words(panel):
    control, page = panel
    control["From year"].value = 2016
    assert "<svg" not in page.value
    assert "`window` must be between 5 months and the 15 that legs has" in page.value
    control["Window, months"].value = 12
    assert "<svg" in page.value


def test_a_name_from_outside_stays_text(sample):
    nasty = "<script>alert(1)</script>"
    tables = {name: sample[name] for name in ("french.size_value", "french.factors_2017")}
    data = Dataset(nasty, "sample", tables, {name: sample.provenance[name] for name in tables})
    shown = report.explore(data, controls=True)
    for html in (shown._repr_html_(), shown.widget().children[1].value):
        assert "<script" not in html
        assert "&lt;script&gt;alert(1)" in html


def test_editions_that_hold_less(sample):
    bare = Dataset.from_frame(
        pd.Series([1.0, 2.0], pd.date_range("2000-01-31", periods=2, freq="ME"), name="mine"),
        units="x",
        frequency="monthly",
        lag_days=0,
    )
    assert "holds no pair of small and large" in repr(report.explore(bare))
    without = sample.without(["french.factors_2017"])
    assert report.explore(without).view.pair == "long"
    with pytest.raises(SeriesMissing):
        report.explore(without, pair="legs")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"pair": "lags"}, UnknownName, "no pair 'lags'. Did you mean 'legs'"),
        ({"measure": "betta"}, UnknownName, "no measure 'betta'. Did you mean 'beta'"),
        ({"model": "ff33"}, UnknownName, "no model 'ff33'. Did you mean 'ff3'"),
        ({"model": "ff5"}, InputError, "`model` must be one .*: capm, ff3, carhart; it is 'ff5'"),
        ({"window": 2}, InputError, "`window` must be between 3 months and the 819"),
        ({"window": 60, "span": (2010, 2012)}, InputError, "and the 36 that legs has from 2010"),
        ({"span": (2012, 2010)}, InputError, "and the 0 that legs has from 2012 to 2010"),
    ],
)
def test_bad_choices_are_named(sample, arguments, error, message):
    with pytest.raises(error, match=message):
        report.explore(sample, **arguments)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('data["french.fac', ["french.factors", "french.factors_2017"]),
        ("data['UNR", ["UNRATE"]),
        ('data.series("CP', []),
        ('ledger["C', ["C1", "C2", "C3", "C4"]),
    ],
)
def test_the_tab_key_completes_series_and_claims(sample, line, expected):
    """By IPython's own completer, as a notebook's kernel asks it."""
    from IPython.core.completer import IPCompleter, provisionalcompleter

    completer = IPCompleter(namespace={"data": sample, "ledger": ledger()}, use_jedi=False)
    with provisionalcompleter():
        found = [completion.text for completion in completer.completions(line, len(line))]
    assert found == expected


def test_the_report_takes_the_figure_not_the_controls(sample):
    """As a page renders the cell's output, whatever kernel it came from."""
    data = report.explore(sample, controls=True)._repr_mimebundle_()
    output = SimpleNamespace(output_type="execute_result", data=data, get=lambda *_: {})
    page = Outputs("01_history", str).render(output)
    assert page.count("<svg") == 2
    assert f'aria-label="{escape(report.explore(sample).figure.alt)}"' in page
    assert "<script" not in page
    assert data[WIDGET]["model_id"] not in page
