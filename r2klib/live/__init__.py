"""The live sources: what they say, checked, landed, written as a snapshot. Needs an extra: `live`.

`pull` asks every source; `fetch` brings the prices of any symbol, `french` any file of Ken French,
`fred` any series of FRED and `fred_md` its monthly panel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from r2klib.live.by_name import files as files
    from r2klib.live.by_name import fred, fred_md, french
    from r2klib.live.fetching import fetch
    from r2klib.live.pulling import pull

#: Where each name lives; the modules are named otherwise, or they would take a function's place.
_HOME = {
    **dict.fromkeys(("files", "fred", "fred_md", "french"), "by_name"),
    "fetch": "fetching",
    "pull": "pulling",
}
__all__ = ["fetch", "fred", "fred_md", "french", "pull"]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        from importlib import import_module

        from r2klib.errors import InputError

        try:
            value = getattr(import_module(f"r2klib.live.{_HOME[name]}"), name)
        except ModuleNotFoundError as error:
            raise InputError(
                f"`{name}` needs the live extra ({error.name} is missing): "
                "python -m pip install 'r2klib[live]'"
            ) from error
        globals()[name] = value
        return value
    raise AttributeError(f"module 'r2klib.live' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
