"""The dead man's alarm: silence is told once, by a process that is alive."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.app.live.webhook import receiving
from trimtab.app.live.dead_man import check_alive
from trimtab.app.live.heartbeat import Heartbeat, beat, silence

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
BOUND = timedelta(minutes=15)


def sign(minutes_ago: float, ended: str = "") -> Heartbeat:
    return Heartbeat(NOW - timedelta(minutes=minutes_ago), "here:1", "watching", ended=ended)


@pytest.mark.parametrize(
    ("minutes_ago", "ended", "why"),
    [
        (1, "", ""),
        (15, "", ""),
        (16, "", "16 minutes ago, and 15 are the bound"),
        (1, "it was stopped by SIGTERM", "it ended"),
        (-1, "", ""),
        (-60, "", "a clock was set"),
    ],
)
def test_silence_is_a_sign_of_life_that_is_too_old_too_new_or_a_last_one(
    minutes_ago: float, ended: str, why: str, tmp_path: Path
) -> None:
    beat(tmp_path, sign(minutes_ago, ended))
    found = silence(tmp_path, NOW, BOUND)
    assert why in found
    assert bool(found) is bool(why)


def test_no_sign_at_all_and_one_that_is_cut_are_silence(tmp_path: Path) -> None:
    assert "never" in silence(tmp_path, NOW, BOUND)
    beat(tmp_path, sign(1))
    path = tmp_path / "heartbeat.json"
    path.write_text(path.read_text("utf-8")[:40], encoding="utf-8")
    assert "cannot be read" in silence(tmp_path, NOW, BOUND)


def test_an_alarm_is_raised_although_what_was_told_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "live.toml").write_text('[alerts]\nchannels = ["ops"]\n', encoding="utf-8")
    (tmp_path / "alerts.db").write_text("damaged " * 1000, encoding="utf-8")
    with receiving() as hook:
        monkeypatch.setenv("TRIMTAB_ALERTS_OPS", hook.url)
        assert check_alive(tmp_path, NOW)[0]
        assert len(hook.received) == 1


def test_each_silence_is_told_once_and_a_channel_that_failed_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "live.toml").write_text('[alerts]\nchannels = ["ops"]\n', encoding="utf-8")
    beat(tmp_path, sign(30))
    with receiving() as hook:
        monkeypatch.setenv("TRIMTAB_ALERTS_OPS", hook.url)
        hook.status = 503
        silent, failed = check_alive(tmp_path, NOW)
        assert silent
        assert failed == ("ops",)
        hook.status = 200
        for minute in (1, 2, 3):
            silent, failed = check_alive(tmp_path, NOW + timedelta(minutes=minute))
            assert silent
            assert failed == ()
        assert len(hook.received) == 1
        assert "not at work" in hook.titles[0]
        beat(tmp_path, sign(-4))
        assert check_alive(tmp_path, NOW + timedelta(minutes=5)) == ("", ())
        assert check_alive(tmp_path, NOW + timedelta(minutes=60))[0]
        assert len(hook.received) == 2
