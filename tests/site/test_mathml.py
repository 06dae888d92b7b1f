"""Equations: what was typed as TeX stands on the page as MathML, and dollars stay dollars."""

from __future__ import annotations

import re

import pytest

from r2klib.site.mathml import markdown, to_mathml
from r2klib.site.runner import import_jupyter


def test_an_inline_and_a_displayed_equation_become_mathml():
    html = markdown("The slope $\\hat\\beta$ is\n\n$$\\frac{a}{b}$$\n\nand no more.")
    assert "<msub" not in html
    assert html.count("<math ") == 2
    assert "<mfrac>" in html
    assert '<div class="r2k-equation" tabindex="0"><math' in html
    assert "$" not in html
    assert "\\" not in html


def test_letters_stand_as_they_are_and_markup_does_not():
    html = to_mathml(r"\rho < 1")
    assert html.startswith('<math display="inline">')
    assert "<mi>ρ</mi>" in html
    assert re.search(r"<mo>&(lt|#x0003C);</mo>", html)


def test_an_environment_becomes_mathml():
    html = markdown("\\begin{align}\na &= b\n\\end{align}")
    assert "<mtable" in html
    assert "begin" not in html


@pytest.mark.parametrize("text", ["It costs $5.", "Use `$HOME` and `$PATH`.", "a \\$5 b \\$6"])
def test_a_dollar_is_not_an_equation(text):
    html = markdown(text)
    assert "<math" not in html
    assert "$" in html


def test_tex_that_cannot_be_read_is_shown_and_marked():
    assert to_mathml("a_") == '<code class="r2k-tex">a_</code>'
    assert to_mathml("<b>_") == '<code class="r2k-tex">&lt;b&gt;_</code>'


def test_a_notebook_shows_equations_in_text_and_in_outputs():
    from r2klib.site.pages import convert

    v4 = import_jupyter("nbformat.v4")
    shown = v4.new_output(
        "display_data", data={"text/latex": "$\\displaystyle x_i$", "text/plain": "x"}
    )
    cells = [
        v4.new_markdown_cell("## The $\\alpha$\n\n$$\\sum_i w_i$$"),
        v4.new_code_cell("Math('x_i')", outputs=[shown]),
    ]
    html = convert(v4.new_notebook(cells=cells), "page").html
    assert html.count("<math ") == 3
    assert "\\" not in html
    assert "$" not in html.replace("Math('x_i')", "")


def test_code_keeps_only_marks_that_a_rule_colours():
    html = markdown('```python\nr2klib.load("sample") + 1  # it\n```')
    assert '<span class="s2">"sample"</span>' in html
    assert '<span class="o">+</span> <span class="mi">1</span>' in html
    assert "r2klib.load(" in html
    assert html.count("<span class=") == 4
