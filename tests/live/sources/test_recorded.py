"""Known values read back from the recorded files; skipped where they are not beside the checkout.

The literals were read off the files themselves (releases 202604 to 202211 of the French library,
Shiller's workbook of October 2025, holdings of May 2025 and June 2026).
"""

import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from r2klib.data import catalog
from r2klib.data.checks import check
from r2klib.data.provenance import Table
from r2klib.live.sources import (
    FileSource,
    founding,
    fred_md,
    french,
    ishares,
    shiller,
    workbooks,
)
from r2klib.live.sources.bodies import decode, only_member


def read(source: FileSource, content: bytes, *ids: str) -> dict[str, Table]:
    tables = source.parse(content, ids)
    assert tuple(tables) == ids
    for name, table in tables.items():
        check(name, table, catalog.get(name))
        if isinstance(table, pd.DataFrame) and (columns := catalog.get(name).columns):
            assert tuple(table.columns) == columns
    return dict(tables)


def french_file(recorded: Path, name: str) -> bytes:
    """Return the zip; three files were recorded as the CSV out of it."""
    zipped = recorded / "french" / f"{name}_CSV.zip"
    if zipped.exists():
        return zipped.read_bytes()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(recorded / "french" / f"{name}.CSV", f"{name}.CSV")
    return buffer.getvalue()


# ---- Ken French ----------------------------------------------------------------------------------

#: Blocks of each file: how many, and how many of them are monthly.
BLOCKS = {
    "F-F_Research_Data_Factors": (2, 1),
    "F-F_Research_Data_5_Factors_2x3": (2, 1),
    "F-F_Momentum_Factor": (2, 1),
    "F-F_Research_Data_Factors_daily": (1, 0),
    "F-F_Research_Data_5_Factors_2x3_daily": (1, 0),
    "F-F_Momentum_Factor_daily": (1, 0),
    "6_Portfolios_2x3": (10, 8),
    "25_Portfolios_5x5": (10, 8),
    "10_Industry_Portfolios": (8, 4),
    "12_Industry_Portfolios": (8, 4),
    "49_Industry_Portfolios": (8, 4),
    "Portfolios_Formed_on_ME": (6, 4),
    "Portfolios_Formed_on_BE-ME": (8, 4),
    "Portfolios_Formed_on_E-P": (8, 4),
    "Portfolios_Formed_on_OP": (7, 4),
    "25_Portfolios_ME_OP_5x5": (1, 1),  # one block of each was recorded
    "25_Portfolios_ME_INV_5x5": (1, 1),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_every_block_of_every_french_file_is_found(recorded: Path, name: str) -> None:
    content = french_file(recorded, name)
    blocks = french.split(decode(only_member(content, name, (".csv",))), name)
    monthly = [block for block in blocks if block.frequency == "monthly"]
    assert (len(blocks), len(monthly)) == BLOCKS[name]
    rows = decode(only_member(content, name, (".csv",))).splitlines()
    dated = [row for row in rows if row.split(",")[0].strip().isdigit()]
    assert sum(len(block.frame) for block in blocks) == len(dated)
    assert all(block.kind != "unknown" for block in blocks) or name.endswith("E-P")


#: Series: first stamp, last stamp, rows, and literal rows of the file in its own units.
FRENCH = {
    "french.factors": ("1926-07-31", "2026-04-30", 1198, {
        "1926-07-31": [2.89, -2.55, -2.39, 0.22], "2008-10-31": [-17.20, -2.31, -1.89, 0.08],
        "2026-04-30": [9.94, 0.13, -1.27, 0.29]}),
    "french.factors_daily": ("1926-07-01", "2025-10-31", 26110, {
        "1987-10-19": [-17.44, 6.17, 1.17, 0.03], "2020-03-16": [-12.01, -0.21, -0.75, 0.01]}),
    "french.factors5": ("1963-07-31", "2025-10-31", 748, {
        "1963-07-31": [-0.39, -0.48, -0.81, 0.64, -1.15, 0.27],
        "2020-03-31": [-13.35, -8.18, -13.83, -1.61, 1.19, 0.12]}),
    "french.momentum": ("1927-01-31", "2025-10-31", 1186, {
        "1927-01-31": [0.57], "2020-03-31": [8.21]}),
    "french.size_value_6": ("1926-07-31", "2024-01-31", 1171, {
        "2024-01-31": [-4.1112, -4.2437, -5.1514, 1.7381, 1.9786, -1.9996]}),
    "french.size_value_6.bm": ("1926-07-31", "2024-01-31", 1171, {
        "1926-07-31": [0.7749, 1.2234, 3.7137, 0.4511, 1.0137, 2.3726],
        "2024-01-31": [0.1629, 0.4845, 1.1630, 0.1057, 0.4574, 0.9877]}),
    "french.size_value_6.firms": ("1926-07-31", "2024-01-31", 1171, {
        "2024-01-31": [448, 799, 1186, 416, 340, 123]}),
    "french.size_value_6.size": ("1926-07-31", "2024-01-31", 1171, {
        "2024-01-31": [1095.90, 1075.69, 539.04, 69434.74, 30523.91, 21058.06]}),
    "french.size_value_6.op": ("1963-07-31", "2024-01-31", 727, {
        "2024-01-31": [-0.5359, 0.1802, 0.1442, 0.8225, 0.2500, 0.2070]}),
    "french.size_value": ("1926-07-31", "2026-04-30", 1198, {}),
    "french.size_value.bm": ("1926-07-31", "2026-04-30", 1198, {}),
    "french.size_value.firms": ("1926-07-31", "2026-04-30", 1198, {}),
    "french.size_value.size": ("1926-07-31", "2026-04-30", 1198, {}),
    "french.size_terciles": ("1926-07-31", "2022-11-30", 1157, {
        "1926-07-31": [0.14, 1.54, 3.42]}),
    "french.size_deciles": ("1926-07-31", "2022-11-30", 1157, {
        "1926-07-31": [-0.12, 0.52, -0.05, 0.82, 1.39, 1.89, 1.62, 1.29, 3.53, 3.71]}),
    "french.industries12": ("1926-07-31", "2024-12-31", 1182, {
        "2024-12-31": [-5.04, 11.0, -7.46, -8.96, -8.29, 1.44, -7.96, -7.83, -1.87, -5.42, -7.33,
                       -6.74]}),
    "french.industries49": ("1926-07-31", "2026-02-28", 1196, {}),
    "french.size_profitability": ("1963-07-31", "2023-12-31", 726, {
        "1963-07-31": [
            -0.5880, 1.3361, 2.5678, -0.8866, -0.9773, -1.1724, -1.9800, -0.9323, 0.8199, 0.4124,
            -1.2313, -3.7991, 0.4265, -2.8072, -1.1976, -3.4911, -0.4450, -2.0771, -1.2839, 0.0144,
            0.2983, 1.5917, 0.0529, -0.9568, 0.6882]}),
    "french.size_investment": ("1963-07-31", "2023-12-31", 726, {
        "1963-07-31": [
            0.2858, -2.0009, -1.1106, 0.2357, 0.5276, -1.5435, -1.2321, 0.0736, 0.2794, 0.1336,
            -2.1679, -2.0051, -1.9248, -0.3091, -1.9614, -0.3643, -1.0790, -1.3100, -1.6934,
            -1.4493, -1.2022, -0.0136, 0.9542, 0.3121, 1.3323]}),
    "french.industries49.firms": ("1926-07-31", "2026-02-28", 1196, {}),
    "french.industries49.size": ("1926-07-31", "2026-02-28", 1196, {}),
    "french.industries49.bm": ("1926-06-30", "2025-06-30", 100, {}),
}  # fmt: skip


@pytest.mark.parametrize("name", FRENCH)
def test_french_series_read_back(recorded: Path, name: str) -> None:
    [spec] = french.specs([name])
    file = spec.url.rsplit("/", 1)[1].removesuffix("_CSV.zip")
    table = read(french.SOURCE, french_file(recorded, file), name)[name]
    first, last, rows, known = FRENCH[name]
    stamps = str(table.index[0].date()), str(table.index[-1].date()), len(table)
    assert stamps == (first, last, rows)
    scale = 100 if catalog.get(name).units.startswith("decimal") else 1
    for day, values in known.items():
        np.testing.assert_allclose(np.ravel(table.loc[day]), np.array(values) / scale, rtol=1e-12)


def test_the_25_portfolios_stand_under_their_names(recorded: Path) -> None:
    ids = [f"french.size_value{block}" for block in ("", ".bm", ".firms", ".size")]
    tables = read(french.SOURCE, french_file(recorded, "25_Portfolios_5x5"), *ids)
    corners = ["S1V1", "S1V5", "S2V1", "S5V1", "S5V5"]  # the line of 202604 in each block
    known = [
        [0.149079, 0.093198, 0.182754, 0.122099, 0.316629],
        [0.1520, 1.5928, 0.1441, 0.0723, 1.0584],
        [179, 611, 84, 147, 13],
        [258.05, 251.10, 2087.79, 244045.71, 71537.42],
    ]
    for table, values in zip(tables.values(), known, strict=True):
        np.testing.assert_allclose(table.loc["2026-04-30", corners].astype(float), values)


def test_industries_that_did_not_exist_yet_are_nan(recorded: Path) -> None:
    name = "french.industries49"
    table = read(french.SOURCE, french_file(recorded, "49_Industry_Portfolios"), name)[name]
    first = table.loc["1926-07-31"]
    gone = ["Soda", "Hlth", "Rubbr", "FabPr", "Guns", "Gold", "PerSv", "Softw", "Paper"]
    assert first[first.isna()].index.to_list() == gone
    assert first["Other"] == pytest.approx(0.0520)
    assert not table.lt(-0.99).any(axis=None)


def test_books_of_industries_are_dated_by_the_june_they_are_of(recorded: Path) -> None:
    ids = [f"french.industries49.{block}" for block in ("bm", "firms", "size")]
    tables = read(french.SOURCE, french_file(recorded, "49_Industry_Portfolios"), *ids)
    some = ["Hardw", "Softw", "Chips", "Other"]  # the lines of 2025 and 202602
    assert tables[ids[0]].loc["2025-06-30", some].to_list() == [0.17, 0.12, 0.06, 0.58]
    assert tables[ids[1]].loc["2026-02-28", some].to_list() == [30, 319, 127, 38]
    known = [25959.83, 38986.71, 100760.14, 38776.29]
    assert tables[ids[2]].loc["2026-02-28", some].to_list() == known


# ---- Shiller and iShares -------------------------------------------------------------------------


def test_shiller_reads_back(recorded: Path) -> None:
    content = (recorded / "shiller" / "ie_data.xls").read_bytes()
    table = read(shiller.SOURCE, content, "shiller")["shiller"]
    assert len(table) == 1858
    assert str(table.index[0].date()) == "1871-01-31"
    october = table.loc["2025-10-31"]
    assert october["price"] == 6715.35
    assert october["cape"] == pytest.approx(39.5067, abs=5e-5)
    assert october["long_rate"] == 4.12
    assert october[["dividend", "earnings"]].isna().all()
    first = table.loc["1871-01-31"]
    assert first[["price", "dividend", "earnings"]].to_list() == [4.44, 0.26, 0.4]
    assert table["cape"].first_valid_index() == pd.Timestamp("1881-01-31")


def test_half_a_workbook_is_refused(recorded: Path) -> None:
    content = (recorded / "shiller" / "ie_data.xls").read_bytes()
    with pytest.raises(shiller.SchemaChanged, match="cannot be read"):
        shiller.parse(content[: len(content) // 2], ["shiller"])


@pytest.mark.parametrize(
    ("fund", "day", "rows", "top", "weights", "outstanding"),
    [
        ("IWM", "2025-05-13", 1944, ("SFM", 0.0064), 0.9988, 303_600_000.0),
        ("IVV", "2026-06-19", 508, ("NVDA", 0.0790), 0.9987, np.nan),
        ("IJR", "2026-06-19", 665, ("FORM", 0.0066), 0.9995, np.nan),
    ],
)
def test_holdings_read_back(
    recorded: Path,
    fund: str,
    day: str,
    rows: int,
    top: tuple[str, float],
    weights: float,
    outstanding: float,
) -> None:
    content = (recorded / "holdings" / f"{fund}_holdings_{day}.csv").read_bytes()
    name = f"ishares.{fund}"
    table = read(ishares.SOURCE, content, name)[name]
    assert isinstance(table, pd.DataFrame)
    assert len(table) == rows
    assert (table["ticker"][0], table["weight"][0]) == (top[0], pytest.approx(top[1]))
    assert table["weight"].sum() == pytest.approx(weights)
    np.testing.assert_equal(table["fund_shares"].unique().tolist(), [outstanding])
    assert set(table["as_of"]) == {pd.Timestamp(day)}


def test_negative_cash_of_ijr_is_kept_and_labelled(recorded: Path) -> None:
    content = (recorded / "holdings" / "IJR_holdings_2026-06-19.csv").read_bytes()
    table = ishares.parse(content, ["ishares.IJR"])["ishares.IJR"]
    cash = table[table["name"] == "USD CASH"].iloc[0]
    assert (cash["asset_class"], cash["shares"]) == ("Cash", -1_350_097_893)
    collateral = table[table["ticker"] == "HSBBK"].iloc[0]
    assert collateral["asset_class"] == "Cash Collateral and Margins"
    assert collateral["market_value"] == -5_109_236.67


# ---- research files ------------------------------------------------------------------------------

#: Series: file, first and last stamp, rows, and literal cells.
RESEARCH = {
    "aqr.qmj": (
        "factors_other/AQR_Quality_Minus_Junk_Factors_Monthly.xlsx",
        ("1957-07-31", "2024-02-29", 800),
        {"1957-07-31": 0.0111539791294, "1957-08-31": 0.00487745656046},
    ),
    "fomc.bauer_swanson": (
        "fomc/bauer_swanson_monetary-policy-surprises-data.xlsx",
        ("1988-02-04 11:30", "2023-12-13 14:00", 360),
        {
            "1988-02-04 11:30": [-0.0078, -0.0380716519819967, 0.287313815320633, 1],
            "1997-08-19 14:15": [0.01271669295291974, 0.001658422326710183, -0.54604, 0],
            "2023-12-13 14:00": [-0.08186079481065965, -0.05692176943725888, 0.62847, 0],
        },
    ),
    "fomc.jarocinski_karadi": (
        "fomc/shocks_fed_jk_t.csv",
        ("1990-02-08 11:30", "2024-09-18 14:00", 315),
        {
            "1990-02-08 11:30": [-0.00050427, -0.1519, 0, -0.00050427, 0.00879682, -0.00930109],
            "2024-09-18 14:00": [-0.13406728, 0.39743, -0.13406728, 0, -0.09070925, -0.04335803],
        },
    ),
    "epu.categories": (
        "uncertainty/Categorical_EPU_Data.xlsx",
        ("1985-01-31", "2025-09-30", 489),
        {},
    ),
}


@pytest.mark.parametrize("name", RESEARCH)
def test_research_files_read_back(recorded: Path, name: str) -> None:
    file, span, known = RESEARCH[name]
    table = read(workbooks.SOURCES[0], (recorded / file).read_bytes(), name)[name]
    first, last = (pd.Timestamp(day) for day in span[:2])
    assert (table.index[0], table.index[-1], len(table)) == (first, last, span[2])
    for day, values in known.items():
        np.testing.assert_allclose(np.ravel(table.loc[pd.Timestamp(day)]), np.ravel(values))


def test_trade_policy_uncertainty_of_1985_and_the_mean_of_every_category(recorded: Path) -> None:
    content = (recorded / "uncertainty" / "Categorical_EPU_Data.xlsx").read_bytes()
    table = read(workbooks.SOURCES[0], content, "epu.categories")["epu.categories"]
    assert table.loc["1985-01-31", "trade"] == 122.6139604621083
    np.testing.assert_allclose(table.loc["1985":"2010"].mean(), 100)


def test_the_surprises_of_one_day_in_2001_have_no_value(recorded: Path) -> None:
    # Markets were closed before the announcement of 17 September 2001: the authors leave it out.
    file = recorded / RESEARCH["fomc.bauer_swanson"][0]
    table = workbooks.parse(file.read_bytes(), ["fomc.bauer_swanson"])["fomc.bauer_swanson"]
    missing = table.index[table["MPS"].isna()]
    assert [str(stamp.date()) for stamp in missing] == ["2001-09-17"]


@pytest.mark.slow
def test_founding_years_read_back(recorded: Path) -> None:
    content = (recorded / "firms" / "IPO-age.xlsx").read_bytes()
    table = read(founding.SOURCE, content, "ritter.founding")["ritter.founding"]
    assert isinstance(table, pd.DataFrame)
    assert len(table) == 16_030
    assert table["founded"].isna().sum() == 2_329
    coors = table[table["name"] == "COORS ADOLPH"].iloc[0]
    assert (str(coors["offered"].date()), coors["ticker"], coors["founded"]) == (
        "1975-06-10", "TAP", 1901.0,
    )  # fmt: skip
    # The workbook holds the ticker TRUE as a truth value.
    assert table.loc[table["ticker"] == "TRUE", "founded"].to_list() == [1991.0, 2005.0]


def test_fred_md_reads_back(recorded: Path) -> None:
    content = (recorded / "fred_md" / "2026-02-MD.csv").read_bytes()
    tables = read(fred_md.SOURCE, content, "fred_md", "fred_md.transformations")
    levels, how = tables["fred_md"], tables["fred_md.transformations"]
    assert isinstance(levels, pd.DataFrame)
    assert isinstance(how, pd.DataFrame)
    assert levels.shape == (805, 126)
    assert levels.loc["1959-01-31", ["RPI", "W875RX1"]].to_list() == [2583.56, 2426.0]
    assert levels.loc["2026-01-31"].isna().sum() == 33
    assert levels.loc["2025-10-31"].isna().sum() == 21
    codes = how.set_index("series")["code"]
    assert codes[["RPI", "UNRATE", "CPIAUCSL", "HOUST", "NONBORRES"]].to_list() == [5, 2, 6, 4, 7]
