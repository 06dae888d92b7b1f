"""The F test that several coefficients are zero at once, robust where their covariance is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import fdtrc

from r2klib.stats._result import Result


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class FTest(Result):
    """A Wald test in its F form.

    Attributes
    ----------
    statistic, pvalue : float
        F and its upper tail.
    df : tuple of int
        Coefficients tested, and those of the regression's t law.
    coefficients : tuple
        Their names.
    method : str
        The covariance it rests on, in words.

    Examples
    --------
    >>> F = r2klib.load("sample").factors("ff3")["1990":]
    >>> test = r2klib.ols_hac(F["SMB"], F[["Mkt-RF", "HML"]]).f_test()
    >>> test.coefficients, round(test.statistic, 1)
    (('Mkt-RF', 'HML'), 11.7)
    """

    statistic: float
    pvalue: float
    df: tuple[int, int]
    coefficients: tuple[Any, ...]
    method: str

    _json = "statistic pvalue df coefficients method null"

    @property
    def null(self) -> str:
        """What is tested, in words."""
        return f"{', '.join(map(str, self.coefficients))} are all zero"

    @property
    def title(self) -> str:
        """The test."""
        return f"F test of {len(self.coefficients)} coefficients"

    @property
    def facts(self) -> dict[str, str]:
        """Method and null."""
        return {"method": f"F({self.df[0]}, {self.df[1]}), {self.method}", "null": self.null}

    def to_frame(self) -> pd.DataFrame:
        """Return one row: F and p-value."""
        return pd.DataFrame({"F": [self.statistic], "pvalue": [self.pvalue]}, index=["Wald"])


def wald_statistic(b: pd.Series, V: pd.DataFrame) -> float:
    """Return b' V^-1 b for coefficients `b` with covariance `V`."""
    scale = np.sqrt(np.diag(V))  # or unlike units would cost digits
    t = b.to_numpy() / scale
    return float(t @ np.linalg.solve(V.to_numpy() / np.outer(scale, scale), t))


def wald(b: pd.Series, V: pd.DataFrame, df: int, method: str) -> FTest:
    """Test that all of `b`, with covariance `V`, are zero: b' V^-1 b / q against F(q, df)."""
    q = len(b)
    statistic = wald_statistic(b, V) / q
    return FTest(
        statistic=statistic,
        pvalue=float(fdtrc(q, df, statistic)),
        df=(q, df),
        coefficients=tuple(b.index),
        method=method,
    )
