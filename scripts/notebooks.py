"""Keep notebooks as sources: no outputs, no execution counts, no editor's metadata.

python scripts/notebooks.py check     # exit status 1 and a list where one is not clean
python scripts/notebooks.py strip     # clean them in place
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def cleaned(notebook: dict[str, Any]) -> dict[str, Any]:
    """The notebook as it should be committed."""
    cells = []
    for number, cell in enumerate(notebook["cells"]):
        tags = cell.get("metadata", {}).get("tags")
        kept = {
            "cell_type": cell["cell_type"],
            "id": cell.get("id", f"cell-{number:02d}"),
            "metadata": {"tags": tags} if tags else {},
            "source": "".join(cell["source"]).splitlines(keepends=True),
        }
        if cell["cell_type"] == "code":
            kept |= {"execution_count": None, "outputs": []}
        cells.append(kept)
    return {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}


def as_text(notebook: dict[str, Any]) -> str:
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> int:
    command = sys.argv[1] if len(sys.argv) == 2 else ""
    if command not in ("check", "strip"):
        print(__doc__)
        return 2
    unclean = []
    for path in sorted(FOLDER.glob("*.ipynb")):
        text = path.read_text(encoding="utf-8")
        wanted = as_text(cleaned(json.loads(text)))
        if text == wanted:
            continue
        unclean.append(path.name)
        if command == "strip":
            path.write_text(wanted, encoding="utf-8")
    if unclean and command == "check":
        print(f"Not clean: {', '.join(unclean)}. Run `python scripts/notebooks.py strip`.")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
