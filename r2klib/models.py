"""The factor models that the library knows by name."""

from __future__ import annotations

#: Columns of each model, named as in Ken French's library; QMJ is AQR's quality minus junk.
MODELS: dict[str, tuple[str, ...]] = {
    "capm": ("Mkt-RF",),
    "ff3": ("Mkt-RF", "SMB", "HML"),
    "carhart": ("Mkt-RF", "SMB", "HML", "Mom"),
    "ff5": ("Mkt-RF", "SMB", "HML", "RMW", "CMA"),
    "ff6": ("Mkt-RF", "SMB", "HML", "RMW", "CMA", "Mom"),
    "qmj": ("Mkt-RF", "SMB", "HML", "Mom", "QMJ"),
}
