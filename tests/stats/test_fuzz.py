"""Random calls of every public function: a result that shows itself, or an `InputError` in words.

A call starts from arguments that are good, as in the contract. One to three kinds of alteration
are drawn, and of each kind one; it befalls one argument or all of them. The same seed makes the
same calls.
"""

import inspect
import json
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from r2klib import stats
from r2klib.data import Dataset
from r2klib.errors import R2kError
from r2klib.stats._result import Result
from tests.stats import test_contract as contract
from tests.stats.test_contract import CASES, EVENTS, MONTHS, frame, series

Rng = np.random.Generator
Data = pd.Series | pd.DataFrame
DATA = pd.Series, pd.DataFrame, pd.Index, np.ndarray
CALLS = 100  # per seed

SHARES = pd.Series([0.5, 0.3, 0.2], ["tech", "banks", "energy"])
TURNS = pd.DataFrame({"peak": ["1990-07-01"], "trough": ["1991-03-01"]})
#: Good arguments of the functions that the contract leaves out, and of `Dataset.from_frame`.
ELSEWHERE = {
    "Dataset": {"data": frame(1), "units": "decimals", "frequency": "monthly", "lag_days": 0},
    "benjamini_hochberg": {"p": SHARES},
    "benjamini_yekutieli": {"p": SHARES},
    "brinson_fachler": {
        "weights": SHARES,
        "returns": SHARES / 10,
        "base_weights": SHARES,
        "base_returns": SHARES / 20,
    },
    "effective_n": {"n": 240, "horizon": 12, "rho": 0.9},
    "expected_shortfall": {"returns": series(1).to_numpy()[:, None]},
    "log_shortfall_ratio": {"tail": 0.1},
    "placebo_dates": {"index": MONTHS, "events": EVENTS, "seed": 1, "draws": 19},
    "recession_indicator": {"turning_points": TURNS, "index": MONTHS[8:12]},
    "romano_wolf": {"statistics": series(1)[:3], "null_draws": frame(1, "abc").to_numpy()},
    "stacked_windows": {"index": MONTHS, "events": EVENTS, "horizon": 12},
    "to_month_end": {"dated": series(1)},
}
GOOD: dict[str, dict[str, Any]] = {name: case.good for name, case in CASES.items()} | ELSEWHERE

#: Numbers and words for the arguments that are no data, good and bad.
OPTIONS = [None, 0, 1, -1, 2, 5, 12, 300, 10**9, 0.5, 1.5, -0.2, np.nan, np.inf, True, "x", [3]]


def names(kind: Callable[[int], list[Any]]) -> Callable[[Rng, Data], Data]:
    def altered(rng: Rng, data: Data) -> Data:
        if isinstance(data, pd.Series):
            return data.rename(kind(1)[0])
        return data.set_axis(pd.Index(kind(data.shape[1]), tupleize_cols=False), axis=1)

    return altered


def index(kind: Callable[[int], Any]) -> Callable[[Rng, Data], Data]:
    return lambda rng, data: data.set_axis(kind(len(data)), axis=0)


def holes(where: Callable[[Rng, int], Any], hole: float = np.nan) -> Callable[[Rng, Data], Data]:
    return lambda rng, data: data.mask(pd.Series(where(rng, len(data)), data.index), hole)


def dtype(kind: str) -> Callable[[Rng, Data], Data]:
    return lambda rng, data: data.astype(kind)


def swapped(kind: Callable[[int], Any]) -> Callable[[Rng, Data], Data]:
    """The values of `kind` in place of the numbers, in the shape of the data."""

    def altered(rng: Rng, data: Data) -> Data:
        column = pd.Series(kind(len(data)), data.index, name=getattr(data, "name", None))
        return column if data.ndim == 1 else pd.DataFrame(dict.fromkeys(data.columns, column))

    return altered


def alternating(rng: Rng, data: Data) -> Data:
    signs = (-1.0) ** np.arange(len(data))
    return data * 0 + (signs if data.ndim == 1 else signs[:, None])


def months(n: int, **options: Any) -> pd.DatetimeIndex:
    return pd.date_range("1990-01-31", periods=n, freq="ME", **options)


#: Kind -> what can happen to a Series or a DataFrame, in the order in which it happens.
KINDS: dict[str, dict[str, Callable[[Rng, Data], object]]] = {
    "length": {str(n): lambda rng, data, n=n: data.iloc[:n] for n in (0, 1, 2, 5, 20, 60)},
    "scale": {
        "tiny": lambda rng, data: data * 1e-12,
        "huge": lambda rng, data: data * 1e12,
        "mixed": lambda rng, data: data * 10.0 ** rng.choice([-12, 12], data.shape),
        "zero": lambda rng, data: data * 0,
        "constant": lambda rng, data: data * 0 + 0.1,
        "far": lambda rng, data: data + 1e9,
        "alternating": alternating,
        "one outlier": lambda rng, data: data.mask(np.arange(len(data)) == len(data) // 2, 1e12),
        "one column zero": lambda rng, data: data * (np.arange(data.shape[-1]) > 0),
        "negated": lambda rng, data: -data,
    },
    "holes": {
        "scattered": holes(lambda rng, n: rng.random(n) < 0.1),
        "most": holes(lambda rng, n: rng.random(n) < 0.9),
        "leading": holes(lambda rng, n: np.arange(n) < n // 3),
        "trailing": holes(lambda rng, n: np.arange(n) >= n - n // 3),
        "all": holes(lambda rng, n: np.full(n, True)),
        "infinite": holes(lambda rng, n: np.arange(n) == n // 2, np.inf),
        "minus infinite": holes(lambda rng, n: np.arange(n) == n // 2, -np.inf),
    },
    "dtype": {
        **{kind: dtype(kind) for kind in ("float32", "Float64", "object", "bool", "complex")},
        **{kind: dtype(kind) for kind in ("category", "string", "double[pyarrow]")},
        "Int64": lambda rng, data: (100 * data).round().astype("Float64").astype("Int64"),
        "int8": lambda rng, data: data.mask(data.isna(), 0).clip(-1, 1).round().astype("int8"),
        "datetime64": swapped(lambda n: months(n)),
        "timedelta64": swapped(lambda n: pd.to_timedelta(np.arange(n), "D")),
        "None among numbers": lambda rng, data: data.astype(object).where(data > 0, None),
        "lists": swapped(lambda n: pd.Series([[1.0]] * n).array),
    },
    "index": {
        "range": index(pd.RangeIndex),
        "time zone": index(lambda n: months(n, tz="America/New_York")),
        "periods": index(lambda n: pd.period_range("1990-01", periods=n, freq="M")),
        "quarters": index(lambda n: pd.period_range("1990Q1", periods=n, freq="Q")),
        "days": index(lambda n: pd.bdate_range("1990-01-01", periods=n)),
        "seconds": index(lambda n: pd.date_range("1990-01-01", periods=n, freq="s")),
        "MultiIndex": index(lambda n: pd.MultiIndex.from_product([["a"], months(n)])),
        "duplicate": index(lambda n: months(n).repeat(2)[:n]),
        "unsorted": index(lambda n: months(n)[::-1]),
        "strings": index(lambda n: months(n).astype(str)),
        "tuples": index(lambda n: pd.Index([(1, i) for i in range(n)], tupleize_cols=False)),
        "dates": index(lambda n: pd.Index(months(n).date)),
        "floats": index(lambda n: np.arange(n) / 12 + 1990),
        "mixed": index(lambda n: pd.Index([*range(n // 2), *"x" * (n - n // 2)], dtype=object)),
        "missing label": index(lambda n: months(n).where(np.arange(n) != n // 2)),
        "categories": index(lambda n: pd.CategoricalIndex(range(n))),
        "timedeltas": index(lambda n: pd.to_timedelta(np.arange(n), "D")),
        "intervals": index(lambda n: pd.interval_range(0, n, n) if n else pd.RangeIndex(0)),
        "gap": lambda rng, data: data[np.arange(len(data)) != len(data) // 2],
    },
    "names": {
        "none": names(lambda n: [None, *range(n - 1)]),
        "integers": names(lambda n: [*range(n)]),
        "tuples": names(lambda n: [("a", i) for i in range(n)]),
        "alike": names(lambda n: ["a"] * n),
        "long": names(lambda n: [f"{i}" * 400 for i in range(n)]),
        "empty": names(lambda n: ["", *map(str, range(n - 1))]),
        "not a number": names(lambda n: [np.nan, *range(n - 1)]),
        "dates": names(lambda n: [*months(n)]),
        "reserved": names(lambda n: ["const", "alpha", "y", "x", "level", "index", "RF"][:n]),
        "mixed": names(lambda n: [1, "a", (2,), None][:n]),
        "levels": lambda rng, data: pd.concat({"a": data}, axis=1) if data.ndim == 2 else data,
    },
    "container": {
        "array": lambda rng, data: data.to_numpy(),
        "list": lambda rng, data: data.to_numpy().tolist(),
        "row": lambda rng, data: data.to_numpy()[None],
        "cube": lambda rng, data: data.to_numpy().reshape(len(data), -1, 1),
        "first value": lambda rng, data: data.to_numpy().ravel()[0] if data.size else None,
        "frame": lambda rng, data: pd.DataFrame(data),
        "no columns": lambda rng, data: pd.DataFrame(index=data.index),
        "one column": lambda rng, data: data.iloc[:, 0] if data.ndim == 2 else data,
        "six columns": lambda rng, data: pd.concat([pd.DataFrame(data)] * 6, axis=1),
        "dict": lambda rng, data: data.to_dict(),
        "index": lambda rng, data: data.index,
        "none": lambda rng, data: None,
        "text": lambda rng, data: "returns",
        "ragged": lambda rng, data: [[1.0], [1.0, 2.0]],
    },
}


def altered(rng: Rng, alter: Callable[[Rng, Data], object], value: object) -> object:
    """The argument after an alteration; as it was where that has no meaning for it."""
    if isinstance(value, pd.Index):
        return getattr(altered(rng, alter, value.to_series()), "index", None)
    data = pd.DataFrame(value) if isinstance(value, np.ndarray) else value
    try:
        return alter(rng, data)
    except (TypeError, ValueError, NotImplementedError):
        return value


def call(rng: Rng) -> tuple[str, dict[str, Any], str]:
    """A function, its arguments, and what was done to them."""
    name = str(rng.choice(list(GOOD)))
    arguments, done = dict(GOOD[name]), []
    over = [key for key, value in arguments.items() if isinstance(value, DATA)]
    kinds = rng.choice(list(KINDS), rng.choice([1, 2, 3], p=[0.5, 0.3, 0.2]), replace=False)
    for kind in sorted(kinds, key=list(KINDS).index) if over else []:
        what = str(rng.choice(list(KINDS[kind])))
        victims = over if rng.random() < 0.5 else [str(rng.choice(over))]
        for victim in victims:
            arguments[victim] = altered(rng, KINDS[kind][what], arguments[victim])
        done.append(f"{kind} {what} of {', '.join(victims)}")
    options = inspect.signature(function(name)).parameters.keys() - {"statistic", "n_jobs", "draws"}
    options = sorted(options - {*over})
    if options and (not over or rng.random() < 0.2):
        option = str(rng.choice(options))
        arguments[option] = OPTIONS[rng.integers(len(OPTIONS))]
        done.append(f"{option}={arguments[option]!r}")
    return name, arguments, "; ".join(done)


def function(name: str) -> Callable[..., Any]:
    return Dataset.from_frame if name == "Dataset" else getattr(stats, name)


#: Results in which a cell may be missing, and the docstring says which.
MAY_MISS = {
    *contract.ROW_BY_ROW,
    *contract.SPREADS,
    "ar1",  # its half-life may be infinite
    "expanding_factor_regression",
    "expanding_logit",
    "monthly_returns",
    "rolling_factor_regression",
    "to_month_end",
    "variance_ratio",  # its interval may have no end
    "walk_forward",
    "weekly_returns",
}


def shown(found: object) -> Iterator[str]:
    """Show a result in every way that it has, and say what is wrong with what it shows."""
    if isinstance(found, Result):
        repr(found), found._repr_html_()
        json.dumps(found.to_dict(), allow_nan=False)
        found = found.to_frame()
    if isinstance(found, Dataset):
        repr(found), found._repr_html_(), found.content_hash, found.as_of("1995-01-31")
        return
    if isinstance(found, pd.Series | pd.DataFrame):
        repr(found)
    numbers = pd.DataFrame(np.atleast_1d(found) if not isinstance(found, tuple) else [])
    numbers = numbers.select_dtypes("number").to_numpy(dtype=complex)
    if not np.isfinite(numbers).all():
        yield f"{np.count_nonzero(~np.isfinite(numbers))} of {numbers.size} numbers not finite"


def wrong(name: str, arguments: dict[str, Any]) -> str | None:
    """What a call does that it must not: raise anything but an error in words, or show nothing."""
    try:
        found = function(name)(**arguments)
    except R2kError as error:
        said = str(error)
        return None if len(said.split()) > 2 and len(said) < 1500 else f"said {said[:200]!r}"
    except Exception as error:  # noqa: BLE001 - any other is what is looked for
        return f"call: {type(error).__name__}: {error}"
    try:
        problem = next(shown(found), None)
        return None if name in MAY_MISS else problem
    except Exception as error:  # noqa: BLE001
        return f"result: {type(error).__name__}: {error}"


def failures(seed: int) -> Iterator[str]:
    rng = np.random.default_rng(seed)
    for _ in range(CALLS):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            name, arguments, done = call(rng)
        if problem := wrong(name, arguments):
            yield f"{name}: {done}\n    {problem}"


def test_every_public_function_is_called() -> None:
    assert GOOD.keys() == CASES.keys() | contract.ELSEWHERE | {"Dataset"}
    for name, arguments in ELSEWHERE.items():
        assert function(name)(**arguments) is not None


SLOW = [pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 5)]
NIGHTLY = [pytest.param(seed, marks=pytest.mark.nightly) for seed in range(5, 50)]


@pytest.mark.parametrize("seed", [0, *SLOW, *NIGHTLY])
def test_every_call_ends_in_a_result_or_in_words(seed: int) -> None:
    assert not "\n".join(failures(seed))
