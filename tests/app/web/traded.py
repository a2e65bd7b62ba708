"""Households at the paper broker with a question that waits, made once and copied."""

import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from tests.app.commands_run import DONE, run
from tests.app.web.served import demo_house
from trimtab.app.live.service import household_of, open_settings, opened_store
from trimtab.model.live import ApprovalRequest

__all__ = ["asked_house", "question_in"]


@cache
def _made(approvals: str, name: str) -> Path:
    folder = demo_house(Path(mkdtemp(prefix="trimtab-asked-")) / "home")
    if name:
        mandate = folder / "mandate.toml"
        lines = mandate.read_text().splitlines(keepends=True)
        first = next(at for at, line in enumerate(lines) if line.startswith("name ="))
        lines[first] = f'name = "{name}"\n'
        mandate.write_text("".join(lines))
    assert run("broker", "add", "paper", folder).exit_code == DONE
    if approvals:
        settings = folder / "live.toml"
        settings.write_text(f"{settings.read_text()}\n[approvals]\n{approvals}\n")
    assert "waiting" in run("run", "--once", folder).stdout
    return folder


def asked_house(folder: Path, approvals: str = "", name: str = "") -> Path:
    """The demo's household in a folder, with a question that waits by some rules."""
    shutil.copytree(_made(approvals, name), folder)
    return folder


def question_in(folder: Path) -> ApprovalRequest:
    """The last question of a household."""
    settings = open_settings(folder)
    with opened_store(settings) as store:
        return store.requests(household_of(settings))[-1]
