"""Check that a built wheel holds everything an installed r2klib reads.

python scripts/check_wheel.py dist/r2klib-0.1.0-py3-none-any.whl
"""

from __future__ import annotations

import sys
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def needed() -> list[str]:
    """Every file of the package, and the notebooks and documents that go into it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    places = {"r2klib": "r2klib", **wheel["force-include"]}
    found = []
    for source, target in places.items():
        path = ROOT / source
        inside = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
        kept = (p for p in inside if not {"__pycache__", ".ipynb_checkpoints"} & set(p.parts))
        found += [f"{target}/{p.relative_to(path).as_posix()}".removesuffix("/.") for p in kept]
    return found


def absent_from(wheel: Path) -> list[str]:
    """What a wheel lacks."""
    held = set(zipfile.ZipFile(wheel).namelist())
    return [name for name in needed() if name not in held]


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    absent = absent_from(Path(sys.argv[1]))
    if absent:
        print(f"{sys.argv[1]} lacks {', '.join(absent)}")
    return 1 if absent else 0


if __name__ == "__main__":
    raise SystemExit(main())
