"""The table of statements, and the counts of what claims do for the thesis."""

from __future__ import annotations

import re

from r2klib.claims.thesis import Statement
from r2klib.show.lists import role_counts
from r2klib.show.statements import statements_list, summary
from tests.made import NASTY, Tags, make_verdict, make_verdicts

VERDICTS = make_verdicts(
    [make_verdict("supported", claim) for claim in ("P2", "K4")]
    + [make_verdict("contradicted", "E1"), make_verdict("untestable", "P7")]
)


def of(*claims, n=1, meets="same", **fields):
    fields = {"section": "Part one", "text": f"Sentence {n}."} | fields
    return Statement(n=n, claims=claims, meets=meets, **fields)


def row(one: Statement) -> tuple[str, str]:
    """The row of a statement, as HTML and as text."""
    html = statements_list([one], VERDICTS, "list")
    found = re.search(r'<tr role="row" id="statement-\d+".*?</tr>', html)
    assert found
    return found[0], Tags(found[0]).text.replace("\u00a0", " ")


def test_a_statement_shows_status_finding_and_where_its_claim_is_argued():
    html, text = row(of("P2", "E1", meets="proxy", detail="another thing"))
    assert "✓ supported by a stand-in" in text
    assert "P2: Small companies were 1.30 times as volatile." in text
    assert "by a stand-in: another thing" in text
    assert 'href="#P2"' in html
    assert "E1 contradicted" in text
    assert 'data-status="supported"' in html


def test_what_is_not_tested_is_visible_with_what_would_decide():
    assert "no test" in row(of(meets="none", detail="a survey would decide"))[1]
    assert "a survey would decide" in row(of(meets="none", detail="a survey would decide"))[1]
    html, text = row(of("P7", meets="none", detail="a panel would decide"))
    assert "untestable" in text
    assert "a panel would decide" in text
    assert 'data-status="untestable"' in html
    assert "true by definition" in row(of(meets="definition"))[1]
    assert "not in this ledger" in row(of("P99"))[1]


def test_a_cause_is_never_green_and_a_risk_says_that_it_is_one():
    html, text = row(of("P2", meets="proxy", detail="both links", cause=True))
    assert "the links, not the cause" in text
    assert "r2k-good" not in html
    assert "r2k-good" in row(of("P2"))[0]
    assert "supported a risk" in row(of("K4", risk=True))[1]
    assert "a risk" not in row(of("E1", risk=True))[1]


def test_the_weakest_colours_a_statement_that_needs_all_its_claims():
    html, text = row(of("P2", "E1", all=True))
    assert 'data-status="contradicted"' in html
    assert "(all needed)" in text
    assert "P2 supported, E1 contradicted" in text


def test_the_summary_counts_ways_and_fates():
    said = [
        of("P2"), of("E1", n=2), of("P2", n=3, meets="proxy", detail="x", cause=True),
        of(n=4, meets="none", detail="x would decide"), of(n=5, meets="definition"),
    ]  # fmt: skip
    assert summary(said, VERDICTS) == (
        "5 statements: 2 tested as said, 1 by a stand-in, 1 without a test and 1 true by "
        "definition. Of the 3 that are tested, 1 borne out, 1 borne out in the links but not in "
        "the cause and 1 refuted."
    )


def test_sections_stand_above_their_statements_and_markup_stays_text():
    said = [of("P2", section=NASTY), of("P2", n=2, section=NASTY, text=NASTY), of("P2", n=3)]
    html = statements_list(said, VERDICTS, "list")
    assert html.count('class="group"') == 2
    assert "<script>" not in html


def test_counts_say_what_claims_do_for_the_thesis():
    html = role_counts(VERDICTS)
    text = Tags(html).text
    assert "2 neither: descriptions" in text
    assert "1 against it" in text
    assert "1 cannot be told" in text
    assert "could have been traded" not in text  # a role that nobody has is not counted
    assert 'href="#E1"' in html
