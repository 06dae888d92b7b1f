"""Add a comparison of editions to an Atom feed of changed verdicts.

python scripts/feed.py changes.json feed.xml     # changes.json from `r2k diff A B --json`

The address of the pages is that of the project's home page in pyproject.toml; without one, entries
are named and not linked.
"""

from __future__ import annotations

import json
import sys
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

ATOM = "http://www.w3.org/2005/Atom"
ROOT = Path(__file__).resolve().parents[1]
#: Editions that the feed remembers.
MOST = 36


def entry(found: dict[str, Any], home: str) -> ET.Element:
    """One edition: the finding, and a line for each verdict that changed."""
    made = ET.Element(f"{{{ATOM}}}entry")
    _add(made, "id", f"urn:r2klib:edition:{found['b']}")
    _add(made, "title", f"Edition {found['b']}: {found['finding']}")
    _add(made, "updated", f"{found['today']}T00:00:00Z")
    if home:
        ET.SubElement(made, f"{{{ATOM}}}link", href=home)
    lines = [line(change) for change in found["changes"] if change["status_changed"]]
    _add(made, "content", "\n".join(lines) or "No verdict changed its status.")
    return made


def line(change: dict[str, Any]) -> str:
    """``P2: inconclusive -> supported, moved by new rows. The statement.``"""
    sides = ((change[side] or {}).get("status", "not declared") for side in ("before", "after"))
    moved = ", ".join(change["moved_by"])
    return f"{change['id']}: {' -> '.join(sides)}, moved by {moved}. {change['statement']}"


def feed(earlier: list[ET.Element], new: ET.Element) -> ET.Element:
    """The feed with the new entry first, in place of one of the same edition."""
    known = new.findtext(f"{{{ATOM}}}id")
    kept = [one for one in earlier if one.findtext(f"{{{ATOM}}}id") != known]
    made = ET.Element(f"{{{ATOM}}}feed")
    _add(made, "id", "urn:r2klib:feed")
    _add(made, "title", "r2klib: verdicts that changed")
    _add(made, "updated", new.findtext(f"{{{ATOM}}}updated") or "")
    ET.SubElement(ET.SubElement(made, f"{{{ATOM}}}author"), f"{{{ATOM}}}name").text = "r2klib"
    made.extend([new, *kept][:MOST])
    return made


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}{name}").text = text


def homepage() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project.get("urls", {}).get("Homepage", ""))


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    changes, place = Path(sys.argv[1]), Path(sys.argv[2])
    earlier: list[ET.Element] = []
    if place.is_file():
        earlier = ET.parse(place).getroot().findall(f"{{{ATOM}}}entry")  # noqa: S314 - our own file
    found = json.loads(changes.read_text(encoding="utf-8"))
    ET.register_namespace("", ATOM)
    tree = ET.ElementTree(feed(earlier, entry(found, homepage())))
    ET.indent(tree)
    tree.write(place, encoding="utf-8", xml_declaration=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
