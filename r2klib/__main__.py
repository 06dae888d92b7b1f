"""``python -m r2klib``: the same as ``r2k``."""

from __future__ import annotations

import sys

from r2klib.cli import command

if __name__ == "__main__":
    sys.exit(command())
