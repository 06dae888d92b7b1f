"""Which edition a notebook reads: its parameters cell says, else R2K_EDITION, else the sample."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from r2klib.errors import UnknownName

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))


def opened(path: Path, edition: str | None) -> str:
    """Name of the edition that the notebook's first cells load, with this value as parameter."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    imports, parameters, *rest = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
    load = next(line for code in rest for line in code.splitlines() if line.startswith("data ="))
    names: dict = {}
    exec(f"{imports}\n{parameters}", names)
    assert names["EDITION"] is None
    names["EDITION"] = edition
    exec(load, names)
    return names["data"].edition


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_parameter_or_the_environment_chooses(path, monkeypatch):
    monkeypatch.delenv("R2K_EDITION", raising=False)
    assert opened(path, None) == "sample"
    monkeypatch.setenv("R2K_EDITION", "1999-01-01")
    with pytest.raises(UnknownName, match=r"named by R2K_EDITION. '1999-01-01'"):
        opened(path, None)
    assert opened(path, "sample") == "sample"  # what the cell says goes before the environment
    with pytest.raises(UnknownName, match=r"no edition .*'smaple'. Did you mean 'sample'"):
        opened(path, "smaple")
