"""Keep the made parts of docs/ in step with what they are made from.

python scripts/docs.py check     # exit status 1 where docs/data.md is not what the catalog says
python scripts/docs.py write     # make it again
"""

from __future__ import annotations

import sys
from pathlib import Path

from r2klib.site.docs_data import data_page

PAGE = Path(__file__).resolve().parents[1] / "docs" / "data.md"


def main() -> int:
    command = sys.argv[1] if len(sys.argv) == 2 else ""
    if command not in ("check", "write"):
        print(__doc__)
        return 2
    wanted = data_page()
    if command == "write":
        PAGE.write_text(wanted, encoding="utf-8")
    elif not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != wanted:
        print(f"{PAGE.name} is not what the catalog says. Run `python scripts/docs.py write`.")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
