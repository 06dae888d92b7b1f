"""Book-to-market: rolled books by hand, and a planted gap."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from r2klib.claims import book_to_market as btm
from r2klib.data import Dataset
from tests.claims.worlds import SIX, edition, portfolios


def test_books_stay_from_july_to_june_and_caps_are_those_of_the_month_end():
    index = pd.date_range("2000-07-31", "2001-08-31", freq="ME")
    size = pd.DataFrame(np.arange(1.0, 15.0)[:, None] * np.ones(6), index=index, columns=SIX)
    firms = pd.DataFrame(2.0, index=index, columns=SIX)
    bm = pd.DataFrame(0.5, index=index, columns=SIX)
    bm.loc["2000-10-31"] = 9.0  # only July's block is a book
    bm.loc["2001-07-31":] = 0.8
    tables = {"bm": bm, "size": size, "firms": firms}
    tables = {f"french.size_value_6.{name}": table for name, table in tables.items()}
    book, cap = btm.books_and_caps(edition(tables))
    # July 2000 opens with 2 firms of 1 each: cap 2 at the end of June, book 0.5 x 2.
    assert book.index[0] == cap.index[0] == pd.Timestamp("2000-06-30")
    assert book.loc["2000-06-30":"2001-05-31"].eq(1.0).all(axis=None)
    # July 2001 opens with 2 firms of 13: book 0.8 x 26, known at the end of June 2001.
    assert book.loc["2001-06-30":].eq(20.8).all(axis=None)
    assert cap.loc["2001-06-30", "SG"] == 26.0
    assert cap.loc["2000-07-31", "SG"] == 4.0


def test_the_planted_gap_comes_back():
    gap = np.random.default_rng(1).normal(0.3, 0.2, 400).cumsum() / 20
    rolled = btm.log_relative(edition(portfolios(gap)))
    np.testing.assert_allclose(rolled, gap, atol=1e-12)
    assert rolled.index[0] == pd.Timestamp("1926-06-30")
    np.testing.assert_allclose(
        btm.log_relative(edition(portfolios(gap)), each=True), gap, atol=1e-12
    )


def test_profitability_taken_out_leaves_what_it_cannot_explain():
    index = pd.date_range("1970-01-31", periods=50, freq="ME")
    control = pd.Series(np.arange(50.0), index=index)
    odd = pd.Series(np.where(np.arange(50) % 2, 1.0, -1.0), index=index)
    left = btm.without(2 * control + 5, control)
    np.testing.assert_allclose(left, 0, atol=1e-9)
    assert np.corrcoef(btm.without(2 * control + odd, control), control)[0, 1] == pytest.approx(
        0, abs=1e-9
    )


def test_an_industry_s_book_follows_its_firms_and_not_its_members():
    """Cap grown by half until May and by a tenth in June, then new members."""
    months = pd.date_range("2000-01-31", "2001-12-31", freq="ME")
    cap = pd.Series(100.0, months)
    cap.loc["2000-06":"2000-06"] = 150.0  # at the end of May, of the firms of January
    cap.loc["2000-07":] = 400.0  # many more firms from July on
    cap.loc["2000-10":] = 500.0
    one = {name: pd.DataFrame({"Chips": table}) for name, table in
           {"size": cap / 10, "firms": 0 * cap + 10}.items()}  # fmt: skip
    returns = pd.DataFrame({"Chips": 0.0}, months)
    returns.loc["2000-06"] = 0.10
    bm = pd.DataFrame({"Chips": [0.33, np.nan]}, pd.to_datetime(["2000-06-30", "2001-06-30"]))
    tables = {f"french.industries49.{name}": table for name, table in one.items()}
    tables |= {"french.industries49": returns, "french.industries49.bm": bm}
    kinds = {name: "irregular" if name.endswith(".bm") else "monthly" for name in tables}
    data = Dataset.from_frame(tables, units="x", frequency=kinds, lag_days=0)
    book, cap = btm.industries(data)
    ratio = (book / cap)["Chips"].dropna()
    # 0.33 / (1.5 x 1.1) at the end of June, whoever came in then; then a quarter more.
    assert (ratio.index[0], ratio.index[-1]) == (months[5], months[16])
    assert ratio.iloc[:3].tolist() == pytest.approx([0.2] * 3)
    assert ratio.iloc[3:].tolist() == pytest.approx([0.16] * 9)
    later = data.as_of("2000-08-15")
    pd.testing.assert_frame_equal(btm.industries(later)[0].dropna(), book.dropna()[:"2000-06-30"])
