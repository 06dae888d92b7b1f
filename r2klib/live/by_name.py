"""What the publishers offer beside the catalog: a file of Ken French, a series of FRED, FRED-MD.

Each is asked for by the name it has there, files of the catalog by theirs here, and comes as an
edition in memory, checked and described as in a pull. No snapshot is written; a body that was read
is kept for the day.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import chain
from typing import Any

import pandas as pd

from r2klib.data import Dataset, catalog
from r2klib.data.catalog import Frequency, Origin, SeriesInfo
from r2klib.data.checks import check_lag
from r2klib.errors import CannotWrite, InputError, SourceUnavailable, UnknownName
from r2klib.home import cache_home, write_whole
from r2klib.live.choice import jobs_by_host
from r2klib.live.landing import Arrived, in_memory
from r2klib.live.sources import Failure, Fetched, Want
from r2klib.live.sources import fred as graph
from r2klib.live.sources import fred_md as panel
from r2klib.live.sources import french as library
from r2klib.live.sources.bodies import decode, only_member
from r2klib.live.sources.http import Client

LIBRARY = "https://mba.tuck.dartmouth.edu/pages/faculty/ken.french/data_library.html"
#: Days from the end of a period to publication that are assumed where nothing is said.
LAGS: dict[Frequency, int] = {"daily": 1, "weekly": 7, "monthly": 45, "quarterly": 120}
_YEARLY = 365
#: Most days between two stamps, by frequency.
_STEPS: dict[int, Frequency] = {4: "daily", 8: "weekly", 32: "monthly", 93: "quarterly"}
_MAIN = ("Value Weighted Returns", "Factors")


class Keeping(Client):
    """A client that asks for an address once a day, unless it is to `refresh`."""

    def __init__(self, *, refresh: bool = False, **limits: Any) -> None:
        super().__init__(**limits)
        self._refresh = refresh
        self._fresh: list[Fetched] = []

    def get(self, url: str, **how: Any) -> Fetched:
        """Get an address, or what came from it earlier today."""
        held = None if self._refresh else self._held(url)
        if held is not None:
            return held
        answer = super().get(url, **how)
        self._fresh.append(dataclasses.replace(answer, url=url))
        return answer

    def keep(self) -> None:
        """Keep what came, once it was read: a full disk costs time on the next call, no more."""
        for answer in self._fresh:
            head = json.dumps({"url": answer.url, "at": answer.retrieved_at}).encode()
            with suppress(CannotWrite, OSError):
                place = self._place(answer.url)
                place.parent.mkdir(parents=True, exist_ok=True)
                write_whole(place, head + b"\n" + answer.content, "")

    def _held(self, url: str) -> Fetched | None:
        try:
            head, _, body = self._place(url).read_bytes().partition(b"\n")
            said = json.loads(head)
        except (OSError, ValueError):
            return None
        if said["url"] != url or said["at"][:10] != self.stamp()[:10]:
            return None
        return Fetched(body, url, said["at"])

    @staticmethod
    def _place(url: str) -> Any:
        return cache_home() / "fetched" / hashlib.sha256(url.encode()).hexdigest()[:32]


def french(name: str, *, refresh: bool = False, client: Keeping | None = None) -> Dataset:
    """Fetch any file of Ken French's data library by its name. Uses the network.

    Parameters
    ----------
    name : str
        Such as ``"25_Portfolios_ME_OP_5x5"`` or ``"F-F_Research_Data_5_Factors_2x3_daily"``: what
        stands in the library's addresses before ``_CSV.zip``.
    refresh : bool
        Ask again for a file that already came today.
    client : Keeping, optional
        For tests: other limits.

    Returns
    -------
    Dataset
        Of kind ``"user"``, a frame for each table of the file, by month end, week or day; yearly
        tables are stamped at the end of the year. Under the file's name: its value-weighted
        returns or factors; the others under ``"<name>:<table>"``, such as ``":Number of Firms"``,
        with ``", annual"`` for years. Returns are decimals, everything else is as published;
        missing is NaN.

    Raises
    ------
    UnknownName
        The library has no such file; names that are close are offered.
    SourceUnavailable, SchemaChanged
        It does not answer, or with something else.
    InputError
        That cannot be a name; the live extra is not installed.

    Examples
    --------
    >>> data = r2klib.live.french("25_Portfolios_ME_OP_5x5")  # doctest: +SKIP
    >>> data.frame("25_Portfolios_ME_OP_5x5")["1990":].mean()  # doctest: +SKIP
    """
    file = _named("name", name, "25_Portfolios_ME_OP_5x5").removesuffix("_CSV")
    with client or Keeping(refresh=refresh) as asking:
        came = _file_of_french(asking, file)
        source = f"Ken French's {file}_CSV.zip"
        text = decode(only_member(came.content, source, (".csv", ".txt")))
        found: dict[str, Arrived] = {}
        for block in library.split(text, source):
            frame = block.frame.dropna(how="all")
            if not frame.empty:
                info = _of_block(file, block, frame, taken=found)
                found[info.id] = info, frame, came.retrieved_at
        return _edition(found, asking)


def _file_of_french(client: Client, file: str) -> Fetched:
    try:
        return client.get(library.URL.format(name=file))
    except SourceUnavailable as error:
        if "404" not in error.reason:
            raise
    try:
        page = decode(client.get(LIBRARY).content)
    except SourceUnavailable:
        page = ""
    known = re.findall(r"ftp/([\w-]+)_CSV\.zip", page) or _of_library()
    raise UnknownName("file of Ken French's library", file, known, f"a look at {LIBRARY}")


def _of_library() -> list[str]:
    """Files of the library that the catalog takes series from."""
    rows = catalog.series().values()
    codes = [row.live.code for row in rows if row.live and row.live.source == "french"]
    return list(dict.fromkeys(code.partition(":")[0] for code in codes))


def _of_block(
    file: str, block: library.Block, frame: pd.DataFrame, taken: Iterable[str]
) -> SeriesInfo:
    yearly = block.frequency == "annual"
    kind = block.title if block.kind == "unknown" else block.kind
    own = file if kind in _MAIN and not yearly else f"{file}:{kind}{', annual' * yearly}"
    weekly = block.frequency == "daily" and file.endswith("_weekly")
    usual: Frequency = "daily" if block.frequency == "daily" else "monthly"
    every: Frequency = "irregular" if yearly else "weekly" if weekly else usual
    model = catalog.get("french.size_value")
    columns = tuple(map(str, frame.columns))
    return dataclasses.replace(
        model,
        id=f"{own} (line {block.line})" if own in taken else own,
        title=f"{file}: {kind}",
        units=_units(block, every),
        frequency=every,
        columns=columns,
        sample=None,
        live=Origin("french", f"{file}:{block.kind}", columns),
        notes=("A year is stamped at its end.",) if yearly else (),
    )


def _units(block: library.Block, every: Frequency) -> str:
    """A portfolio's returns say of what period they are, as the catalog's do."""
    if block.kind not in library.RETURNS:
        return "as published"
    period = {"daily": " per day", "weekly": " per week", "monthly": " per month"}.get(every, "")
    return "decimal return" + (period if block.kind != "Factors" else "")


def fred(
    codes: str | Sequence[str],
    *,
    lag_days: int | None = None,
    refresh: bool = False,
    client: Keeping | None = None,
) -> Dataset:
    """Fetch any series of FRED by its code, as it stands today. Uses the network, no key.

    Parameters
    ----------
    codes : str or sequence of str
        Such as ``["UNRATE", "MORTGAGE30US"]``, in any case.
    lag_days : int, optional
        Days from the end of a period to its publication, for series that the catalog does not
        know; 1 for daily, 7 for weekly, 45 for monthly, 120 for quarterly, 365 for other series
        without it.
    refresh : bool
        Ask again for a series that already came today.
    client : Keeping, optional
        For tests: other limits.

    Returns
    -------
    Dataset
        Of kind ``"user"``, a series for each code in FRED's own units: months and quarters are
        stamped at their ends, other stamps are FRED's own. These are the values of today:
        `Dataset.as_of` knows when a period was published, not what was said first. Series that
        have first releases are those of ``r2k pull`` with a key.

    Raises
    ------
    UnknownName
        FRED has no such series.
    SourceUnavailable, SchemaChanged
        It does not answer, or with something else. All series come, or none.
    InputError
        No code, or something that cannot be one; the live extra is not installed.

    Examples
    --------
    >>> data = r2klib.live.fred(["UNRATE", "MORTGAGE30US"])  # doctest: +SKIP
    >>> data.series("MORTGAGE30US").tail(3)  # doctest: +SKIP
    """
    if lag_days is not None:
        check_lag(lag_days)
    given: Any = codes
    one = isinstance(given, str) or not isinstance(given, Iterable)
    asked = [given] if one else [*given] or [""]
    wanted = list(dict.fromkeys(_named("codes", code, "UNRATE").upper() for code in asked))
    found: dict[str, Arrived] = {}
    with client or Keeping(refresh=refresh, paces=graph.PACES) as asking:
        for code in wanted:
            raw, stamp = _series_of_fred(asking, code)
            info = _of_fred().get(code) or _of_code(code, raw, lag_days)
            found[code] = dataclasses.replace(info, id=code), graph.stamped(raw, info), stamp
        return _edition(found, asking)


def _series_of_fred(client: Client, code: str) -> tuple[pd.Series, str]:
    try:
        came = client.get(graph.graph_url(code), accept="text/csv")
        return graph.parse_graph(came.content, code), came.retrieved_at
    except SourceUnavailable as error:
        if "404" not in error.reason:
            raise
    raise UnknownName("series of FRED", code, _of_fred(), "a search on https://fred.stlouisfed.org")


def _of_fred() -> dict[str, SeriesInfo]:
    """What the catalog knows of FRED, by code."""
    rows = catalog.series().values()
    return {row.live.code: row for row in rows if row.live and row.live.source == "fred"}


def _of_code(code: str, raw: pd.Series, lag_days: int | None) -> SeriesInfo:
    step = pd.Series(raw.index).diff().dt.days.median()
    every: Frequency = next((name for most, name in _STEPS.items() if step <= most), "irregular")
    lag = LAGS.get(every, _YEARLY) if lag_days is None else lag_days
    said = f"It is taken to be published {lag} days after a period's end."
    return SeriesInfo(
        id=code,
        title=code,
        units="as published",
        frequency=every,
        lag_days=lag,
        terms=catalog.get("UNRATE").terms,
        publisher="FRED",
        live=Origin("fred", code),
        notes=() if lag_days is not None else (said,),
    )


def fred_md(*, refresh: bool = False, client: Keeping | None = None) -> Dataset:
    """Fetch FRED-MD, the monthly panel of McCracken and Ng. Uses the network.

    Parameters
    ----------
    refresh : bool
        Ask again where it already came today.
    client : Keeping, optional
        For tests: other limits.

    Returns
    -------
    Dataset
        Of kind ``"user"``: ``fred_md``, a column per series by month end, as published, NaN where
        the file is blank; ``fred_md.transformations``, how each is made stationary.

    Raises
    ------
    SourceUnavailable, SchemaChanged
        It does not answer, or with something else.
    InputError
        The live extra is not installed.

    Examples
    --------
    >>> panel = r2klib.live.fred_md().frame("fred_md")  # doctest: +SKIP
    """
    names = ("fred_md", "fred_md.transformations")
    with client or Keeping(refresh=refresh) as asking:
        came = asking.get(panel.ADDRESS, accept="text/csv")
        tables = panel.parse(came.content, names)
        found = {name: (catalog.get(name), tables[name], came.retrieved_at) for name in names}
        return _edition(found, asking)


def files(names: Iterable[str]) -> Dataset:
    """Fetch series of the catalog that come in files, such as French's; all of them, or it raises.

    Raises as `french`.
    """
    wants, found = [Want(catalog.get(name)) for name in names], dict[str, Arrived]()
    with Keeping() as asking:
        for job in chain.from_iterable(jobs_by_host(wants).values()):
            for answer in job.run(asking):
                if isinstance(answer, Failure):
                    raise SourceUnavailable(job.host, answer.reason.rstrip("."), "Try again later.")
                found[answer.id] = catalog.get(answer.id), answer.table, answer.retrieved_at
        return _edition(found, asking)


def _named(argument: str, given: object, example: str) -> str:
    """A name as it may stand in an address."""
    if isinstance(given, str) and re.fullmatch(r"[\w-]+", given, re.ASCII):
        return given
    raise InputError(f"`{argument}`: expected a name such as {example!r}, got {given!r}.")


def _edition(found: dict[str, Arrived], client: Keeping) -> Dataset:
    """What was found as an edition in memory; what came is kept only then."""
    made = in_memory(found, client.now().date(), "fetched")
    client.keep()
    return made
