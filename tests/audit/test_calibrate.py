"""Calibration: the ledger run where nothing of the thesis is true, and with effects planted."""

from __future__ import annotations

import dataclasses
import datetime as dt

import joblib
import numpy as np
import pandas as pd
import pytest

from r2klib.audit import calibrate, calibration
from r2klib.audit.calibration import Calibration
from r2klib.claims import Ledger, ledger
from r2klib.cli import main
from r2klib.errors import InputError
from tests.claims import worlds as made_up

TODAY = "2026-11-22"
CREDIT = Ledger([ledger()["K5"]])


@pytest.fixture(scope="module")
def tiny():
    """A century of months in which d, the market and the spread know nothing of each other."""
    rng = np.random.default_rng(5)
    months = made_up.MONTHS
    d, market = (pd.Series(rng.normal(0, sd, len(months)), months) for sd in (0.02, 0.04))
    spread = pd.Series(rng.normal(0, 0.1, len(months)).cumsum(), months)
    turns = pd.DatetimeIndex(["1920-01-31", "1950-01-31", "1951-01-31"], name="date")
    recessions = pd.DataFrame({"kind": ["trough", "peak", "trough"], "announced": turns}, turns)
    factors = made_up.factors()
    return made_up.edition(
        {
            **made_up.century(d, market),
            "french.factors": factors.assign(**{"Mkt-RF": market - factors["RF"]}),
            "AAA": 5.0 + 0.0 * spread,
            "BAA": 5.0 + spread,
            "BAA10Y": spread,
            "NBER": recessions,
        }
    )


@pytest.mark.slow
def test_an_effect_of_twice_the_size_is_found_and_nothing_else(tiny):
    table = calibrate.calibrate(tiny, worlds=8, seed=1, claims=CREDIT, today=TODAY, keep=False)
    link = table.links["K5"]
    assert link.found[2.0] == "s" * 8
    assert link.statuses.count("s") + link.statuses.count("c") <= 3
    assert link.null == "timing"
    assert table.power().loc["K5", 2.0] == 100
    assert (table.worlds, table.edition, table.made) == (8, "user", dt.date(2026, 11, 22))


@pytest.mark.slow
def test_worlds_done_before_are_not_run_again(tiny, tmp_path, monkeypatch):
    monkeypatch.setenv("R2K_HOME", str(tmp_path))
    run = {"seed": 1, "claims": CREDIT, "today": TODAY}
    first = calibrate.calibrate(tiny, worlds=2, **run)
    assert calibration.stored(tiny) == Calibration.from_json(first.to_json())
    done = []

    def together(links, seed, edges, numbers):
        done.extend(numbers)
        return {number: {"K5": (0.5, "i", "iss")} for number in numbers}

    monkeypatch.setattr(calibrate, "together", together)
    more = calibrate.calibrate(tiny, worlds=3, **run)
    assert done == [2]
    assert more.links["K5"].statuses == first.links["K5"].statuses + "i"


# A cluster that closes leaves weak references behind, of which Python may complain anywhere.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.slow
def test_workers_make_the_same_table(tiny, monkeypatch):
    """Two processes, a local Dask cluster, and here: worlds depend on their numbers alone."""
    monkeypatch.setattr(calibrate, "TOGETHER", 2)
    distributed = pytest.importorskip("distributed", reason="Dask is not installed")
    from distributed import get_task_stream

    run = {"worlds": 4, "seed": 1, "claims": CREDIT, "today": TODAY, "keep": False}
    here = calibrate.calibrate(tiny, **run)
    assert calibrate.calibrate(tiny, jobs=2, **run) == here
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
        get_task_stream(client) as stream,
        joblib.parallel_config(backend="dask"),
    ):
        assert calibrate.calibrate(tiny, **run) == here
    assert len(stream.data) >= 2


@pytest.mark.slow
def test_claims_of_ones_own_go_to_workers_too(tiny):
    """A claim holds functions of one's own notebook; what is sent is its rows and its design."""
    own = Ledger([dataclasses.replace(ledger()["K5"], sei=1.0)])
    run = {"worlds": 2, "claims": own, "today": TODAY, "keep": False}
    table = calibrate.calibrate(tiny, jobs=2, **run)
    assert len(table.links["K5"].statuses) == 2
    assert calibrate.calibrate(tiny, jobs=1, **run) == table


@pytest.mark.slow
def test_an_answer_that_no_world_makes_false_is_left_out_and_says_so(tiny):
    def mean(rows):
        return ledger()["K5"].design(rows)

    own = Ledger(
        [ledger()["K5"], dataclasses.replace(ledger()["K5"], id="X1", design=mean, variants=None)]
    )
    table = calibrate.calibrate(tiny, worlds=1, claims=own, today=TODAY, keep=False)
    assert list(table.links) == ["K5"]
    assert table.left_out == {"X1": calibrate.NO_WORLD}


def test_an_edition_without_links_says_so(tiny):
    with pytest.raises(InputError, match="No link"):
        calibrate.calibrate(tiny.without(["BAA"]), worlds=1, claims=CREDIT, keep=False)


def test_mistakes_on_the_command_line(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["calibrate", "--worlds", "0"])
    assert stop.value.code == 2
    assert main(["calibrate", "--edition", "sampel"]) == 2
    assert "Did you mean 'sample'?" in capsys.readouterr().err
