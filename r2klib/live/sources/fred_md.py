"""FRED-MD: a hundred and more monthly series of the US economy in one CSV, with how each is used.

The file has a header of names, a row that says by a code how each series is made stationary, and
a row for each month, stamped at its start. Values stay as published; the codes are a table of
their own, and `r2klib.claims.search.stationary` applies them.

Source: McCracken and Ng (2016), Journal of Business & Economic Statistics 34(4), 574-589;
https://www.stlouisfed.org/research/economists/mccracken/fred-databases
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from r2klib.data.provenance import Table
from r2klib.errors import SchemaChanged
from r2klib.live.sources import FileSource, Spec
from r2klib.live.sources.bodies import REPORT, TRY_LATER
from r2klib.live.sources.sheets import Cell, Cells, month, read_csv, table

ADDRESS = (
    "https://www.stlouisfed.org/-/media/project/frbstl/stlouisfed/research/fred-md/monthly/"
    "current.csv"
)
#: What a code may be; see the notes of ``fred_md.transformations`` in the catalog.
CODES = range(1, 8)

_SOURCE = "FRED-MD (current.csv)"
_DATE = "sasdate"


def specs(ids: Sequence[str]) -> list[Spec]:
    """Return the one file that holds both tables."""
    return [Spec(tuple(ids), ADDRESS, accept="text/csv")] if ids else []


def parse(content: bytes, ids: Sequence[str]) -> dict[str, Table]:
    """Read the CSV as ``fred_md`` and ``fred_md.transformations``.

    The first has a column per series by month end, as published, NaN where the file is blank; the
    second as_of (last month of the file), series, code. Raises `SchemaChanged` if the body is no
    such file, the row ``Transform:`` is not below the header, a code is none of 1 to 7, or dates
    and numbers are not as expected.
    """
    cells = read_csv(content, _SOURCE)
    head = next((i for i, row in enumerate(cells) if row and str(row[0]).strip() == _DATE), None)
    if head is None:
        came = f"{len(cells)} lines without one"
        raise SchemaChanged(_SOURCE, f"a header that starts with {_DATE}", came, REPORT)
    names = [str(cell).strip() for cell in cells[head][1:]]
    codes = _codes(cells, head, names)
    levels = table(
        [cells[head], *cells[head + 2 :]],
        _SOURCE,
        (_DATE,),
        {name: name for name in names},
        month,
    ).dropna(how="all")
    if levels.empty:
        raise SchemaChanged(_SOURCE, "numbers", "none", TRY_LATER)
    how = pd.DataFrame({"as_of": levels.index[-1], "series": names, "code": codes})
    found: dict[str, Table] = {"fred_md": levels, "fred_md.transformations": how}
    return {name: found[name] for name in ids}


def _codes(cells: Cells, head: int, names: list[str]) -> list[int]:
    """The codes of the row below the header, which says that it is one."""
    row: tuple[Cell, ...] = cells[head + 1] if head + 1 < len(cells) else ()
    if not row or not str(row[0]).strip().casefold().startswith("transform"):
        came = repr(str(row[0])[:40]) if row else "the end of the file"
        expected = "the row 'Transform:' below the header, which says how each series is made"
        raise SchemaChanged(_SOURCE, expected, came, REPORT)
    try:
        codes = [int(np.float64(str(cell))) for cell in row[1:]]
    except ValueError:
        codes = []
    if len(codes) != len(names) or not set(codes) <= set(CODES):
        expected = f"a code of 1 to 7 for each of {len(names)} series in the row 'Transform:'"
        raise SchemaChanged(_SOURCE, expected, ", ".join(map(str, row[1:]))[:80], REPORT)
    return codes


SOURCE = FileSource("fred_md", specs, parse)
