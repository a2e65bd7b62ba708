"""Telling: what happens goes to the service's output, and to people as the household wishes.

Errors: none: alerts that cannot be kept are said, kept in memory, and sent from there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from trimtab.app.live.alerts import Alert, Outbox, Send
from trimtab.app.live.channels import open_channels
from trimtab.app.live.service_settings import AlertKind, AlertRules
from trimtab.model.errors import InputError

__all__ = ["ChannelsOf", "Say", "Teller", "to_nobody"]

T = TypeVar("T")

Say = Callable[[datetime, str, str], None]
"""Takes the moment, the household and a sentence, for whoever watches the service."""

ChannelsOf = Callable[[Sequence[str]], Mapping[str, Send]]
"""What sends to each channel, by its name; refuses one that cannot be opened."""


class Teller:
    """One household's voice."""

    def __init__(
        self,
        name: str,
        rules: AlertRules,
        outbox: Outbox,
        say: Say,
        channels_of: ChannelsOf = open_channels,
    ) -> None:
        """`channels_of` opens the channels of these names.

        Refuses: rules whose channels cannot be opened.
        """
        self.name, self.outbox, self._say = name, outbox, say
        self._in_memory: Outbox | None = None
        self._channels_of = channels_of
        self.rules, self._channels = rules, channels_of(rules.channels)

    def follow(self, rules: AlertRules) -> None:
        """Tell by other rules from now on.

        Refuses: rules whose channels cannot be opened; those of before count then.
        """
        channels = self._channels_of(rules.channels)
        self.rules, self._channels = rules, channels

    def say(self, at: datetime, words: str) -> None:
        """Say something to whoever watches, and to nobody else."""
        self._say(at, self.name, words)

    def tell(
        self, kind: AlertKind, about: str, state: str, title: str, text: str, at: datetime
    ) -> bool:
        """Tell how something stands, unless that was told; whether it was not."""
        alert = Alert(kind, about, state, f"{self.name}: {title}", text, at)
        how, channels = self.rules.how(kind), self.rules.channels
        is_new = self._in(lambda box: box.tell(alert, how, channels), at)
        if is_new:
            self.say(at, title)
        return is_new

    def over(self, about: str, at: datetime, state: str = "") -> bool:
        """Note that something is over, or stands differently, without telling anybody."""
        return self._in(lambda box: box.over(about, at, state), at)

    def state(self, about: str, at: datetime) -> str:
        """How something stood when it was last told of."""
        return self._in(lambda box: box.state(about), at)

    def digest(self, day: str, at: datetime) -> None:
        """Send what was gathered in a day."""
        title = f"{self.name}: what happened until {day}"
        self._in(lambda box: box.digest(title, at, self.rules.channels), at)
        self._in(lambda box: box.forget(at), at)

    def deliver(self, at: datetime) -> None:
        """Send what is due; a failure is kept and tried again."""
        channels = self._channels
        for box in (self.outbox, self._in_memory):
            if box is not None:
                try:
                    box.deliver(channels, at)
                except InputError as error:
                    self.say(at, str(error))

    def close(self) -> None:
        """Close what alerts are kept in."""
        self.outbox.close()

    def _in(self, act: Callable[[Outbox], T], at: datetime) -> T:
        """Do something with the alerts on disk, or in memory while the disk takes none."""
        try:
            return act(self.outbox)
        except InputError as error:
            if self._in_memory is None:
                self._in_memory = Outbox(None)
                self.say(at, f"{error} They are kept in memory meanwhile.")
            return act(self._in_memory)


def to_nobody(names: Sequence[str]) -> Mapping[str, Send]:
    """No channel at all: on recorded days nothing leaves the machine."""
    return {}
