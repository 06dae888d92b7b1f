import re
from itertools import combinations

import matplotlib as mpl
import pytest
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from r2klib.show import style
from r2klib.show.html import fragment_css
from r2klib.show.status import LIGHTS, LOOKS
from r2klib.site.pages import template

TEXT_ROLES = ("ink", "muted", "small", "large", "third", "fourth", "fifth", "link", "good", "bad",
              "open", "slight")  # fmt: skip
GROUNDS = ("paper", "surface", "shade")


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("role", TEXT_ROLES)
def test_every_text_colour_reaches_aa_on_every_ground(role, theme):
    for ground in GROUNDS:
        assert contrast(style.COLOURS[role][theme], style.COLOURS[ground][theme]) >= 4.5


def test_light_colours_are_unique_so_that_they_can_be_mapped_back_to_their_roles():
    for (one, (a, _)), (other, (b, _)) in combinations(style.COLOURS.items(), 2):
        assert a != b, f"{one} and {other}"


def test_small_and_large_keep_their_colours_whatever_stands_beside_them():
    assert style.roles(["Large companies", "Gold", "small"]) == ["large", "third", "small"]
    assert style.roles(["Gold", "small", "small value"]) == ["third", "small", "fourth"]
    assert style.roles(["Gold"]) == ["ink"]


def test_the_callers_settings_come_back():
    before = dict(mpl.rcParams)
    with style.styled():
        assert mpl.rcParams["svg.fonttype"] == "none"
    assert dict(mpl.rcParams) == before


def test_a_matplotlibrc_of_the_user_changes_nothing():
    with mpl.rc_context({"axes.titlelocation": "right", "lines.marker": "x"}), style.styled():
        assert mpl.rcParams["axes.titlelocation"] == "left"
        assert mpl.rcParams["lines.marker"] == "None"


def test_wrapped_lines_are_no_wider_than_asked():
    lines = style.wrap("a title of quite some length that has to be broken", 120)
    assert len(lines) > 1
    assert all(style.text_width(line) <= 120 for line in lines)
    assert " ".join(lines) == "a title of quite some length that has to be broken"


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize(
    "text", ["as large as claimed", "−3.54 [−7.90, 0.75]", "Small companies pay more", "WAVE To AV"]
)
def test_a_text_is_as_wide_as_it_is_drawn_kerning_aside(text, bold):
    font = FontProperties(family=style.FONT, size=10, weight="bold" if bold else "normal")
    drawn = text_to_path.get_text_width_height_descent(text, font, ismath=False)[0]
    assert 0.99 * drawn <= style.text_width(text, 10, bold=bold) <= 1.12 * drawn


def test_every_colour_that_the_style_sheets_use_exists():
    sheets = fragment_css() + template("page.css") + template("docs.css")
    used = set(re.findall(r"var\(--r2k-([a-z]+)", sheets))
    assert used - set(style.COLOURS) <= {"tone", "sans", "serif", "mono"}


def test_every_tone_of_a_status_has_a_colour():
    tones = {look.tone for look in (*LOOKS.values(), *LIGHTS.values())}
    assert tones - set(style.COLOURS) == {"plain"}
