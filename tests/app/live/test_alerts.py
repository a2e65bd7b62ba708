"""Alerts: told once, kept before they are sent, sent until they arrive, and never with a secret."""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.app.live.webhook import receiving
from trimtab.app.live.alerts import ATTEMPTS_MAX, Alert, Outbox
from trimtab.app.live.channels import open_channels
from trimtab.app.live.service_settings import AlertKind, Delivery
from trimtab.brokers._secrets import Secret
from trimtab.model.errors import InputError

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ON, DIGEST, OFF = Delivery.ON, Delivery.DIGEST, Delivery.OFF


def alert(state: str = "warning", about: str = "drift", at: datetime = NOW) -> Alert:
    return Alert(AlertKind.DRIFT, about, state, f"{about} is {state}", "the text", at)


def test_a_thing_is_told_once_for_each_state_also_after_a_restart(tmp_path: Path) -> None:
    place = tmp_path / "alerts.db"
    box = Outbox(place)
    assert box.tell(alert("warning"), ON, ["a"])
    assert not box.tell(alert("warning"), ON, ["a"])
    box.close()
    again = Outbox(place)
    assert not again.tell(alert("warning"), ON, ["a"])
    assert again.tell(alert("critical"), ON, ["a"])
    assert again.over("drift", NOW)
    assert not again.over("drift", NOW)
    assert again.tell(alert("warning"), ON, ["a"])
    again.close()


def test_a_channel_that_refuses_is_tried_again_later_and_later_and_the_others_are_not() -> None:
    box, sent, good = Outbox(None), [], []
    box.tell(alert(), ON, ["bad", "good"])

    def refuse(title: str, text: str) -> str:
        sent.append(title)
        return "no"

    channels = {"bad": refuse, "good": lambda title, text: good.append(title) or ""}
    for minute in range(40):
        box.deliver(channels, NOW + minute * MINUTE)
    assert good == ["drift is warning"]
    assert len(sent) == 6  # at 0, 1, 3, 7, 15 and 31 minutes
    (bad,) = [one for one in box.recent(9) if one.channel == "bad"]
    assert (bad.attempts, bad.error, bad.sent_at) == (6, "no", None)
    for day in range(1, 400):
        box.deliver(channels, NOW + timedelta(hours=2 * day))
    assert len(sent) == ATTEMPTS_MAX


def test_whatever_a_channel_raises_is_a_failure_whose_words_are_not_kept() -> None:
    box = Outbox(None)
    box.tell(alert(), ON, ["a"])

    def burst(title: str, text: str) -> str:
        raise RuntimeError("https://user:hunter2@example.org")

    box.deliver({"a": burst}, NOW)
    assert [one.error for one in box.recent(1)] == ["RuntimeError"]


def test_a_digest_gathers_and_off_keeps_nothing() -> None:
    box, got = Outbox(None), []
    channels = {"a": lambda title, text: got.append((title, text)) or ""}
    box.tell(alert("one", "x"), DIGEST, ["a"])
    box.tell(alert("two", "y"), DIGEST, ["a"])
    box.tell(alert("three", "z"), OFF, ["a"])
    box.deliver(channels, NOW)
    assert got == []
    assert box.digest("the day", NOW, ["a"]) == 2
    assert box.digest("the day", NOW, ["a"]) == 0
    box.deliver(channels, NOW)
    ((title, text),) = got
    assert title == "the day"
    assert "x is one" in text
    assert "y is two" in text
    assert "three" not in text


def test_what_is_old_is_forgotten() -> None:
    box = Outbox(None)
    box.tell(alert(), ON, ["a"])
    box.forget(NOW + timedelta(days=401))
    assert box.recent(9) == []
    assert box.tell(alert(), ON, ["a"])


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "alerts.db"
    place.write_text("not a database, but long enough to be looked at" * 100, encoding="utf-8")
    with pytest.raises(InputError, match="cannot be kept"):
        Outbox(place)


def test_a_webhook_gets_the_alert_and_its_secret_is_shown_nowhere(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    box = Outbox(tmp_path / "alerts.db")
    with receiving() as hook:
        channels = open_channels(["family"], lambda name: Secret(hook.url))
        box.tell(alert(), ON, ["family"])
        hook.status = 500
        box.deliver(channels, NOW)
        assert hook.refused >= 1
        assert hook.received == []
        hook.status = 200
        box.deliver(channels, NOW + MINUTE)
    assert hook.titles == ["drift is warning"]
    assert hook.received[0]["message"] == "the text"
    box.close()
    said = capfd.readouterr()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for place in (caplog.text, said.out, said.err, kept.decode("latin-1")):
        assert "Tq81SecretOfTheHook" not in place


def test_a_url_that_nothing_can_be_sent_to_is_refused_and_not_shown() -> None:
    with pytest.raises(InputError, match="can be sent to") as refused:
        open_channels(["family"], lambda name: Secret("nonsense-hunter2"))
    assert "hunter2" not in str(refused.value)
