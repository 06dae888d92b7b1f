"""A user's file as text and numbers: separators, headers, missing values, as people have them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from r2klib.data.own_dates import Said, is_day
from r2klib.errors import InputError

_MISSING = ("", ".", "-", "na", "n/a", "#n/a", "nan", "null", "none")
#: A number whose decimals follow this mark, and whose thousands may be parted by the other.
_NUMBER = {
    mark: re.compile(
        rf"[+-]?(?={re.escape(mark)}?\d)(\d+|[1-9]\d{{0,2}}({re.escape(other)}\d{{3}})+)?"
        rf"({re.escape(mark)}\d*)?(e[+-]?\d+)?",
        re.IGNORECASE,
    )
    for mark, other in ((".", ","), (",", "."))
}
#: A loss as accountants write it.
_LOSS = re.compile(r"\(([^()]+?)%?\)")
#: What parts the columns, what it is called, and the mark that programs write decimals with then.
_SEPARATORS = {",": ("commas", "."), ";": ("semicolons", ","), "\t": ("tabs", ".")}
#: What files of .xlsx and .ods, and of .xls, begin with.
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True)
class Sheet:
    """The cells of a text file, as many in each row as `heads` has names; `source` is its name."""

    source: str
    separator: str
    heads: list[str]
    rows: list[list[str]]

    def columns(self, said: Said, *, percent: bool = True) -> dict[str, list[float]]:
        """Return the numbers of every column but the first; what is done is added to `said`.

        Percent signs are dropped where numbers may carry them. Raises `InputError`, naming the
        cell, if one is no number or could be two.
        """
        mark = self._mark(said)
        if any("%" in cell for cell in self._cells()):
            said.append("numbers: the percent signs were dropped")
        if any(_LOSS.fullmatch(cell.removesuffix("%")) for cell in self._cells()):
            said.append("numbers: those in brackets were read as negative")
        if "." in self._cells():
            said.append('numbers: "." was read as missing')
        return {
            name: [self._number(row, at, mark, percent=percent) for row in self.rows]
            for at, name in enumerate(self.heads[1:], 1)
        }

    def _cells(self) -> Iterator[str]:
        return (cell for row in self.rows for cell in row[1:])

    def _mark(self, said: Said) -> str:
        """Tell the mark of the decimals, which all numbers of a file have in common."""
        shown: dict[str, str] = {}  # by mark, a number that allows no other
        doubtful: dict[str, str] = {}  # by mark, one with it that allows both, such as 1.234
        for cell in self._cells():
            bare = _bare(cell)
            fits = [mark for mark, number in _NUMBER.items() if number.fullmatch(bare)]
            if bare.casefold() in _MISSING or not fits:
                continue
            if len(fits) == 1:
                shown.setdefault(fits[0], cell)
            elif mark := next((mark for mark in _NUMBER if mark in bare), None):
                doubtful.setdefault(mark, cell)
        if len(shown) == 2:
            raise InputError(
                f"{self.source}: decimals follow a point in {shown['.']!r} and a comma in "
                f"{shown[',']!r}. Write all numbers alike, without marks between thousands."
            )
        usual = _SEPARATORS[self.separator][1]
        mark = next(iter(shown), usual)
        other = next((cell for sign, cell in doubtful.items() if sign != mark), None)
        if other is not None and not shown and self.separator != ",":
            raise InputError(
                f"{self.source}: nothing shows whether {other!r} has decimals or thousands. Write "
                "the numbers without marks between thousands, and decimals with a point."
            )
        if mark == "," and any("," in cell for cell in self._cells()):
            said.append("numbers: with decimal commas")
        return mark

    def _number(self, row: list[str], at: int, mark: str, *, percent: bool) -> float:
        cell = row[at]
        bare = _bare(cell)
        if bare.casefold() in _MISSING:
            return np.nan
        where = f"{self.source}: {cell!r} in column {self.heads[at]!r}, row {row[0]!r},"
        if "%" in cell and not percent:
            raise InputError(
                f"{where} has a percent sign; expected a decimal, 0.012 for 1.2 %. Returns in "
                "percent are read with `units='percent'`."
            )
        if not _NUMBER[mark].fullmatch(bare):
            mend = " It is a date, and dates come first: take out what is left of it."
            raise InputError(f"{where} is no number.{mend if is_day(bare) else ''}")
        other = "," if mark == "." else "."
        value = float(bare.replace(other, "").replace(mark, "."))
        if not np.isfinite(value):
            raise InputError(f"{where} is no number.")
        return value


def _bare(cell: str) -> str:
    """A cell as a plain number: without its percent sign, a loss in brackets with a minus."""
    bare = cell.removesuffix("%").strip().replace("\N{MINUS SIGN}", "-")
    loss = _LOSS.fullmatch(bare)
    return f"-{loss[1].strip()}" if loss else bare


def sheet_of(file: Path, said: Said) -> Sheet:
    """Read the cells of a text file: commas, semicolons or tabs, below a line of names.

    What is done is added to `said`. Raises `InputError` if it cannot be read, or is no table.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}.") from None
    rows, separator = _split(content, file.name)
    if separator != ",":
        said.append(f"columns: separated by {_SEPARATORS[separator][0]}")
    heads, rows = _header(rows, file.name, said)
    short = next((row for row in rows if len(row) != len(heads)), None)
    if short is not None:
        came = f"{len(short)} cells in the row of {short[0]!r}"
        raise InputError(f"{file.name}: expected {len(heads)} cells in each row, found {came}.")
    if not rows:
        raise InputError(f"{file.name}: there are no rows below the header.")
    return Sheet(file.name, separator, heads, rows)


def frame_of(file: Path, said: Said, *, percent: bool = True) -> pd.DataFrame:
    """Read the numbers of a CSV or parquet file, indexed by the text of its first column.

    Floats, NaN where the file says missing; what is done is added to `said`. Raises `InputError`,
    naming the cell, if it cannot be read or a cell is no number.
    """
    if file.suffix.lower() == ".parquet":
        return _of_parquet(file)
    sheet = sheet_of(file, said)
    columns = sheet.columns(said, percent=percent)
    return pd.DataFrame(columns, index=[row[0] for row in sheet.rows], dtype="float64")


def _of_parquet(file: Path) -> pd.DataFrame:
    try:
        frame = pd.read_parquet(file)
        if isinstance(frame.index, pd.RangeIndex):  # the dates are a column, as other tools have it
            frame = frame.set_index(frame.columns[0])
        return frame.set_axis(frame.index.astype(str)).astype("float64")
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}.") from None
    except (ValueError, TypeError, IndexError) as error:
        raise InputError(f"{file} is no table of dates and numbers ({error}).") from None


def _split(content: bytes, source: str) -> tuple[list[list[str]], str]:
    """Cells without blanks around them, row by row, and what parts them."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        code = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252"
        text = content.decode(code, errors="replace")
    if content.startswith(_WORKBOOKS):
        raise InputError(
            f"{source} is a workbook of Excel's or its like. Save its sheet as CSV, or read it "
            "with `pandas.read_excel` and pass the frame."
        )
    first = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first.count)
    if not first.count(separator):
        raise InputError(
            f"{source}: its first line {first[:60]!r} holds one column. Expected dates in the "
            "first column, then one column per series, separated by commas, semicolons or tabs."
        )
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise InputError(f"{source} is no table of dates and numbers ({error}).") from None
    stripped = [[cell.strip() for cell in row] for row in rows]
    if not (filled := [row for row in stripped if any(row)]):
        raise InputError(f"{source}: there is nothing in it but separators.")
    return filled, separator


def _header(rows: list[list[str]], source: str, said: Said) -> tuple[list[str], list[list[str]]]:
    """Names of the columns and the rows below them; yfinance writes three lines."""
    if len(rows) > 3 and rows[1][0] == "Ticker" and rows[2][0] in ("Date", "Datetime"):
        fields, tickers, rows = rows[0][1:], rows[1][1:], rows[3:]
        field = next((one for one in ("Adj Close", "Close") if one in fields), None)
        if field is None:
            raise InputError(f"{source}: yfinance's file without a column Close or Adj Close.")
        taken = [at for at, one in enumerate(fields) if one == field]
        said.append(f"columns: yfinance's three lines of header, {field} of each ticker")
        names = ["Date", *(tickers[at] for at in taken)]
        # A row cut short stays short, and is refused for it.
        rows = [[row[0], *(row[at + 1] for at in taken if at + 1 < len(row))] for row in rows]
    else:
        names, rows = rows[0], rows[1:]
        if is_day(names[0]):
            raise InputError(
                f"{source}: {names[0]!r} stands where the columns' names are expected, and would "
                "be lost. Write a line of names above it: date,fund."
            )
        while (
            names[1:]
            and not names[-1]
            and all(len(row) < len(names) or not row[-1] for row in rows)
        ):
            names = names[:-1]
            rows = [row[: len(names)] for row in rows]  # a comma at the end
    if not all(names[1:]) or len(set(names[1:])) < len(names) - 1:
        raise InputError(f"{source}: every column needs a name of its own, not {names[1:]}.")
    return names, rows
