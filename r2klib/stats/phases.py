"""Rising and falling phases of a level (Bry and Boschan), and those of a random walk."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from r2klib.errors import InputError
from r2klib.stats._inputs import DATED, Array, complete, fraction, span, the_one, whole
from r2klib.stats._result import Result, plain
from r2klib.stats.laws import NullLaw, check_draws, collect
from r2klib.stats.transform import check_consecutive

Turn = tuple[int, int]  # position and +1 for a peak, -1 for a trough


@dataclass(frozen=True)
class Rules:
    """What counts as a turning point, in months, and which move needs no minimum length."""

    window: int
    min_phase: int
    min_cycle: int
    ends: int
    large_move: float | None

    def lasting(self, months: int, change: float) -> bool:
        """Whether a phase is long enough, or its change of the log level large enough."""
        if months >= self.min_phase:
            return True
        large = self.large_move
        return large is not None and not np.log1p(-large) <= change <= np.log1p(large)


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class Phases(Result):
    """Complete phases between turning points.

    Attributes
    ----------
    turning_points : Series of str
        "peak" or "trough" by date.
    table : DataFrame
        A row per complete phase: `kind` ("rise" or "fall"), `start` and `end` (dates of the turning
        points), `months`, `amplitude` (change of the level, its unit).
    sample : str
        Span of the level.
    rules : Rules
        Window and shortest lengths, in months; the move that may be shorter.

    Examples
    --------
    >>> market = r2klib.to_log(r2klib.load("sample").factors("ff3")["Mkt-RF"]).cumsum()
    >>> round(r2klib.stats.bry_boschan(market).mean_months, 1)
    20.4
    """

    turning_points: pd.Series
    table: pd.DataFrame
    sample: str
    rules: Rules

    #: What was dated.
    title = "Phases of rise and fall"

    @property
    def mean_months(self) -> float:
        """Mean length of a complete phase."""
        return float(self.table["months"].mean())

    @property
    def facts(self) -> dict[str, str]:
        """Sample and rules."""
        r = self.rules
        shorter = "" if r.large_move is None else f" or over {100 * r.large_move:g} %"
        return {
            "sample": self.sample,
            "phases": f"{len(self.table)} complete ones, {self.mean_months:.1f} months on average",
            "method": f"Bry-Boschan: extreme within {r.window} months either way, phases of at "
            f"least {r.min_phase}{shorter}, cycles of at least {r.min_cycle}, none in the last "
            f"{r.ends}",
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a row per kind: number of phases, mean and longest months, mean amplitude."""
        groups = self.table.groupby("kind")
        months, amplitude = groups["months"], groups["amplitude"]
        columns = {"phases": groups.size(), "months": months.mean(), "longest": months.max()}
        return pd.DataFrame({**columns, "amplitude": amplitude.mean()})

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        rows = plain(self.table.to_dict(orient="records"))
        return {"sample": self.sample, "mean_months": self.mean_months, "phases": rows}


def bry_boschan(
    level: object,
    *,
    window: int = 8,
    min_phase: int = 4,
    min_cycle: int = 16,
    ends: int = 6,
    large_move: float | None = 0.20,
) -> Phases:
    r"""Date the peaks and troughs of a monthly level, with hindsight.

    A peak is the highest value within `window` months on either side; troughs are mirrored. Peaks
    and troughs alternate (of neighbours alike the more extreme stays), keep off the ends of the
    sample, and leave no cycle under `min_cycle` (the lower of two peaks, the higher of two troughs
    goes) and no phase under `min_phase` or against its own direction (the turning point goes
    whose loss costs the least amplitude). A phase under `min_phase` stays where it moves the level
    by more than `large_move`: the fall of October 1987 took three months, and 30 %.

    Parameters
    ----------
    level : Series (T,) or array
        Consecutive months, complete: a log price, or the running sum of log return differences.
    window, min_phase, min_cycle, ends : int
        Months. The defaults are those of Pagan and Sossounov for share prices, which are not
        smoothed; Bry and Boschan's for business cycles are 5, 5, 15, 6.
    large_move : float, optional
        Pagan and Sossounov's exception, a simple return in decimals: :math:`|e^{\Delta} - 1|` over
        the phase, :math:`\Delta` the change of the (log) level. None for a level that is not a
        logarithm, and for Bry and Boschan's own rules.

    Returns
    -------
    Phases

    Raises
    ------
    InputError
        For missing values, a skipped month, fewer than 2 `window` + 1 months, a `large_move` that
        is not between 0 and 1, or a level with less than two turning points, which has no complete
        phase.

    References
    ----------
    Bry and Boschan (1971), Cyclical Analysis of Time Series, NBER. Pagan and Sossounov (2003),
    Journal of Applied Econometrics 18, 23-46.

    Examples
    --------
    >>> market = r2klib.to_log(r2klib.load("sample").factors("ff3")["Mkt-RF"]).cumsum()["1990":]
    >>> points = r2klib.stats.bry_boschan(market).turning_points
    >>> points[points == "trough"].index.strftime("%Y-%m").tolist()
    ['1990-10', '1994-06', '2002-09', '2009-02', '2011-09', '2016-02']
    """
    series, rules = _checked(level, window, min_phase, min_cycle, ends, large_move)
    x, index = series.to_numpy(), series.index
    peaks, troughs = _extremes(x[None, :], rules.window)
    turns = _turns(x, peaks[0], troughs[0], rules)
    if len(turns) < 2:
        raise InputError(
            f"`level` has {len(turns)} turning points in {len(x)} months; a complete phase needs 2."
        )
    at = np.array([t for t, _ in turns])
    kinds = np.array([kind for _, kind in turns])
    table = pd.DataFrame(
        {
            "kind": np.where(kinds[1:] > 0, "rise", "fall"),
            "start": index[at[:-1]],
            "end": index[at[1:]],
            "months": np.diff(at),
            "amplitude": np.diff(x[at]),
        }
    )
    names = pd.Series(np.where(kinds > 0, "peak", "trough"), index[at], name="turning point")
    return Phases(turning_points=names, table=table, sample=span(index), rules=rules)


def phase_law(
    level: object,
    *,
    seed: int,
    draws: int = 999,
    window: int = 8,
    min_phase: int = 4,
    min_cycle: int = 16,
    ends: int = 6,
    large_move: float | None = 0.20,
) -> NullLaw:
    """Compare the mean length of phases with that of random walks.

    Each draw adds up monthly changes drawn with replacement from the level's own, so drift and
    distribution stay and all memory goes.

    Parameters
    ----------
    level, window, min_phase, min_cycle, ends, large_move
        As in `bry_boschan`; a missing value is an error.
    seed, draws : int
        Random numbers; random walks B.

    Returns
    -------
    NullLaw
        In months; `null_value` is the mean over the random walks. One without a complete phase
        counts as one phase as long as the sample.

    Raises
    ------
    InputError
        As `bry_boschan`.

    References
    ----------
    Pagan and Sossounov (2003), Journal of Applied Econometrics 18, 23-46.

    Examples
    --------
    >>> smb = r2klib.to_log(r2klib.load("sample").factors("ff3")["SMB"]).cumsum()["1960":]
    >>> law = r2klib.stats.phase_law(smb, seed=1, draws=49)
    >>> round(law.value), round(law.null_value)  # months
    (20, 20)
    """
    series, rules = _checked(level, window, min_phase, min_cycle, ends, large_move)
    found = bry_boschan(level, **asdict(rules))
    changes = np.diff(series.to_numpy())
    T = len(changes)

    def one(rng: np.random.Generator, B: int) -> Array:
        steps = changes[rng.integers(T, size=(B, T))].cumsum(axis=1)
        walks = np.concatenate([np.zeros((B, 1)), steps], axis=1)
        marked = zip(walks, *_extremes(walks, rules.window), strict=True)
        return np.array([_mean_months(_turns(*walk, rules), T + 1) for walk in marked])

    drawn = collect(one, seed, draws, T * (2 * rules.window + 1))
    lengths = check_draws(drawn, "The mean length of a phase")
    return NullLaw(
        value=found.mean_months,
        draws=lengths,
        null_value=float(lengths.mean()),
        method=f"mean months of {len(found.table)} phases, against random walks of its changes",
    )


def _checked(
    level: object, window: int, min_phase: int, min_cycle: int, ends: int, large_move: float | None
) -> tuple[pd.Series, Rules]:
    series = the_one(complete(level, "level"), "level")
    rules = Rules(
        whole(window, "window", 1),
        whole(min_phase, "min_phase", 1),
        whole(min_cycle, "min_cycle", 2),
        whole(ends, "ends", 0),
        None if large_move is None else fraction(large_move, "large_move"),
    )
    if len(series) < 2 * rules.window + 1:
        raise InputError(
            f"`level` must have at least {2 * rules.window + 1} months; it has {len(series)}."
        )
    if isinstance(series.index, DATED):
        check_consecutive(series.index, "level")
    return series, rules


def _extremes(x: Array, window: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Local peaks and troughs of each row; windows are cut at the ends, ties go to the first."""
    found = []
    for sign in (1.0, -1.0):
        padded = np.pad(sign * x, ((0, 0), (window, window)), constant_values=-np.inf)
        views = sliding_window_view(padded, window, axis=1)
        T = x.shape[1]
        before, after = views[:, :T].max(axis=-1), views[:, window + 1 :].max(axis=-1)
        found.append((sign * x > before) & (sign * x >= after))
    return found[0], found[1]


def _turns(
    x: Array, peaks: NDArray[np.bool_], troughs: NDArray[np.bool_], rules: Rules
) -> list[Turn]:
    """Turning points of one level from its local extremes, after all rules."""
    marked = [(int(t), 1) for t in np.flatnonzero(peaks)]
    marked += [(int(t), -1) for t in np.flatnonzero(troughs)]
    turns = _alternate(x, sorted(marked))
    turns = [turn for turn in turns if rules.ends <= turn[0] < len(x) - rules.ends]
    while True:
        turns = _true_ends(x, _alternate(x, turns))
        if (short := _short_cycle(turns, rules.min_cycle)) is not None:
            (s, kind), (t, _) = turns[short], turns[short + 2]
            turns.pop(short if kind * x[s] < kind * x[t] else short + 2)
        elif (short := _bad_phase(x, turns, rules)) is not None:
            without = [_alternate(x, turns[:i] + turns[i + 1 :]) for i in (short, short + 1)]
            turns = max(without, key=lambda left: sum(_gains(x, left)))
        else:
            return turns


def _alternate(x: Array, turns: list[Turn]) -> list[Turn]:
    """Of neighbours alike keep the more extreme, the first if they tie."""
    kept: list[Turn] = []
    for t, kind in turns:
        if kept and kept[-1][1] == kind:
            if kind * x[t] > kind * x[kept[-1][0]]:
                kept[-1] = (t, kind)
        else:
            kept.append((t, kind))
    return kept


def _true_ends(x: Array, turns: list[Turn]) -> list[Turn]:
    """Drop a first or last turning point that the sample's end beyond it surpasses."""
    while turns and turns[0][1] * x[turns[0][0]] < (turns[0][1] * x[: turns[0][0] + 1]).max():
        turns = turns[1:]
    while turns and turns[-1][1] * x[turns[-1][0]] < (turns[-1][1] * x[turns[-1][0] :]).max():
        turns = turns[:-1]
    return turns


def _short_cycle(turns: list[Turn], least: int) -> int | None:
    cycles = ((turns[i + 2][0] - turns[i][0], i) for i in range(len(turns) - 2))
    return min((cycle for cycle in cycles if cycle[0] < least), default=(0, None))[1]


def _bad_phase(x: Array, turns: list[Turn], rules: Rules) -> int | None:
    """The shortest phase that is too short, or that rises from a peak or falls from a trough."""
    gains = _gains(x, turns)
    lengths = [turns[i + 1][0] - turns[i][0] for i in range(len(gains))]
    bad = [
        (n, i)
        for i, (n, gain) in enumerate(zip(lengths, gains, strict=True))
        if gain <= 0 or not rules.lasting(n, turns[i + 1][1] * gain)
    ]
    return min(bad, default=(0, None))[1]


def _gains(x: Array, turns: list[Turn]) -> list[float]:
    """Change over each phase in the direction that its turning points claim."""
    return [
        turns[i + 1][1] * float(x[turns[i + 1][0]] - x[turns[i][0]]) for i in range(len(turns) - 1)
    ]


def _mean_months(turns: list[Turn], T: int) -> float:
    if len(turns) < 2:
        return float(T - 1)
    return (turns[-1][0] - turns[0][0]) / (len(turns) - 1)
