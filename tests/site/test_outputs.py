"""Cell outputs: whatever a notebook shows, a page can hold it."""

from __future__ import annotations

import re
from urllib.parse import unquote

import nbformat
import pandas as pd
import pytest

from r2klib.show import figure
from r2klib.show.html import csv_text
from r2klib.site.outputs import Outputs
from r2klib.site.pages import convert, page_css
from tests.made import Tags, paths


class Output(dict):
    """An output of nbformat: a dict with attributes."""

    __getattr__ = dict.__getitem__


@pytest.fixture
def outputs():
    return Outputs("01_page", lambda source: f"<p>{source}</p>")


def data(outputs, **kinds):
    return outputs.render(
        Output(output_type="display_data", data={k.replace("_", "/"): v for k, v in kinds.items()},
               metadata={})
    )  # fmt: skip


def test_scripts_handlers_and_comments_are_gone(outputs):
    html = outputs.tame(
        '<p onclick="steal()" title="a > b">a</p><script>x</script><!-- c --><SCRIPT>y</SCRIPT>'
    )
    assert html == '<p title="a > b">a</p>'


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p>before</p><script>draw('", "<p>before</p>&lt;script>draw('"),
        ("<p>a</p><!-- b", "<p>a</p>&lt;!-- b"),
        ("<style>p{", "&lt;style>p{"),
        ("<textarea>a", "&lt;textarea>a"),
        ("<b>a</b><plaintext>c", "<b>a</b>&lt;plaintext>c"),
        ('<p>a</p><p class="b', '<p>a</p>&lt;p class="b'),
        ('<a href="b>c</a>', '&lt;a href="b>c'),
        ("<details><p>a", "<details><p>a</details>"),
        ("<dialog>a<div>b", "<dialog>a<div>b</div></dialog>"),
        ("</div></section><p>a</p>", "<p>a</p>"),
        ('<meta http-equiv="refresh" content="0;url=x"><base href="x"><p>a</p>', "<p>a</p>"),
        ('<link rel="stylesheet" href="x"><p>a</p><embed src="x">', "<p>a</p>"),
        ('<iframe src="x">b</iframe><object data="x">c</object><p>a</p>', "<p>a</p>"),
        ("<noscript><p>a</p></noscript>", "<p>a</p>"),
        ("<!DOCTYPE html><?xml x?><p>a</p>", "<p>a</p>"),
        ("a < b, c <d", "a < b, c &lt;d"),
        (
            "<svg><title>a <b></title><path d='M0'/></svg>",
            "<svg><title>a <b></title><path d='M0'/></svg>",
        ),
    ],
)
def test_nothing_swallows_the_rest_or_leads_away(outputs, html, kept):
    assert outputs.tame(html) == kept


PLOT = '<div id="p"></div><script>draw("p")</script>'


def test_an_output_that_lives_by_scripts_is_said_and_replaced(outputs):
    html = data(outputs, application_json="{}", text_html=PLOT, image_png="QUJD")
    assert Tags(html).named("img")
    assert "An interactive output: a page keeps no scripts, so its picture is shown." in html
    html = data(outputs, text_html=PLOT, text_plain="Figure(1)")
    assert html.startswith("<pre tabindex='0'>Figure(1)</pre>")
    assert "so its text is shown" in html
    assert "so nothing is shown" in data(outputs, text_html=PLOT)
    widget = {"application_vnd.jupyter.widget-view+json": "{}", "text_plain": "IntSlider(value=3)"}
    assert "so its text is shown" in data(outputs, **widget)
    assert "so nothing is shown" in data(outputs, application_javascript="alert(1)")


def test_what_is_seen_without_its_script_stays(outputs):
    for seen in ("<p>text</p>", "<table><tr><td>1</td></tr></table>", "<svg></svg>", "1"):
        html = data(outputs, text_html=f"{seen}<script>x</script>", text_plain="plain")
        assert "interactive" not in html
        assert "plain" not in html


def test_a_hostile_page_of_140_kb_is_done(outputs):
    """Where a pattern looks to the end from each of its openers, this takes minutes."""
    for piece in ("<script>", "<!-- ", "<style>", "<table>", '<b id="x"> ', "<a '\" "):
        assert outputs.tame(piece * (140_000 // len(piece)))


def test_formulas_stay_text_in_a_download():
    frame = pd.DataFrame(
        {"=1+1": ["@SUM(A1)", "+1"], "b": ["-2.5 %", "=HYPERLINK(0)"], "c": [-1.5, 2.0]},
        index=pd.Index(["-x", "y"], name="i"),
    )
    assert csv_text(frame).splitlines() == [
        "i,'=1+1,b,c",
        "'-x,'@SUM(A1),-2.5 %,-1.5",
        "y,+1,'=HYPERLINK(0),2",
    ]


def test_numbers_below_zero_have_their_sign_and_a_download_what_python_reads(outputs):
    table = outputs.tame("<table><tr><th>d</th></tr><tr><td>-0.5</td></tr></table>")
    assert "<td>−0.5</td>" in table
    frame = outputs.tame(pd.DataFrame({"d": [-0.5]})._repr_html_())
    assert "<td>−0.5</td>" in frame
    assert "0,-0.5" in unquote(frame)
    said = nbformat.v4.new_output(
        "display_data", {"text/markdown": "From -2.6 to 2.0 by 2026-06, `x[-1]`"}
    )
    assert "From −2.6 to 2.0 by 2026-06" in outputs.render(said)


def test_code_is_marked_only_where_a_rule_colours_it():
    cell = nbformat.v4.new_code_cell("import os\nx = f'{os.sep}' if True else -1.5  # why")
    html = convert(nbformat.v4.new_notebook(cells=[cell]), "x").html
    marks = set(re.findall(r'<span class="(\w+)">', html))
    assert marks
    assert all(f".highlight .{mark}" in page_css() for mark in marks)


def test_style_attributes_become_classes_with_the_same_rules(outputs):
    html = outputs.tame('<p style="color: red">a</p><p class="b" style="color: red">c</p>')
    assert "style=" not in html
    name = re.search(r'<p class="(s[0-9a-f]{8})">', html)[1]
    assert f'class="b {name}"' in html
    assert list(outputs.css) == [f".{name}{{color: red}}"]


def test_a_style_that_would_break_out_of_its_rule_is_dropped(outputs):
    outputs.tame('<p style="color: red} body{display:none">a</p>')
    assert not outputs.css


def test_style_elements_move_to_the_head_and_ours_which_the_page_has_are_dropped(outputs):
    outputs.tame("<style scoped>.x{color:red}</style><p>a</p>")
    assert list(outputs.css) == [".x{color:red}"]
    html = outputs.tame(figure(paths())._repr_html_())
    assert html.startswith("<figure")
    assert list(outputs.css) == [".x{color:red}"]


def test_the_same_figure_twice_on_a_page_has_different_ids(outputs):
    shown = figure(paths())._repr_html_()
    one, other = outputs.tame(shown), outputs.tame(shown)
    ids = [re.findall(r'\sid="([^"]+)"', html) for html in (one, other)]
    assert ids[0]
    assert not set(ids[0]) & set(ids[1])
    for name in re.findall(r"url\(#([^)]+)\)", other):
        assert name in ids[1]


def test_labels_follow_the_ids_they_point_to(outputs):
    outputs.tame('<b id="a">x</b>')
    assert outputs.tame('<p aria-labelledby="a"><b id="a">x</b><a href="#a">y</a></p>') == (
        '<p aria-labelledby="a-2"><b id="a-2">x</b><a href="#a-2">y</a></p>'
    )


def test_a_pandas_table_scrolls_by_itself_and_can_be_taken_away(outputs):
    frame = pd.DataFrame({"a": [1, 2], "b": ["<x>", "y"]}, index=pd.Index(["p", "q"], name="i"))
    tags = Tags(data(outputs, text_html=frame._repr_html_()))
    assert any(
        d.get("tabindex") == "0" and d.get("aria-label") == "Table 1" for d in tags.named("div")
    )
    link = tags.named("a")[0]
    assert link["download"] == "01_page-table-1.csv"
    text = unquote(link["href"].split(",", 1)[1])
    assert text.splitlines() == ["i,a,b", "p,1,<x>", "q,2,y"]


def test_rows_that_follow_a_head_need_no_body(outputs):
    head, row = "<thead><tr><th>a<th>b</tr></thead>", "<tr><td>1<td>2</tr>"
    (link,) = Tags(outputs.tame(f"<table>{head}{row}</table>")).named("a")
    assert unquote(link["href"].split(",", 1)[1]).splitlines() == ["a,b", "1,2"]


def test_a_table_that_is_no_grid_is_shown_without_a_download(outputs):
    html = outputs.tame("<table><tr><td>only</td></tr></table>")
    assert "only" in html
    assert "download" not in html


def test_images_carry_their_description(outputs):
    html = outputs.render(
        Output(output_type="display_data", data={"image/png": "QUJD\n", "text/plain": "<Figure>"},
               metadata={"alt": "A rising line"})
    )  # fmt: skip
    image = Tags(html).named("img")[0]
    assert image["alt"] == "A rising line"
    assert image["src"] == "data:image/png;base64,QUJD"
    assert (
        Tags(data(outputs, **{"image_svg+xml": "<svg/>"}))
        .named("img")[0]["src"]
        .startswith("data:")
    )


def test_text_is_escaped_and_without_terminal_colours(outputs):
    html = outputs.render(Output(output_type="stream", name="stdout", text="\x1b[31m<b>\x1b[0m"))
    assert html == "<pre tabindex='0'>&lt;b&gt;</pre>"
    assert "Messages" in outputs.render(Output(output_type="stream", name="stderr", text="w"))
    html = outputs.render(
        Output(output_type="error", ename="ValueError", evalue="<no>", traceback=["/home/me/x.py"])
    )
    assert "ValueError: &lt;no&gt;" in html
    assert "/home/me" not in html


def test_markdown_and_plain_text_outputs(outputs):
    assert data(outputs, text_markdown="hello") == "<p>hello</p>"
    assert data(outputs, text_plain=["a", "<b>"]) == "<pre tabindex='0'>a&lt;b&gt;</pre>"


def test_a_paragraph_that_leads_to_no_work_is_left_out():
    guarded = 'if verdicts["P2"].answered:\n    display(fit)'
    waits = [nbformat.v4.new_code_cell(guarded) for _ in range(3)]
    shows = nbformat.v4.new_code_cell("fit", outputs=[nbformat.v4.new_output("stream", text="1")])
    words = [nbformat.v4.new_markdown_cell(said) for said in ("The line:", "## Why?\nSo.", "Then:")]
    notebook = nbformat.v4.new_notebook(
        cells=[words[0], waits[0], words[1], waits[1], words[2], waits[2], shows]
    )
    poor, rich = (convert(notebook, "x", unanswered=one).html for one in ({"P2"}, {"P3"}))
    assert "The line:" in rich
    assert "The line:" not in poor
    assert "So." in rich
    assert "So." not in poor  # the heading stays, and says why nothing follows
    assert "Why?" in poor
    assert poor.count("This edition lacks what it takes") == 1
    assert "Then:" in poor
