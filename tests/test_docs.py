"""The documentation is true: its code runs, its numbers are the code's, its links lead there."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import re
import shlex
import subprocess
import sys
import tomllib
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import get_args

import pytest

import r2klib
from r2klib.audit import calibrate
from r2klib.claims import Ledger, evaluate, ledger, pairs, reasons, rule
from r2klib.claims.designs import DRAWS, SPEC_DRAWS, AfterEvents
from r2klib.claims.estimates import LEVEL
from r2klib.claims.nouns import Status
from r2klib.cli import main, parser
from r2klib.data import catalog
from tests.live.loopback import Loopback
from tests.shared import lend_docs, lend_evidence

ROOT = Path(__file__).resolve().parents[1]
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(path):
    """Language and content of the fenced blocks of a page, in order."""
    return _BLOCK.findall(path.read_text(encoding="utf-8"))


def run(path):
    """Run the page's Python blocks in one namespace; what each printed, and what the page says."""
    namespace, printed, said = {}, [], []
    for number, (language, code) in enumerate(blocks(path)):
        if language == "python":
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(compile(code, f"{path.name}, block {number}", "exec"), namespace)
            printed.append(out.getvalue())
        elif language == "text":
            said.append((len(printed) - 1, code))
    return namespace, printed, said


TUTORIAL = ROOT / "docs" / "tutorial.md"


@pytest.mark.slow
def test_the_tutorial_runs_and_prints_what_it_says():
    _, printed, said = run(TUTORIAL)
    assert len(said) >= 9
    for at, text in said:
        assert printed[at].endswith(text), (text, printed[at])


def test_a_claim_of_ones_own_takes_ten_lines():
    """From its theme to the last row, and that is all: it is judged, and says what it measured."""
    (code,) = (code for _, code in blocks(TUTORIAL) if "@theme.claim" in code)
    declared = code[code.index("theme = ") :]
    assert len([line for line in declared.splitlines() if line.strip()]) <= 10
    namespace = {"pairs": pairs}
    exec(compile(code, TUTORIAL.name, "exec"), namespace)
    data = r2klib.load("sample")
    (verdict,) = evaluate(data, claims=Ledger(namespace["theme"].claims)).values()
    d = pairs.get("long").d(data)
    january = d.index.month == 1
    assert verdict.estimate.value == pytest.approx(100 * (d[january].mean() - d[~january].mean()))
    assert verdict.claim.sei_unit == verdict.estimate.unit == "%/month"
    assert verdict.evidence.finding.startswith("Mean of d in January minus its mean in other")


def rows(text, header):
    """The cells of the table that starts with `header`."""
    lines = text[text.index(header) :].splitlines()[2:]
    table = []
    for line in lines:
        if not line.startswith("|"):
            break
        table.append([cell.strip() for cell in line.strip("|").split("|")])
    return table


VERDICTS = (ROOT / "docs" / "verdicts.md").read_text(encoding="utf-8")


def test_the_rule_is_the_codes_rule():
    """Every example is what `judge` says of it, and every status of the rule has one."""
    examples = rows(VERDICTS, "| interval | q | r | status |")
    seen = set()
    for interval, q, r, said in examples:
        low, high = (float(number) for number in interval.strip("[]").split(","))
        ruling = rule.judge((low, high), float(q), float(r), 2.5, 1)
        note = f" ({ruling.note})" if ruling.note else ""
        assert said == f"{ruling.status}{note}"
        mirrored = rule.judge((-high, -low), float(q), float(r), 2.5, -1)
        assert mirrored == ruling
        seen.add(ruling.status)
    assert seen == {"supported", "contradicted", "ruled out", "inconclusive"}
    table = rows(VERDICTS, "| row | condition | status |")
    assert [cells[0] for cells in table] == ["1", "2", "3", "4"]
    for limit, in_rows in (
        (f"q ≤ {rule.Q_MAX:.2f}", [True, False, True, False]),
        (f"r ≤ {rule.R_MAX:.2f}", [False, True, False, False]),
    ):
        assert [limit in cells[1] for cells in table] == in_rows


def test_the_numbers_on_the_page_of_verdicts_are_the_codes():
    for said in (
        f"{LEVEL:.0%} interval".replace("%", " %"),
        f"{rule.MDE_PER_STD_ERROR} standard\nerrors",
        f"{DRAWS:,} draws",
        f"{SPEC_DRAWS:,} for each point",
        f"uses {AfterEvents.hac_lags} lags",
        f"{calibrate.WORLDS:,} worlds",
        f"version {rule.VERSION} of the rule, frozen on {rule.FROZEN}",
        f"its MDE at most {rule.ABLE} SEI",
        f"visible at p ≤ {reasons.BREAK_MAX:.2f}",
    ):
        assert said in VERDICTS, said
    assert rows(VERDICTS, "| pair | legs |") == [
        [f"`{pair.name}`", pair.title] for pair in pairs.PAIRS.values()
    ]
    sorts = {cells[0].strip("`") for cells in rows(VERDICTS, "| sort | what it relates")}
    assert sorts == {claim.sort for claim in ledger().values()} - {None}


def test_the_data_page_is_what_the_catalog_says(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    data_page = importlib.import_module("docs").data_page
    page = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    assert page == data_page(), "run `python scripts/docs.py write`"
    for row in catalog.series().values():
        assert page.count(f"\n| `{row.id}` |") == 1
        assert all(note in page for note in row.notes)


@pytest.fixture
def loopback(monkeypatch, tmp_path):
    made = Loopback(tmp_path)
    for name, value in made.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("R2K_OFFLINE", raising=False)
    yield made
    made.close()


def test_the_example_source_works_as_its_page_says(loopback, monkeypatch):
    pytest.importorskip("httpx")
    page = ROOT / "docs" / "adding-a-source.md"
    (declared,) = (code for language, code in blocks(page) if language == "toml")
    added = tomllib.loads(declared)
    text = Path(catalog.__file__).with_suffix(".toml").read_text(encoding="utf-8")
    file = tomllib.loads(text) | {"notes": added["notes"]}
    new = {name: catalog._info(name, row, file) for name, row in added["series"].items()}
    known = MappingProxyType(dict(catalog.series()) | new)
    monkeypatch.setattr(catalog, "series", lambda: known)
    adapter, asked = (code for language, code in blocks(page) if language == "python")
    module = ModuleType("r2klib.live.sources.example")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(adapter, page.name, "exec"), vars(module))
    namespace: dict[str, object] = {}
    exec(compile(asked, page.name, "exec"), namespace)
    tests = {name: value for name, value in namespace.items() if name.startswith("test_")}
    assert len(tests) == 3
    for test in tests.values():
        marks = {mark.name: mark for mark in getattr(test, "pytestmark", [])}
        if "parametrize" in marks:
            for body in marks["parametrize"].args[1]:
                test(body)
        else:
            test(*[loopback] if inspect.signature(test).parameters else [])


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_between_pages_lead_to_files(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)[^)]*\)", text):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_files_and_commands_that_pages_name_exist(page):
    text = page.read_text(encoding="utf-8")
    for script in re.findall(r"\bscripts/\w+\.py", text):
        assert (ROOT / script).is_file(), script
    with contextlib.redirect_stdout(io.StringIO()) as shown, contextlib.suppress(SystemExit):
        main(["--help"])
    for name in re.findall(r"`r2k (\w+)", text):
        assert re.search(rf"^    {name}\b", shown.getvalue(), re.MULTILINE), name


README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands(path):
    """Lines of the console blocks of a page, without comments and without where output goes."""
    lines = [line for kind, code in blocks(path) if kind == "console" for line in code.splitlines()]
    return [re.split("[#>]", line)[0].strip() for line in lines if line.strip()]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_commands_are_ones_that_r2k_and_make_take(page):
    for line in commands(page):
        words = shlex.split(line)
        if words[0] == "r2k":
            assert callable(parser().parse_args(words[1:]).run), line
        elif words[0] == "make":
            done = subprocess.run(
                ["make", "--dry-run", "--silent", *words[1:]],
                cwd=ROOT, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, (line, done.stderr)


def test_the_numbers_in_the_readme_are_the_codes():
    data = r2klib.load("sample")
    assert f"**A ledger of {len(ledger())} claims**" in README
    for what, series in (
        ("portfolios", "french.size_value"),
        ("factors", "french.factors"),
        ("macro series", "UNRATE"),
    ):  # fmt: skip
        assert f"{what} to {data.last(series):%B %Y}" in README.replace("\n  ", " ")
    table = rows(README, "| status | what it takes |")
    assert {cells[0].strip("`") for cells in table} == {
        "supported", "contradicted", "ruled out", "inconclusive",
    }  # fmt: skip
    assert README.count(f"q ≤ {rule.Q_MAX:.2f}") == 2
    assert README.count(f"r ≤ {rule.R_MAX:.2f}") == 1
    for status in get_args(Status):
        assert f"`{status}`" in README, status


@pytest.mark.slow
def test_the_readmes_library_and_command_line_run(capsys):
    namespace, printed, _ = run(ROOT / "README.md")
    assert "Newey-West" in printed[0]
    assert str(namespace["verdicts"]["H4"]) in printed[0]
    for line in ("r2k claims --theme history", "r2k snapshots"):
        assert line in commands(ROOT / "README.md")
        assert main(shlex.split(line)[1:]) == 0
    assert namespace["verdicts"]["H4"].claim.statement in capsys.readouterr().out


@pytest.mark.slow
def test_the_readmes_report_is_built(tmp_path, monkeypatch):
    monkeypatch.setenv("R2K_HOME", str(tmp_path / "home"))
    lend_evidence(tmp_path / "home")
    lend_docs(tmp_path / "home")
    line = "r2k report --only 01_history"
    assert line in commands(ROOT / "README.md")
    assert main([*shlex.split(line)[1:], "--out", str(tmp_path / "site")]) == 0
    index = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    for link in ("01_history.html", "docs/index.html", "api/index.html"):
        assert f'href="{link}"' in index
        assert (tmp_path / "site" / link).is_file()


def test_pictures_are_there_and_light():
    for name in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README):
        assert (ROOT / name).stat().st_size < 300_000


def test_the_factor_desks_page_runs_and_lists_every_model():
    page = ROOT / "docs" / "factor-desk.md"
    _, (printed, *_), _ = run(page)
    assert "alpha, % a year" in printed
    text = page.read_text(encoding="utf-8")
    table = rows(text, "| model | factors | series |")
    assert {name.strip("`"): tuple(factors.split(", ")) for name, factors, _ in table} == (
        r2klib.MODELS
    )


def test_what_the_factor_desks_page_calls_and_promises_is_there():
    text = (ROOT / "docs" / "factor-desk.md").read_text(encoding="utf-8")
    said = [call for _, call in rows(text, "| to | call |")]
    calls = [call for cell in said for call in re.findall(r"`r2klib\.([\w.]+)", cell)]
    assert len(calls) > len(said) >= 10
    for call in calls:
        assert callable(attrgetter(call)(r2klib)), call
    regression, number, every = (
        re.findall(r"`(\w+)(?:\(\w*\))?`", part)
        for part in re.split("; a single number has|All results have", between(text))
    )
    data = r2klib.load("sample").factors("ff3")["2000":]
    fit = r2klib.ols_hac(data["SMB"], data[["Mkt-RF"]])
    assert len(regression) > 10
    for result, names in ((fit, regression), (r2klib.hac_mean(data["SMB"]), number)):
        assert [name for name in [*names, *every[:5]] if not hasattr(result, name)] == []
    assert all(hasattr(fit, name) for name in every)


def between(text, first="A regression has", last="are understood"):
    return text[text.index(first) : text.index(last)]
