"""What every public function owes its callers, whatever it estimates.

What is wrong with an argument is said in its name: every function against every defect, and where
a defect is none `SOUND` says why. And every result shows itself alike: as text and as HTML, escaped
and without a clock or a memory address.
"""

import copy
import inspect
import pickle
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

from r2klib import stats
from r2klib.errors import InputError
from r2klib.stats import _html
from r2klib.stats._result import Result

T = 240
MONTHS = pd.date_range("1990-01-31", periods=T, freq="ME")
DAYS = pd.bdate_range("1990-01-01", periods=T)
Data = pd.Series | pd.DataFrame


def series(seed: int, name: str = "x", index: pd.Index = MONTHS) -> pd.Series:
    return pd.Series(0.03 * np.random.default_rng(seed).standard_normal(T), index, name=name)


def frame(seed: int, columns: str = "ab", index: pd.Index = MONTHS) -> pd.DataFrame:
    values = 0.03 * np.random.default_rng(seed).standard_normal((T, len(columns)))
    return pd.DataFrame(values, index, list(columns))


FLAG = pd.Series(np.arange(T) % 5 == 0, MONTHS, dtype=float, name="flag")
LEVEL = np.exp(series(8).cumsum())
BARS = {
    name: pd.DataFrame({"a": factor * np.exp(series(9, index=DAYS).cumsum())})
    for name, factor in {"open": 1.001, "high": 1.01, "low": 0.99, "close": 1.0}.items()
}
HLC = {name: BARS[name] for name in ("high", "low", "close")}
EVENTS = MONTHS[[30, 90, 150]]
FORECASTS = stats.walk_forward(series(1), series(2), min_obs=60)
ODDS = stats.expanding_logit(FLAG, series(2), min_obs=60)
DRAWS = {"seed": 1, "draws": 19}


class Case(NamedTuple):
    good: dict[str, Any]
    over_time: tuple[str, ...]  # the arguments that are spoilt


#: Every public function that takes data over time, with arguments it accepts.
CASES = {
    "abdi_ranaldo": Case(HLC, ("high", "low", "close")),
    "amihud": Case(
        {"returns": series(1, index=DAYS), "dollar_volume": BARS["close"]},
        ("returns", "dollar_volume"),
    ),
    "ar1": Case({"x": series(1)}, ("x",)),
    "break_test": Case(
        {"y": series(1), "X": frame(2), "weights": {"a": 1.0}, "block": 12, **DRAWS}, ("y", "X")
    ),
    "brier_test": Case({"forecasts": ODDS, **DRAWS}, ("forecasts",)),
    "bry_boschan": Case({"level": np.log(LEVEL)}, ("level",)),
    "circular_bootstrap": Case(
        {"statistic": stats.sharpe_difference, "data": frame(1), **DRAWS}, ("data",)
    ),
    "corwin_schultz": Case(HLC, ("high", "low", "close")),
    "drawdowns": Case({"levels": LEVEL}, ("levels",)),
    "edge_spread": Case(BARS, ("open", "high", "low", "close")),
    "event_study": Case(
        {"returns": frame(1), "factors": frame(2, "fg"), "events": EVENTS, "estimation": 24},
        ("returns", "factors"),
    ),
    "expanding_factor_regression": Case(
        {"returns": frame(1), "factors": frame(2, "fg"), "min_obs": 36}, ("returns", "factors")
    ),
    "expanding_logit": Case(
        {"outcome": FLAG, "score": series(2), "min_obs": 60}, ("outcome", "score")
    ),
    "factor_regression": Case({"y": series(1), "factors": frame(2, "fg")}, ("y", "factors")),
    "forecast_test": Case({"forecasts": FORECASTS}, ("forecasts",)),
    "forward_outcome": Case({"d": series(1)}, ("d",)),
    "grs_test": Case({"assets": frame(1), "factors": frame(2, "fg")}, ("assets", "factors")),
    "hac_mean": Case({"x": series(1)}, ("x",)),
    "ivx_test": Case({"y": series(1), "X": frame(2)}, ("y", "X")),
    "joint_law": Case({"y": series(1), "x": series(2), **DRAWS}, ("y", "x")),
    "log_returns": Case({"prices": LEVEL}, ("prices",)),
    "logit_odds": Case({"outcome": FLAG, "score": series(2), **DRAWS}, ("outcome", "score")),
    "mean_difference": Case({"x": series(1), "indicator": FLAG}, ("x", "indicator")),
    "monthly_returns": Case({"prices": BARS["close"]}, ("prices",)),
    "newey_west_lags": Case({"scores": series(1)}, ("scores",)),
    "ols_hac": Case({"y": series(1), "X": frame(2)}, ("y", "X")),
    "panel_hac": Case({"returns": frame(1), "factors": frame(2, "fg")}, ("returns", "factors")),
    "phase_law": Case({"level": np.log(LEVEL), **DRAWS}, ("level",)),
    "placebo_test": Case({"x": series(1), "events": EVENTS, "horizon": 12, **DRAWS}, ("x",)),
    "predict": Case({"y": series(1), "x": series(2), **DRAWS}, ("y", "x")),
    "rolling_factor_regression": Case(
        {"returns": frame(1), "factors": frame(2, "fg"), "window": 36}, ("returns", "factors")
    ),
    "rolling_zscore": Case({"x": series(1), "window": 12}, ("x",)),
    "signal_law": Case({"y": series(1), "x": series(2), **DRAWS}, ("y", "x")),
    "stationary_bootstrap": Case(
        {"statistic": stats.sharpe_difference, "data": frame(1), **DRAWS}, ("data",)
    ),
    "switching_test": Case(
        {"d": series(1), "hold": FLAG, "benchmark": 1 - FLAG, **DRAWS}, ("d", "hold", "benchmark")
    ),
    "to_log": Case({"simple": series(1)}, ("simple",)),
    "to_simple": Case({"log": series(1)}, ("log",)),
    "variance_ratio": Case({"x": series(1), "long": 12, **DRAWS}, ("x",)),
    "walk_forward": Case({"y": series(1), "x": series(2), "min_obs": 60}, ("y", "x")),
    "weekly_returns": Case({"prices": BARS["close"]}, ("prices",)),
    "wild_bootstrap": Case(
        {"y": series(1), "X": frame(2), "weights": {"a": 1.0}, "block": 12, **DRAWS}, ("y", "X")
    ),
}

#: Public functions that take no data over time: dates, weights, p-values, numbers, other results.
ELSEWHERE = {
    "benjamini_hochberg",
    "benjamini_yekutieli",
    "brinson_fachler",
    "effective_n",
    "expected_shortfall",
    "log_shortfall_ratio",
    "placebo_dates",
    "recession_indicator",
    "romano_wolf",
    "stacked_windows",
    "to_month_end",
}


def infinite(data: Data) -> Data:
    data = data.astype(float)
    data.iloc[5] = np.inf
    return data


def doubled(data: Data) -> Data:
    return pd.concat([data, data.iloc[[3]]]).sort_index(kind="stable")


SPOIL: dict[str, Callable[[Data], Data]] = {
    "empty": lambda data: data.iloc[:0],
    "too short": lambda data: data.iloc[:2],
    "all NaN": lambda data: data * np.nan,
    "infinite": infinite,
    "constant": lambda data: data * 0 + 1,
    "duplicate dates": doubled,
    "unsorted": lambda data: data.iloc[::-1],
    "no numbers": lambda data: data.astype(str),
    "other years": lambda data: data.set_axis(data.index + pd.DateOffset(years=60)),
    "month starts": lambda data: data.set_axis(data.index.to_period("M").to_timestamp()),
}

ROW_BY_ROW = (
    "forward_outcome",
    "log_returns",
    "rolling_zscore",
    "to_log",
    "to_simple",
)
SPREADS = ("abdi_ranaldo", "amihud", "corwin_schultz", "edge_spread")
#: What is no defect for a function, by the reason.
SOUND: dict[str, set[tuple[str, str]]] = {
    "a rule for each row, or a mean: what a row lacks is NaN there": {
        (name, defect) for name in ROW_BY_ROW for defect in ("too short", "constant")
    },
    "a price that stands still has no spread to find: its cells are NaN and counted": {
        (name, "constant") for name in SPREADS
    },
    "no fall is a table without rows": {("drawdowns", "too short"), ("drawdowns", "constant")},
    "outcomes all alike, or a score that does not vary, forecast the base rate": {
        ("expanding_logit", "constant"),
        ("logit_odds", "constant"),
    },
    "prices that stand still return nothing": {
        ("monthly_returns", "constant"),
        ("weekly_returns", "constant"),
    },
    "a holding may stay as it is": {("switching_test", "constant")},
}


@pytest.mark.parametrize("name", CASES)
def test_the_arguments_are_good(name: str) -> None:
    getattr(stats, name)(**CASES[name].good)


def test_every_public_function_is_here() -> None:
    functions = {
        name
        for name in stats.__all__
        if callable(getattr(stats, name))
        and getattr(getattr(stats, name), "__qualname__", "").islower()
    }
    assert functions == CASES.keys() | ELSEWHERE


def cells(name: str) -> list[tuple[str, str]]:
    """Each argument of a function with what is a defect of it."""
    sound, names = set().union(*SOUND.values()), CASES[name].over_time
    alone = ("other years", "month starts")  # no defect without another argument to match
    return [
        (argument, defect)
        for argument in names
        for defect in SPOIL
        if (name, defect) not in sound and (len(names) > 1 or defect not in alone)
    ]


def assert_named(name: str, bad: dict[str, Any], what: object = "") -> None:
    function, said = getattr(stats, name), "no error"
    try:
        function(**CASES[name].good | bad)
    except InputError as error:
        said = str(error)
    named = {*re.findall(r"`(\w+)`", said)}
    assert named & {*inspect.signature(function).parameters}, f"{what}: {said}"


@pytest.mark.parametrize("name", CASES)
def test_every_defect_is_named(name: str) -> None:
    good, names = CASES[name]
    for argument, defect in cells(name):
        spoilt = names if defect == "too short" else (argument,)  # one alone is merely misaligned
        bad = {one: SPOIL[defect](good[one]) for one in spoilt}
        assert_named(name, bad, (argument, defect))


def test_names_stay_what_they_are() -> None:
    labels = pd.Index([3, ("a", 1)], tupleize_cols=False)
    factors = frame(2).set_axis(labels, axis=1)
    fit = stats.factor_regression(series(1).rename(7), factors)
    assert list(fit.params.index) == ["alpha", 3, ("a", 1)]
    assert (fit.dependent, fit.model) == ("7", "3, ('a', 1)")
    panel = stats.panel_hac(series(1).rename(("b", 2)), factors, hac_lags=3)
    assert list(panel.nobs.index) == [("b", 2)]
    rolled = stats.rolling_factor_regression(series(1), factors, window=36)
    assert list(rolled.describe().index) == ["alpha", "3", "('a', 1)"]


class Foreign:
    """A table of polars' or pyarrow's: its dates would count as numbers."""

    def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
        return np.column_stack([np.arange(T) * 1e15, series(1)])

    def to_pandas(self) -> None: ...


def test_tables_of_other_libraries_are_told_how_they_become_pandas() -> None:
    for call in (
        lambda: stats.ols_hac(series(1), Foreign()),
        lambda: stats.factor_regression(series(1), Foreign(), "capm"),
        lambda: stats.panel_hac(Foreign(), frame(2)),
        lambda: stats.monthly_returns(Foreign()),  # type: ignore[type-var]
    ):
        with pytest.raises(InputError, match=r"is a Foreign.*\.to_pandas\(\)` with its dates as"):
            call()


@pytest.mark.parametrize("form", ["%m/%d/%Y", "%Y-%m-%d", "%Y-%m", "%d.%m.%y"])
def test_text_is_no_date_even_where_both_have_it(form: str) -> None:
    """Its order is not that of time: 01/31/1991 comes before 02/28/1990."""
    text = pd.Index(MONTHS.strftime(form))
    y, X = (given.set_axis(text).sort_index() for given in (series(1), frame(2)))
    for call in (stats.ols_hac, stats.factor_regression, stats.panel_hac):
        with pytest.raises(InputError, match=r"are text, which is no date\. Turn it: `\.set_axis"):
            call(y, X)
    for function in (stats.to_month_end, stats.monthly_returns, stats.weekly_returns):
        with pytest.raises(InputError, match=r"`(dated|prices)`, such as '.*', are text"):
            function(1 + y)
    assert stats.ols_hac(*(given.set_axis([f"fund{i:03}" for i in range(T)]) for given in (y, X)))


LEVELS = pd.MultiIndex.from_product([["a"], MONTHS])


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (
            series(1).set_axis(LEVELS),
            r"one label for each row; its index has 2 levels.*unstack.*droplevel",
        ),
        (
            series(1).rename_axis("Date").reset_index(),
            r"do not: Date\. Make dates the index: `\.set_index\('Date'\)`",
        ),
        (series(1).to_frame(("a", "b")), r"one name for each column; its names have 2 levels"),
        (series(1).set_axis(MONTHS.date), r"`y` must carry stamps of pandas.*DatetimeIndex"),
        (
            series(1).to_numpy(),
            r"differ in kind: RangeIndex and DatetimeIndex.*asarray\(y\), X\.index",
        ),
        (series(1).to_period("M"), r"differ in kind: PeriodIndex and DatetimeIndex.*to_month_end"),
        (series(1).to_frame(None).set_axis([None], axis=1), "a name for each column"),
        ([[1.0], [1.0, 2.0]], "list of rows that differ in length"),
        (series(1, "x" * 1000) * np.inf, r"'x{60}\.\.\.' is infinite at 1990-01-31"),
    ],
)
def test_labels_that_cannot_be_used_are_named(y: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        stats.ols_hac(y, frame(2))


def test_an_asset_of_zeros_and_signals_that_alternate_are_named() -> None:
    assert_named("grs_test", {"assets": frame(1).assign(b=0.0)})
    assert_named("ivx_test", {"X": frame(2).assign(b=(-1.0) ** np.arange(T))})
    assert_named("ivx_test", {"y": frame(2)["a"].shift(1).fillna(0.0)})
    with pytest.raises(InputError, match="follows exactly from the row before"):
        stats.predict(series(1), (-1.0) ** pd.Series(np.arange(T), MONTHS), **DRAWS)
    stats.signal_law(series(1), (-1.0) ** np.arange(T) + series(2), seed=1, draws=19)


def twice(data: pd.DataFrame) -> pd.DataFrame:
    return data.assign(twice=2 * data.iloc[:, 0])


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("expanding_factor_regression", "factors"),
        ("factor_regression", "factors"),
        ("grs_test", "assets"),
        ("grs_test", "factors"),
        ("ivx_test", "X"),
        ("ols_hac", "X"),
        ("panel_hac", "factors"),
        ("rolling_factor_regression", "factors"),
    ],
)
def test_collinear_columns_are_named(name: str, argument: str) -> None:
    assert_named(name, {argument: twice(CASES[name].good[argument])})


def test_collinear_controls_are_named() -> None:
    stats.placebo_test(**CASES["placebo_test"].good, controls=frame(5, "uv"))
    assert_named("placebo_test", {"controls": twice(frame(5, "uv"))})
    assert_named("placebo_test", {"controls": frame(5, "uv").assign(v=1.0)})


@pytest.mark.parametrize(
    ("name", "longer"),
    [
        ("bry_boschan", {"window": 120}),
        ("brier_test", {"block_length": T}),
        ("circular_bootstrap", {"block_length": T + 1}),
        ("expanding_factor_regression", {"min_obs": T + 1}),
        ("expanding_logit", {"min_obs": T + 1}),
        ("factor_regression", {"hac_lags": T}),
        ("hac_mean", {"hac_lags": T}),
        ("logit_odds", {"block_length": T + 1}),
        ("ols_hac", {"hac_lags": T}),
        ("panel_hac", {"hac_lags": T}),
        ("phase_law", {"window": 120}),
        ("placebo_test", {"horizon": T}),
        ("predict", {"horizon": T}),
        ("joint_law", {"horizon": T}),
        ("signal_law", {"horizon": T}),
        ("abdi_ranaldo", {"min_obs": 99}),
        ("rolling_factor_regression", {"window": T + 1}),
        ("stationary_bootstrap", {"block_length": T + 1}),
        ("switching_test", {"block_length": T + 1}),
        ("variance_ratio", {"long": T}),
        ("walk_forward", {"min_obs": T + 1}),
    ],
)
def test_a_window_longer_than_the_sample_is_named(name: str, longer: dict[str, int]) -> None:
    assert_named(name, longer)


@pytest.mark.parametrize("adjust", [stats.benjamini_hochberg, stats.benjamini_yekutieli])
@pytest.mark.parametrize("wrong", [-0.01, 1.01, np.nan, np.inf])
def test_p_values_lie_between_zero_and_one(
    adjust: Callable[[object], object], wrong: float
) -> None:
    with pytest.raises(InputError, match=r"`p` must (lie between 0 and 1|be finite).* K1"):
        adjust(pd.Series({"P1": 0.2, "K1": wrong}))


def renamed(value: object) -> object:
    """Names that a page would run as a script if they were not escaped."""
    if isinstance(value, pd.Series):
        return value.rename(f"<script>{value.name}</script>")
    if isinstance(value, pd.DataFrame) and len(value.columns) < 3:  # not a table of forecasts
        return value.add_prefix("<script>")
    return value


def results() -> list[str]:
    """Functions that return a result of the kit's own."""
    skipped = {"amihud", "newey_west_lags", "wild_bootstrap", "break_test"}
    tables = {"expanding_logit", "walk_forward", "monthly_returns", "weekly_returns", *ROW_BY_ROW}
    return sorted(CASES.keys() - skipped - tables)


def assert_shown(make: Callable[[], Any]) -> None:
    found, again = make(), make()
    text, page = repr(found), found._repr_html_()
    assert (text, page) == (repr(again), again._repr_html_())
    assert str(found) == text == found.summary()
    assert "<script" not in page
    assert not re.search(r"\b0x[0-9a-f]{6,}", text + page)
    assert found.title in text


@pytest.mark.parametrize("name", results())
def test_results_show_themselves(name: str) -> None:
    arguments = {key: renamed(value) for key, value in CASES[name].good.items()}
    assert_shown(lambda: getattr(stats, name)(**arguments))


@pytest.mark.parametrize("name", ["ols_hac", "factor_regression", "panel_hac", "predict"])
def test_names_of_statsmodels_are_understood(name: str) -> None:
    found = getattr(stats, name)(**CASES[name].good)
    assert found.bse.equals(found.std_errors)
    assert found.tvalues.equals(found.tstats)
    if name == "panel_hac":
        with pytest.raises(AttributeError, match="PanelFit has no attribute 'resid'"):
            _ = found.resid
    else:
        assert found.resid.equals(found.resids)
        assert found.fittedvalues.equals(found.fitted)


def test_laws_have_intervals_by_the_name_of_other_results() -> None:
    law = stats.stationary_bootstrap(**CASES["stationary_bootstrap"].good)
    assert law.conf_int(0.5) == law.interval(0.5)
    with pytest.raises(AttributeError, match="AR1Fit has no attribute 'conf_int'"):
        _ = stats.ar1(**CASES["ar1"].good).conf_int


def test_a_misspelt_attribute_is_told_with_what_is_needed_to_guess_it() -> None:
    with pytest.raises(AttributeError) as caught:
        _ = stats.ols_hac(**CASES["ols_hac"].good).pvaleus
    assert (caught.value.name, type(caught.value.obj)) == ("pvaleus", stats.RegressionFit)


@pytest.mark.parametrize("name", results())
def test_results_are_equal_to_their_copies_and_to_no_others(name: str) -> None:
    good = CASES[name].good
    found, again = getattr(stats, name)(**good), getattr(stats, name)(**good)
    for copied in (again, pickle.loads(pickle.dumps(found)), copy.deepcopy(found)):
        assert found == copied
        assert hash(found) == hash(copied)
    other = stats.hac_mean(series(77))
    assert found != other
    assert found != "found"


@pytest.mark.parametrize("name", results())
def test_what_a_result_hands_out_does_not_change_it(name: str) -> None:
    found = getattr(stats, name)(**CASES[name].good)
    before, said = found.to_dict(), found.summary()
    for field in vars(found):
        given = getattr(found, field)
        if isinstance(given, np.ndarray):
            with pytest.raises(ValueError, match="read-only"):
                given[...] = 0
        if isinstance(given, pd.Series | pd.DataFrame):
            given.iloc[:] = given.iloc[::-1].to_numpy()
            if not isinstance(given.index, pd.MultiIndex):
                given.loc["new"] = given.iloc[0]
            given.index.name = "changed"
    assert found.to_dict() == before
    assert found.summary() == said


def test_parts_of_results_show_themselves() -> None:
    fit = stats.ols_hac(series(1, "<script>y"), frame(2).add_prefix("<script>"))
    assert_shown(lambda: fit.combine({"<script>a": 1.0}, "<script>sum"))
    assert_shown(fit.f_test)
    weights = {"<script>a": 1.0}
    x = frame(2).add_prefix("<script>")
    assert_shown(lambda: stats.wild_bootstrap(series(1), x, weights, block=12, **DRAWS))
    assert_shown(lambda: stats.break_test(series(1), x, weights, block=12, **DRAWS))
    share = pd.Series([0.5, 0.5], ["<script>tech", "banks"])
    assert_shown(lambda: stats.brinson_fachler(share, share, share, share))


def test_every_result_was_shown() -> None:
    """No class of results is left out of the two tests above."""
    shown = {type(getattr(stats, name)(**CASES[name].good)).__name__ for name in results()}
    parts = {"ScalarFit", "Attribution", "WildLaw", "BreakTest"}
    assert all(hasattr(stats, name) for name in parts)  # which imports them
    parts |= {"FTest"}
    classes, found = [Result], set()
    while classes:
        for kind in classes.pop().__subclasses__():
            classes.append(kind)
            if not inspect.isabstract(kind) and kind.__module__.startswith("r2klib.stats"):
                found.add(kind.__name__)
    public = {name for name in found if not name.startswith("_")}
    assert public == shown | parts


def test_a_long_table_is_cut() -> None:
    names = [f"stock{i}" for i in range(500)]
    hlc = {key: pd.DataFrame(dict.fromkeys(names, bar["a"])) for key, bar in HLC.items()}
    found = stats.abdi_ranaldo(**hlc)
    text, page = repr(found), found._repr_html_()
    assert text.count("stock") == page.count("stock") == 20
    assert "[500 rows x 5 columns]" in text
    assert "First and last 10 rows; all are in <code>to_frame()</code>." in page
    assert "stock499" in text
    assert len(found.to_frame()) == 500
    short = stats.abdi_ranaldo(**{key: bar.iloc[:, :30] for key, bar in hlc.items()})
    assert repr(short).count("stock") == short._repr_html_().count("stock") == 30
    assert "rows x" not in repr(short)


def test_a_page_shows_a_fit_in_words_with_decimals_that_its_errors_deserve() -> None:
    rng = np.random.default_rng(5)
    X = pd.DataFrame({"small": rng.normal(size=200), "wide": rng.normal(0, 1e-2, 200)})
    fit = stats.ols_hac((0.5 * X["small"] + 90 * X["wide"] + rng.normal(size=200)).rename("y"), X)
    page = fit._repr_html_()
    head = re.findall(r"<th scope=\"col\">([^<]*)", page)
    assert head == ["estimate", "std. error", "t", "p", "90 % low", "90 % high"]
    cells = [re.findall(r"<td data-value[^>]*>([^<]*)", row) for row in page.split("<tr>")[2:]]
    places = {name: {len(row[i].partition(".")[2]) for row in cells} for i, name in enumerate(head)}
    assert places["t"] == {2}
    assert places["p"] == {3}
    alike = {"estimate", "std. error", "90 % low", "90 % high"}
    assert {frozenset(places[name]) for name in alike} == {frozenset({3})}
    assert cells[1][3] == "&lt;\u00a00.001"
    assert cells[1][0] == f"{fit.params['small']:.3f}"
    assert f'data-value="{fit.params["wide"]:.10g}"' in page  # the download is not rounded so
    assert "-" not in "".join("".join(row) for row in cells)  # true minus signs alone


def test_numbers_too_far_apart_stand_each_for_itself() -> None:
    frame = pd.DataFrame({"estimate": [1e-12, 3e11], "std_error": [1e-13, 1.0], "n": [3, 4000]})
    page = _html.table(frame, "<b>", 0.9)
    assert [*re.findall(r"<td data-value[^>]*>([^<]*)", page)] == [
        *("1e−12", "1e−13", "3"),
        *("3e+11", "1", "4,000"),
    ]
    assert "&lt;b&gt;</span></caption>" in page
