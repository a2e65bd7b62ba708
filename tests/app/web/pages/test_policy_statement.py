"""The policy statement's screen: any version of the mandate, and what changed between two."""

from datetime import UTC, datetime
from html import unescape
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from tests.app.web.served import browser_of
from trimtab.app.documents.pdf import can_make_pdf
from trimtab.app.mandate_history import keep
from trimtab.app.web.preferences import COOKIE, Preferences
from trimtab.app.web.world import WebWorld

PLACE = "/h/home/policy-statement"
AT = datetime(2022, 10, 1, 9, 30, tzinfo=UTC)


def test_every_clause_of_the_mandate_is_on_the_page(owner: TestClient) -> None:
    text = unescape(owner.get(PLACE).text)
    for words in (
        "Core funds: 21 % of everything",
        "Every plan that trades anything waits until people approve it.",
        "Roof repair: $25,000 is needed by 1 Nov 2022",
        "Ben's employer: UNH is not bought",
        "targets.core funds",
    ):
        assert words in text
    assert "What changed" not in text.replace("What changed since", "")


def test_an_older_version_is_shown_and_held_against_the_one_of_today(world: WebWorld) -> None:
    household = world.households.find("home")
    assert household is not None
    path = household.folder / "mandate.toml"
    old = path.read_text("utf-8").replace("turnover_max = 0.20", "turnover_max = 0.35")
    kept = keep(household.folder, old, AT, "Ada <b>")
    client = browser_of(world)
    page = client.get(PLACE).text
    assert f'value="{kept.name}"' in page and "by Ada &lt;b&gt;" in page
    earlier = client.get(f"{PLACE}?version={quote(kept.name)}").text
    assert "One run trades at most 35 %" in earlier
    changed = client.get(f"{PLACE}?against={quote(kept.name)}").text
    assert "1 changed" in changed
    assert "One run trades at most 35 %" in changed and "One run trades at most 20 %" in changed


@pytest.mark.parametrize("name", ["../mandate.toml", "20221001T000000000000Z-0123.toml", "x" * 90])
def test_a_version_that_there_is_not_is_refused_and_looked_for_nowhere(
    owner: TestClient, name: str
) -> None:
    for key in ("version", "against"):
        answer = owner.get(PLACE, params={key: name})
        assert answer.status_code == 422


def test_amounts_are_hidden_where_the_reader_wants_it(shown_world: WebWorld) -> None:
    client = browser_of(shown_world)
    client.cookies.set(COOKIE, Preferences(hides_amounts=True).cookie())
    text = client.get(PLACE).text
    assert "$" not in text and "Roof repair: ••• is needed" in text


@pytest.mark.skipif(not can_make_pdf(), reason="WeasyPrint or Pango is not installed")
def test_the_statement_is_a_pdf_and_leaves_a_trace(
    shown_world: WebWorld, owner: TestClient
) -> None:
    answer = owner.get(f"{PLACE}.pdf")
    assert answer.content.startswith(b"%PDF-1.7")
    [last] = shown_world.store.audit.page(1)
    assert (last.what, last.subject) == ("export", "policy statement")
