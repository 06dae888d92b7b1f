"""Run a notebook that pulls, well and badly, and write it with its outputs and as HTML.

Run by test_secrets.py in a process of its own; the folder to write to is the argument.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook

CELLS = """
%xmode Verbose
---
from r2klib import cli
cli.main(["pull", "--series", "DGS10"])
---
import datetime as dt
import logging
from r2klib.data import catalog, load
from r2klib.live.pulling import live_client
from r2klib.live.sources import Want
from r2klib.live.sources.fred import FredSource, key
logging.basicConfig(level="DEBUG", force=True)
load("latest")
---
client = live_client(lambda: dt.datetime.now(dt.UTC))
(job,) = FredSource(with_key=True).jobs([Want(catalog.get("GS10"))])
list(job.run(client))
---
client.get("https://api.stlouisfed.org/fred/series?series_id=GS10", cap_bytes=1)
---
client, key(), vars(client), vars(key())
---
%tb
"""


def main(folder: Path) -> None:
    notebook = new_notebook(cells=[new_code_cell(source) for source in CELLS.split("---\n")])
    client = NotebookClient(notebook, timeout=120, kernel_name="python3", allow_errors=True)
    client.execute()
    nbformat.write(notebook, folder / "executed.ipynb")
    html, _ = HTMLExporter().from_notebook_node(notebook)
    (folder / "executed.html").write_text(html, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
