"""A p-value is written short, and never as zero."""

import math

import pandas as pd
import pytest

from r2klib.stats._result import in_text
from r2klib.stats.chance import named, probability


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (0.0234, ".2g", "0.023"),
        (0.126, ".2f", "0.13"),
        (0.0049, ".2f", "0.005"),
        (0.00012, ".2f", "0.0001"),
        (0.0003, ".3f", "0.0003"),
        (0.00009, ".2f", "< 0.0001"),
        (1.2e-313, ".4f", "< 0.0001"),
        (0.0, ".2g", "< 0.0001"),
        (1.0, ".2f", "1.00"),
        (math.nan, ".2f", "nan"),
    ],
)
def test_no_probability_is_written_as_zero(value: float, form: str, text: str) -> None:
    assert probability(value, form) == text


def test_it_stands_with_its_letter() -> None:
    assert (named("p", 0.04, ".2f"), named("q", 1e-9)) == ("p = 0.04", "q < 0.0001")


def test_tables_of_results_say_it_too() -> None:
    shown = in_text(pd.DataFrame({"estimate": [1.5], "pvalue": [3e-9]}))
    assert shown["pvalue"].tolist() == ["< 0.0001"]
