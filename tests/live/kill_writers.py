"""Fork writers of snapshots and kill each at a random instant; print what was found as JSON.

Run by test_writer.py in a process of its own, so that no test process forks.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time

import pandas as pd
import pyarrow as pa

from r2klib.data import catalog, snapshot
from r2klib.live.sources import Answer
from r2klib.live.writer import entry, only_writer, write

WHENCE = ("https://example.org/x", "2024-06-10T22:00:00Z")
FOLDER = snapshot.root()


def save(number: int) -> None:
    index = pd.date_range("1990-01-31", periods=300, freq="ME").as_unit("us")
    table = pd.Series(float(number), index.rename("date"), name="x")
    names = ("UNRATE", "PAYEMS", "INDPRO", "CPIAUCSL", "HOUST", "RSAFS", "M2SL", "GS10")
    entries = {name: entry(catalog.get(name), Answer(name, table, *WHENCE)) for name in names}
    day = str((pd.Timestamp("2024-01-01") + pd.Timedelta(days=number)).date())
    with only_writer(FOLDER):
        write(FOLDER, entries, day=day, created_at=f"{day}T00:00:00Z", failures={})


def main(kills: int) -> None:
    pa.set_cpu_count(1)  # a forked child has no threads to wait for
    pa.set_io_thread_count(1)
    save(0)
    chance, took = random.Random(11), 0.0
    problems: list[str] = []
    lost: list[str] = []
    completed = 0
    for number in range(1, kills + 1):
        before = snapshot.ids(FOLDER)
        child = os.fork()
        if child == 0:
            begin = time.perf_counter()
            save(number)
            (FOLDER / ".took").write_text(str(time.perf_counter() - begin))
            os._exit(0)
        if number == 1:  # the first may finish: it says how long a write takes
            os.waitpid(child, 0)
            took = float((FOLDER / ".took").read_text())
        else:
            time.sleep(chance.random() * took * 1.5)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        after = snapshot.ids(FOLDER)
        # On a machine that grows busy or idle, instants before and after the end stay in reach.
        took *= 0.9 if len(after) > len(before) else 1.1
        lost += [name for name in before if name not in after]
        completed += len(after) > len(before)
        problems += snapshot.open_snapshot("latest", FOLDER).problems()
    found = {"kills": kills, "problems": problems, "lost": lost, "completed": completed}
    print(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]))
