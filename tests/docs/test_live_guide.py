"""The guide on live accounts: its first order is traded as written, its settings are read."""

import re
import shlex
from dataclasses import fields
from pathlib import Path

import pytest

from tests.app.commands_run import DONE, run
from tests.app.folders import MANDATE
from trimtab.app.config import parse_mandate
from trimtab.app.live.alerts import ATTEMPTS_MAX
from trimtab.app.live.order_settings import KEYS as ORDER_KEYS
from trimtab.app.live.order_settings import OrderSettings
from trimtab.app.live.service_settings import AlertKind, AlertRules, ServiceRules
from trimtab.app.live.settings import SECTIONS, parse_live
from trimtab.quant.monitoring.watch import RELEASE

pytest.importorskip("skfolio", reason="the demo's prices are in the extra `demo`")

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "live.md"
TEXT = PAGE.read_text(encoding="utf-8")
FIRST = TEXT.partition("## A first order")[2].partition("\n## ")[0]
COMMANDS = re.findall(r"^ {4}trimtab ([^#\n]+)", FIRST, re.MULTILINE)
BLOCKS = re.findall(r"^```toml\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
SCHEDULES = [text for text in BLOCKS if text.startswith("# mandate.toml")]
SETTINGS = [text for text in BLOCKS if text not in SCHEDULES]


@pytest.mark.slow
def test_its_first_order_is_traded_as_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = {}
    assert [one.split()[0] for one in COMMANDS] == [
        "demo", "broker", "sync", "run", "approve", "run", "orders", "reconcile", "serve",
    ]  # fmt: skip
    for number, command in enumerate(COMMANDS):
        quick = ["--no-compare"] if command.startswith("demo") else []
        done = run(*shlex.split(command), *quick)
        assert done.exit_code == DONE, f"{command}\n{done.output}"
        told[number] = " ".join(done.output.split())
    assert "95a57282" in told[3]
    assert "state filled" in told[6]
    assert "agree to the last unit" in told[7]
    assert "is lapsed" in told[8]


def test_its_settings_are_read_and_show_every_section_and_every_key_of_the_service() -> None:
    (text,) = SETTINGS
    found = parse_live(text, Path("household"))
    assert found.service == ServiceRules()
    assert found.alerts.channels == ("family",)
    usual = AlertRules()
    assert found.alerts.drift_warning == usual.drift_warning
    assert found.alerts.drift_critical == usual.drift_critical
    assert {section for section in SECTIONS if f"[{section}" not in text} <= {"accounts"}
    assert "[accounts.joint]" in text
    for key in (*ServiceRules.__dataclass_fields__, *ORDER_KEYS):
        assert f"{key} = " in text
    assert found.orders == OrderSettings()


def test_its_schedule_is_read_and_shows_every_key() -> None:
    (text,) = SCHEDULES
    found = parse_mandate(MANDATE + text, Path("mandate.toml")).mandate.schedule
    assert found.exchange == "XLON"
    for key in fields(found):
        assert f"\n{key.name} = " in text


def test_it_names_every_kind_of_alert_and_its_limits_are_those_of_the_code() -> None:
    for kind in AlertKind:
        assert re.search(rf"^\| `{kind}` \|", TEXT, re.MULTILINE)
    assert ATTEMPTS_MAX == 40
    assert "forty times" in TEXT
    assert RELEASE == 0.9
    assert "nine tenths" in TEXT


@pytest.mark.parametrize("word", ["recommended", "recommend", "best", "optimal"])
def test_nothing_that_people_are_told_advises(word: str) -> None:
    source = Path(__file__).resolve().parents[2] / "src/trimtab/app/live"
    for name in ("reports.py", "news.py", "drifting.py", "dead_man.py"):
        assert word not in (source / name).read_text("utf-8").lower()
    assert word not in TEXT.lower().replace("trimtab", "")
