"""Households for the screens: the demo's with paper accounts and a question that waits."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from html import unescape
from pathlib import Path

from fastapi.testclient import TestClient

from tests.app.commands_run import DONE, run
from tests.app.web.served import CSRF, demo_house
from trimtab.app.live.service import open_service
from trimtab.model.live import ApprovalRequest

FIELD = re.compile(r'name="(keep:[^"]+)" value="([^"]*)"')
SHOWN = re.compile(r'name="shown" value="([^"]*)"')


def asked_house(folder: Path) -> Path:
    """The demo's household, its accounts with the paper broker, and its plan asked about."""
    demo_house(folder)
    assert run("broker", "add", "paper", folder).exit_code == DONE
    assert run("run", "--once", folder).exit_code == DONE
    return folder


def copied(house: Path, place: Path) -> Path:
    """A household of one's own."""
    return Path(shutil.copytree(house, place))


def questions(folder: Path) -> list[ApprovalRequest]:
    """All questions, the oldest first."""
    with open_service(folder) as service:
        return list(service.store.requests(service.household))


def altered(folder: Path, before: str, after: str) -> None:
    """Change what questions say they showed, behind the store's back."""
    with closing(sqlite3.connect(folder / "live.db")) as store, store:
        guards = store.execute("select name from sqlite_master where type = 'trigger'").fetchall()
        for (name,) in guards:
            store.execute(f'drop trigger "{name}"')
        store.execute("update requests set seen = replace(seen, ?, ?)", (before, after))


class Form:
    """The proposal's form as a browser has it."""

    def __init__(self, client: TestClient, address: str = "/h/home/proposal") -> None:
        self.client, self.address = client, address
        self.text = client.get(address).text
        self.fields = {unescape(name): unescape(value) for name, value in FIELD.findall(self.text)}
        found = re.search(r'name="question" value="([^"]*)"', self.text)
        token = CSRF.search(self.text)
        assert token and found, "the page has the proposal's form"
        self.fields |= {"csrf": token[1], "question": found[1]}

    def send(self, what: str, headers: dict[str, str] | None = None, **fields: str):
        """Press a button, with some fields changed; names have `_` for the colon."""
        changed = {name.replace("keep_", "keep:"): value for name, value in fields.items()}
        data = self.fields | changed
        return self.client.post(f"{self.address}/{what}", data=data, headers=headers or {})


def shown_of(text: str) -> str:
    """What the page says was shown of an edit."""
    found = SHOWN.search(text)
    assert found, "the effect of an edit is shown"
    return unescape(found[1])
