"""Keep the made parts of docs/ in step with what they are made from.

python scripts/docs.py check     # exit status 1 where docs/data.md is not what the catalog says
python scripts/docs.py write     # make it again
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from r2klib.data import catalog
from r2klib.data.catalog import Origin, SeriesInfo

PAGE = Path(__file__).resolve().parents[1] / "docs" / "data.md"


HEAD = """# The data

<!-- Made from r2klib/data/catalog.toml by `python scripts/docs.py write`; edit that file. -->

Every series that r2klib knows, as its catalog has it: {n} of them, of which the built-in sample
edition holds {n_sample} and a snapshot of live data up to {n_live}. What *your* edition holds, with
the day each series was retrieved and how far it reaches, is in
`r2klib.load(...).coverage()` and on the data page of every report.

- **Lag** is the number of days from the end of a period to the day its value was out, chosen so
  that it was out in any ordinary month. `Dataset.as_of(date)` shows what had been published by a
  date and nothing more; a series with *own dates* says row by row when it was published.
- **Vintages** marks series of which a pull with a FRED key also keeps every release, so that
  `Dataset.as_of(date, vintage=True)` shows the value that was out then, not today's revision.
- Units are as the source publishes them, except that returns are decimals. Monthly and quarterly
  rows are stamped at the end of their period, whatever the source does.
- The terms of use are the publishers'. r2klib's own files hold work of the US government,
  NBER's dates and Robert Shiller's workbook; the rest of the sample is read from the packages that
  carry it.
"""


def data_page() -> str:
    """The whole page as Markdown; equal catalogs give equal text."""
    rows = list(catalog.series().values())
    counts = {
        "n": len(rows),
        "n_sample": sum(row.sample is not None for row in rows),
        "n_live": sum(row.live is not None for row in rows),
    }
    parts = [HEAD.format(**counts)]
    for publisher, own in _grouped(rows).items():
        parts.append(f"## {publisher}\n")
        parts.append("\n".join(_block(own)))
    parts.append("\n".join(_late()))
    return "\n".join(parts)


def _late() -> Iterator[str]:
    """What came out later than its lag says."""
    yield "## Published late\n"
    yield (
        "When the government was shut, figures came out later than by rule; a view of a past day "
        "knows it. A series is in no view of a day before it was first published, which its notes "
        "above say where that was long after its first value.\n"
    )
    yield "| period that ends | out on | series | source |"
    yield "|---|---|---|---|"
    for row in catalog.late():
        names = ", ".join(f"`{name}`" for name in row.series)
        yield f"| {row.period} | {row.out} | {names} | {row.source} |"
    yield ""


def _grouped(rows: Iterable[SeriesInfo]) -> dict[str, list[SeriesInfo]]:
    """Rows of the same publisher together, in the order in which the publishers first come."""
    found: dict[str, list[SeriesInfo]] = {}
    for row in rows:
        found.setdefault(row.publisher, []).append(row)
    return found


def _block(rows: list[SeriesInfo]) -> Iterator[str]:
    yield f"Terms: {rows[0].terms}\n"
    yield "| series | what, in which units | rows | lag, days | in a snapshot | in the sample |"
    yield "|---|---|---|---|---|---|"
    for row in rows:
        cells = (
            f"`{row.id}`",
            f"{row.title}; {row.units}",
            f"{row.frequency}{', ended' if row.discontinued else ''}",
            _lag(row),
            _code(row.live),
            _code(row.sample),
        )
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    yield ""
    noted = [(row.id, " ".join(row.notes)) for row in rows if row.notes]
    if noted:
        yield "Known defects, and what to mind:\n"
        for note, same in groupby(noted, key=lambda pair: pair[1]):
            yield f"- {', '.join(f'`{name}`' for name, _ in same)}: {note}"
        yield ""


def _lag(row: SeriesInfo) -> str:
    lag = "own dates" if row.published_in else str(row.lag_days)
    return f"{lag}, vintages" if row.vintages else lag


def _code(origin: Origin | None) -> str:
    return f"{origin.source}: `{origin.code}`" if origin else "–"


def main() -> int:
    command = sys.argv[1] if len(sys.argv) == 2 else ""
    if command not in ("check", "write"):
        print(__doc__)
        return 2
    wanted = data_page()
    if command == "write":
        PAGE.write_text(wanted, encoding="utf-8")
    elif not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != wanted:
        print(f"{PAGE.name} is not what the catalog says. Run `python scripts/docs.py write`.")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
