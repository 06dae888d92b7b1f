from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from linearmodels.iv import IV2SLS
from scipy import stats

from r2klib.errors import InputError
from r2klib.stats import ivx_test
from tests.stats.sizes import samples


def world(seed: int, T: int, rho: tuple[float, ...], delta: float) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    e = rng.standard_normal(T)
    u = delta * e[:, None] + np.sqrt(1 - delta**2) * rng.standard_normal((T, len(rho)))
    x = np.zeros((T, len(rho)))
    for t in range(1, T):
        x[t] = np.array(rho) * x[t - 1] + u[t]
    return e, x


def direct(y: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slopes and covariance by explicit sums, as in section 2 of the paper."""
    n, K = len(y) - 1, x.shape[1]
    R = 1 - 1 / n**0.95
    z = np.zeros((n, K))  # z[i] is the instrument of row i, the sum of R^j dx_{i-j}
    for i in range(n):
        z[i] = sum((R**j * (x[i - j] - x[i - j - 1]) for j in range(i)), np.zeros(K))
    ones = np.column_stack([np.ones(n), x[:-1]])
    e = y[1:] - ones @ np.linalg.lstsq(ones, y[1:], rcond=None)[0]
    u = np.column_stack(
        [x[1:, k] - x[:-1, k] * np.linalg.lstsq(x[:-1, [k]], x[1:, k])[0] for k in range(K)]
    )
    m = int(np.floor(n ** (1 / 3)))
    gamma = [sum(np.outer(u[t], u[t - j]) for t in range(j, n)) / n for j in range(m + 1)]
    cross = [sum(u[t] * e[t - j] for t in range(j, n)) / n for j in range(m + 1)]
    w = [1 - j / (m + 1) for j in range(m + 1)]
    Ouu = gamma[0] + sum(w[j] * (gamma[j] + gamma[j].T) for j in range(1, m + 1))
    Oeu = cross[0] + sum(w[j] * cross[j] for j in range(1, m + 1))
    fm = e @ e / n - Oeu @ np.linalg.inv(Ouu) @ Oeu
    X, Y = x[:-1] - x[:-1].mean(0), y[1:] - y[1:].mean()
    A = np.linalg.inv(X.T @ z)
    M = e @ e / n * z.T @ z - n * np.outer(z.mean(0), z.mean(0)) * fm
    return Y @ z @ A, A.T @ M @ A


@pytest.mark.parametrize("rho", [(0.98,), (0.5, 0.99)])
def test_against_explicit_sums_and_linearmodels(rho: tuple[float, ...]) -> None:
    y, x = world(1, 150, rho, -0.5)
    found = ivx_test(y, x)
    b, cov = direct(y, x)
    np.testing.assert_allclose(found.params, b)
    np.testing.assert_allclose(found.cov, cov)
    assert found.statistic == pytest.approx(b @ np.linalg.inv(cov) @ b)
    assert found.pvalue == pytest.approx(stats.chi2.sf(found.statistic, len(rho)))
    # An outside instrumental-variable estimator given the same instruments.
    n = len(y) - 1
    z = np.zeros_like(x[:-1])
    for i in range(1, n):
        z[i] = (1 - n**-0.95) * z[i - 1] + x[i] - x[i - 1]
    centred = x[:-1] - x[:-1].mean(0)
    other = IV2SLS(y[1:] - y[1:].mean(), None, centred, z).fit()
    np.testing.assert_allclose(found.params, other.params)


@samples(40, 200)
@pytest.mark.parametrize("rho", [0.5, 0.99, 1.0])
def test_true_null_is_rejected_at_its_rate_whatever_the_persistence(
    rho: float, N: int, assert_rate: Callable[..., None]
) -> None:
    assert_rate(ivx_test(*world(i, 400, (rho,), -0.9)).pvalue for i in range(N))


def test_a_true_link_is_found() -> None:
    e, x = world(2, 500, (0.95, 0.95), -0.5)
    y = e + np.append(0, 0.1 * x[:-1, 0])
    frame = ivx_test(pd.Series(y), pd.DataFrame(x, columns=["a", "b"])).to_frame()
    assert frame.loc["a", "estimate"] == pytest.approx(0.1, abs=0.06)
    assert frame.loc["a", "pvalue"] < 0.01 < frame.loc["b", "pvalue"]


@pytest.mark.parametrize(
    ("y", "X", "message"),
    [
        (np.arange(15.0), np.arange(15.0) ** 2, "at least 22 are needed"),
        (np.ones(60), world(1, 60, (0.5,), 0)[1], "constant"),
        (
            np.arange(60.0),
            np.repeat(world(1, 60, (0.5,), 0)[1], 2, axis=1) * [1, 2],
            "`X` is collinear",
        ),
    ],
)
def test_bad_input_is_named(y: object, X: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        ivx_test(y, X)
