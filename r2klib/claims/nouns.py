"""The nouns of the ledger: `Claim` -> `Evidence` -> `Verdict`.

A claim is declared before any edition is read: rows, a design that answers from them, and words.
`r2klib.claims.asking.examine` turns a `Dataset` into `Evidence`; the rule in `r2klib.claims.rule`
turns evidence into one status. Everything here is frozen, has no clock and prints no memory
address, so equal inputs give equal text.
"""

from __future__ import annotations

import datetime as dt
import inspect
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, get_args

import pandas as pd

from r2klib.claims import reprs
from r2klib.data import Dataset
from r2klib.errors import InputError, listing

ClaimKind = Literal["link", "state", "descriptive", "untestable", "merged"]
Sort = Literal["sense", "foretell", "event", "level"]
Status = Literal[
    "supported",
    "contradicted",
    "ruled out",
    "inconclusive",
    "holds",
    "does not hold",
    "borderline",
    "too old",
    "descriptive",
    "no data",
    "untestable",
    "merged",
]
#: Begins the label of a point of the curve that differs in its pair alone.
PAIR = "pair: "
#: An edition is either the built-in sample or pulled from the live sources.
EditionKind = Literal["sample", "live"]


def kind_of(data: Dataset) -> EditionKind:
    """Which primary pairs and needs an edition takes: the sample's own, or the live ones."""
    return "sample" if data.kind == "sample" else "live"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One sentence of the thesis in testable form.

    Parameters
    ----------
    id : str
        Letter of the theme and a number, ``"P2"``.
    theme : str
        ``profile``, ``history``, ``economy``, ``rates``, ``valuation``, ``sectors``, ``risks``,
        ``quality`` or ``conclusion``.
    statement : str
        What the thesis says, as one sentence that can be wrong.
    kind : {"link", "state", "descriptive", "untestable", "merged"}
        A directed regularity, the present, shown without status, ...
    sort : {"sense", "foretell", "event", "level"}, optional
        The sort of a link.
    direction : {+1, -1}, optional
        The sign that the claim predicts for `Estimate.value`.
    sei : float, optional
        Smallest effect of interest, in `sei_unit`; for links only.
    sei_unit : str
        Unit of `sei` and of the estimate, by default the design's. For a state, its threshold in
        words.
    measure : str
        The primary measure, fixed before the data were read; by default what the function that
        makes the rows says of itself first.
    effect : str
        What a link says is there, for a title: "No lead after spring is visible".
    pair : mapping from edition kind to pair name
        The primary pair in each kind of edition; empty where the claim needs none.
    needs : mapping from edition kind to series ids
        Series the test reads besides those of the pair, by edition kind.
    at_hand : tuple of str
        Series that it reads too, where an edition holds them.
    dated_by : callable, optional
        ``Dataset -> series ids``: what a state is as old as, where that is not all it needs.
    build : callable, optional
        ``(Dataset, **choices) -> DataFrame``: the rows that the claim is tested on; called with
        the name of a ``pair`` where the claim declares pairs. Missing where there is nothing to
        run.
    design : callable, optional
        ``rows -> Estimate or Reading``: a design of `r2klib.claims.designs`, or the function that
        reads a state.
    variants : callable, optional
        Yields the other ways of asking by label; by default those of the design.
    tell : callable, optional
        Puts what was found into sentences; by default the design's own words.
    axes : (str, str)
        What stands along and up in a figure, with units; the first is empty where it is time.
    drawn : tuple of str
        Which columns of the rows a figure of them shows, where that is not the design's to say.
    reason : str
        Why there is no test (untestable, merged) and what would change that.
    hindsight : bool
        Whether its own measure rests on what was known only later, such as the dates of troughs.
    fresh_months : int, optional
        For a claim about today: refused where the edition ended more months ago than this.
    version, frozen :
        Version of the row and the day it was frozen.

    Examples
    --------
    >>> claim = r2klib.claims.ledger()["H5"]
    >>> claim.claimed_in_words, claim.rows(r2klib.load("sample")).columns.tolist()
    ('0.1 beta minus 1', ['y', 'driver', 'driver, lag 1'])
    """

    id: str
    theme: str
    statement: str
    kind: ClaimKind = "link"
    sei_unit: str = ""
    measure: str = ""
    sort: Sort | None = None
    direction: Literal[1, -1] | None = None
    sei: float | None = None
    effect: str = "such effect"
    pair: Mapping[EditionKind, str] = field(default_factory=dict)
    needs: Mapping[EditionKind, tuple[str, ...]] = field(default_factory=dict)
    at_hand: tuple[str, ...] = ()
    dated_by: Callable[[Dataset], tuple[str, ...]] | None = field(
        default=None, repr=False, compare=False
    )
    build: Callable[..., pd.DataFrame] | None = field(default=None, repr=False, compare=False)
    design: Callable[[pd.DataFrame], Answer] | None = field(default=None, repr=False)
    variants: Callable[[Any], Iterable[tuple[str, Any]]] | None = field(
        default=None, repr=False, compare=False
    )
    tell: Callable[[Any], Told] | None = field(default=None, repr=False, compare=False)
    axes: tuple[str, str] = ("", "")
    drawn: tuple[str, ...] = ()
    reason: str = ""
    hindsight: bool = False
    fresh_months: int | None = None
    version: int = 1
    frozen: dt.date = dt.date(2026, 11, 22)

    def __post_init__(self) -> None:
        unit = getattr(self.design, "unit", "")
        if not self.sei_unit:
            object.__setattr__(self, "sei_unit", unit)
        if not self.measure and self.build is not None:
            said = inspect.getdoc(self.build) or ""
            object.__setattr__(self, "measure", " ".join(said.split("\n\n")[0].split()))
        if not self.measure:
            raise InputError(
                f"Claim {self.id}: say what decides, as `measure` or as the first sentence of the "
                "function that makes its rows."
            )
        if self.kind == "link":
            if unit and unit != self.sei_unit:
                raise InputError(
                    f"Claim {self.id}: its design answers in {unit}, its smallest effect is in "
                    f"{self.sei_unit}: the two must be of one unit."
                )
            if self.sort is None or self.direction is None or self.sei is None:
                raise InputError(
                    f"Claim {self.id}: a link needs sort, direction and sei; "
                    f"got sort={self.sort!r}, direction={self.direction!r}, sei={self.sei!r}."
                )
            self._check_words()
            if not self.sei > 0:
                raise InputError(f"Claim {self.id}: sei must be positive, got {self.sei!r}.")
            design: Any = self.design
            if hasattr(design, "claimed"):
                object.__setattr__(self, "design", replace(design, claimed=self.claimed))
        if self.kind in ("untestable", "merged") and not self.reason:
            raise InputError(f"Claim {self.id}: a claim that is {self.kind} must say why.")

    def _check_words(self) -> None:
        """Refuse what a slip of the pen would turn into another claim."""
        said: list[tuple[str, object, tuple[object, ...]]] = [
            ("sort", self.sort, get_args(Sort)),
            ("direction", self.direction, (1, -1)),
            *(("pair", kind, get_args(EditionKind)) for kind in self.pair),
            *(("needs", kind, get_args(EditionKind)) for kind in self.needs),
        ]
        for name, value, known in said:
            if value not in known:
                raise InputError(
                    f"Claim {self.id}: {name} must be {listing(map(repr, known), 'or')}; "
                    f"got {value!r}."
                )

    def pair_of(self, data: Dataset) -> str:
        """The pair that decides in an edition; "" for a claim about no pair."""
        kind = kind_of(data)
        return self.pair[kind] if kind in self.pair else next(iter(self.pair.values()), "")

    def rows(self, data: Dataset, **choices: Any) -> pd.DataFrame:
        """The rows that the claim is tested on.

        Parameters
        ----------
        data : Dataset
        **choices
            What the claim's own function offers to ask another way, such as ``pair="etf"``.

        Returns
        -------
        DataFrame
            Indexed by date; missing values where something is not known. Decimals a period.

        Raises
        ------
        InputError
            The claim has no test, or nothing is left to test.
        SeriesMissing
            If the edition lacks a series.
        """
        if self.build is None:
            raise InputError(f"Claim {self.id} has no rows: {self.reason or 'it has no test'}")
        if self.pair:
            choices.setdefault("pair", self.pair_of(data))
        found = self.build(data, **choices)
        if found.empty:
            names = self.needs.get(kind_of(data), ())
            needed = f" ({', '.join(names)})" if names else ""
            raise InputError(f"no row is left of the series it needs{needed}.")
        return found

    def estimate(self, data: Dataset) -> Answer:
        """The declared answer alone, without the curve and the sentences around it."""
        assert self.design is not None
        return self.design(self.rows(data))

    @property
    def claimed(self) -> float:
        """The smallest effect of interest of a link, with the sign that the claim predicts."""
        assert self.sei is not None
        assert self.direction is not None
        return self.sei * self.direction

    @property
    def claimed_in_words(self) -> str:
        """The smallest effect of interest of a link with its sign and unit."""
        return f"{self.claimed:g} {self.sei_unit}".replace("-", "−", 1)

    @property
    def refuted_by(self) -> str:
        """What would refute the claim, in words, from its direction and smallest effect."""
        if self.kind == "link":
            side = "below" if self.direction == 1 else "above"
            edge = "under" if self.direction == 1 else "short of"
            return (
                f"A 90 % interval wholly {side} zero that survives the correction for the number "
                f"of links contradicts it; one that ends {edge} {self.claimed_in_words}, and "
                "survives its own, rules out an effect of the claimed size."
            )
        if self.kind == "state":
            return f"The claim says: {self.sei_unit}. It fails where the present reads otherwise."
        return "No test can refute it."


class Interval(tuple[float, float]):
    """Both ends, the lower first; with a format ``1.2 to 3.4``."""

    def __format__(self, form: str) -> str:
        return " to ".join(format(end, form) for end in self) if form else str(self)


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """An effect with its uncertainty, in the unit that its claim declares.

    Parameters
    ----------
    value, std_error : float
    interval : (float, float)
        90 % interval; kept as an `Interval`, which says itself in words.
    p_value : float
        Two-sided, from the same law as `interval`.
    p_claimed : float, optional
        One-sided, of "the effect is at least as large as claimed", from that law too: small where
        so large an effect is refuted. Links only; for one that brings none, the ledger takes it
        from a normal law of `value` and `std_error`.
    n : int
        Observations used.
    n_effective : float, optional
        Independent observations, events or episodes that carry the information.
    unit, method, null : str
        Unit of the value; how it was estimated; the null hypothesis in words.

    Examples
    --------
    >>> estimate = r2klib.claims.ledger()["H5"].estimate(r2klib.load("sample"))
    >>> str(estimate), estimate.n
    ('0.265 [0.199, 0.334] beta minus 1', 818)
    """

    value: float
    std_error: float
    interval: tuple[float, float]
    p_value: float
    p_claimed: float | None = None
    n: int
    n_effective: float | None = None
    unit: str
    method: str
    null: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "interval", Interval(self.interval))
        numbers = (self.value, self.std_error, *self.interval, self.p_value)
        if not all(math.isfinite(number) for number in numbers):
            raise InputError(f"An estimate must be finite, got {numbers}.")
        if not self.interval[0] <= self.interval[1]:
            raise InputError(f"interval: expected lower <= upper, got {self.interval}.")
        if not 0 <= self.p_value <= 1:
            raise InputError(f"p_value: expected a number in [0, 1], got {self.p_value}.")
        if self.p_claimed is not None and not 0 <= self.p_claimed <= 1:
            raise InputError(f"p_claimed: expected a number in [0, 1], got {self.p_claimed}.")

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers and strings, ready for JSON."""
        return asdict(self) | {"interval": list(self.interval)}

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.3g} [{low:.3g}, {high:.3g}] {self.unit}"

    def _repr_html_(self) -> str:
        return reprs.as_table("Estimate", self.to_dict())


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The present, read for a state claim.

    Parameters
    ----------
    value : float
        In `unit`.
    holds : bool
        Whether the declared condition is met.
    spread : (bool, ...)
        The same condition under the variations that the row declares (window start, vintage,
        scaling). Where they disagree with `holds`, the state is borderline.
    parts : mapping from name to bool
        The conditions that make up the whole, where the state has several.
    marks : mapping from label to float
        Thresholds on the scale of what is drawn of the rows.
    n : int
        Observations behind the value.
    unit, method : str

    Examples
    --------
    >>> reading = r2klib.claims.ledger()["V1"].estimate(r2klib.load("sample"))
    >>> reading.status, str(reading)
    ('holds', '100 % of the last 120 months')
    """

    value: float
    holds: bool
    n: int
    unit: str
    method: str
    spread: tuple[bool, ...] = ()
    parts: Mapping[str, bool] = field(default_factory=dict)
    marks: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not math.isfinite(self.value):
            raise InputError(f"{self.method}: {self.value}; the rows do not reach that far.")

    @property
    def status(self) -> Status:
        """``holds``, ``does not hold``, or ``borderline`` where the declared variations differ."""
        if any(variant != self.holds for variant in self.spread):
            return "borderline"
        return "holds" if self.holds else "does not hold"

    def __str__(self) -> str:
        return f"{self.value:.3g} {self.unit}"

    def _repr_html_(self) -> str:
        parts = [f"{name}: {'yes' if met else 'no'}" for name, met in self.parts.items()]
        shown = ("status", "value", "unit", "parts", "n", "method")
        record = {name: getattr(self, name) for name in shown} | {"parts": parts}
        return reprs.as_table("Reading", record)


#: What a test answers: an effect, or the present.
Answer = Estimate | Reading


@dataclass(frozen=True, kw_only=True)
class Told:
    """What was found, in sentences computed from the numbers.

    Parameters
    ----------
    finding, meaning : str
        As in `Evidence`.
    remarks : tuple of str
        An empty one says nothing.
    vintage : str
    as_of : datetime.date, optional
        The last date the answer is about, where it is not that of the rows used.

    Examples
    --------
    >>> r2klib.claims.Told(finding=f"Small companies led by {2.34:.1f} % a year").finding
    'Small companies led by 2.3 % a year'
    """

    finding: str
    meaning: str = ""
    remarks: tuple[str, ...] = ()
    vintage: str = "market data"
    as_of: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class Specification:
    """One point of the specification curve: the same question asked another way.

    Parameters
    ----------
    label : str
        What is different: the span, the pair, the estimator.
    value : float
        In the unit of the claim.
    interval : (float, float) or None
        90 % interval in the same unit; None for a bare number.
    n : int
        Observations used.
    std_error : float, optional
        In the same unit.

    Examples
    --------
    >>> data, h5 = r2klib.load("sample"), r2klib.claims.Ledger([r2klib.claims.ledger()["H5"]])
    >>> point = r2klib.evaluate(data, claims=h5)["H5"].specifications[0]
    >>> point.label, round(point.value, 2), point.n
    ('no lag', 0.14, 819)
    """

    label: str
    value: float
    interval: tuple[float, float] | None
    n: int
    std_error: float | None = None

    @classmethod
    def of(cls, label: str, found: Estimate | tuple[float, int]) -> Specification:
        """What was `found` as a point of that `label`: an estimate, or a value and its n."""
        if isinstance(found, tuple):
            return cls(label=label, value=found[0], interval=None, n=found[1])
        value, error, n = found.value, found.std_error, found.n
        return cls(label=label, value=value, interval=found.interval, n=n, std_error=error)

    @property
    def pair(self) -> str:
        """The pair that was asked in place of the claim's own, where that is all that differs."""
        return self.label.removeprefix(PAIR) if self.label.startswith(PAIR) else ""

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers and strings, ready for JSON."""
        interval = None if self.interval is None else list(self.interval)
        return {"label": self.label, "value": self.value, "interval": interval, "n": self.n}


@dataclass(frozen=True, kw_only=True)
class Stability:
    """Whether a link's slope, or mean, changed within its sample (sup-Wald).

    Parameters
    ----------
    date : datetime.date
        Where a break is most likely.
    p_value : float
        Of "there is no break at any date".

    Examples
    --------
    >>> data, p5 = r2klib.load("sample"), r2klib.claims.Ledger([r2klib.claims.ledger()["P5"]])
    >>> stability = r2klib.evaluate(data, claims=p5)["P5"].stability
    >>> stability.date.year, round(stability.p_value, 2)
    (1993, 0.05)
    """

    date: dt.date
    p_value: float

    def __post_init__(self) -> None:
        if not 0 <= self.p_value <= 1:
            raise InputError(f"p_value: expected a number in [0, 1], got {self.p_value}.")


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What a test returns: the primary answer, what it means, and the data to draw.

    Parameters
    ----------
    answer : Estimate or Reading
        The declared primary measure.
    as_of : datetime.date
        Last observation used; of a state, the last of that input which ended first.
    oldest : str
        Of a state, which series that was.
    pair : str
        Name of the pair of legs used, or "" where none is.
    vintage : str
        Which figures: ``"market data"``, ``"revised-with-lag"``, or what was published when.
    specifications : tuple of Specification
        The curve; never used to choose.
    finding : str
        The answer as one sentence with its numbers, computed.
    meaning : str
        What it means for an investor, in money terms where that makes sense, computed.
    remarks : tuple of str
        Sentences a reader must know (hindsight, a definition, a surprise), computed.
    rows : DataFrame, optional
        What was tested: what a figure of the claim is drawn from.
    recessions : tuple of (start, end) dates
        Those that the edition knows of within the rows.
    stability : Stability, optional
        The break test of a link, where it has one.

    Examples
    --------
    >>> data, h5 = r2klib.load("sample"), r2klib.claims.Ledger([r2klib.claims.ledger()["H5"]])
    >>> r2klib.evaluate(data, claims=h5)["H5"].evidence.finding
    "Small companies' beta was 1.26 (1949–2017; 90 % interval 1.20 to 1.33)"
    """

    answer: Estimate | Reading
    as_of: dt.date
    finding: str
    meaning: str = ""
    pair: str = ""
    oldest: str = ""
    vintage: str = "market data"
    specifications: tuple[Specification, ...] = ()
    remarks: tuple[str, ...] = ()
    rows: pd.DataFrame | None = field(default=None, repr=False, compare=False)
    recessions: tuple[tuple[dt.date, dt.date], ...] = ()
    stability: Stability | None = None
