"""Public docstrings say what comes in, what goes out, what is refused, and what happens to NaN."""

from __future__ import annotations

import dataclasses
import inspect
import re

import r2klib
from r2klib import claims, data, desk, live, show, site, stats

#: Arithmetic, bookkeeping and dates drawn by chance: no paper stands behind these.
NO_PAPER = {
    "forward_outcome", "log_returns", "monthly_returns", "placebo_dates", "placebo_test",
    "recession_indicator", "rolling_zscore", "stacked_windows", "to_log", "to_month_end",
    "to_simple", "weekly_returns",
}  # fmt: skip
#: Takes plain numbers, or dates alone: nothing can be missing in them.
NO_NAN = {"effective_n", "placebo_dates"}

NAN_RULE = re.compile(r"NaN|missing|missed|misses|complete", re.IGNORECASE)


def public():
    for package in (r2klib, data, stats, desk, live, claims, show, site):
        for name in package.__all__:
            value = inspect.unwrap(getattr(package, name))
            if inspect.isclass(value) or inspect.isfunction(value):
                yield f"{package.__name__}.{name}", value


FUNCTIONS = {name: value for name, value in public() if inspect.isfunction(value)}
CLASSES = [value for _, value in public() if inspect.isclass(value)]
STATISTICS = [f for name, f in FUNCTIONS.items() if name.startswith("r2klib.stats.")]


def sections(thing):
    """The sections of a numpydoc docstring by heading."""
    said = inspect.getdoc(thing) or ""
    parts = re.split(r"^([A-Z][A-Za-z ]+)\n-{3,}\n", said, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def named(text):
    """Names that a section describes, each with a description or a type."""
    lines = [line for line in text.splitlines() if line and not line.startswith(" ")]
    return {name.strip().lstrip("*") for line in lines for name in line.split(":")[0].split(",")}


def parameters(function):
    return {p for p in inspect.signature(function).parameters if p not in ("self", "cls")}


def test_a_function_says_what_it_takes_returns_and_refuses():
    for name, function in FUNCTIONS.items():
        found = sections(function)
        assert named(found.get("Parameters", "")) == parameters(function), name
        if inspect.signature(function).return_annotation not in ("None", None):
            assert found.get("Returns", "").strip(), name
        if re.search(r"^\s+raise ", inspect.getsource(function), re.MULTILINE):
            assert found.get("Raises", "").strip(), name


def test_a_statistic_says_what_nan_does_what_it_refuses_and_whose_it_is():
    for function in STATISTICS:
        found, name = sections(function), function.__name__
        assert "Raises" in found, name
        assert name in NO_NAN or NAN_RULE.search(inspect.getdoc(function)), name
        papers = re.search(r"\((18|19|20)\d\d\)|^As `", found.get("References", ""))
        assert name in NO_PAPER or papers, name


def test_a_class_describes_its_fields_and_its_methods():
    for kind in CLASSES:
        check_class(kind)


def check_class(kind):
    described = named(sections(kind).get("Parameters", "") + sections(kind).get("Attributes", ""))
    own = vars(kind).get("__annotations__", {})
    if dataclasses.is_dataclass(kind):
        fields = {f.name for f in dataclasses.fields(kind) if f.init and f.name in own}
    else:
        fields = parameters(kind.__init__) - {"args", "kwargs"}
    assert fields <= described, kind
    for name, value in vars(kind).items():
        method = value.fget if isinstance(value, property) else inspect.unwrap(value)
        method = getattr(method, "__func__", method)
        if name.startswith("_") or not inspect.isfunction(method):
            continue
        said = inspect.getdoc(method) or ""
        assert said, (kind, name)
        if len(parameters(method)) > 1:
            silent = {p for p in parameters(method) if not re.search(rf"\b{p}\b", said)}
            assert not silent, (kind, name, silent)


def test_the_lists_of_exceptions_name_what_exists():
    assert {function.__name__ for function in STATISTICS} >= NO_PAPER | NO_NAN
