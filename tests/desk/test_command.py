"""`r2k factors`: what it prints, and that a mistake is one message, status 2 and no file."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import r2klib
from r2klib.cli import main
from r2klib.data import catalog, snapshot
from r2klib.errors import InputError
from r2klib.live.sources import Answer
from r2klib.live.sources.yahoo import _yfinance
from r2klib.live.writer import entry, only_writer, write
from tests.desk.made import FACTORS, RETURNS, bars
from tests.live.bodies import FRENCH, HTML, YAHOO_HOSTS, chart, prices, zipped
from tests.live.conftest import alone, loopback
from tests.live.loopback import Asked, Loopback, Reply

__all__ = ["alone", "loopback"]  # fixtures: pytest finds them by their names here

SAMPLE = ["--edition", "sample", "--model", "carhart"]
FUNDS = ("RSP", "VBR")
YFINANCE = pytest.mark.filterwarnings(r"ignore:.*:pandas.errors.Pandas4Warning:yfinance\.")


def in_french(table: pd.DataFrame) -> bytes:
    """A file of the library: percent by month."""
    rows = (100 * table).set_axis(pd.DatetimeIndex(table.index).strftime("%Y%m"))
    return f"Made for a test.\n\n{rows.to_csv()}".encode()


LIBRARY = {
    "F-F_Research_Data_5_Factors_2x3": in_french(FACTORS),
    "F-F_Momentum_Factor": in_french(RETURNS[["BBB"]].set_axis(["Mom"], axis="columns")),
}


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    try:
        status = main(["factors", *arguments])
    except SystemExit as stop:
        status = int(stop.code or 0)
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return status, out, err


def written(folder: Path) -> str:
    """A file of one fund's returns, over 120 months."""
    RETURNS[["AAA"]].to_csv(folder / "own.csv")
    return str(folder / "own.csv")


def test_a_file_in_percent_is_read_as_one_in_decimals(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (100 * RETURNS[["AAA"]]).to_csv(tmp_path / "percent.csv")
    said = [
        json.loads(run(capsys, name, *SAMPLE, "--units", units, "--json")[1])
        for name, units in (
            (written(tmp_path), "decimals"),
            (str(tmp_path / "percent.csv"), "percent"),
        )
    ]
    first, second = (table["assets"]["AAA"]["params"] for table in said)
    assert first == pytest.approx(second)


def test_shapes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    ask = (written(tmp_path), *SAMPLE)
    status, out, _ = run(capsys, *ask, "--json")
    assert status == 0
    assert json.loads(out)["assets"]["AAA"]["model"].startswith("carhart")
    assert run(capsys, *ask, "--markdown")[1].startswith("|  ")
    assert run(capsys, *ask, "--latex")[1].startswith(r"\begin{table}")
    assert "edition       sample" in run(capsys, *ask)[1]


def test_the_sample_stands_in_where_there_is_no_snapshot_and_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, _, err = run(capsys, "french.industries12")
    assert status == 2
    assert "Edition 'sample' lacks RMW and CMA of the model 'ff5'" in err
    assert "It holds capm, ff3 and carhart." in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["AVUV", *SAMPLE], "No data for AVUV in edition 'sample'"),
        (["^rut", *SAMPLE], "Did you mean ^RUT?"),
        (["UNRATE", *SAMPLE, "--units", "dollars"], "'percent' or 'prices'; it is 'dollars'"),
        (["french.size", *SAMPLE], "Did you mean french.size_value?"),
        (["french.industries12", "--edition", "sample", "--model", "ff4"], "no model 'ff4'"),
        (["weights.csv", *SAMPLE], "must sum to 1"),
        (["nothing.csv", *SAMPLE], "nothing.csv cannot be read"),
        (["french.industries12", *SAMPLE, "--start", "2016-06"], "months in common"),
        (["french.industries12", *SAMPLE, "--hac-lags", "many"], "`hac_lags` must be"),
        (["UNRATE", *SAMPLE], "UNRATE is no price"),
        (["french.industries12", *SAMPLE, "--json", "--latex"], "not allowed with"),
        ([], "required"),
    ],
)
def test_mistakes_exit_with_2_and_leave_nothing(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "weights.csv").write_text("ticker,weight\n^GSPC,0.5\n^IXIC,0.4\n", encoding="utf-8")
    status, out, err = run(capsys, *arguments, "--html", "page.html")
    assert (status, out) == (2, "")
    assert said in err
    assert [path.name for path in tmp_path.iterdir()] == ["weights.csv"]


def test_a_page_that_cannot_be_written_prints_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    nowhere = str(tmp_path / "none" / "page.html")
    status, out, err = run(capsys, written(tmp_path), *SAMPLE, "--html", nowhere)
    assert (status, out) == (1, "")
    assert "cannot be written" in err


@pytest.fixture
def internet(loopback: Loopback) -> Loopback:
    """Yahoo with two funds, French's library with the five factors and momentum."""
    _yfinance().data.YfData.cache_get.cache_clear()  # it remembers from test to test otherwise
    funds = {name: prices("2003-12-31", "2013-12-31", seed) for seed, name in enumerate(FUNDS)}
    for host in YAHOO_HOSTS:
        loopback.route(host, chart(funds))

    def library(asked: Asked) -> Reply:
        file = asked.path.rsplit("/", 1)[1].removesuffix("_CSV.zip")
        return Reply(200, zipped(LIBRARY[file])) if file in LIBRARY else Reply(404)

    loopback.route(FRENCH, library)
    return loopback


def snapshot_of(**tables: pd.DataFrame) -> None:
    """The last snapshot here, of tables by their names in the catalog."""
    stamp = "2014-01-02T22:00:00Z"
    rows = {name: entry(catalog.get(name), Answer(name, table, "https://example.org", stamp))
            for name, table in tables.items()}  # fmt: skip
    with only_writer(snapshot.root()):
        write(snapshot.root(), rows, day=stamp[:10], created_at=stamp, failures={})


@pytest.mark.slow
@YFINANCE
def test_a_ticker_that_the_snapshot_lacks_is_fetched(
    capsys: pytest.CaptureFixture[str],
    internet: Loopback,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    close = bars(RETURNS["AAA"])["Adj Close"]
    held = pd.DataFrame(dict.fromkeys(catalog.get("IWM").columns, close))
    snapshot_of(IWM=held, **{"french.factors5": FACTORS})
    page = tmp_path / "page.html"
    ask = ("IWM", "RSP", "--html", str(page))
    status, out, err = run(capsys, *ask)
    assert status == 0, err
    assert "RSP: not in the edition, fetched on" in out
    assert err.startswith("RSP: not in the edition, fetched on")
    assert page.read_text(encoding="utf-8").count("<figure") == 5
    assert not internet.asked(FRENCH)
    page.unlink()
    status, _, err = run(capsys, "NOSUCH", *ask[2:])
    assert status == 2
    assert "Yahoo: it has no prices of NOSUCH. Is the ticker spelt" in err
    assert not page.exists()
    monkeypatch.setenv("R2K_OFFLINE", "1")
    status, _, err = run(capsys, *ask)
    assert status == 2
    assert "No data for RSP in edition" in err


@YFINANCE
def test_factors_that_the_edition_lacks_are_fetched_once_a_day(
    capsys: pytest.CaptureFixture[str], internet: Loopback
) -> None:
    status, out, err = run(capsys, "VBR", "--model", "ff5", "--json")
    assert status == 0, err
    assert json.loads(out)["edition"] == "sample"
    assert err.splitlines()[0].startswith("french.factors5: not in the edition, fetched on")
    assert len(err.splitlines()) == 2  # and the fund
    assert json.loads(out)["assets"]["VBR"]["nobs"] == len(FACTORS)
    assert run(capsys, "VBR", "--model", "ff6")[0] == 0
    files = [asked.path.rsplit("/", 1)[1] for asked in internet.asked(FRENCH)]
    assert files == [f"{name}_CSV.zip" for name in LIBRARY]


@YFINANCE
def test_only_the_factors_that_a_snapshot_lacks_are_fetched(
    capsys: pytest.CaptureFixture[str], internet: Loopback
) -> None:
    snapshot_of(**{"french.factors5": FACTORS})
    status, out, err = run(capsys, "VBR", "--model", "ff6")
    assert status == 0, err
    assert "french.momentum: not in the edition, fetched on" in out
    assert [asked.path.rsplit("/", 1)[1] for asked in internet.asked(FRENCH)] == [
        "F-F_Momentum_Factor_CSV.zip"
    ]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Reply(503), f"{FRENCH}: it answered 503"),
        (HTML, "HTML page"),
        (Reply(200, zipped(b"nothing")), "at least one table"),
    ],
)
def test_where_the_factors_do_not_come_the_reason_is_said_and_the_command(
    capsys: pytest.CaptureFixture[str], internet: Loopback, tmp_path: Path, answer: Reply, said: str
) -> None:
    internet.route(FRENCH, answer)
    status, out, err = run(capsys, written(tmp_path), "--model", "ff5")
    assert (status, out) == (2, "")
    assert "`r2k pull --series french.factors5`" in err
    assert said in err
    assert not (tmp_path / "home" / "cache" / "fetched").exists()
    asked = len(internet.log)
    assert run(capsys, written(tmp_path), "--model", "ff5", "--offline")[0] == 2
    assert len(internet.log) == asked


def test_fetched_factors_are_cut_with_the_edition(internet: Loopback) -> None:
    sample, own = r2klib.load("sample").as_of("2010-06-30"), RETURNS["AAA"]
    table = r2klib.factor_table(own, "ff5", data=sample, fetch=True)
    assert str(table.fits["AAA"].resids.index[-1].date()) == "2010-06-30"
    with pytest.raises(InputError, match=r"r2k pull --series french\.factors5"):
        r2klib.factor_table(own, "ff5", data=sample)
    assert len(internet.log) == 1
