"""The project's own address, from one place: `Repository` and `Homepage` in pyproject.toml's urls.

python scripts/address.py     # writes README.md's badges, CITATION.cff's repository, Colab's cell

Without an address they say nothing. `packaged` makes the README of a package page, where relative
links and pictures lead nowhere.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
START = "notebooks/00_start_here.ipynb"
_BADGES = re.compile(r"<!-- badges -->\n(?:.*\n)*?<!-- /badges -->\n")
_CITED = re.compile(r"^repository-code: .*\n", re.MULTILINE)
_COLAB = re.compile(r"REPOSITORY = \\\".*?\\\"")
_PICTURE = re.compile(r"^!\[.*\]\((?!https?:)(.*)\)\n\n?", re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?!https?:|#)([^)]+)\)")


def urls() -> dict[str, str]:
    """What pyproject.toml says; empty until an address is set."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return dict(project.get("urls", {}))


def badges(repository: str) -> str:
    """The block of badges between its marks."""
    lines, repository = [], repository.rstrip("/")
    if repository:
        owner_and_name = "/".join(repository.split("/")[-2:])
        state = f"{repository}/actions/workflows/ci.yml"
        binder = f"https://mybinder.org/v2/gh/{owner_and_name}/HEAD?urlpath=lab/tree/{START}"
        colab = "https://colab.research.google.com/github"
        lines = [
            f"[![CI]({state}/badge.svg)]({state})",
            f"[Open in Binder]({binder})",
            f"[Open in Colab]({colab}/{owner_and_name}/blob/HEAD/docs/colab.ipynb)",
        ]
    return "\n".join(["<!-- badges -->", *lines, "<!-- /badges -->", ""])


def written(repository: str) -> dict[Path, str]:
    """Every file that names the address, as it should be."""
    readme, citation, colab = (ROOT / n for n in ("README.md", "CITATION.cff", "docs/colab.ipynb"))
    cited = _CITED.sub("", citation.read_text(encoding="utf-8"))
    quoted = json.dumps(repository.rstrip("/"))
    return {
        readme: _BADGES.sub(lambda _: badges(repository), readme.read_text(encoding="utf-8")),
        citation: cited + (f"repository-code: {quoted}\n" if repository else ""),
        colab: _COLAB.sub(
            lambda _: f"REPOSITORY = {json.dumps(quoted)[1:-1]}", colab.read_text(encoding="utf-8")
        ),
    }


def packaged(readme: str, repository: str) -> str:
    """The README for a package page: pictures and links by address, or left out without one."""
    repository = repository.rstrip("/")
    text = _BADGES.sub(lambda _: badges(repository) if repository else "", readme)
    if not repository:
        return _LINK.sub(r"\1", _PICTURE.sub("", text))
    text = _PICTURE.sub(
        lambda m: m[0].replace(f"({m[1]})", f"({repository}/raw/HEAD/{m[1]})"), text
    )
    return _LINK.sub(lambda m: f"[{m[1]}]({repository}/blob/HEAD/{m[2]})", text)


def main() -> int:
    if sys.argv[1:]:
        print(__doc__)
        return 2
    for path, text in written(urls().get("Repository", "")).items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
