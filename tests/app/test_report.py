"""The page says what a person asks about, loads nothing, and shows every verdict."""

import re

import pytest

from tests.app.report_parts import Outline, page
from trimtab.app.report.figures import TargetRow


def test_it_says_what_a_person_asks_about() -> None:
    text = Outline(page()).text
    for words in (
        "Ana and Ben Rivera",
        "9 trades in 3 accounts.",
        "4.7 points over, 2.7 points outside its band",  # where it stands
        "Sell 102 AMD",
        "102 of the lot of 15 Nov 2021, short-term : loss of $9,0",  # which lots
        "a reason for AMD harvest",  # why, and under which clause
        "$3,125 of it washed",
        "long-term from 2022-10-23, in 12 days",  # what was left alone
        "What doing nothing would cost",
        "not loaded: Ben's 401(k) at work",  # coverage
        "Needed : $25,000 by 1 Nov 2022",
        "$1 more turnover would be worth 3¢",
        "60 of 153 shares are washed (60; bound: 0). To change it: wait",
        "It is no investment, tax or legal advice",
    ):
        assert words.replace(" : ", ": ") in text.replace(" : ", ": "), words


def test_it_loads_nothing_and_runs_nothing() -> None:
    outline = Outline(page())
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in outline.tags}
    attributes = [name for _, given in outline.tags for name in given]
    assert not [name for name in attributes if name.startswith("on") or name == "src"]
    links = [given["href"] for tag, given in outline.tags if tag == "a"]
    assert links and all(link and link.startswith("#") for link in links)
    assert "url(" not in page() and "@import" not in page()
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    assert {"http-equiv": "Content-Security-Policy", "content": policy} in [
        given for tag, given in outline.tags if tag == "meta"
    ]


def test_every_tag_is_closed_and_every_id_is_used_once() -> None:
    outline = Outline(page().replace("<!DOCTYPE html>", ""))
    assert outline.faults == [] and outline.open == []
    ids = [given["id"] for _, given in outline.tags if "id" in given]
    assert len(ids) == len(set(ids))
    named = [given["aria-labelledby"] for _, given in outline.tags if "aria-labelledby" in given]
    assert {part for names in named for part in str(names).split()} <= set(ids)
    targets = {str(given["href"])[1:] for tag, given in outline.tags if tag == "a"}
    assert targets <= set(ids)


def test_charts_have_words_for_those_who_do_not_see_them() -> None:
    outline = Outline(page())
    charts = [given for tag, given in outline.tags if tag == "svg"]
    assert len(charts) == 2 * 6  # each for wide and for narrow screens
    assert all(given.get("role") == "img" for given in charts)
    assert "energy 12.7 % to 9.1 %, target 8.0 % ± 2.0 %" in page()


def test_tables_have_headers_that_say_what_they_head() -> None:
    headers = [given for tag, given in Outline(page()).tags if tag == "th"]
    assert headers and all("scope" in given for given in headers)


@pytest.mark.parametrize("name", ["wide", "narrow"])
def test_no_shape_lies_outside_its_chart(name: str) -> None:
    drawn = re.findall(
        rf'<svg class="chart {name}" viewBox="0 0 ([\d.]+) ([\d.]+)"(.*?)</svg>', page(), re.DOTALL
    )
    assert len(drawn) == 6
    for width, height, shapes in drawn:
        xs = [float(x) for x in re.findall(r' (?:x|x1|x2|cx)="(-?[\d.]+)"', shapes)]
        ys = [float(y) for y in re.findall(r' (?:y|y1|y2|cy)="(-?[\d.]+)"', shapes)]
        assert min(xs) >= 0 and max(xs) <= float(width)
        assert min(ys) >= 0 and max(ys) <= float(height)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (0.10, 0.11, ""),
        (0.20, 0.11, ""),
        (0.20, 0.14, "still outside"),
        (0.10, 0.05, "then outside"),
    ],
)
def test_a_target_that_a_plan_leaves_outside_says_whether_it_was_there(
    before: float, after: float, words: str
) -> None:
    assert TargetRow("bonds", 0.10, 0.03, before, after).ending == words
