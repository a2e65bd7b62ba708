"""Every page has a style for paper: controls hidden, tables whole, colours that print."""

import re
from importlib.resources import files

from fastapi.testclient import TestClient

STATIC = files("trimtab.app.web") / "static"
PRINT = (STATIC / "print.css").read_text("utf-8")


def rules() -> dict[str, str]:
    """Declarations by selector."""
    plain = re.sub(r"/\*.*?\*/", "", PRINT, flags=re.DOTALL)
    found: dict[str, str] = {}
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", plain):
        for one in selectors.split(","):
            found[one.strip()] = found.get(one.strip(), "") + body
    return found


def test_every_page_names_the_style_for_paper(owner: TestClient) -> None:
    for place in ("/h/home/lots", "/h/home/report", "/h/home/policy-statement"):
        text = owner.get(place).text
        assert '<link rel="stylesheet" href="/static/print.css" media="print">' in text
    assert owner.get("/static/print.css").status_code == 200


def test_controls_are_hidden_and_tables_are_not_cut() -> None:
    told = rules()
    for control in ("nav", "form.rules", "button", ".top", ".under-table"):
        assert "display: none !important" in told[control]
    assert "overflow: visible" in told[".scroller"]
    assert "overflow-wrap" in told["td"]
    assert "table-header-group" in told["thead"]


def test_paper_is_white_whatever_colours_the_reader_chose() -> None:
    told = rules()[":root:root[data-theme]"]
    assert "--paper: #ffffff" in told and "--ink: #000000" in told
    screen = (STATIC / "trimtab.css").read_text("utf-8")
    names = set(re.findall(r"(--[a-z]+):", screen.split("}")[0])) - {"--button"}
    assert names <= set(re.findall(r"(--[a-z]+):", told))


def test_a_form_that_holds_what_is_to_be_read_is_printed_without_its_fields() -> None:
    plain = re.sub(r"/\*.*?\*/", "", PRINT, flags=re.DOTALL)
    assert "form:not(:has(section, table))" in plain and "\nform {" not in plain
    assert re.search(
        r"form :is\(input, select, textarea[^{]*\{ display: none !important; \}", plain
    )
