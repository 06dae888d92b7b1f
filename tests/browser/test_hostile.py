"""Markup in data stays text: titles of series, statements, units, notes, column names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from r2klib.claims.thesis import Statement
from r2klib.data import Dataset
from r2klib.show import argue, opening, table
from r2klib.site.changes import changes
from r2klib.site.coverage import data_page
from r2klib.site.front import answer_parts, front_page
from r2klib.site.pages import Page, render, shell
from tests.browser.conftest import Tab
from tests.made import make_nasty, make_verdicts

BITE = "<script>window.bitten = 1</script><img src=x onerror='window.bitten = 1'>"


@pytest.fixture
def pages(tmp_path: Path) -> Mapping[str, Path]:
    """Three pages on disk with `BITE` wherever outside text goes."""
    index = pd.date_range("2000-01-31", periods=24, freq="ME", name="date")
    frame = pd.DataFrame({"mine": np.arange(24.0)}, index=index)
    held = Dataset.from_frame(frame, units=BITE, frequency="monthly", lag_days=0, name="mine")
    bitten = {n: replace(p, title=BITE, anomalies=(BITE,)) for n, p in held.provenance.items()}
    data = Dataset(held.edition, held.kind, dict(held), bitten)
    verdict = make_nasty(BITE)
    verdicts = make_verdicts([verdict])
    shown = (argue(verdict), opening(verdicts), table(frame.rename(columns={"mine": BITE}), BITE))
    statement = Statement(n=1, section=BITE, text=BITE, meets="proxy", claims=("P2",), detail=BITE)
    around: dict[str, Any] = {"previous": None, "next": Page("next", BITE), "failure": BITE}
    body = f"<h1>A page</h1>{''.join(display.html for display in shown)}"
    main = render("page.html.j2", contents=[], banner="", body=body, **around)
    written = {
        "index": front_page(
            data,
            verdicts,
            [],
            {},
            [],
            BITE,
            [statement],
            changes(data, verdicts.today),
            answer_parts(data, verdicts),
        ),
        "data": data_page(data, [], BITE),
        "page": shell(title=BITE, main=main, kind="page", name="", pages=[], footer=BITE),
    }
    for name, html in written.items():
        (tmp_path / f"{name}.html").write_text(html, encoding="utf-8")
    return {name: tmp_path / f"{name}.html" for name in written}


@pytest.mark.slow
def test_markup_in_data_stays_text(tab: Callable[..., Tab], pages: Mapping[str, Path]) -> None:
    for name, path in pages.items():
        opened = tab()
        opened.page.goto(path.as_uri())
        assert opened.page.evaluate("window.bitten") is None, name
        assert opened.found() == [], name  # nor was it tried, and stopped by the policy
        assert opened.page.locator("img[src=x]").count() == 0, name
        assert opened.page.get_by_text("<script>window.bitten = 1</script>").count() > 1, name
