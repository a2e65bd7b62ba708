"""What `live.toml` holds against orders as they leave, and what a person may override."""

import json
from pathlib import Path

import pytest

from tests.app.commands_run import BAD_INPUT, DONE, run
from tests.app.folders import AS_OF, LONG_PRICES, MANDATE, write_household
from trimtab.app.journal_folder import FolderJournal
from trimtab.app.live import last_look
from trimtab.app.live.settings import LIVE_NAME
from trimtab.brokers.paper.broker import PaperBroker
from trimtab.guards.turnover import Turnover
from trimtab.model.findings import Finding, Severity
from trimtab.model.orders import Ack, Order

AUTOMATIC = MANDATE.replace("[household]\n", f"[household]\nas_of = {AS_OF}\n") + (
    '\n[trading]\napproval_above = "never"\n\n[guards.turnover]\nask_above = 0.95\n'
    "\n[guards.drawdown_halt]\ndrawdown_max = 0.999\n"
)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    made = write_household(tmp_path / "house", mandate=AUTOMATIC, prices=LONG_PRICES)
    assert run("broker", "add", "paper", made).exit_code == DONE
    return made


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Order]:
    orders: list[Order] = []
    submit = PaperBroker.submit

    def counted(broker: PaperBroker, order: Order) -> Ack:
        orders.append(order)
        return submit(broker, order)

    monkeypatch.setattr(PaperBroker, "submit", counted)
    return orders


def rules(folder: Path, text: str) -> None:
    with (folder / LIVE_NAME).open("a") as file:
        file.write(f"\n[sending]\n{text}\n")


def told(folder: Path) -> dict[str, object]:
    result = run("run", "--once", folder, "--json")
    assert result.exit_code == DONE, result.output
    found: dict[str, object] = json.loads(result.stdout)
    return found


def denials(found: dict[str, object]) -> str:
    findings = found["findings"]
    return " ".join(one["message"] for one in findings if one["code"] == "order_denied")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        ("trade_max = 10", "trade_max", "and one may be worth 10.00"),
        ("day_max = 10", "day_max", "more would pass the day's 10.00"),
    ],
)
def test_a_cap_denies_the_order_until_a_person_overrides_it(
    house: Path, sent: list[Order], text: str, rule: str, words: str
) -> None:
    rules(house, text)
    found = told(house)
    assert words in denials(found)
    assert {one["state"] for one in found["orders"]} == {"denied"}  # type: ignore[attr-defined]
    assert not sent
    assert told(house)["orders"] == found["orders"]

    said = run("override", rule, house, "--why", "the cap was meant for another house")
    assert said.exit_code == DONE, said.output
    assert "filled" in {one["state"] for one in told(house)["orders"]}  # type: ignore[attr-defined]
    assert sent
    kept = [one.details for one in FolderJournal(house).entries() if one.id.startswith("word ")]
    assert [one["note"] for one in kept] == ["the cap was meant for another house"]
    assert kept[0]["question"].startswith(f"override {rule} after ")
    assert kept[0]["person"]
    assert run("journal", "verify", house).exit_code == DONE


def test_the_next_run_decides_anew_where_a_cap_stopped_some_of_the_orders(
    house: Path, sent: list[Order]
) -> None:
    rules(house, "day_max = 2_000")
    first = told(house)
    assert {one["state"] for one in first["orders"]} == {"denied", "filled"}  # type: ignore[attr-defined]
    before = len(sent)
    assert told(house)["orders"] == first["orders"]

    for why in ("the rest is wanted too", "Ben agrees"):  # a second reason is a further word
        said = run("override", "day_max", house, "--why", why)
        assert said.exit_code == DONE, said.output
    second = told(house)["orders"]
    assert second != first["orders"]
    assert "filled" in {one["state"] for one in second}  # type: ignore[attr-defined]
    assert len({one.id for one in sent}) == len(sent) > before
    assert told(house)["orders"] == second, "one override lets one further cycle begin"
    kept = [one.details for one in FolderJournal(house).entries() if one.id.startswith("word ")]
    assert [one["note"] for one in kept] == ["the rest is wanted too", "Ben agrees"]
    assert run("journal", "verify", house).exit_code == DONE


def test_an_order_leaves_within_its_caps(house: Path, sent: list[Order]) -> None:
    rules(house, "trade_max = 1_000_000\nday_max = 1_000_000\ndrawdown_max = 0.5")
    assert "filled" in {one["state"] for one in told(house)["orders"]}  # type: ignore[attr-defined]
    assert sent


def test_a_deep_fall_from_the_highest_value_stops_every_order(
    house: Path, sent: list[Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    rules(house, "drawdown_max = 0.1")
    monkeypatch.setattr("trimtab.app.live.running.high_water", lambda *_: 1_000_000)
    assert "below its highest 1,000,000, and 10.0 % are the bound" in denials(told(house))
    assert not sent


def test_a_guard_that_speaks_only_at_sending_stops_the_order(
    house: Path, sent: list[Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = Finding("turnover", Severity.REFUSAL, "household", "is past its limit by now")

    class Late:
        name = Turnover.name

        def check(self, *_: object) -> tuple[Finding, ...]:
            return (moved,)

    asked = last_look._guards
    monkeypatch.setattr(last_look, "_guards", lambda mandate: (*asked(mandate), Late()))
    assert "guard turnover: " in denials(told(house))
    assert not sent


def test_each_day_notes_the_value_once(house: Path) -> None:
    told(house)
    told(house)
    values = [one for one in FolderJournal(house).entries() if one.id.startswith("valued ")]
    assert [one.id for one in values] == [f"valued {AS_OF}"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("trade_maxx", "--why", "x"), "trade_max"),
        (("quote", "--why", "x"), "it cannot be overridden"),
        (("open_breaks", "--why", "x"), "it cannot be overridden"),
        (("price_age", "--why", "x"), "it cannot be overridden"),
        (("trade_max", "--why", "  "), "it has no reason"),
    ],
)
def test_what_cannot_be_overridden_is_refused(
    house: Path, words: tuple[str, ...], why: str
) -> None:
    rule, *rest = words
    refused = run("override", rule, house, *rest)
    assert refused.exit_code == BAD_INPUT
    assert why in refused.stderr
