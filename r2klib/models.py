"""The factor models that the library knows by name."""

from __future__ import annotations

from r2klib.errors import UnknownName

#: Columns of each model, named as in Ken French's library; QMJ is AQR's quality minus junk.
MODELS: dict[str, tuple[str, ...]] = {
    "capm": ("Mkt-RF",),
    "ff3": ("Mkt-RF", "SMB", "HML"),
    "carhart": ("Mkt-RF", "SMB", "HML", "Mom"),
    "ff5": ("Mkt-RF", "SMB", "HML", "RMW", "CMA"),
    "ff6": ("Mkt-RF", "SMB", "HML", "RMW", "CMA", "Mom"),
    "qmj": ("Mkt-RF", "SMB", "HML", "Mom", "QMJ"),
}

#: Columns that mean what they say: no other name in disguise.
KNOWN = {"RF"}.union(*MODELS.values())


def factors_of(model: str) -> tuple[str, ...]:
    """Return the factors of a model by its name, in any case, or raise `UnknownName`."""
    if model.lower() not in MODELS:
        alone = (
            f"; a factor alone stands in a list: `[{model!r}]`" if model in KNOWN - {"RF"} else ""
        )
        named = ", ".join(MODELS)
        raise UnknownName("model", model, MODELS, f"`r2klib.MODELS`: {named}{alone}")
    return MODELS[model.lower()]
