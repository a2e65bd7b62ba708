"""Channels: where alerts go, by `apprise` (mail, Telegram, Slack, webhooks and many more).

A channel has a name in `live.toml` and a URL that is a secret: it stands in the environment
(`TRIMTAB_ALERTS_FAMILY` for the channel `family`) or in the system's keyring, and is shown nowhere.

Errors: `InputError` for a URL that is nowhere, or that `apprise` does not know; it is never shown.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec

from trimtab.app.live.alerts import Send
from trimtab.brokers._secrets import Secret
from trimtab.model.errors import InputError

__all__ = ["CONNECTION", "check_url", "open_channels", "sender"]

CONNECTION = "alerts"
"""The name under which credentials know the channels' URLs."""
EXAMPLES = (
    "mailto://user:password@example.org, tgram://token/chat, slack://tokens, json://host/path"
)
NOT_TAKEN = "the channel did not take it"


def open_channels(
    names: Sequence[str], secret: Callable[[str], Secret] | None = None
) -> Mapping[str, Send]:
    """What sends to each channel; `secret` answers in place of the environment and the keyring.

    Refuses: a channel whose URL is nowhere or cannot be used.
    """
    if not names:
        return {}
    if secret is None:
        from trimtab.app.credentials import from_system

        secret = from_system().of(CONNECTION)
    return {name: sender(name, secret(name)) for name in names}


def sender(name: str, url: Secret) -> Send:
    """What sends to one channel."""
    check_url(name, url)

    def send(title: str, text: str) -> str:
        from apprise import Apprise

        channel = Apprise()
        channel.add(url.reveal())
        return "" if channel.notify(title=title, body=text) else NOT_TAKEN

    return send


def check_url(name: str, url: Secret) -> None:
    """Check that `apprise` knows what to do with a URL.

    Refuses: one that it does not know, and an `apprise` that is not installed.
    """
    if find_spec("apprise") is None:
        raise InputError("alerts", "apprise is not installed", "", 'pip install "trimtab[live]"')
    from apprise import Apprise

    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # its words may hold the URL
    if not Apprise().add(url.reveal()):
        fact = "its URL is none that a message can be sent to"
        remedy = f"write it like {EXAMPLES}"
        raise InputError(f"channel {name!r}", fact, "it is not shown here", remedy)
