"""How long the whole ledger takes, and the walk-forward in it; `make bench` prints it.

Every claim of an edition is evaluated from its data, nothing read from the cache, then the
walk-forward over the whole history alone. The edition of the newest snapshot is measured where
there is one. cProfile's ten functions that take most time of their own stand beneath.
"""

from __future__ import annotations

import cProfile
import io
import pstats
import re
import time
from collections.abc import Callable
from pathlib import Path

import r2klib
from r2klib.claims import evaluate, ledger
from r2klib.claims.themes.conclusion import walk
from r2klib.data import Dataset, editions

TODAY = "2026-11-22"
#: Seconds that each may take on two cores.
GOALS = {"sample": 20.0, "live": 40.0, "walk-forward": 10.0}


def timed(call: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and seconds of this process alone."""
    start, own = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - start, time.process_time() - own


def line(task: str, seconds: tuple[float, float], goal: float) -> str:
    verdict = "met" if seconds[0] <= goal else "MISSED"
    return (
        f"{task:<62} {seconds[0]:>8.2f} s ({seconds[1]:.2f} s of its own)   goal {goal:>3.0f} s   "
        f"{verdict}"
    )


def top_ten(call: Callable[[], object]) -> str:
    """Functions by their own time, without the paths of this computer."""
    profile = cProfile.Profile()
    profile.runcall(call)
    text = io.StringIO()
    pstats.Stats(profile, stream=text).sort_stats("tottime").print_stats(10)
    rows = text.getvalue().split("ncalls", 1)[1]
    rows = re.sub(r"\S*/(r2klib|site-packages)/", "", rows)
    return f"  ncalls{rows.rstrip()}".replace(str(Path.home()), "~")


def measure(name: str) -> list[str]:
    """Lines about one edition."""
    data: Dataset = r2klib.load(name)
    kind = "sample" if data.kind == "sample" else "live"
    whole = timed(lambda: evaluate(data, today=TODAY, cache=False))
    parts, pair = [], ledger()["C1"].pair_of(data)
    walked = timed(lambda: parts.append(walk(data, pair)))
    months = int(parts[0]["d"].count())
    return [
        line(f"whole ledger, edition {data.edition}, {len(data)} series", whole, GOALS[kind]),
        line(f"walk-forward over {months} months, {data.edition}", walked, GOALS["walk-forward"]),
        "",
        top_ten(lambda: evaluate(data, today=TODAY, cache=False)),
        "",
    ]


def main() -> None:
    for name in dict.fromkeys(["sample", editions()[-1]]):
        print("\n".join(measure(name)), flush=True)


if __name__ == "__main__":
    main()
