import math

import pytest

from r2klib.show.numbers import count, fixed, interval, number, probability


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.08375, "−0.0838"),
        (1234567.0, "1,234,567"),
        (12.0, "12"),
        (-0.0001, "−0.0001"),
        (99.96, "100"),
        (0.0000123, "0.0000123"),
        (-1.2e-313, "−1.2e-313"),
        (1e-6, "1e-06"),
        (1.2345e300, "1.23e+300"),
        (None, "–"),
        (math.nan, "–"),
        (math.inf, "–"),
    ],
)
def test_a_number_has_three_figures_and_a_true_minus(value, text):
    assert number(value) == text


def test_both_ends_of_an_interval_have_the_same_decimals():
    assert interval(-0.1, 1.25) == "[−0.10, 1.25]"
    assert interval(0, 0) == "[0, 0]"
    assert interval(-1e-300, 2.5e-300) == "[−1e-300, 2.5e-300]"


def test_no_negative_zero():
    assert fixed(-0.001, 2) == "0.00"


def test_small_probabilities_are_bounded_not_printed_with_ten_zeros():
    assert probability(8.9e-11) == "< 0.0001"
    assert probability(0.0234) == "0.023"


def test_counts():
    assert (count(819), count(12.5), count(2152.0), count(None)) == ("819", "12.5", "2,152", "–")
