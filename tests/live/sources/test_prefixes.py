"""A body that ends early with a length that fits: no beginning of any body passes for the whole.

Archives, workbooks, XML and JSON say where they end, holdings by a blank line. A CSV of dates does
not: its beginnings that end with a line read as the source stood some days before. They never
replace what is held, and on a first pull they count as late.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from r2klib.data import catalog
from r2klib.data.provenance import Table
from r2klib.errors import SchemaChanged
from r2klib.live.landing import land
from r2klib.live.sources import (
    Answer,
    FileSource,
    Held,
    Want,
    founding,
    fred_md,
    french,
    ishares,
    shiller,
    workbooks,
)
from r2klib.live.sources.fred import _xml, parse_graph, stamped
from r2klib.live.validate import validate
from tests.live.bodies import momentum, zipped
from tests.live.sources.test_fred_md import BODY as FRED_MD
from tests.live.sources.test_ishares import NEWER, OLDER, body
from tests.live.sources.test_workbooks import EPU, JK, TPU, fomc, workbook

TODAY = dt.date(2024, 6, 10)


def graph(rows: int = 120) -> bytes:
    days = pd.bdate_range(end="2024-06-07", periods=rows)
    lines = [f"{day.date()},{13 + at / 100:.2f}" for at, day in enumerate(days)]
    return "\n".join(["observation_date,VIXCLS", *lines, ""]).encode()


def read_graph(content: bytes) -> Table:
    return stamped(parse_graph(content, "VIXCLS"), catalog.get("VIXCLS"))


def read_xml(content: bytes) -> Table:
    return pd.Series([float(row.get("value") or "nan") for row in _xml(content)])


def read_chart(content: bytes) -> Table:
    return pd.Series(json.loads(content)["chart"]["close"])


@dataclass(frozen=True)
class Format:
    content: bytes
    read: Callable[[bytes], Table]
    series: str = ""  # of the catalog, where a beginning that ends with a line can be read


def by(source: FileSource, name: str) -> Callable[[bytes], Table]:
    return lambda content: source.parse(content, [name])[name]


RESEARCH = {name: by(workbooks.SOURCES[0], name) for name in workbooks._READERS}
XML = '<observations><observation date="2024-01-01" value="3.7"/></observations>'
FORMATS = {
    "fredgraph": Format(graph(), read_graph, "VIXCLS"),
    "FRED's XML": Format(XML.encode(), read_xml),
    "Yahoo's chart": Format(b'{"chart": {"close": [1.5, 2.25]}}', read_chart),
    "Ken French": Format(zipped(momentum()), by(french.SOURCE, "french.momentum")),
    "FRED-MD": Format(FRED_MD.encode(), by(fred_md.SOURCE, "fred_md"), "fred_md"),
    "shocks": Format(JK.encode(), RESEARCH["fomc.jarocinski_karadi"], "fomc.jarocinski_karadi"),
    "holdings, older": Format(body(OLDER), by(ishares.SOURCE, "ishares.IWM")),
    "holdings, newer": Format(body(NEWER), by(ishares.SOURCE, "ishares.IWM")),
    "TPU": Format(workbook(TPU_MONTHLY=TPU), RESEARCH["tpu"]),
    "EPU": Format(workbook(Indices=EPU), RESEARCH["epu.categories"]),
    "surprises": Format(fomc(), RESEARCH["fomc.bauer_swanson"]),
}


def outcome(form: Format, n_bytes: int, whole: Table) -> str:
    """What becomes of the beginning of a body: refused, the whole, or cut at the end of a line."""
    start = form.content[:n_bytes]
    try:
        table = form.read(start)
    except (SchemaChanged, json.JSONDecodeError):  # yfinance's JSON error is a failed try
        return "refused"
    if table.equals(whole):
        return "whole"
    assert form.series, f"{n_bytes} of {len(form.content)} bytes pass for the whole"
    assert start.endswith((b"\n", b"\r")), f"cut within a line: {start[-30:]!r}"
    return "at a line's end"


@pytest.mark.parametrize("name", FORMATS)
def test_no_beginning_of_a_body_passes_for_the_whole(name: str) -> None:
    form = FORMATS[name]
    whole = form.read(form.content)
    lengths = range(0, len(form.content), 1 if len(form.content) < 3000 else 7)
    found = Counter(outcome(form, n_bytes, whole) for n_bytes in lengths)
    assert found["refused"] > len(lengths) / 2
    if not form.series:
        assert found["at a line's end"] == 0


@pytest.mark.parametrize("name", ["fredgraph", "FRED-MD", "shocks"])
def test_a_beginning_that_ends_with_a_line_replaces_nothing_that_is_held(name: str) -> None:
    form = FORMATS[name]
    info, whole = catalog.get(form.series), form.read(form.content)
    entry = {"merged_from": [], "vintages": None, "retrieved_at": "2024-06-10T22:00:00Z"}
    want = Want(info, Held(whole, entry, "2024-06-10"))
    cuts = [at + 1 for at, byte in enumerate(form.content) if byte == ord("\n")]
    refused = 0
    for cut in cuts:
        try:
            table = form.read(form.content[:cut])
        except SchemaChanged:
            refused += 1
            continue
        answer = Answer(info.id, table, "https://example.org/x", "2024-06-10T22:00:00Z")
        if table.index[-1] == whole.index[-1]:
            land(want, answer, TODAY)
        else:
            with pytest.raises(SchemaChanged, match="fewer at the end, as in an answer cut short"):
                land(want, answer, TODAY)
            refused += 1
    assert refused >= len(cuts) - 2


def test_on_a_first_pull_it_counts_as_late() -> None:
    """Where nothing is held, less than `LATE` short is all that a cut can hide."""
    form = FORMATS["fredgraph"]
    cut = form.content[: int(len(form.content) * 0.6)].rpartition(b"\n")[0] + b"\n"
    _, anomalies = validate(catalog.get("VIXCLS"), form.read(cut), TODAY)
    assert any(line.startswith("ends on ") for line in anomalies)


def recorded_formats(folder: Path) -> dict[str, Format]:
    def at(*parts: str) -> bytes:
        return folder.joinpath(*parts).read_bytes()

    old, new = "IWM_holdings_2025-05-13.csv", "IWM_holdings_2026-07-17.csv"
    fred, momentum_file = ("fred_md", "2026-02-MD.csv"), "F-F_Momentum_Factor_CSV.zip"
    return {
        "Shiller": Format(at("shiller", "ie_data.xls"), by(shiller.SOURCE, "shiller")),
        "founding": Format(at("firms", "IPO-age.xlsx"), by(founding.SOURCE, "ritter.founding")),
        "French": Format(at("french", momentum_file), by(french.SOURCE, "french.momentum")),
        "holdings 2025": Format(at("holdings", old), by(ishares.SOURCE, "ishares.IWM")),
        "holdings 2026": Format(at("holdings", new), by(ishares.SOURCE, "ishares.IWM")),
        "FRED-MD": Format(at(*fred), by(fred_md.SOURCE, "fred_md"), "fred_md"),
    }


@pytest.mark.slow
def test_no_beginning_of_a_recorded_body_passes_for_the_whole(recorded: Path) -> None:
    for name, form in recorded_formats(recorded).items():
        whole, size = form.read(form.content), len(form.content)
        shares = [0.001, 0.01, *(at / 12 for at in range(1, 12)), 0.99, 0.999]
        lengths = [int(size * share) for share in shares]
        lengths += [size - 1 - at for at in (1, 2, 40, 200, 513)]
        found = Counter(outcome(form, n_bytes, whole) for n_bytes in lengths)
        assert found["refused"] > len(lengths) / 2, name
