"""Edit `live.toml`: link accounts to brokers, take links out, name channels.  Comments stay.

Errors: `InputError` for an account that is linked already or not at all, and for a text that cannot
be edited; nothing is written then.
"""

from __future__ import annotations

import tomlkit
from tomlkit.exceptions import TOMLKitError

from trimtab.app.live.settings import BrokerAccount, LiveSettings, parse_live
from trimtab.app.text_files import read_text, write_text
from trimtab.model.errors import InputError

__all__ = ["add_channel", "add_links", "name_household", "remove_link", "set_approvers"]

OPENING = """\
# Where this household's accounts are held; see `trimtab broker --help`.
# No secret stands here: keys come from the environment or the system's keyring.
"""


def add_links(settings: LiveSettings, links: tuple[BrokerAccount, ...]) -> None:
    """Write links of accounts that have none yet.

    Refuses: an account that is linked already.
    """
    linked = {one.account: one for one in settings.accounts}
    for link in links:
        if link.account in linked:
            fact = f"{linked[link.account].broker} holds it already"
            remedy = f"first `trimtab broker remove {link.account}`"
            raise InputError(f"account {link.account!r}", fact, "", remedy)
    document = _document(settings)
    accounts = document.setdefault("accounts", tomlkit.table(is_super_table=True))
    for link in links:
        table = tomlkit.table()
        table["broker"] = link.broker
        if link.connection:
            table["connection"] = link.connection
        for key, value in link.settings.items():
            table[key] = value
        if link.quotes:
            table["quotes"] = link.quotes
        if isinstance(link.positions, str) and link.positions:
            table["positions"] = link.positions
        accounts[link.account] = table
    _write(settings, document, len(settings.accounts) + len(links))


def remove_link(settings: LiveSettings, account: str) -> BrokerAccount:
    """Take the link of an account out, and say what it was.

    Refuses: an account that has none.
    """
    link = settings.linked(account)
    document = _document(settings)
    del document["accounts"][account]
    _write(settings, document, len(settings.accounts) - 1)
    return link


def add_channel(settings: LiveSettings, name: str) -> None:
    """Name a channel; one that is named already stays."""
    if name in settings.alerts.channels:
        return
    document = _document(settings)
    alerts = document.setdefault("alerts", tomlkit.table())
    alerts["channels"] = [*settings.alerts.channels, name]
    _write(settings, document, len(settings.accounts))


def name_household(settings: LiveSettings, name: str) -> LiveSettings:
    """Write the name under which a store that others share knows the household.

    Refuses: a file that cannot be edited.
    """
    document = _document(settings)
    store = document.setdefault("store", tomlkit.table())
    store["household"] = name
    found = parse_live(tomlkit.dumps(document), settings.folder)
    if (found.household, found.store) != (name, settings.store):
        remedy = f'edit it by hand: household = "{name}" in [store]'
        raise InputError("live settings", "they cannot be edited so", "", remedy)
    write_text(settings.path, tomlkit.dumps(document))
    return found


def set_approvers(settings: LiveSettings, needed: int, people: tuple[str, ...]) -> LiveSettings:
    """Write how many people must approve, and who they are; anybody where none is named.

    Refuses: rules that cannot be met, and a file that cannot be edited.
    """
    document = _document(settings)
    approvals = document.setdefault("approvals", tomlkit.table())
    approvals["needed"], approvals["people"] = needed, list(people)
    found = parse_live(tomlkit.dumps(document), settings.folder)
    if (found.approvals.needed, found.approvals.people) != (needed, people):
        remedy = "edit [approvals] by hand"
        raise InputError("live settings", "they cannot be edited so", "", remedy)
    write_text(settings.path, tomlkit.dumps(document))
    return found


def _document(settings: LiveSettings) -> tomlkit.TOMLDocument:
    path = settings.path
    try:
        return tomlkit.parse(read_text(path, "live settings") if path.exists() else OPENING)
    except TOMLKitError as error:
        raise InputError("live settings", f"they cannot be edited: {error}") from None


def _write(settings: LiveSettings, document: tomlkit.TOMLDocument, count: int) -> None:
    """Write what reads back as meant, and nothing else."""
    text = tomlkit.dumps(document)
    found = parse_live(text, settings.folder)
    if len(found.accounts) != count or found.store != settings.store:
        remedy = 'edit it by hand: [accounts.ID] with broker = "…"'
        raise InputError("live settings", "they cannot be edited so", "", remedy)
    write_text(settings.path, text)
