"""What every notebook does first, done once: kernels forked afterwards have it behind them.

Imported by the process that kernels are forked from, and by nothing else. The edition that
``R2K_EDITION`` names is read, which `r2klib.load` does once in a process. No figure is drawn: the
files of the fonts would stay open, and kernels would read them at each other's places.
"""

from __future__ import annotations

from contextlib import suppress

import r2klib
from r2klib.errors import R2kError

with suppress(R2kError):  # the build says what is wrong with an edition
    r2klib.load()
