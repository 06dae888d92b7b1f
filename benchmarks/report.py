"""How long a report takes, against ``jupyter nbconvert --execute --to html notebooks/*.ipynb``.

Run in the report's own environment: ``python benchmarks/report.py [--rounds N]``. Both sides read
the sample edition with the ledger cache and Python's byte code warm. Rounds are interleaved and
medians taken, for other work on the machine slows both; its load is told. "Cells" is the processor
time that the notebooks' own cells take in a kernel whose imports are done: what no way of rendering
can save. Both sides run them, so they limit the ratio of the whole: on two cores no report could
take less than half of them and the imports.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
JUPYTER = [sys.executable, "-m", "jupyter", "nbconvert", "--execute", "--to", "html"]
R2K = str(Path(sys.executable).with_name("r2k.exe" if os.name == "nt" else "r2k"))
DAY = "2026-11-22"
#: Cells put around a notebook's own, to learn their processor time.
START = "import time as _time; _began = _time.process_time()"
END = "print(f'cells-took {_time.process_time() - _began}')"


class Bench:
    """Copies of the notebooks, a site, and the ways to build it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.site = folder, folder / "site"
        self.notebooks = shutil.copytree(
            ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".*")
        )
        self.names = sorted(path.stem for path in self.notebooks.glob("*.ipynb"))
        self.environment = {
            **os.environ, "R2K_HOME": str(folder / "home"), "R2K_TODAY": DAY,
            "R2K_EDITION": "sample", "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
        }  # fmt: skip
        # without byte code every process would compile its imports, which flatters a warm kernel
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def run(self, command: Sequence[str]) -> float:
        """Seconds that a command takes."""
        began = time.perf_counter()
        subprocess.run(
            command, cwd=self.folder, env=self.environment, check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        return time.perf_counter() - began

    def build(self, out: Path, notebooks: Path, **options: object) -> float:
        """Seconds that a build of our own takes, in a process of its own."""
        given = {"out": str(out), "notebooks": str(notebooks), **options}
        code = f"from r2klib.site import build; build(**{given!r})"
        return self.run([sys.executable, "-c", code])

    def nbconvert(self) -> float:
        """The baseline: every notebook, one after the other."""
        out = ["--output-dir", str(self.folder / "html")]
        return self.run([*JUPYTER, *out, *(str(p) for p in sorted(self.notebooks.glob("*.ipynb")))])

    def whole(self) -> float:
        """The command, every page anew."""
        return self.run([R2K, "report", "--force", "--out", str(self.folder / "whole")])

    def one_changed(self) -> float:
        """A cell of one notebook has changed since the site was built."""
        path = self.notebooks / f"{self.names[len(self.names) // 2]}.ipynb"
        content = json.loads(path.read_text(encoding="utf-8"))
        cell = next(cell for cell in content["cells"] if cell["cell_type"] == "code")
        cell["source"] = [*cell["source"], f"\n# changed at {time.time_ns()}"]
        path.write_text(json.dumps(content), encoding="utf-8")
        return self.build(self.site, self.notebooks)

    def nothing_changed(self) -> float:
        """The command on a site that stands as it was built from the checkout."""
        return self.run([R2K, "report", "--out", str(self.folder / "standing")])

    def bare_python(self) -> float:
        """Python that does nothing."""
        return self.run([sys.executable, "-c", "pass"])

    def preload(self) -> float:
        """The imports of the process that kernels are forked from, until it could fork."""
        code = (
            "from r2klib.site.kernels import warm; from r2klib.site.runner import WARM\n"
            "warm.preload(WARM)"
        )
        return self.run([sys.executable, "-c", code])

    def cells(self) -> float:
        """Processor seconds of all notebooks' own cells."""
        marked = self.folder / "marked"
        shutil.copytree(self.notebooks, marked, dirs_exist_ok=True)
        for path in marked.glob("*.ipynb"):
            content = json.loads(path.read_text(encoding="utf-8"))
            content["cells"] = [_code("start", START), *content["cells"], _code("end", END)]
            path.write_text(json.dumps(content), encoding="utf-8")
        out = self.folder / "marked-site"
        self.build(out, marked, force=True)
        pages = [(out / f"{name}.html").read_text(encoding="utf-8") for name in self.names]
        found = [re.findall(r"cells-took ([\d.]+)", page) for page in pages]
        return sum(float(taken[-1]) for taken in found)


def _code(name: str, source: str) -> dict[str, object]:
    return {
        "cell_type": "code", "id": name, "metadata": {}, "source": source, "outputs": [],
        "execution_count": None,
    }  # fmt: skip


def medians(ways: dict[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """The median of each way over some rounds, each round going through all of them."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            taken[name].append(way())
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def _faster(taken: dict[str, float], way: str) -> str:
    return f"{taken['nbconvert'] / taken[way]:.1f}x faster"


def _times(taken: dict[str, float]) -> str:
    return f"{taken['nothing'] / taken['bare']:.1f}x Python"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="rounds of the long measurements (3)")
    rounds = parser.parse_args().rounds
    before = _load()
    with tempfile.TemporaryDirectory(prefix="r2k-bench-") as name:
        bench = Bench(Path(name))
        bench.whole()  # fills the ledger cache and writes the byte code, as the next does
        bench.nbconvert()
        bench.build(bench.site, bench.notebooks)  # in which one will change
        bench.run([R2K, "report", "--out", str(bench.folder / "standing")])
        bench.nothing_changed()
        slow = medians(
            {
                "nbconvert": bench.nbconvert, "whole": bench.whole, "one": bench.one_changed,
                "preload": bench.preload, "cells": bench.cells,
            },
            rounds,
        )  # fmt: skip
        quick = medians({"nothing": bench.nothing_changed, "bare": bench.bare_python}, 21)
        count = len(bench.names)
    cores = os.cpu_count() or 1
    over = (slow["whole"] - slow["preload"] - slow["cells"] / cores) / count
    print(f"\n{count} notebooks, {cores} cores, load {before} before and {_load()} after\n")
    rows = [
        ("nbconvert, all notebooks", slow["nbconvert"], "", ""),
        ("whole report", slow["whole"], _faster(slow, "whole"), ">= 4x"),
        ("one notebook changed", slow["one"], _faster(slow, "one"), ">= 8x"),
        ("imports before the fork", slow["preload"], "", ""),
        ("the cells' own processor time", slow["cells"], "", ""),
        ("beyond imports and cells, a notebook", over, "", "<= 0.6 s"),
        ("bare Python", quick["bare"], "", ""),
        ("nothing changed", quick["nothing"], _times(quick), "< 5x"),
    ]
    print(f"{'what':38}{'seconds':>9}  {'ratio':16}{'goal'}")
    for what, seconds, ratio, goal in rows:
        print(f"{what:38}{seconds:9.3f}  {ratio:16}{goal}".rstrip())


if __name__ == "__main__":
    main()
