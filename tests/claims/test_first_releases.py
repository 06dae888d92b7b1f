"""Claims read what was said first where an edition keeps releases, and say so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from r2klib.claims import designs, ledger, score, signals
from r2klib.claims.themes.sectors import INDUSTRIALS
from r2klib.data.publication import Publication
from tests.claims import worlds
from tests.claims.worlds import judge, released, with_releases

MONTHS = worlds.MONTHS[worlds.MONTHS >= "1970-01-31"]
SINCE = worlds.MONTHS[worlds.MONTHS >= "1962-01-31"]
#: Of an economy whose every vintage is scored anew: a shorter one.
RECENT = SINCE[SINCE >= "1982-01-31"]
QUARTERS = pd.date_range("1947-03-31", "2019-12-31", freq="QE", unit="us")
LAGS = {"PAYEMS": 10, "INDPRO": 18, "UNRATE": 10, "CPIAUCSL": 20, "GCEC1": 31}
LAGS |= dict.fromkeys(("PCECC96", "FPI", "GDP", "GDPC1"), 31)


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    """Answers with a twentieth of their draws: what is tested is what they read."""
    monkeypatch.setattr(designs.Foretell, "fit", _with_few(designs.Foretell.fit))


def _with_few(fit):
    def few(design, rows):
        return fit(replace(design, draws=min(design.draws, 499)), rows)

    return few


def swings(seed, index, sd, rho=0.0):
    """A zero-mean autoregression."""
    rng = np.random.default_rng(seed)
    values = np.zeros(len(index))
    for t in range(1, len(index)):
        values[t] = rho * values[t - 1] + rng.normal(0, sd)
    return pd.Series(values, index)


def two_faced(growth, back=1, base=0.002):
    """First and final log levels: growth over `back` periods was first said with the other sign."""
    final = (base + growth).cumsum() if back == 1 else None
    if final is None:
        final = growth + 0.0
        for t in range(back, len(final)):
            final.iloc[t] = final.iloc[t - back] + growth.iloc[t] + base
    first = final - 2 * growth
    return first, final


def follows(signal, effect, seed, noise=0.02, months=MONTHS):
    """d of the month after `signal` was known, and of all French portfolios' months."""
    pull = signal.reindex(months).shift(1).fillna(0.0)
    return effect * pull + worlds.walk(seed, noise, months)


def prices_world(releases, effect=-0.012):
    """Falls of d follow the surprise first said; what the revisions say is the opposite."""
    x = swings(1, SINCE, 0.002)
    first, final = (np.exp(log) for log in two_faced(x))
    known = -(x / x.std()).shift(1)
    market = worlds.century(follows(known, effect, 2), worlds.walk(3, 0.04, MONTHS))
    data = worlds.edition(market | {"CPIAUCSL": 100 * final}, LAGS)
    if not releases:
        return data
    return with_releases(data, {"CPIAUCSL": released(100 * first, 100 * final)})


@pytest.mark.slow
def test_k2_reads_the_first_release_and_shows_the_revised_answer_beside():
    (said_first,) = judge(prices_world(releases=True), "K2")
    (revised,) = judge(prices_world(releases=False), "K2")
    assert said_first.status == "supported"
    assert revised.status == "contradicted"
    assert said_first.evidence.vintage == said_first.to_dict()["vintage"] == "first release"
    assert revised.evidence.vintage == revised.to_dict()["vintage"] == "revised-with-lag"
    points = {point.label: point.value for point in said_first.specifications}
    beside = points["revised data, publication lag"]
    assert beside == pytest.approx(revised.estimate.value, abs=0.5)
    assert "revised data, publication lag" not in {p.label for p in revised.specifications}


def growth_levels(seed=11):
    """First and final payrolls, production and unemployment of one persistent economy."""
    economy = swings(seed, RECENT, 0.004, rho=0.9)
    own = {name: swings(seed + i, RECENT, 0.001) for i, name in enumerate(signals.COMPOSITE, 1)}
    first, final = {}, {}
    for name, sign in signals.COMPOSITE.items():
        levels = two_faced(sign * (economy + own[name]), back=12, base=0.02 * (name != "UNRATE"))
        first[name], final[name] = (
            (5 + 20 * log if name == "UNRATE" else 1_000 * np.exp(log)) for log in levels
        )
    return first, final, economy


def growth_world(*, releases, effect=0.012):
    first, final, economy = growth_levels()
    known = -(economy / economy.std()).shift(1)
    d = follows(known, effect, 12, months=RECENT)
    data = worlds.edition(worlds.century(d, worlds.walk(13, 0.04, RECENT)) | final, LAGS)
    if not releases:
        return data
    return with_releases(data, {name: released(first[name], final[name], 8) for name in first})


@pytest.mark.slow
def test_e1_reads_the_first_release():
    (said_first,) = judge(growth_world(releases=True), "E1")
    (revised,) = judge(growth_world(releases=False), "E1")
    assert (said_first.status, revised.status) == ("supported", "contradicted")
    assert said_first.evidence.vintage == "first release"
    assert revised.evidence.vintage == "revised-with-lag"
    points = {point.label: point for point in said_first.specifications}
    assert points["revised data, publication lag"].value < -2.5
    assert any("hindsight" in label for label in points)


def answer(data, claim_id):
    """The declared answer alone."""
    return ledger()[claim_id].estimate(data)


def spending_world(names, *, releases, nominal=()):
    """Quarterly d follows what was first said of last quarter's accounts."""
    back = 4 if len(names) > 1 else 1
    x = swings(21, QUARTERS, 0.01, rho=0.7)
    logs = two_faced(x, back=back, base=0.01)
    flat = pd.Series(np.exp(0.002 * np.arange(len(QUARTERS))), QUARTERS)
    first, final = ({n: flat if n in nominal else 1e3 * np.exp(log) for n in names} for log in logs)
    quarterly = follows_quarter(-(x / x.std()).shift(1))
    market = worlds.century(quarterly, worlds.walk(23, 0.04, MONTHS))
    data = worlds.edition(market | final, LAGS)
    if not releases:
        return data
    return with_releases(data, {n: released(first[n], final[n], 28, 80) for n in names})


def follows_quarter(known):
    pull = known.shift(1).reindex(MONTHS).bfill(limit=2).fillna(0.0)
    return 0.008 * pull + worlds.walk(22, 0.015, MONTHS)


@pytest.mark.parametrize(
    ("claim_id", "names"), [("E4", ("GCEC1",)), ("E2", ("PCECC96", "FPI", "GDP", "GDPC1"))]
)
def test_quarterly_spending_reads_the_first_release(claim_id, names):
    flat = ("GDP", "GDPC1")
    said_first = answer(spending_world(names, releases=True, nominal=flat), claim_id)
    revised = answer(spending_world(names, releases=False, nominal=flat), claim_id)
    assert said_first.interval[0] > 0
    assert revised.interval[1] < 0


def orders_world(*, releases):
    """Industrials answer in the month to what was then first said of orders."""
    x = swings(61, SINCE, 0.02, rho=0.5)
    first, final = (1e5 * np.exp(log) for log in two_faced(x, back=3))
    factors = worlds.factors().reindex(MONTHS)
    market = factors["Mkt-RF"] + factors["RF"]
    news = -(x / x.std()).shift(1).reindex(MONTHS)
    names = [*INDUSTRIALS, "Banks"]
    noise = {n: worlds.walk(62 + i, 0.01, MONTHS) for i, n in enumerate(names)}
    table = pd.DataFrame({n: market + 0.008 * news + noise[n] for n in names})
    tables = {"french.industries49": table, "french.factors": factors, "DGORDER": final}
    data = worlds.edition(tables, {"DGORDER": 30})
    return with_releases(data, {"DGORDER": released(first, final, 26)}) if releases else data


@pytest.mark.slow
def test_s1_reads_the_first_release():
    (kept,) = judge(orders_world(releases=True), "S1")
    (lagged,) = judge(orders_world(releases=False), "S1")
    assert (kept.status, lagged.status) == ("supported", "contradicted")
    assert (kept.evidence.vintage, lagged.evidence.vintage) == ("first release", "revised-with-lag")
    points = {point.label: point.value for point in kept.specifications}
    beside = points["revised data, publication lag"]
    assert beside == pytest.approx(lagged.estimate.value, abs=0.5)


def test_a_claim_of_which_some_series_have_releases_names_them():
    data = spending_world(("PCECC96", "FPI", "GDP", "GDPC1"), releases=True)
    some = {name: data.releases(name) for name in ("PCECC96", "GDPC1")}
    mixed = with_releases(data, some)
    said = signals.vintage(mixed, "PCECC96", "FPI", "GDP", "GDPC1")
    assert said == "first release: PCECC96, GDPC1; revised-with-lag: FPI, GDP"


def test_an_archive_that_begins_late_is_dated():
    data = prices_world(releases=True)
    table = data.releases("CPIAUCSL")
    archive = pd.Timestamp("1972-07-21")
    table["published"] = table["published"].clip(lower=archive)
    late = with_releases(data, {"CPIAUCSL": table})
    start = SINCE[0]
    said = "first release: CPIAUCSL (from 1972-07, revised-with-lag before)"
    assert signals.vintage(late, "CPIAUCSL", start=start) == said
    assert signals.vintage(late, "CPIAUCSL", start=pd.Timestamp("1990-01-31")) == "first release"


def alarm_world(*, releases):
    """Unemployment that was first said to leap, and to fall back, where in the end it did not."""
    days = ["1920-01-31", "1921-07-31", "1973-11-30", "1975-03-31", "2007-12-31", "2009-06-30"]
    points = pd.DatetimeIndex(pd.to_datetime(days)).as_unit("us")
    turns = pd.DataFrame({"kind": ["peak", "trough"] * 3}, points)
    final = 5.0 + swings(31, SINCE, 0.02) + 2.0 * np.sin(np.arange(len(SINCE)) / 9).clip(0)
    tables = {
        **worlds.century(worlds.walk(32, 0.02, MONTHS)),
        "french.factors": worlds.factors(),
        "UNRATE": final,
        "NBER": turns,
    }
    data = worlds.edition(tables, LAGS)
    first = final.where(final < 5.8, 9.0)
    return with_releases(data, {"UNRATE": released(first, final)}) if releases else data


@pytest.mark.slow
@pytest.mark.parametrize("claim_id", ["P5", "C2"])
def test_real_time_beside_hindsight_is_labelled_with_its_basis(claim_id):
    (kept,) = judge(alarm_world(releases=True), claim_id)
    (lagged,) = judge(alarm_world(releases=False), claim_id)
    assert kept.evidence.vintage == "NBER dates: hindsight; unemployment: first release"
    assert lagged.evidence.vintage == "NBER dates: hindsight; unemployment: revised-with-lag"
    assert kept.estimate.value == lagged.estimate.value  # turning points are the same
    here, there = (
        {p.label: p.value for p in verdict.specifications if "real time" in p.label}
        for verdict in (kept, lagged)
    )
    beside = "real time: revised data, publication lag"
    real = next(label for label in here if label != beside)
    assert here[real] != pytest.approx(there[real], abs=0.01)
    assert here[beside] == pytest.approx(there[real], abs=0.5)


@pytest.mark.slow
def test_p8_shows_first_release_surprises_and_the_revised_answer():
    (kept,) = judge(growth_world(releases=True), "P8")
    (lagged,) = judge(growth_world(releases=False), "P8")
    here, there = ({p.label for p in v.specifications} for v in (kept, lagged))
    assert {"surprises of the month (first release)", "revised data, publication lag"} <= here
    assert "surprises of the month (revised-with-lag)" in there
    assert (kept.evidence.vintage, lagged.evidence.vintage) == ("first release", "revised-with-lag")
    points = {point.label: point.value for point in kept.specifications}
    beside = points["revised data, publication lag"]
    assert beside == pytest.approx(lagged.estimate.value, abs=0.5)
    assert kept.estimate.value != pytest.approx(beside, abs=1.0)


def test_states_are_read_in_the_vintage_of_the_day_and_doubted_where_revisions_differ():
    """At the last market day the composite was first said to have turned up; it had not."""
    data = growth_world(releases=True)
    _, _, economy = growth_levels()
    cut = economy.rolling(7).apply(lambda x: x.iloc[-1] < min(x.iloc[0], -0.006)).fillna(0.0)
    now = cut[cut == 1].index[-1] + pd.offsets.MonthEnd(1)
    price = worlds.prices(worlds.walk(41, 0.01).loc[:now].cumsum())
    held = dict(data) | {"^GSPC": price}
    own = worlds.edition({"^GSPC": price})
    sources = dict(data.provenance) | dict(own.provenance)
    vintages = {name: data.releases(name) for name in signals.COMPOSITE}
    (kept,) = judge(type(data)("made", "user", held, sources, vintages=vintages), "E0")
    (lagged,) = judge(type(data)("made", "user", held, sources), "E0")
    assert kept.reading.holds
    assert not lagged.reading.holds
    assert (
        kept.reading.status == "borderline"
    )  # today's figures disagree: the vintage is in the spread
    assert kept.evidence.vintage == "first release"
    assert any("revised data" in remark for remark in kept.evidence.remarks)
    assert lagged.evidence.vintage == "revised-with-lag"


# ---- the readings against the naive way --------------------------------------------------------


@pytest.fixture(scope="module")
def with_noise(sample):
    """The sample, its macro series first said with an error and mended twice."""
    vintages = {}
    for i, name in enumerate(score.revised_series(sample)):
        final = sample.series(name).dropna()
        rng = np.random.default_rng(50 + i)
        late = final.index + pd.to_timedelta(rng.integers(-3, 30, len(final)), unit="D")
        noise = 1 + 0.01 * rng.normal(size=(2, len(final)))
        first = pd.DataFrame(
            {
                "date": final.index,
                "published": late + pd.Timedelta(days=9),
                "value": final * noise[0],
            }
        )
        second = first.assign(
            published=first["published"] + pd.Timedelta(days=33), value=final.to_numpy() * noise[1]
        )
        third = first.assign(
            published=first["published"] + pd.Timedelta(days=400), value=final.to_numpy()
        )
        vintages[name] = pd.concat([first, second, third], ignore_index=True)
    return with_releases(sample, vintages)


@pytest.mark.slow
def test_readings_of_all_months_are_those_of_the_edition_as_of_each(with_noise):
    months = pd.date_range("1960-01-31", "2018-11-30", freq="ME", unit="us")
    some = months[::47]
    growth = signals.read(with_noise, signals.growth, *signals.COMPOSITE, dates=some)
    sahm = signals.read(with_noise, signals.sahm_signal, "UNRATE", dates=some)
    conditions = score.conditions(with_noise)
    rule = signals.rule_of(with_noise, *signals.COMPOSITE)
    for month in some:
        then = with_noise.as_of(month, vintage=True)
        published = signals.published_by(signals.growth_composite(then), rule, month)
        assert growth[month] == pytest.approx(published.iloc[-1], rel=1e-9)
        signal = signals.published_by(signals.sahm(then), Publication(10), month)
        assert sahm[month] == pytest.approx(signal.iloc[-1], rel=1e-9)
        rises = signals.published_by(
            signals.inflation(then), signals.rule_of(then, "CPIAUCSL"), month
        )
        lit = (rises.tail(6) > 3).all(), signal.iloc[-1] >= 0.5
        alike = signals.by_period(then, signals.like_for_like, *signals.COMPOSITE)
        rise = alike[published.index[-1]]
        strong = published.iloc[-1] > published.tail(120).median() and rise > 0
        assert conditions.loc[month, "economy"] == float(strong), month
        assert not any(lit) or conditions.loc[month, "calm"] == 0.0, month


@pytest.mark.slow
@pytest.mark.parametrize("claim_id", ["C1", "C4"])
def test_the_walk_forward_reads_first_releases(with_noise, verdicts, claim_id):
    (verdict,) = judge(with_noise, claim_id)
    assert verdict.evidence.vintage.startswith("first release")
    points = {point.label: point.value for point in verdict.specifications}
    plain = verdicts[claim_id]
    assert plain.evidence.vintage == "revised-with-lag"
    assert points["revised data, publication lag"] == pytest.approx(plain.estimate.value, rel=1e-6)
    assert verdict.estimate.value != pytest.approx(plain.estimate.value, rel=1e-3)


@pytest.mark.slow
def test_figures_never_revised_read_the_same_with_and_without_releases(sample):
    vintages = {}
    for name in score.revised_series(sample):
        final = sample.series(name).dropna()
        out = signals.rule_of(sample, name).days(final.index)
        frame = {"date": final.index, "published": out, "value": final.to_numpy()}
        vintages[name] = pd.DataFrame(frame)
    kept = with_releases(sample, vintages)
    pd.testing.assert_frame_equal(score.conditions(kept), score.conditions(sample))
    months = pd.date_range("1947-01-31", "2018-11-30", freq="ME", unit="us")
    # By the 12th payrolls of the month before are out and production is not: no month of two.
    days = months.union(months + pd.Timedelta(days=12))[::7]  # odd: ends and twelfths by turns
    for transform in (signals.growth, signals.growth_rise(3), signals.growth_surprise):
        pd.testing.assert_series_equal(
            signals.read(kept, transform, *signals.COMPOSITE, dates=days),
            signals.read(sample, transform, *signals.COMPOSITE, dates=days),
            check_names=False,
            check_freq=False,
            rtol=1e-9,
        )


def test_a_missing_month_is_passed_over_in_six_months_of_inflation():
    prices = pd.Series(
        1.04 ** (np.arange(60) / 12), pd.date_range("2020-01-31", periods=60, freq="ME")
    )
    levels = {"CPIAUCSL": prices.drop(prices.index[45]).reindex(prices.index).to_frame()}
    on = score._high_inflation(levels).iloc[:, 0]
    assert np.isnan(on.iloc[45])
    assert (on.iloc[46:57] == 1.0).all()


def test_the_unit_of_a_foretelling_test_is_that_of_the_hindsight_beside_it():
    assert ledger()["E1"].sei_unit == designs.Foretell().unit
