"""`trimtab alerts [DIR]`: what people were told, and whether it arrived; try and add channels.

Exit codes: 0 done, 1 something did not arrive, 2 bad input.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from trimtab.app.commands.options import folder_argument, json_option
from trimtab.app.exits import Exit
from trimtab.model.errors import InputError

if TYPE_CHECKING:
    from trimtab.app.live.settings import LiveSettings

__all__ = ["alerts"]

SHOWN = 20


@click.command()
@folder_argument
@click.option("--test", is_flag=True, help="Send one message to every channel, now.")
@click.option("--add", "channel", metavar="NAME", help="Ask for a channel's URL, and keep it.")
@click.option("--count", default=SHOWN, show_default=True, help="How many are shown.")
@json_option
def alerts(folder: Path, test: bool, channel: str | None, count: int, as_json: bool) -> int:
    """What the people of the household in DIR were told, and whether it arrived.

    Channels are named in live.toml; their URLs (mail, Telegram, Slack, webhooks) are secrets: they
    come from the environment, as TRIMTAB_ALERTS_NAME, or from the system's keyring.
    """
    from trimtab.app.live.settings import read_live

    if not folder.is_dir():
        fact = "there is no such folder"
        raise InputError(
            f"household folder {str(folder)!r}", fact, "", "name the household's folder"
        )
    settings = read_live(folder)
    if channel is not None:
        return _add(settings, channel)
    if test:
        return _test(settings)
    from trimtab.app.live.alerts import OUTBOX_NAME, Outbox

    found = []
    if (folder / OUTBOX_NAME).exists():
        outbox = Outbox(folder / OUTBOX_NAME)
        found = outbox.recent(count)
        outbox.close()
    if as_json:
        from trimtab.app.json_text import print_json

        rows = [
            {
                "kind": one.kind.value, "title": one.title, "text": one.text,
                "at": one.at.isoformat(), "channel": one.channel, "attempts": one.attempts,
                "sent_at": None if one.sent_at is None else one.sent_at.isoformat(),
                "error": one.error,
            }
            for one in found
        ]  # fmt: skip
        print_json({"schema": 1, "channels": list(settings.alerts.channels), "alerts": rows})
    else:
        from trimtab.app.screens.alerts_screen import show_alerts

        show_alerts(found, settings.alerts.channels)
    is_lost = any(one.channel and one.sent_at is None and one.error for one in found)
    return Exit.FINDINGS if is_lost else Exit.DONE


def _test(settings: LiveSettings) -> int:
    """One message to every channel, and what became of it."""
    from trimtab.app.live.channels import open_channels

    names = settings.alerts.channels
    if not names:
        remedy = "name one in live.toml, or `trimtab alerts --add family`"
        raise InputError("alerts.channels", "there is no channel", "", remedy)
    title, text = "Trimtab: a test", "If you read this, alerts of this household reach you."
    failed = 0
    for name, send in open_channels(names).items():
        problem = send(title, text)
        failed += bool(problem)
        click.echo(f"{name}: {problem or 'sent'}.")
    return Exit.FINDINGS if failed else Exit.DONE


def _add(settings: LiveSettings, name: str) -> int:
    """Ask for a channel's URL, keep it in the keyring, and name the channel in `live.toml`."""
    from trimtab.app.credentials import from_system
    from trimtab.app.live.channels import CONNECTION, EXAMPLES, check_url
    from trimtab.app.live.links import add_channel
    from trimtab.app.live.service_settings import AlertRules
    from trimtab.brokers._secrets import Secret

    AlertRules(channels=(name,))  # the name is checked before anybody types a secret
    credentials = from_system()
    if credentials.place(CONNECTION, name) is None:
        click.echo(f"Like {EXAMPLES}")
        url = Secret(str(click.prompt(f"The URL of {name} (kept in the keyring)", hide_input=True)))
        check_url(name, url)
        credentials.store(CONNECTION, name, url)
    add_channel(settings, name)
    click.echo(f"{name} is told of from now on; `trimtab alerts --test` tries it.")
    return Exit.DONE
