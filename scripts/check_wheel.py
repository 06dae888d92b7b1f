"""Check that a built wheel holds everything an installed r2klib reads.

python scripts/check_wheel.py dist/r2klib-0.1.0-py3-none-any.whl
"""

from __future__ import annotations

import sys
import zipfile

NEEDED = (
    "r2klib/py.typed",
    "r2klib/data/catalog.toml",
    "r2klib/data/nber.csv",
    "r2klib/data/sample/macro.parquet",
    "r2klib/report/literature.toml",
    "r2klib/report/templates/",
    "r2klib/_notebooks/00_start_here.ipynb",
    "r2klib/_docs/tutorial.md",
    "r2klib/_docs/CONTRIBUTING.md",
)


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    names = zipfile.ZipFile(sys.argv[1]).namelist()
    absent = [need for need in NEEDED if not any(name.startswith(need) for name in names)]
    if absent:
        print(f"{sys.argv[1]} lacks {', '.join(absent)}")
    return 1 if absent else 0


if __name__ == "__main__":
    raise SystemExit(main())
