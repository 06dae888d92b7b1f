"""Statistics of two return columns that a bootstrap can evaluate on all draws at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from r2klib.errors import InputError
from r2klib.stats._inputs import Array, complete, fraction


@dataclass(frozen=True)
class MomentStatistic:
    r"""A smooth function of column means, :math:`g(\bar f)`, :math:`f_t = f(x_t)`.

    A resample enters only through its means, so draws need no data copied; and the delta method
    gives each row's influence, whose memory decides how long blocks must be.

    Parameters
    ----------
    name : str
        In words.
    features : callable
        From data (T, K) to features (T, M).
    of_means : callable
        From means (..., M) to values (...), by arithmetic, `log`, `exp` and `sqrt` only: gradients
        are taken by a complex step, which `abs` or `maximum` would break.

    Examples
    --------
    >>> mean = r2klib.stats.MomentStatistic("mean", lambda x: x, lambda means: means[..., 0])
    >>> round(1200 * mean(r2klib.load("sample").factors("ff3")["SMB"]), 1)  # percent a year
    2.5
    """

    name: str
    features: Callable[[Array], Array]
    of_means: Callable[[Array], Array]

    def __call__(self, data: object) -> float:
        """Evaluate the statistic on data (T, K)."""
        values = complete(data, "data").to_numpy()
        return float(self.of_means(self.features(values).mean(axis=0)))

    def gradient(self, means: Array) -> Array:
        r"""Return :math:`\partial g / \partial \bar f` at `means` (..., M), exact to rounding."""
        step = 1e-100j
        columns = [
            self.of_means(means + step * unit).imag / 1e-100 for unit in np.eye(means.shape[-1])
        ]
        return np.stack(columns, axis=-1)

    def influence(self, data: Array) -> Array:
        """Return each row's first-order effect on the statistic, shape (T,)."""
        f = self.features(data)
        mean = f.mean(axis=0)
        return np.asarray((f - mean) @ self.gradient(mean))


@dataclass(frozen=True)
class BatchStatistic:
    """A statistic evaluated on many resamples in one call.

    Parameters
    ----------
    name : str
        In words.
    function : callable
        From data (..., T, K) to values (...). Automatic block lengths come from the columns.

    Examples
    --------
    >>> worst = r2klib.stats.BatchStatistic("worst month", lambda x: x.min(axis=(-2, -1)))
    >>> round(worst(r2klib.load("sample").factors("ff3")["Mkt-RF"]), 2)
    -0.29
    """

    name: str
    function: Callable[[Array], Array]

    def __call__(self, data: object) -> float:
        """Evaluate the statistic on data (T, K)."""
        return float(self.function(complete(data, "data").to_numpy()))


def _two(data: Array) -> Array:
    if data.shape[-1] != 2:
        raise InputError(
            f"`data` must have two columns (first minus second, first over second); it has "
            f"{data.shape[-1]}."
        )
    return data


def _centred_squares(data: Array) -> Array:
    x = _two(data) - data.mean(axis=0)  # the shift changes no variance and saves digits
    return np.hstack([x, x**2])


def _squares(data: Array) -> Array:
    return np.hstack([_two(data), data**2])


def _sd(means: Array) -> tuple[Array, Array]:
    return (
        np.sqrt(means[..., 2] - means[..., 0] ** 2),
        np.sqrt(means[..., 3] - means[..., 1] ** 2),
    )


def _log_sd_ratio(means: Array) -> Array:
    first, second = _sd(means)
    return np.log(first / second)


def _sharpe_gap(means: Array) -> Array:
    first, second = _sd(means)
    return means[..., 0] / first - means[..., 1] / second


#: Mean of the first column minus mean of the second, per period.
difference_of_means = MomentStatistic(
    "difference of means", _two, lambda means: means[..., 0] - means[..., 1]
)

#: log(sd of the first / sd of the second); 0.10 is about 10 % more volatile.
log_volatility_ratio = MomentStatistic("log volatility ratio", _centred_squares, _log_sd_ratio)

#: Mean over sd of the first minus that of the second, per period, of excess returns; sd over T.
sharpe_difference = MomentStatistic("difference of Sharpe ratios", _squares, _sharpe_gap)


def expected_shortfall(returns: object, tail: float = 0.05) -> Array:
    r"""Return minus the mean of the worst `tail` of the returns along axis -2.

    .. math:: ES = -\frac{1}{T a} \Big( \sum_{i \le m} x_{(i)} + (T a - m)\, x_{(m+1)} \Big),
              \quad m = \lfloor T a \rfloor

    Parameters
    ----------
    returns : ndarray (..., T, K), Series or DataFrame
        Complete, decimals; a Series (T,) is one column.
    tail : float
        Probability a, in (0, 1).

    Returns
    -------
    ndarray (..., K)
        Positive for a loss.

    Raises
    ------
    InputError
        For a tail outside (0, 1), no rows, and values that are missing or no numbers.

    References
    ----------
    Acerbi and Tasche (2002), Journal of Banking and Finance 26, 1487-1503, definition 2.6.

    Examples
    --------
    >>> returns = r2klib.load("sample").factors("ff3")[["SMB", "Mkt-RF"]]
    >>> r2klib.stats.expected_shortfall(returns, tail=0.05).round(3).tolist()
    [0.059, 0.121]
    """
    x = np.swapaxes(_sample(returns), -1, -2)
    mass = x.shape[-1] * fraction(tail, "tail")
    m = min(int(mass + 1e-9), x.shape[-1] - 1)
    worst = np.partition(x, m, axis=-1)[..., : m + 1]
    return np.asarray((worst[..., :m].sum(axis=-1) + (mass - m) * worst[..., m]) / -mass)


def _sample(returns: object) -> Array:
    """Returns as an array of finite numbers, many resamples (..., T, K) or one table (T, K)."""
    if not (isinstance(returns, np.ndarray) and returns.ndim > 2):
        return complete(returns, "returns").to_numpy()
    if returns.dtype.kind not in "fiu" or not returns.size or not np.isfinite(returns).all():
        raise InputError("`returns` must be finite numbers, none missing and at least one row.")
    return returns


def log_shortfall_ratio(tail: float = 0.05) -> BatchStatistic:
    """The statistic log(expected shortfall of the first / of the second column).

    Parameters
    ----------
    tail : float
        Share of the worst rows of each column that counts.

    Returns
    -------
    BatchStatistic
        Of simple returns, decimals; NaN where a column has no loss in its tail, which a bootstrap
        then refuses.

    Raises
    ------
    InputError
        `tail` is no share; as `expected_shortfall`, once the statistic is taken of returns.

    References
    ----------
    As `expected_shortfall`.

    Examples
    --------
    >>> returns = r2klib.load("sample").factors("ff3")[["SMB", "Mkt-RF"]]
    >>> round(r2klib.stats.log_shortfall_ratio()(returns), 2)
    -0.72
    """
    tail = fraction(tail, "tail")

    def ratio(data: Array) -> Array:
        es = expected_shortfall(_two(data), tail)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.log(es[..., 0]) - np.log(es[..., 1])

    name = f"log ratio of {100 * tail:g} % expected shortfalls"
    return BatchStatistic(name, ratio)
