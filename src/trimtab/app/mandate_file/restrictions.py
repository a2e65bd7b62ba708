"""Restrictions as the mandate states them: the owner's own, and those of accounts with a menu.

Errors: none; the tables were checked before.
"""

from collections.abc import Mapping

from trimtab.app.mandate_file.checks import Checked
from trimtab.model.instruments import Instrument
from trimtab.model.mandate import Restriction, RestrictionKind

__all__ = ["menu_restrictions", "restrictions_of"]


def restrictions_of(checked: Checked) -> tuple[Restriction, ...]:
    """The owner's own restrictions, each with the clause that names it."""
    return tuple(
        Restriction(
            clause=f"restrictions.{row.text('name') or index + 1}",
            kind=RestrictionKind(row.text("kind")),
            instruments=row.words("instruments"),
            tags=row.words("tags"),
            accounts=row.words("accounts"),
            minimum=row.optional_decimal("minimum"),
            maximum=row.optional_decimal("maximum"),
            reason=row.text("reason"),
        )
        for index, row in enumerate(checked.all("restrictions"))
        if row.whole
    )


def menu_restrictions(
    menus: Mapping[str, frozenset[str]], instruments: Mapping[str, Instrument]
) -> tuple[Restriction, ...]:
    """An account with a fixed menu may not buy what is not on it."""
    return tuple(
        Restriction(
            clause=f"accounts.{account}.can_hold",
            kind=RestrictionKind.DO_NOT_BUY,
            instruments=others,
            accounts=(account,),
            reason="not on the account's menu",
        )
        for account, menu in menus.items()
        if (others := tuple(name for name in instruments if name not in menu))
    )
