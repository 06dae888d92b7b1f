"""A user's file as text and numbers: separators, headers, missing values, as people have them."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import numpy as np
import pandas as pd

from r2klib.data.own_dates import Said
from r2klib.errors import InputError

_MISSING = ("", ".", "-", "na", "n/a", "#n/a", "nan", "null", "none")


def frame_of(file: Path, said: Said) -> pd.DataFrame:
    """Read the numbers of a file, indexed by what stands in its first column.

    Parameters
    ----------
    file : pathlib.Path
        A CSV of any separator, or a parquet file.
    said : list of str
        What is done is added to it.

    Returns
    -------
    pandas.DataFrame
        Floats, NaN where the file says missing; the index is text.

    Raises
    ------
    InputError
        If it cannot be read, or a cell is no number: the message names the cell.
    """
    try:
        if file.suffix.lower() == ".parquet":
            return _of_parquet(pd.read_parquet(file))
        content = file.read_bytes()
    except OSError as error:
        raise InputError(f"{file} cannot be read ({error.strerror or error}).") from None
    except (ValueError, TypeError, IndexError) as error:
        raise InputError(f"{file} is no table of dates and numbers ({error}).") from None
    return _table(_cells(content, file.name, said), file.name, said)


def _of_parquet(frame: pd.DataFrame) -> pd.DataFrame:
    if isinstance(frame.index, pd.RangeIndex):  # the dates are a column, as other tools have it
        frame = frame.set_index(frame.columns[0])
    return frame.set_axis(frame.index.astype(str)).astype("float64")


def _cells(content: bytes, source: str, said: Said) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252")
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    if not first.count(separator):
        raise InputError(
            f"{source}: its first line {first[:60]!r} holds one column. Expected dates in the "
            "first column, then one column per series, separated by commas, semicolons or tabs."
        )
    rows = [
        [cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=separator)
    ]
    rows = [row for row in rows if any(row)]
    if separator != ",":
        said.append(f"columns: separated by {'semicolons' if separator == ';' else 'tabs'}")
    if separator == ";" and any(_is_comma(cell) for row in rows for cell in row):
        said.append("numbers: with decimal commas")
        rows = [[_with_point(cell) for cell in row] for row in rows]
    return rows


def _is_comma(cell: str) -> bool:
    return re.fullmatch(r"-?[\d.]*,\d+%?", cell) is not None


def _with_point(cell: str) -> str:
    return cell.replace(".", "").replace(",", ".") if _is_comma(cell) else cell


def _table(rows: list[list[str]], source: str, said: Said) -> pd.DataFrame:
    names, rows = _header(rows, source, said)
    short = next((row for row in rows if len(row) != len(names) + 1), None)
    if short is not None:
        came = f"{len(short)} cells in the row of {short[0]!r}"
        raise InputError(f"{source}: expected {len(names) + 1} cells in each row, found {came}.")
    if not rows:
        raise InputError(f"{source}: there are no rows below the header.")
    columns = {
        name: [_number(row[at + 1], row[0], name, source) for row in rows]
        for at, name in enumerate(names)
    }
    frame = pd.DataFrame(columns, index=[row[0] for row in rows], dtype="float64")
    if any("%" in cell for row in rows for cell in row[1:]):
        said.append("numbers: the percent signs were dropped")
    if any(row[at] == "." for row in rows for at in range(1, len(row))):
        said.append('numbers: "." was read as missing')
    return frame


def _header(rows: list[list[str]], source: str, said: Said) -> tuple[list[str], list[list[str]]]:
    """Names of the series and the rows below them; yfinance writes three lines."""
    if len(rows) > 3 and rows[1][0] == "Ticker" and rows[2][0] in ("Date", "Datetime"):
        fields, tickers, rows = rows[0][1:], rows[1][1:], rows[3:]
        field = next((one for one in ("Adj Close", "Close") if one in fields), None)
        if field is None:
            raise InputError(f"{source}: yfinance's file without a column Close or Adj Close.")
        taken = [at for at, one in enumerate(fields) if one == field]
        said.append(f"columns: yfinance's three lines of header, {field} of each ticker")
        names = [tickers[at] for at in taken]
        rows = [
            [row[0], *(row[at + 1] for at in taken)] for row in rows if len(row) > max(taken) + 1
        ]
    else:
        names, rows = rows[0][1:], rows[1:]
        while (
            names and not names[-1] and all(len(row) <= len(names) or not row[-1] for row in rows)
        ):
            names, rows = names[:-1], [row[: len(names)] for row in rows]  # a comma at the end
    if not all(names) or len(set(names)) < len(names):
        raise InputError(f"{source}: every column needs a name of its own, not {names}.")
    return names, rows


def _number(cell: str, row: str, column: str, source: str) -> float:
    bare = cell.removesuffix("%").strip()
    if bare.casefold() in _MISSING:
        return np.nan
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d*)?", bare):
        bare = bare.replace(",", "")
    try:
        value = float(bare)
    except ValueError:
        value = np.inf
    if not np.isfinite(value):
        raise InputError(f"{source}: {cell!r} in column {column!r}, row {row!r}, is no number.")
    return value
