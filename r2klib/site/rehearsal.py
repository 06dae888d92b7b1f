"""What every notebook does first, done once: kernels forked afterwards have it behind them.

Imported by the process that kernels are forked from, and by nothing else. The edition that
``R2K_EDITION`` names is read, and the evidence on it that is kept, which a process does once. No
figure is drawn: the files of the fonts would stay open, and kernels would read them at each
other's places.
"""

from __future__ import annotations

from contextlib import suppress

import r2klib
from r2klib.claims import ledger
from r2klib.claims.cache import Store
from r2klib.errors import R2kError

with suppress(R2kError):  # the build says what is wrong with an edition
    kept = Store(r2klib.load())
    for claim in ledger().values():
        if claim.build is not None:
            kept.read(claim)
