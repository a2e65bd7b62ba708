"""What every sentence may look at: the mandate as it was read, its text, and the live settings.

Errors: none.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from trimtab.app.config import MandateFile
from trimtab.app.live.settings import LiveSettings
from trimtab.app.policy_statement.plain import amount
from trimtab.model.mandate import Mandate

__all__ = ["Facts"]


@dataclass(frozen=True, slots=True)
class Facts:
    """A mandate with its text; `live` is none where no account is linked to a broker."""

    file: MandateFile
    text: str
    live: LiveSettings | None = None

    @property
    def mandate(self) -> Mandate:
        """The owner's rules."""
        return self.file.mandate

    @property
    def name(self) -> str:
        """What the household is called."""
        return self.file.household.name or "The household"

    @property
    def currency(self) -> str:
        """The currency of all totals."""
        return self.file.household.base_currency

    def money(self, value: Decimal) -> str:
        """An amount in that currency."""
        return amount(value, self.currency)

    def label(self, account: str) -> str:
        """An account as people call it, by its id."""
        return next(
            (one.label for one in self.file.household.accounts if one.id == account), account
        )

    def written(self) -> dict[str, Any]:
        """The keys as they stand in the text."""
        return tomllib.loads(self.text, parse_float=Decimal)
