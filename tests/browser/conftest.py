"""The report in a real browser: one site built from the sample edition, opened from disk, offline.

Chromium is the one named by ``R2K_CHROMIUM``, else the system's, else Playwright's own. Without
any, these tests are skipped, and `.ci/run` says so loudly.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.shared import TODAY, sample_home, sample_site

WITHOUT = (
    "no Chromium: set R2K_CHROMIUM to one, install the system's, or run "
    "`python -m playwright install chromium`"
)
#: Gathers what the page's policy blocked, from before the page's own scripts run.
WATCH = """
window.blocked = [];
document.addEventListener("securitypolicyviolation",
  (e) => window.blocked.push(`${e.violatedDirective}: ${e.blockedURI} ${e.sample}`));
"""


def chromium_path(playwright: Playwright) -> Path | None:
    """The browser to drive, or None where there is none."""
    named = os.environ.get("R2K_CHROMIUM")
    if named:
        assert Path(named).is_file(), f"R2K_CHROMIUM is {named!r}, which is no file"
        return Path(named)
    names = ("chromium", "chromium-browser", "google-chrome")
    system = next(filter(None, map(shutil.which, names)), None)
    own = Path(system or playwright.chromium.executable_path)
    return own if own.is_file() else None


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # One for each module: while Playwright is at work no other test can run an event loop.
    with sync_playwright() as playwright:
        path = chromium_path(playwright)
        if path is None:
            pytest.skip(WITHOUT)
        opened = playwright.chromium.launch(executable_path=path)
        yield opened
        opened.close()


@dataclass(frozen=True)
class Site:
    """A built site: its folder, its pages in order, and its ledger."""

    folder: Path
    pages: tuple[str, ...]
    claims: dict[str, dict[str, Any]] = field(repr=False)

    def url(self, page: str, anchor: str = "") -> str:
        return (self.folder / f"{page}.html").as_uri() + (f"#{anchor}" if anchor else "")


@pytest.fixture(scope="session")
def home() -> dict[str, str]:
    """The environment of every process started here: offline, one evidence cache for all."""
    kept = str(sample_home())
    return {**os.environ, "R2K_HOME": kept, "R2K_TODAY": TODAY, "R2K_EDITION": "sample"}


@pytest.fixture(scope="session")
def built() -> Site:
    """The site of the sample edition, built once a run."""
    folder = sample_site()
    ledger = json.loads((folder / "claims.json").read_text(encoding="utf-8"))
    names = sorted(path.relative_to(folder).as_posix()[:-5] for path in folder.rglob("*.html"))
    return Site(folder, tuple(names), {record["id"]: record for record in ledger})


@pytest.fixture
def site(browser: Browser, built: Site) -> Site:  # a browser first: without one nothing is built
    return built


class Tab:
    """A page and everything that went wrong on it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        page.on("requestfailed", lambda asked: self.problems.append(f"failed: {asked.url[:120]}"))
        page.on("request", self._asked)

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"console: {message.text}")

    def _asked(self, request: Any) -> None:
        if not request.url.startswith(("file:", "data:")):
            self.problems.append(f"asked for {request.url[:120]}")

    def found(self) -> list[str]:
        """All that went wrong, what the policy blocked included."""
        return [*self.problems, *self.page.evaluate("window.blocked")]


@pytest.fixture
def tab(browser: Browser) -> Iterator[Callable[..., Tab]]:
    """A function that opens a fresh page; ``tab(width=375, color_scheme="dark")``."""
    contexts: list[BrowserContext] = []

    def fresh(width: int = 1280, height: int = 900, **settings: Any) -> Tab:
        context = browser.new_context(
            offline=True, viewport={"width": width, "height": height}, **settings
        )
        contexts.append(context)
        context.set_default_timeout(20_000)
        context.add_init_script(WATCH)
        return Tab(context.new_page())

    yield fresh
    for context in contexts:
        context.close()
