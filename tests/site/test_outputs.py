"""Cell outputs: whatever a notebook shows, a page can hold it."""

from __future__ import annotations

import base64
import re

import pandas as pd
import pytest

from r2klib.show import figure
from r2klib.site.outputs import Outputs
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
    text = base64.b64decode(link["href"].split(",", 1)[1]).decode()
    assert text.splitlines() == ["i,a,b", "p,1,<x>", "q,2,y"]


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
