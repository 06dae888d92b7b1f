"""Make the pictures of the README from a built site, in a browser of this machine.

python scripts/pictures.py [SITE]     # default: site/, built with `make report`

Needs playwright (in the development environment) and Chromium: the one that playwright installs, or
the one named by R2K_CHROMIUM, as the tests take it.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
#: Page and the part of it to show: pixels at which it begins, width and height.
PICTURES = {
    "report.png": ("index.html", "", 1200, 1000),
    "notebook.png": ("01_history.html", "#P2", 1200, 1000),
}
LARGEST = 300_000


def main() -> int:
    site = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "site").resolve()
    if not (site / "index.html").is_file():
        print(f"There is no site in {site}. Build one with `make report`.")
        return 2
    chromium = os.environ.get("R2K_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as play:
        options = {"executable_path": chromium} if chromium else {}
        browser = play.chromium.launch(args=["--no-sandbox"], **options)
        for name, (page_name, anchor, width, height) in PICTURES.items():
            page = browser.new_page(
                viewport={"width": width, "height": height}, color_scheme="light"
            )
            page.goto((site / page_name).as_uri() + anchor)
            page.wait_for_load_state()
            picture = page.screenshot(path=ROOT / "docs" / name)
            page.close()
            print(f"docs/{name}: {len(picture):,} bytes")
            if len(picture) > LARGEST:
                print(f"That is more than {LARGEST:,}: show less of the page.")
                return 1
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
