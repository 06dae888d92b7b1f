"""Research files at fixed addresses: quality factor, Fed surprises, uncertainty indices.

Sources: Asness, Frazzini and Pedersen (2019), Review of Accounting Studies 24 (quality minus
junk); Bauer and Swanson (2023), NBER Macroeconomics Annual 37; Jarocinski and Karadi (2020), AEJ:
Macroeconomics 12(2); Caldara, Iacoviello, Molligo, Prestipino and Raffo (2020), Journal of
Monetary Economics 109; Baker, Bloom and Davis (2016), Quarterly Journal of Economics 131(4).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import pandas as pd

from r2klib.data import catalog
from r2klib.data.catalog import Origin
from r2klib.data.provenance import Table
from r2klib.errors import SchemaChanged
from r2klib.live.sources import FileSource, Spec
from r2klib.live.sources.bodies import REPORT
from r2klib.live.sources.sheets import Cell, Cells, day, month, read_csv, read_workbook, table

#: Addresses by the catalog's source; the file is the first part of its code.
_ADDRESSES = {
    "aqr": "https://www.aqr.com/-/media/AQR/Documents/Insights/Data-Sets/{file}",
    "frbsf": "https://www.frbsf.org/wp-content/uploads/{file}",
    "jarocinski": (
        "https://raw.githubusercontent.com/marekjarocinski/jkshocks_update_fed/main/{file}"
    ),
    "iacoviello": "https://www.matteoiacoviello.com/tpu_files/{file}",
    "policyuncertainty": "https://www.policyuncertainty.com/media/{file}",
}


def specs(ids: Sequence[str]) -> list[Spec]:
    """Return the file of each series."""
    origins = [(name, _origin(name)) for name in ids]
    return [
        Spec((name,), _ADDRESSES[origin.source].format(file=_file(origin)))
        for name, origin in origins
    ]


def parse(content: bytes, ids: Sequence[str]) -> dict[str, Table]:
    """Read the workbook or CSV of one series.

    Monthly data at month ends; Fed surprises at the announcement, date and time of day in US
    Eastern time. Units as in the catalog; NaN where the file has none. Raises `SchemaChanged` if
    the body is no such file, or a sheet, header, column, date or number is not as expected.
    """
    sources = {name: f"{_file(_origin(name))} ({_origin(name).source})" for name in ids}
    return {name: _READERS[name](content, source) for name, source in sources.items()}


def _origin(name: str) -> Origin:
    origin = catalog.get(name).live
    assert origin is not None
    return origin


def _file(origin: Origin) -> str:
    return origin.code.partition(":")[0]


def _qmj(content: bytes, source: str) -> pd.Series:
    sheets = read_workbook(content, source, "QMJ Factors")
    return table(sheets["QMJ Factors"], source, ("DATE",), {"aqr.qmj": "USA"}, month)[
        "aqr.qmj"
    ].dropna()


def _bauer_swanson(content: bytes, source: str) -> pd.DataFrame:
    """Stack the newest update, which begins in 1997, on the rows of the original before it.

    Where both have a value MPS differs little (correlation 0.998, slope 1.01). SP500 is the
    e-mini future where there is one, as the authors' description has it, else the large one.
    """
    sheets = read_workbook(content, source, r"FOMC \((original|update \d{4})\)")
    if "FOMC (original)" not in sheets:
        raise SchemaChanged(source, "a sheet 'FOMC (original)'", ", ".join(sheets), REPORT)
    original = _announcements(sheets["FOMC (original)"], source)
    newest = _announcements(sheets[max(sheets)], source)  # "update 2023" sorts after "original"
    before: pd.DataFrame = original[original.index < newest.index[0]]
    return pd.concat([before, newest])


def _announcements(cells: Cells, source: str) -> pd.DataFrame:
    names = ["MPS", "MPS_ORTH", "SP500", "SP500 emini", "Unscheduled"]
    frame = table(cells, source, ("Date", "Time"), {name: name for name in names}, _at)
    frame["SP500"] = frame["SP500 emini"].fillna(frame["SP500"])
    return frame.reindex(columns=list(catalog.get("fomc.bauer_swanson").columns))


def _at(date: Cell, time: Cell) -> pd.Timestamp | None:
    """Date and time of day of an announcement: a date and ``2:15pm`` or a time cell."""
    on = day(date)
    if on is None:
        return None
    if isinstance(time, str):
        try:
            time = dt.datetime.strptime(time.strip(), "%I:%M%p").time()  # noqa: DTZ007
        except ValueError:
            return None
    if not isinstance(time, dt.time):
        return None
    return on + pd.Timedelta(hours=time.hour, minutes=time.minute)


def _jarocinski_karadi(content: bytes, source: str) -> pd.DataFrame:
    columns = {name: name for name in catalog.get("fomc.jarocinski_karadi").columns}
    return table(read_csv(content, source), source, ("start",), columns, _minute)


def _minute(cell: Cell) -> pd.Timestamp | None:
    try:
        return pd.Timestamp(dt.datetime.strptime(str(cell), "%Y-%m-%d %H:%M"))  # noqa: DTZ007
    except ValueError:
        return None


def _tpu(content: bytes, source: str) -> pd.Series:
    sheets = read_workbook(content, source, "TPU_MONTHLY")
    return table(sheets["TPU_MONTHLY"], source, ("DATE",), {"tpu": "TPU"}, month)["tpu"].dropna()


def _epu_categories(content: bytes, source: str) -> pd.DataFrame:
    sheets = read_workbook(content, source, "Indices")
    return table(sheets["Indices"], source, ("Year", "Month"), _CATEGORIES, month)


_CATEGORIES = {
    "all": "Economic Policy Uncertainty",
    "monetary": "Monetary policy",
    "fiscal": "Fiscal Policy (Taxes OR Spending)",
    "taxes": "Taxes",
    "spending": "Government spending",
    "health_care": "Health care",
    "security": "National security",
    "entitlements": "Entitlement programs",
    "regulation": "Regulation",
    "financial_regulation": "Financial Regulation",
    "trade": "Trade policy",
    "sovereign_debt": "Sovereign debt, currency crises",
}

_READERS: dict[str, Callable[[bytes, str], Table]] = {
    "aqr.qmj": _qmj,
    "fomc.bauer_swanson": _bauer_swanson,
    "fomc.jarocinski_karadi": _jarocinski_karadi,
    "tpu": _tpu,
    "epu.categories": _epu_categories,
}

SOURCES = tuple(FileSource(name, specs, parse) for name in _ADDRESSES)
