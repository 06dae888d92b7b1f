"""The API reference: every public name, from its docstring, as pages of the site.

pdoc reads classes and docstrings (numpydoc's form); the site's own Markdown and template draw
them, so a page of the reference looks and behaves like every other page: no script but the
site's, equations as MathML, code in folded boxes.
"""

from __future__ import annotations

import ast
import inspect
import pkgutil
import re
import sys
import textwrap
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from r2klib.show.html import escape
from r2klib.site.mathml import markdown
from r2klib.site.outputs import Outputs
from r2klib.site.pages import Body, Entry, render

#: The pages, in order. Each shows what ``__all__`` names; a package without it, its modules; a
#: module without it, all it defines.
PAGES = ("data", "stats", "desk", "claims", "show", "audit", "live", "site", "errors")

_MATH = re.compile(r"^( *)\.\. math::(.*(?:\n *)*?(?:\n\1 +\S.*)+|.+)", re.MULTILINE)
_DOCTEST = re.compile(r"^(?P<indent> *)>>> .*(?:\n(?P=indent)\S.*)*", re.MULTILINE)
_SECTION = re.compile(r"<h6>(.*?)</h6>")
_CODE = re.compile(r"<code>(r2klib\.)?([\w.]+)(\(\))?</code>")
_NAMED = re.compile(r"(?<=<strong>)[A-Z]\w+(?=</strong>)")
_SIGNATURE = re.compile(r'(?<=<pre class="r2k-signature" tabindex="0">).*?(?=</pre>)', re.DOTALL)
_TYPE = re.compile(r"(?<![\w.&>])[A-Z]\w+\b(?!=)")


@dataclass(frozen=True)
class Member:
    """One public name: a function, a class, a value, or a method of a class.

    `kind` says which: ``"class"``, ``"property"``, ... How it is called (functions), its docstring,
    the first paragraph of that, and its code are HTML; file, line and code are empty for methods,
    which stand in those of their class. `inherited` names what a class has from another one of the
    reference: ``"RegressionFit.tstats"``.
    """

    name: str
    anchor: str
    kind: str
    signature: str
    html: str
    summary: str
    where: str = ""
    source: str = ""
    members: Sequence[Member] = ()
    inherited: Sequence[str] = ()


@dataclass(frozen=True)
class Group:
    """What one module gives to a page, under the module's own docstring."""

    name: str
    html: str
    members: list[Member] = field(default_factory=list)


def reference() -> tuple[dict[str, Body], dict[str, str]]:
    """The whole reference: its pages, and where each public name is documented.

    The pages by their name in the folder ``api/``, ``index`` first; addresses relative to that
    folder.
    """
    pages = {name: _groups(import_module(f"r2klib.{name}")) for name in PAGES}
    homes = dict(_homes(pages))
    bodies = {"index": _index(pages, homes)}
    for name, groups in pages.items():
        html = render("reference.html.j2", package=f"r2klib.{name}", groups=groups)
        contents = [
            entry
            for group in groups
            for entry in (
                Entry(2, f"module-{group.name}", group.name),
                *(Entry(3, member.anchor, member.name) for member in group.members),
            )
        ]
        tamed = Outputs(name, markdown).tame(html, save=False)
        bodies[name] = Body(linked(tamed, homes, f"{name}.html"), contents)
    return bodies, homes


def linked(html: str, homes: Mapping[str, str], page: str) -> str:
    """Names of the library in code and signatures, sent to where they are documented.

    `homes` are addresses by name, without the leading ``r2klib.``; to the `page` itself, a file
    name, links need no more than an anchor.
    """

    def link(name: str, text: str) -> str:
        home = homes.get(name, "").removeprefix(page)
        return f'<a href="{home}">{text}</a>' if home else text

    # a bare word in code may well be an argument (`data`, `title`): it must say that it is ours
    html = _CODE.sub(lambda m: link(m[2], m[0]) if m[1] or m[3] or _own(m[2]) else m[0], html)
    html = _NAMED.sub(lambda m: link(m[0], m[0]), html)  # what is returned, what is raised
    return _SIGNATURE.sub(lambda m: _TYPE.sub(lambda t: link(t[0], t[0]), m[0]), html)


def _own(name: str) -> bool:
    return "." in name or "_" in name or name[0].isupper()


def _homes(pages: Mapping[str, Sequence[Group]]) -> Iterator[tuple[str, str]]:
    for page, groups in pages.items():
        yield page, f"{page}.html"
        for group in groups:
            for member in group.members:
                for shown in (member, *member.members):
                    home = f"{page}.html#{shown.anchor}"
                    yield f"{page}.{shown.anchor}", home
                    yield shown.anchor, home


def _index(pages: Mapping[str, Sequence[Group]], homes: Mapping[str, str]) -> Body:
    import r2klib

    html = render("reference_index.html.j2", intro=_docstring(r2klib), pages=pages)
    contents = [Entry(2, f"r2klib-{name}", f"r2klib.{name}") for name in pages]
    return Body(linked(html, homes, "index.html"), contents)


def _groups(package: ModuleType) -> list[Group]:
    """The public names of a package by the module that defines them, in alphabetical order."""
    found: dict[str, Group] = {}
    for name in sorted(listed(package), key=str.lower):
        value = getattr(package, name)
        if inspect.ismodule(value):  # a module that is public as a whole
            members = [(f"{name}.{inner}", inner) for inner in _defined(value)]
            home = value
        else:
            members, home = [(name, name)], _home(package, name, value)
        short = home.__name__.rpartition(".")[2]
        group = found.setdefault(short, Group(short, _docstring(home)))
        group.members.extend(_member(home, inner, shown) for shown, inner in members)
    return [found[name] for name in sorted(found)]


def listed(package: ModuleType) -> list[str]:
    """The names that a page shows."""
    if hasattr(package, "__all__"):
        return list(package.__all__)
    if hasattr(package, "__path__"):
        names = [found.name for found in pkgutil.iter_modules(package.__path__)]
        return [name for name in names if _defined(import_module(f"{package.__name__}.{name}"))]
    return _defined(package)


def _defined(module: ModuleType) -> list[str]:
    """Public functions and classes that a module defines itself, in the order of its source."""
    own = (
        (value.__code__.co_firstlineno if inspect.isfunction(value) else _line(value), name)
        for name, value in vars(module).items()
        if not name.startswith("_")
        and (inspect.isclass(value) or callable(getattr(value, "__wrapped__", value)))
        and getattr(value, "__module__", None) == module.__name__
    )
    return [name for _, name in sorted(own)]


def _line(value: Any) -> int:
    return inspect.getsourcelines(inspect.unwrap(value))[1]


def _home(package: ModuleType, name: str, value: Any) -> ModuleType:
    """The module that defines a name; that of a constant is known by the line that sets it."""
    if inspect.isclass(value) or inspect.isroutine(inspect.unwrap(value)):
        return import_module(value.__module__)
    roots = package.__name__, "r2klib"
    own = (m for r in roots for key, m in sorted(sys.modules.items()) if key.startswith(f"{r}."))
    return next(m for m in own if re.search(rf"^{name}\b.* = ", _source(m), re.MULTILINE))


@cache
def _undocumented(source: str) -> str:
    """Source without docstrings: what they say stands above it."""
    text = textwrap.dedent(source)
    lines = text.splitlines(keepends=True)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            said, *rest = node.body
            first, end = said.lineno - 1, said.end_lineno or said.lineno
            while rest and not lines[end].strip():
                end += 1
            lines[first:end] = [""] * (end - first)
            if not rest:
                lines[first] = f"{' ' * said.col_offset}...\n"
    return "".join(lines)


def _source(module: ModuleType) -> str:
    return Path(str(module.__file__)).read_text(encoding="utf-8")


def _member(home: ModuleType, name: str, shown: str) -> Member:
    value = inspect.unwrap(getattr(home, name))
    if not (inspect.isclass(value) or inspect.isfunction(value)):
        text = _comment(home, name)
        html = _html(text)
        return Member(shown, shown, "value", "", html, _summary(text))
    text = inspect.getdoc(value) or ""
    lines, line = inspect.getsourcelines(value)
    is_class = isinstance(value, type)
    members, inherited = _methods(value, shown) if isinstance(value, type) else ([], [])
    return Member(
        name=shown,
        anchor=shown,
        kind="class" if is_class else "function",
        signature="" if is_class else f"<b>{escape(shown)}</b>{_signature(value)}",
        html=_html(text),
        summary=_summary(text),
        where=f"{home.__name__.replace('.', '/')}.py, line {line}",
        source=escape(_undocumented("".join(lines)), quote=False),
        members=members,
        inherited=inherited,
    )


def _methods(owner: type, shown: str) -> tuple[list[Member], list[str]]:
    """Public methods and properties; those of a public base class by name alone."""
    import pdoc.doc

    documented = pdoc.doc.Class(owner.__module__, owner.__qualname__, owner, (owner.__module__, ""))
    with warnings.catch_warnings():  # of annotations it cannot resolve, which are not shown
        warnings.simplefilter("ignore", UserWarning)
        members = documented.members
    found, inherited = [], []
    for name, doc in members.items():
        value = inspect.getattr_static(owner, name, None)
        is_property = isinstance(value, property)
        if name.startswith("_") or not (is_property or isinstance(doc, pdoc.doc.Function)):
            continue
        module, _, base = f"{doc.taken_from[0]}:{doc.taken_from[1]}".rpartition(":")
        base = base.rpartition(".")[0]
        if not module.startswith("r2klib.") or not doc.docstring:
            continue
        if base != owner.__qualname__ and "._" not in module:
            inherited.append(f"{base}.{name}")
            continue
        kind = "class method" if isinstance(value, classmethod) else "method"
        found.append(
            Member(
                name=name,
                anchor=f"{shown}.{name}",
                kind="property" if is_property else kind,
                signature="" if is_property else f"<b>{escape(name)}</b>{_signature(doc.obj)}",
                html=_html(doc.docstring),
                summary=_summary(doc.docstring),
            )
        )
    return found, inherited


class _Typed(str):
    """An annotation as its author wrote it; `inspect` would put it in quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _as_typed(parameter: inspect.Parameter) -> inspect.Parameter:
    """A parameter that shows its annotation as in the source, and a function by its name."""
    if isinstance(parameter.annotation, str):
        parameter = parameter.replace(annotation=_Typed(parameter.annotation))
    if callable(parameter.default) and not isinstance(parameter.default, type):
        named = parameter.default.__name__.replace("<lambda>", "...")
        parameter = parameter.replace(default=_Typed(named))
    return parameter


def _signature(function: Any) -> str:
    """How a function is called, as HTML, annotations as in the source; long ones in lines."""
    given = inspect.signature(function)
    parameters = [_as_typed(p) for p in given.parameters.values() if p.name not in ("self", "cls")]
    returned = given.return_annotation
    arrow = f" -> {returned}" if isinstance(returned, str) else ""
    bare = given.replace(parameters=parameters, return_annotation=inspect.Signature.empty)
    text = f"{bare}{arrow}"
    if len(text) > 60 and parameters:
        inner = str(bare)[1:-1]
        for parameter in parameters[1:]:  # a comma before a parameter, never one within a type
            inner = re.sub(
                rf", (?=(?:\*, )?\**{parameter.name}(?::|=|,|$))", ",\n    ", inner, count=1
            )
        text = f"(\n    {inner},\n){arrow}"
    return escape(text)


def _comment(module: ModuleType, name: str) -> str:
    """What stands above a constant, after ``#:``."""
    found = re.search(rf"((?:^#: .*\n)+)^{name}\b", _source(module), re.MULTILINE)
    return "\n".join(line[3:] for line in found[1].splitlines()) if found else ""


def _docstring(module: ModuleType) -> str:
    return _html(inspect.getdoc(module) or "")


def _html(docstring: str) -> str:
    from pdoc.docstrings import convert

    # pdoc joins the lines of an equation without a space between them, and knows no doctest
    text = _MATH.sub(r"\1$$\2$$", docstring)
    text = _DOCTEST.sub(
        lambda m: textwrap.indent(f"```pycon\n{textwrap.dedent(m[0])}\n```", m["indent"]), text
    )
    html = markdown(convert(text, "numpy", None))
    html = re.sub(r"\):(?=\s*</(?:li|p)>)", ")", html)  # a type that nothing is said of
    return _SECTION.sub(r'<p class="r2k-label">\1</p>', html)


def _summary(docstring: str) -> str:
    """The first paragraph, as HTML to stand in a line."""
    return _html(docstring.split("\n\n")[0]).strip().removeprefix("<p>").removesuffix("</p>")
