"""All that a request may use, handed to the application when it is made.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from trimtab.app.web.backtests.queue import Backtests

if TYPE_CHECKING:
    from trimtab.app.web.events import Hub
    from trimtab.app.web.households import Households
    from trimtab.app.web.settings import WebSettings
    from trimtab.app.web.working import Worker
    from trimtab.stores.sql.web_store import WebStore

__all__ = ["WebWorld"]


@dataclass(frozen=True, slots=True)
class WebWorld:
    """What the dashboard knows: its settings, households, people, and who listens.

    `worker` runs the cycles that people ask for, `backtests` what they try on the past; `clock`
    tells the moment in UTC; `ids` makes names and secrets that nobody can guess.
    """

    settings: WebSettings
    households: Households
    store: WebStore
    clock: Callable[[], datetime]
    hub: Hub
    worker: Worker
    ids: Callable[[], str]
    backtests: Backtests = field(default_factory=Backtests)
