"""Ken French's files: the splitter on bodies of our own, and what a series takes from them."""

import datetime as dt
import io
import zipfile
from dataclasses import dataclass
from itertools import cycle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from r2klib.data import catalog
from r2klib.data.checks import check
from r2klib.errors import SchemaChanged
from r2klib.live.sources import french
from r2klib.live.sources.french import split

FACTORS = """\
This file was created using the 202604 CRSP database.
The annual TBill return is compounded from the monthly T-bill rates, 1963, and so on.

,Mkt-RF,SMB,HML,RF
192607,   2.89,  -2.55,  -2.39,   0.22
192608,   2.64, -99.99,   -999,   0.25

 Annual Factors: January-December
,Mkt-RF,SMB,HML,RF
  1927,  29.44,  -2.20,  -4.58,   3.12

Copyright 2026 Eugene F. Fama and Kenneth R. French
"""

_NAMES = "SMALL LoBM,ME1 BM2,SMALL HiBM,BIG LoBM,ME2 BM2,BIG HiBM"
SIX = f"""\
It contains value- and equal-weighted returns for portfolios formed on ME and BEME.

Missing data are indicated by -99.99 or -999.


  Average Value Weighted Returns -- Monthly
,{_NAMES}
192607, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0

  Average Equal Weighted Returns -- Monthly
,{_NAMES}
192607, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0

  Average Value Weighted Returns -- Annual
,{_NAMES}
1927, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0

  Number of Firms in Portfolios
,{_NAMES}
192607, 44, 69, 94, 84, 102, -999

  Average Market Cap
,{_NAMES}
192607, 7.83, 6.94, 4.74, 110.0, 118.36, 43.37

  For portfolios formed in June of year t
  Value Weight Average of BE/ME Calculated for June of t to June of t+1 as:
,{_NAMES}
192607, .1, .1, .1, .1, .1, .1

  For portfolios formed in June of year t
  Value Weight Average of BE_FYt-1/ME_June t Calculated for June of t to June of t+1 as:
,{_NAMES}
192607, 0.7749, 1.2234, 3.7137, 0.4511, 1.0137, 2.3726

  Value Weight Average of OP Calculated as:
,{_NAMES}
196307, -0.1516, 0.3114, 0.2211, 0.3493, 0.2238, 0.1983
"""


def zipped(text: str, name: str = "x.CSV") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return buffer.getvalue()


# ---- the splitter --------------------------------------------------------------------------------


def test_sentinels_go_before_returns_become_decimals() -> None:
    monthly, annual = split(FACTORS, "x")
    assert (monthly.kind, monthly.frequency, monthly.line) == ("Factors", "monthly", 4)
    assert (annual.kind, annual.frequency) == ("Factors", "annual")
    expected = pd.DataFrame(
        {"Mkt-RF": [0.0289, 0.0264], "SMB": [-0.0255, np.nan], "HML": [-0.0239, np.nan]}
        | {"RF": [0.0022, 0.0025]},
        index=pd.DatetimeIndex(["1926-07-31", "1926-08-31"], name="date").as_unit("us"),
    )
    pd.testing.assert_frame_equal(monthly.frame, expected)
    assert list(annual.frame.index) == [pd.Timestamp("1927-12-31")]


def test_only_returns_are_scaled() -> None:
    scale = {(b.kind, b.frequency): b.frame.iloc[0, 0] for b in split(SIX, "x")}
    assert scale == {
        ("Value Weighted Returns", "monthly"): 0.01,
        ("Equal Weighted Returns", "monthly"): 0.09,
        ("Value Weighted Returns", "annual"): 0.09,
        ("Number of Firms", "monthly"): 44.0,
        ("Average Market Cap", "monthly"): 7.83,
        ("BE/ME", "monthly"): 0.1,
        ("BE/ME June", "monthly"): 0.7749,
        ("OP", "monthly"): -0.1516,
    }


def test_a_table_of_unknown_kind_is_kept_and_not_scaled() -> None:
    [block] = split("Sum of sales\n,A,B\n1963,1,2\n", "x")
    assert (block.kind, block.frame.iloc[0, 0]) == ("unknown", 1.0)


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("192607, 1, 2\n", 1, "column names above"),
        (",A,B\n192607, 1\n", 2, "2 numbers"),
        (",A,B\n192607, 1, 2, 3\n", 2, "2 numbers"),
        (",A,B\n192607, 1, x\n", 2, "numbers"),
        (",A,B\n192607, 1, \n", 2, "numbers"),
        (",A,B\n192607, 1, nan\n", 2, "numbers"),
        (",A,B\n192607, 1, 1.2.3\n", 2, "numbers"),
        (",A,B\n192607, 1, 2\n1927, 1, 2\n", 3, "a date like 192607"),
        (",A,B\n192607, 1, 2\n192607, 1, 2\n", 3, "increasing dates.*192607 after 192607"),
        (",A,B\n192608, 1, 2\n\n192607, 1, 2\n", 4, "increasing dates.*192607 after 192608"),
        (",A,B\n192613, 1, 2\n", 2, "real dates"),
        (",A,B\n19260230, 1, 2\n", 2, "real dates"),
    ],
)
def test_a_broken_table_stops_with_its_line(text: str, line: int, problem: str) -> None:
    with pytest.raises(SchemaChanged, match=rf"(?s)x\.csv, line {line},.*{problem}"):
        split(text, "x.csv")


@pytest.mark.parametrize("text", ["", "Prose, nothing else.\n", ",A,B\n"])
def test_a_file_without_a_table_is_refused(text: str) -> None:
    with pytest.raises(SchemaChanged, match="at least one table"):
        split(text, "x.csv")


TITLES = {
    "Value Weighted Returns": ("  Average Value Weighted Returns -- Monthly", 100),
    "Equal Weighted Returns": ("  Equal Weight Returns -- Annual from January to December", 100),
    "Number of Firms": ("  Number of Firms in Portfolios", 1),
    "Average Market Cap": ("  Average Firm Size", 1),
    "BE/ME": ("  Value-Weighted Average of BE/ME", 1),
    "BE/ME Sum": ("  Sum of BE / Sum of ME", 1),
    "unknown": ("  Percentiles, of something\n  new", 1),
}
PERIODS = {"annual": ("YE", "%Y"), "monthly": ("ME", "%Y%m"), "daily": ("D", "%Y%m%d")}


@dataclass
class Drawn:
    """One block as it is written, and what must be read."""

    kind: str
    frequency: str
    lines: list[str]
    frame: pd.DataFrame


@st.composite
def blocks(draw: st.DrawFn) -> Drawn:
    kind = draw(st.sampled_from(sorted(TITLES)))
    frequency = draw(st.sampled_from(sorted(PERIODS)))
    shape = draw(st.tuples(st.integers(1, 6), st.integers(1, 4)))
    cell = st.integers(-5_000, 5_000) | st.sampled_from(["-99.99", "-999", "-999.00"])
    cells = [[draw(cell) for _ in range(shape[1])] for _ in range(shape[0])]
    step, form = PERIODS[frequency]
    first = draw(st.dates(dt.date(1900, 1, 1), dt.date(2090, 1, 1)))
    index = pd.date_range(first, periods=shape[0], freq=step, unit="us", name="date")
    names = [f"P {column}" for column in range(shape[1])]
    title, scale = TITLES[kind]
    rows = [
        f"{stamp.strftime(form)}," + ",".join(_written(value) for value in row)
        for stamp, row in zip(index, cells, strict=True)
    ]
    values = [[np.nan if isinstance(v, str) else v / 100 / scale for v in row] for row in cells]
    frame = pd.DataFrame(values, index=index, columns=names, dtype="float64")
    return Drawn(kind, frequency, [*title.split("\n"), "," + ",".join(names), *rows], frame)


def _written(value: int | str) -> str:
    return f"{value if isinstance(value, str) else f'{value / 100:.2f}':>10}"


@settings(max_examples=25, deadline=None)
@given(
    drawn=st.lists(blocks(), min_size=1, max_size=8),
    end=st.sampled_from(["\n", "\r\n"]),
    blank=st.lists(st.sampled_from([0, 0, 0, 1, 2]), min_size=1, max_size=12),
)
def test_any_number_of_blocks_survives_blank_lines_and_either_line_end(
    drawn: list[Drawn], end: str, blank: list[int]
) -> None:
    lines, before = ["This file was made for a test."], cycle(blank)
    for block in drawn:
        for line in block.lines:
            lines += [""] * next(before) + [line]
    found = split(end.join([*lines, "", "Copyright"]), "x")
    assert [(b.kind, b.frequency) for b in found] == [(b.kind, b.frequency) for b in drawn]
    for got, block in zip(found, drawn, strict=True):
        pd.testing.assert_frame_equal(got.frame, block.frame, check_freq=False, rtol=1e-15)


# ---- what a series takes -------------------------------------------------------------------------


def test_each_file_is_asked_for_once() -> None:
    ids = ["french.size_value_6", "french.factors", "french.size_value_6.bm"]
    assert [(spec.url.rsplit("/", 1)[1], spec.ids) for spec in french.specs(ids)] == [
        ("6_Portfolios_2x3_CSV.zip", ("french.size_value_6", "french.size_value_6.bm")),
        ("F-F_Research_Data_Factors_CSV.zip", ("french.factors",)),
    ]
    assert all(spec.url.startswith("https://mba.tuck.") for spec in french.specs(ids))


def test_one_file_gives_several_series_under_our_names() -> None:
    ids = [f"french.size_value_6{block}" for block in ("", ".bm", ".firms", ".size", ".op")]
    tables = french.parse(zipped(SIX), ids)
    first = {name: table.iloc[0].to_dict() for name, table in tables.items()}
    assert list(tables) == ids
    assert first[ids[0]] == {
        "SG": 0.01, "SN": 0.02, "SV": 0.03, "BG": 0.04, "BN": 0.05, "BV": 0.06,
    }  # fmt: skip
    assert first[ids[1]]["SV"] == 3.7137
    assert np.isnan(first[ids[2]]["BV"])
    assert first[ids[3]]["BG"] == 110.0
    assert tables[ids[4]].index[0] == pd.Timestamp("1963-07-31")
    for name, table in tables.items():
        check(name, table, catalog.get(name))


@pytest.mark.parametrize(
    ("name", "header", "ours"),
    [
        ("french.size_value", "SMALL LoBM,ME1 BM2,SMALL HiBM,ME2 BM1,BIG LoBM,ME5 BM4,BIG HiBM",
         ["S1V1", "S1V2", "S1V5", "S2V1", "S5V1", "S5V4", "S5V5"]),
        ("french.size_momentum",
         "SMALL LoPRIOR,ME1 PRIOR2,SMALL HiPRIOR,ME2 PRIOR1,BIG LoPRIOR,ME5 PRIOR4,BIG HiPRIOR",
         ["S1M1", "S1M2", "S1M5", "S2M1", "S5M1", "S5M4", "S5M5"]),
        ("french.size_profitability",
         "SMALL LoOP,ME1 OP2,SMALL HiOP,ME2 OP1,BIG LoOP,ME5 OP4,BIG HiOP",
         ["S1P1", "S1P2", "S1P5", "S2P1", "S5P1", "S5P4", "S5P5"]),
        ("french.size_investment",
         "SMALL LoINV,ME1 INV2,SMALL HiINV,ME2 INV1,BIG LoINV,ME5 INV4,BIG HiINV",
         ["S1I1", "S1I2", "S1I5", "S2I1", "S5I1", "S5I4", "S5I5"]),
    ],
)  # fmt: skip
def test_columns_of_the_5x5_files_are_taken_by_name(
    name: str, header: str, ours: list[str]
) -> None:
    letter = header.split(",")[1].removeprefix("ME1 ")[:-1]
    all_25 = [f"ME{i} {letter}{j}" for i in range(1, 6) for j in range(1, 6)]
    held = header.split(",") + [column for column in all_25 if column not in header]
    numbers = ",".join(str(value) for value in range(len(held)))
    text = f"  Average Value Weighted Returns -- Monthly\n,{','.join(held)}\n192607,{numbers}\n"
    table = french.parse(zipped(text), [name])[name]
    assert list(table.columns) == list(catalog.get(name).columns)
    assert [table[column].iloc[0] for column in ours] == [value / 100 for value in range(7)]


def test_names_with_surplus_blanks_are_found_and_the_first_column_left_out() -> None:
    text = "  Value Weight Returns -- Monthly\n,<= 0,Lo 30, Med 40 ,Hi  30\n192607,-99.99,1,2,3\n"
    table = french.parse(zipped(text), ["french.size_terciles"])["french.size_terciles"]
    assert table.iloc[0].to_dict() == {"Lo 30": 0.01, "Med 40": 0.02, "Hi 30": 0.03}


def test_momentum_is_a_series_and_missing_months_are_left_out() -> None:
    text = ",Mom\n192701, 0.57\n192702, -99.99\n192703, 1.01\n"
    series = french.parse(zipped(text), ["french.momentum"])["french.momentum"]
    assert isinstance(series, pd.Series)
    assert series.to_list() == pytest.approx([0.0057, 0.0101], rel=1e-15)


def test_a_block_that_is_gone_says_which_are_there() -> None:
    text = SIX.replace("BE_FYt-1/ME_June t", "something")
    with pytest.raises(SchemaChanged, match=r"BE/ME June.*0 among: .*OP \(monthly, line"):
        french.parse(zipped(text), ["french.size_value_6.bm"])


def test_a_block_that_is_there_twice_is_refused() -> None:
    text = SIX + "\n  Number of Firms\n,A\n192607,1\n"
    with pytest.raises(SchemaChanged, match="one monthly table of Number of Firms, found 2"):
        french.parse(zipped(text), ["french.size_value_6.firms"])


def test_a_column_that_is_gone_says_which_are_there() -> None:
    with pytest.raises(SchemaChanged, match="expected the columns Mkt-RF, SMB, HML, RF, found"):
        french.parse(zipped(FACTORS.replace("SMB", "Size")), ["french.factors"])


def test_a_table_of_missing_values_only_is_refused() -> None:
    with pytest.raises(SchemaChanged, match="missing values only"):
        french.parse(zipped(",Mom\n192701, -99.99\n"), ["french.momentum"])
