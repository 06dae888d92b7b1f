"""Do returns trend or revert over long horizons? Variance ratios, judged at every true ratio."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from r2klib.errors import InputError
from r2klib.stats._algebra import recursed, window_sums
from r2klib.stats._inputs import LEVEL, Array, complete, fraction, the_one, whole
from r2klib.stats._signs import Blocks, Signs
from r2klib.stats.laws import Law, check_draws, last_kept, near

#: Persistence of what is added to the returns for a ratio above one: leadership that halves in two
#: years.
SLOW = 0.97
#: Lowest ratio that is asked, points of the search, and halvings of its last step.
LOWEST, POINTS, HALVINGS = 0.02, 160, 24


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class RatioLaw(Law):
    r"""A variance ratio and what it would be in worlds of any true ratio.

    All three answers read the same draws:

    .. math::

        p_\ge(b) = \frac{1 + \#\{v^*_b \ge \hat v\}}{B + 1}, \qquad
        p(b) = \min\big(1,\; 2 \min(p_\ge(b), p_\le(b))\big), \qquad
        [L, U] = \text{hull}\{b : p(b) > 1 - \text{level}\}

    Attributes
    ----------
    value : float
        The ratio on the data.
    long, short : ndarray (3, B)
        Variance of each draw at the long and at the short horizon: of the signed returns alone, and
        what the size of the slow part and its square add.
    expected : ndarray (2, 2)
        The true variances (long, short) of the signed returns, and of a slow part of size one.
    null_value : float
        1, of returns without memory.
    method : str
        In words.
    """

    value: float
    long: Array
    short: Array
    expected: Array
    method: str
    null_value: float = 1.0

    @property
    def subject(self) -> str:
        """What the number is, in words."""
        return "the ratio"

    def at(self, ratio: float) -> Array:
        """Draws of the ratio in worlds where it truly is `ratio`, shape (B,)."""
        (long, slow_long), (short, slow_short) = self.expected
        own = long / short
        if ratio <= own:
            return np.asarray(self.long[0] / self.short[0] * (ratio / own))
        size = np.sqrt((ratio * short - long) / (slow_long - ratio * slow_short))
        parts = (part[0] + size * (part[1] + size * part[2]) for part in (self.long, self.short))
        return np.asarray(next(parts) / next(parts))

    @cached_property
    def draws(self) -> Array:
        """Draws where the ratio truly is one."""
        return check_draws(self.at(self.null_value), "The variance ratio")

    @property
    def corrected(self) -> float:
        """The value less its bias where the ratio truly is one."""
        return self.value - (float(self.draws.mean()) - self.null_value)

    @property
    def std_error(self) -> float:
        """Standard deviation of the draws where the ratio truly is one."""
        return float(self.draws.std(ddof=1))

    def one_sided(self, b: float) -> tuple[float, float]:
        """Return p of "the ratio is b" against larger ones, and against smaller ones."""
        draws = self.at(b)
        counts = np.count_nonzero(draws >= self.value), np.count_nonzero(draws <= self.value)
        return (1 + counts[0]) / (len(draws) + 1), (1 + counts[1]) / (len(draws) + 1)

    def interval(self, level: float = LEVEL) -> tuple[float, float]:
        """Return the hull of all ratios whose two-sided p exceeds 1 - level."""
        tail = (1 - fraction(level, "level")) / 2 + 1e-9
        ratios = np.geomspace(LOWEST, 0.98 * self.expected[0, 1] / self.expected[1, 1], POINTS)

        def kept(ratio: float) -> bool:
            return min(self.one_sided(ratio)) > tail

        found = np.flatnonzero([kept(b) for b in ratios])
        if not len(found):
            raise InputError(f"No ratio up to {ratios[-1]:.2f} fits the data.")
        first, last = found[[0, -1]]
        if last == len(ratios) - 1:
            raise InputError(
                f"The interval has no end below a ratio of {ratios[-1]:.1f}: the sample holds too "
                "few of the long horizons."
            )
        low = ratios[0]
        if first > 0:
            low = last_kept(kept, ratios[first], ratios[first - 1], HALVINGS)
        return float(low), float(last_kept(kept, ratios[last], ratios[last + 1], HALVINGS))

    @property
    def facts(self) -> dict[str, str]:
        """Number of draws, null and bias-corrected ratio."""
        corrected = {"bias-corrected": f"{self.corrected:.5g}"}
        return {"draws": str(len(self.draws))} | super().facts | corrected

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON, with the 90 % interval and without the draws."""
        return super().to_dict() | {"corrected": self.corrected, "n_draws": len(self.draws)}


def variance_ratio(
    x: object, long: int, short: int = 1, *, seed: int, draws: int = 1999
) -> RatioLaw:
    r"""Compare the variance of long-horizon with that of short-horizon log returns.

    .. math::

        VR = \frac{s_L^2 / L}{s_S^2 / S}, \qquad
        s_q^2 = \frac{\sum_{t=q}^{T} (r_t + \dots + r_{t-q+1} - q \bar r)^2}{(T-q+1)(1 - q/T)}

    One for unpredictable returns, above it where returns trend, below where they revert. Worlds
    without memory give :math:`r_t - \bar r` random signs, S rows at a time: squared returns, so any
    heteroskedasticity, and what memory there is within the base horizon stay. Worlds of a higher
    ratio add a slow part to them, an AR(1) with coefficient 0.97, of the size that makes the ratio
    true; in worlds of a lower one every draw is so much lower.

    Parameters
    ----------
    x : Series or array, shape (T,)
        Log returns (or differences of them), complete, sorted, any frequency.
    long, short : int
        Horizons L > S >= 1 in periods. A short base above 1 leaves out what thin trading does to
        neighbouring periods.
    seed, draws : int
        Random signs and slow parts; worlds.

    Returns
    -------
    RatioLaw
        The overlapping, unbiased variances are those of Lo and MacKinlay.

    Raises
    ------
    InputError
        For missing values, a constant x, horizons out of order, or T < 2 L.

    Notes
    -----
    The spread of the estimate grows with the ratio. An interval that moves the law of no memory to
    the estimate, without widening it, held the true ratio in 64 to 70 % of worlds instead of 90.

    References
    ----------
    Lo and MacKinlay (1988), RFS 1, 41-66. Kim (2006), Economics Letters 92, 38-43. Hansen (1999),
    REStat 81, 594-607 (inversion over a grid).

    Examples
    --------
    >>> smb = r2klib.to_log(r2klib.load("sample").factors("ff3")["SMB"])
    >>> law = r2klib.stats.variance_ratio(smb, 60, 12, seed=1, draws=99)
    >>> round(law.value, 2), round(float(law.pvalue), 1)
    (1.44, 0.1)
    """
    r = the_one(complete(x, "x"), "x").to_numpy()
    T = len(r)
    S = whole(short, "short", 1)
    L = whole(long, "long", S + 1)
    if T < 2 * L:
        raise InputError(f"`x` must have at least {2 * L} values for a horizon of {L}; it has {T}.")
    deviations = r - r.mean()
    if np.ptp(r) == 0:
        raise InputError("`x` is constant; it has no variance to compare.")
    parts = [
        np.stack([_forms(signed, slow, q) for q in (L, S)])
        for signed, slow in _worlds(deviations, S, whole(draws, "draws", 19), seed)
    ]
    forms = np.concatenate(parts, axis=2)
    own = deviations[None]
    return RatioLaw(
        value=float((_forms(own, own, L)[0] / _forms(own, own, S)[0])[0]),
        long=forms[0],
        short=forms[1],
        expected=np.array([[_expected(deviations, q, S), _slow(q)] for q in (L, S)]),
        method=f"variance ratio {L}/{S} of {T} returns, inverted over worlds of signs by blocks of "
        f"{S} rows and a slow part",
    )


def _worlds(x: Array, S: int, draws: int, seed: int) -> Iterator[tuple[Array, Array]]:
    """Signed returns, and slow parts with innovations of variance one; a few worlds at a time."""
    T = len(x)
    signs = Signs(Blocks(T, S), draws, seed).values
    rng = np.random.default_rng([seed, 1])
    turned = np.sign(x[np.abs(x).argmax()])  # -x has the same law as x
    for few in near(draws, T):
        some = signs[few]
        noise = turned * rng.standard_normal((len(some), T))
        noise[:, 0] /= np.sqrt(1 - SLOW**2)
        yield np.repeat(some, S, axis=1)[:, :T] * x, recursed(noise, SLOW)


def _forms(x: Array, slow: Array, q: int) -> Array:
    """Per-period variances from overlapping sums of q rows of x + size * slow, (3, B) by power."""
    T = x.shape[-1]
    one, other = _sums(x, q), _sums(slow, q)
    products = (one, one, 1), (one, other, 2), (other, other, 1)
    found = [times * np.einsum("bt,bt->b", a, b) for a, b, times in products]
    made: Array = np.array(found) / (q * (T - q + 1) * (1 - q / T))
    return made


def _sums(x: Array, q: int) -> Array:
    """Overlapping sums of q returns less q times the mean."""
    return np.asarray(window_sums(x, q) - q * x.mean(axis=1, keepdims=True))


def _expected(x: Array, q: int, block: int) -> float:
    """True variance a period of sums of q signed returns: signs of two blocks are unrelated."""
    groups = np.arange(len(x)) // block
    total = np.zeros(len(x) - q + 1)
    for one in range(-(-q // block) + 1):  # blocks that a sum can meet
        inside = [
            np.where(
                groups[k : k + len(total)] == groups[: len(total)] + one, x[k : k + len(total)], 0
            )
            for k in range(q)
        ]
        total += np.sum(inside, axis=0) ** 2
    return float(total.mean() / q)


def _slow(q: int) -> float:
    """True variance a period of sums of q rows of the slow part."""
    k = np.arange(1, q)
    return float((q + 2 * ((q - k) * SLOW**k).sum()) / (q * (1 - SLOW**2)))
