"""One self-contained page of a factor table: no request, no script, for eyes, ears and paper."""

from __future__ import annotations

from importlib import resources

import pandas as pd

from r2klib import __version__
from r2klib.show import Exhibit, Figure
from r2klib.show.html import (
    csv_link,
    definitions,
    escape,
    fragment_css,
    prose,
    squeezed,
    tokens_css,
)
from r2klib.stats import RollingFit
from r2klib.stats._result import Result, in_text

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
#: Columns of the checks, in a reader's words.
_CHECKS = {
    "median_size": "half of the months are within",
    "rsquared": "R-squared",
    "rsquared_before": "with the factors of the month before",
    "rsquared_after": "with those of the month after",
    "lag_beta": "market's month before, added: beta",
    "lag_tstat": "  t",
}


def page(
    table: Result, shown: pd.DataFrame, checks: pd.DataFrame, rolling: RollingFit | None
) -> str:
    """Return the page as HTML: a table as it is `shown`, its numbers to download, facts and checks.

    There is a figure for each factor of the rolling fit.
    """
    source = f"{table.facts['sources']}; edition {table.facts['edition']}"
    numbers = csv_link(table.to_frame().reset_index(), "factors", table.title)
    figures = (
        ""
        if rolling is None
        else "".join(_figure(rolling, str(name), source) for name in rolling.factors)
    )
    parts = [
        f"<h1>{prose(table.title)}</h1>",
        _html(shown, "Coefficients of each asset"),
        f'<p class="r2k">{numbers}</p>',
        f'<div class="r2k">{definitions(table.facts.items())}</div>',
        f"<h2>Rolling</h2>{figures}" if figures else "",
        "<h2>Checks</h2>",
        _html(in_text(checks.rename(columns=_CHECKS)).T, "Units, timing and late trading"),
        f"<footer>r2klib {escape(__version__)}. Not investment advice.</footer>",
    ]
    dark = f"@media (prefers-color-scheme: dark) {{ :root {{ {tokens_css(dark=True)} }} }}"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f'<title>{escape(table.title)}</title>\n<link rel="icon" href="data:,">\n'
        f"<style>{fragment_css()}{squeezed(dark + _css())}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(part for part in parts if part)
        + "\n</main>\n</body>\n</html>\n"
    )


def _css() -> str:
    return resources.files("r2klib.desk").joinpath("page.css").read_text(encoding="utf-8")


def _figure(rolling: RollingFit, factor: str, source: str) -> str:
    lines = pd.DataFrame(rolling.betas.xs(factor, axis="columns", level=0)).dropna(how="all")
    (low, lowest), (high, highest) = _ends(lines)
    said = f"{highest:z.2f} ({high})"
    if low != high:
        said = f"{lowest:z.2f} ({low}) to {said}"
    title = f"{factor} over the last {rolling.window} months each asset has: {said}"
    exhibit = Exhibit(
        kind="lines",
        title=title,
        frame=lines,
        x="",
        y=f"loading on {factor}",
        note=f"Loadings of windows of {rolling.window} months, at the window's end, "
        f"{lines.index[0]:%Y-%m} to {lines.index[-1]:%Y-%m}{_errors(rolling, factor, lines)}",
    )
    return Figure.of(exhibit, source=source, name=f"rolling-{factor}").html


def _errors(rolling: RollingFit, factor: str, lines: pd.DataFrame) -> str:
    """How sure the last windows are."""
    if rolling.std_errors is None:
        return ""
    errors = pd.DataFrame(rolling.std_errors.xs(factor, axis="columns", level=0))
    last = sorted(float(errors[name].loc[lines[name].last_valid_index()]) for name in lines)
    span = f"{last[0]:.2f} to {last[-1]:.2f}" if last[1:] else f"{last[0]:.2f}"
    return f"; classical standard error of the last: {span}"


def _ends(lines: pd.DataFrame) -> tuple[tuple[str, float], tuple[str, float]]:
    """The assets whose last values are the lowest and the highest, with these."""
    last = sorted((float(lines[name].dropna().iloc[-1]), str(name)) for name in lines)
    return (last[0][1], last[0][0]), (last[-1][1], last[-1][0])


def _html(table: pd.DataFrame, caption: str) -> str:
    """A table of text; rows whose label is set in belong to the row above."""
    head = "".join(f'<th scope="col">{escape(str(column))}</th>' for column in table)
    rows = []
    for label, *cells in table.itertuples(name=None):
        under = ' class="under"' if str(label).startswith(" ") else ""
        tds = "".join(f"<td>{prose(str(cell))}</td>" for cell in cells)
        rows.append(f'<tr{under}><th scope="row">{prose(str(label).strip())}</th>{tds}</tr>')
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )
