"""The source that an answer rests on: a module, what it imports of the library, and so on.

Evidence is kept under a hash of it, so that a change costs again what can change and nothing else.
Comments, docstrings and layout are no part of the hash: what Python runs is.
"""

from __future__ import annotations

import ast
import hashlib
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import resolve_name
from itertools import chain
from pathlib import Path

from r2klib.home import cache_home, write_quietly

PACKAGE = "r2klib"
#: When this process began to load the library: newer source may be other than what runs.
BEGAN = time.time()


@dataclass(frozen=True)
class Module:
    """What a file of source says."""

    meaning: str  # hash of its syntax tree without docstrings
    #: Module (with leading dots where relative), name taken from it ("" for the module itself), and
    #: the name it is given here.
    imports: tuple[tuple[str, str, str], ...]


class Source:
    """The library's source under the folder that holds the package, each file read once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._read: dict[str, Module] = {}
        self._next: dict[str, frozenset[str]] = {}
        self._written: dict[str, float] = {}
        self._hashes: dict[tuple[str, ...], str | None] = {}

    def hash_of(self, *modules: str) -> str | None:
        """Hash of these modules and of all that they import from the library, directly or not.

        None where one of them was written after this process began, or is gone or half written: a
        notebook's kernel goes on with what it has loaded while its files are edited.
        """
        if modules not in self._hashes:
            self._hashes[modules] = self._hash_of(modules)
        return self._hashes[modules]

    def _hash_of(self, modules: tuple[str, ...]) -> str | None:
        try:
            reached = sorted(self.reached(*modules))
        except (OSError, SyntaxError):
            return None
        if max(self._written[name] for name in reached) > BEGAN:
            return None
        lines = (f"{name} {self._module(name).meaning}" for name in reached)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def reached(self, *modules: str) -> set[str]:
        """These modules and all that they import from the library, directly or not."""
        found: set[str] = set()
        todo = set(modules)
        while todo:
            name = todo.pop()
            found.add(name)
            todo |= self._imported(name) - found
        return found

    def _imported(self, name: str) -> frozenset[str]:
        if name not in self._next:
            imports = self._module(name).imports
            behind = (self._behind(self._absolute(m, name), taken) for m, taken, _ in imports)
            self._next[name] = frozenset(chain.from_iterable(behind))
        return self._next[name]

    def _behind(self, module: str, taken: str) -> Iterator[str]:
        """The modules that an import brings in.

        A name that a package offers is followed to where the package has it from, which may be
        under ``TYPE_CHECKING`` alone, as in `r2klib.stats`. Whoever takes a package, takes all of
        it.
        """
        if module.partition(".")[0] != PACKAGE:
            return
        if not self._folder(module).is_dir():
            yield module
            return
        inside = f"{module}.{taken}"
        if taken and (self._folder(inside).is_dir() or self._file(inside).is_file()):
            yield from self._behind(inside, "")
            return
        for source, name, given in self._module(module).imports if taken else ():
            if given == taken:
                yield from self._behind(self._absolute(source, module), name)
                return
        for path in sorted(self._folder(module).rglob("*.py")):
            parts = path.relative_to(self.root).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def _absolute(self, module: str, importer: str) -> str:
        if not module.startswith("."):
            return module
        package = importer if self._folder(importer).is_dir() else importer.rpartition(".")[0]
        return resolve_name(module, package)

    def _folder(self, module: str) -> Path:
        return self.root.joinpath(*module.split("."))

    def _file(self, module: str) -> Path:
        folder = self._folder(module)
        return folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")

    def _module(self, name: str) -> Module:
        if name not in self._read:
            path = self._file(name)
            self._written[name] = path.stat().st_mtime
            found, table = _parsed(path.read_bytes()), path.with_suffix(".toml")
            if table.is_file():  # read by the module of its name, as the catalog is
                text = hashlib.sha256(table.read_bytes()).hexdigest()
                found = replace(found, meaning=f"{found.meaning} {text}")
            self._read[name] = found
        return self._read[name]


@cache
def library() -> Source:
    """The source of the library that runs."""
    return Source(Path(__file__).resolve().parents[2])


def _parsed(text: bytes) -> Module:
    """What a file says; kept by its content, since parsing all takes a second."""
    key = hashlib.sha256(sys.version.encode() + text).hexdigest()[:32]
    kept = cache_home() / "source" / f"{key}.json"
    try:
        meaning, imports = json.loads(kept.read_text(encoding="utf-8"))
        return Module(meaning, tuple((a, b, c) for a, b, c in imports))
    except (OSError, ValueError, TypeError):
        tree = ast.parse(text)
    found = Module(
        hashlib.sha256(ast.dump(_without_docstrings(tree)).encode()).hexdigest(),
        tuple(_imports(tree)),
    )
    write_quietly(kept, json.dumps([found.meaning, found.imports]))
    return found


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        if isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    return tree


def _imports(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "", alias.asname or alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from ((module, alias.name, alias.asname or alias.name) for alias in node.names)
