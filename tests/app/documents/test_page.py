"""Documents as HTML: escaped, loading nothing, and the same inside a page of the dashboard."""

import re
from dataclasses import replace

from tests.app.documents.made_documents import HOSTILE, made
from trimtab.app.documents.page import inside_html, page_html, sheet_html
from trimtab.app.documents.wording import wording_in

WORDING = wording_in("USD")


def test_names_from_files_stay_words():
    for html in (page_html(made(), WORDING), sheet_html(made(), WORDING)):
        assert HOSTILE not in html
        assert html.count("&lt;img src=x") >= 3


def test_a_page_loads_nothing_and_says_so():
    html = page_html(made(), WORDING)
    assert "default-src 'none'; style-src 'unsafe-inline'" in html
    assert not re.search(r"\b(src|href)=\"(?!#)", html.replace("&lt;img src=x", ""))
    assert "<script" not in html and "@import" not in html and "url(" not in html


def test_headings_go_down_one_step_at_a_time_from_one_h1():
    html = page_html(made(), WORDING)
    levels = [int(level) for level in re.findall(r"<h(\d)", html)]
    assert levels == [1, 2, 3, 2, 2]


def test_every_table_has_a_caption_and_headings_with_scope():
    html = page_html(made(), WORDING)
    assert html.count("<table") == html.count("<caption>") == 2
    assert html.count('scope="col"') == 14 and html.count('scope="row"') == 2
    assert "Nothing to show." in html


def test_a_change_is_said_in_words_and_not_by_its_looks_alone():
    text = re.sub(r"<[^>]+>", " ", page_html(made(), WORDING))
    text = re.sub(r"\s+", " ", text)
    assert "Was: it was so Now: now it is so cash.reserve" in text
    assert "New: it came flows.roof" in text
    assert "Gone: it went flows.car" in text


def test_inside_a_page_it_has_no_styles_of_its_own_and_each_table_its_csv():
    html = str(inside_html(made(), WORDING, lambda table: f"/report?table={table.id}&format=csv"))
    assert "style" not in html and "<html" not in html and "<h1" not in html
    assert 'href="/report?table=drift&amp;format=csv"' in html


def test_every_word_of_a_document_can_be_read_for_its_wording():
    words = [*made().texts()]
    for expected in ("one week", "Inside", "a point", "it was so", "A caption.", "The foot of it."):
        assert expected in words
    assert "stocks 61.5 %" in words


def test_a_section_that_shows_nothing_knows_it():
    assert not replace(made().sections[0], lines=()).is_empty
    assert replace(made().sections[2], tables=()).is_empty
