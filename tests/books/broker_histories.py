"""What truly happened in two accounts, and the files that a broker would give of it on any day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from tests.books.statement_parts import lists, lots, rows
from trimtab.books._lot_changes import share_of
from trimtab.model.money import ZERO, total
from trimtab.model.statements import Statement

__all__ = ["ACCOUNTS", "History", "histories"]

ACCOUNTS = ("joint", "ira")
INSTRUMENTS = ("VTI", "BND")
FIRST = date(2024, 1, 2)
SALE_PRICE = 110

Bought = tuple[Decimal, Decimal, date]  # units, basis, day


@dataclass(frozen=True, slots=True)
class History:
    """Rows by day, and what was held at the end of each day."""

    rows: tuple[tuple[date, str], ...]
    lots: Mapping[date, Mapping[tuple[str, str], tuple[Bought, ...]]]
    cash: Mapping[date, Mapping[str, Decimal]]

    @property
    def days(self) -> list[date]:
        """All days, in order."""
        return sorted(self.lots)

    def positions_of(self, account: str, day: date) -> Statement:
        """The list of positions of a day, with the cash."""
        table = [
            f"{account} {name} {_word(total(units for units, _, _ in bought))} -"
            for (place, name), bought in sorted(self.lots[day].items())
            if place == account and bought
        ]
        table.append(f"{account} CASH - {_word(self.cash[day].get(account, ZERO))}")
        return lists(str(day), *table, file=f"positions-{account}-{day}.csv")

    def lots_of(self, account: str, day: date) -> Statement:
        """The list of lots of a day."""
        table = [
            f"{account} {name} {_word(units)} {_word(basis)} {on}"
            for (place, name), bought in sorted(self.lots[day].items())
            if place == account
            for units, basis, on in bought
        ]
        return lots(str(day), *table, file=f"lots-{account}-{day}.csv")

    def rows_of(self, first: date, last: date) -> Statement:
        """All that happened between two days."""
        table = [row for day, row in self.rows if first <= day <= last]
        return rows(*table, file=f"rows-{first}-{last}.csv")

    def held(self) -> list[str]:
        """What is held in the end, in the words of `statement_parts.held`."""
        last = self.days[-1]
        found = [
            f"{account} {name} {_word(units)} {_word(basis)} {on}"
            for (account, name), bought in self.lots[last].items()
            for units, basis, on in bought
        ]
        cash = [f"{account} USD {_word(sum_)}" for account, sum_ in self.cash[last].items() if sum_]
        return [*sorted(found), *sorted(cash)]


@st.composite
def histories(draw: st.DrawFn) -> History:
    """A few purchases, sales of the oldest lots, dividends and deposits, twenty days apart."""
    happened: list[tuple[date, str]] = []
    held: dict[tuple[str, str], list[Bought]] = {}
    cash: dict[str, Decimal] = {}
    lots_by_day, cash_by_day = {}, {}
    for number in range(draw(st.integers(2, 10))):
        day = FIRST + timedelta(days=20 * number)
        for _ in range(draw(st.integers(0, 3))):
            account = draw(st.sampled_from(ACCOUNTS))
            name = draw(st.sampled_from(INSTRUMENTS))
            bought = held.setdefault((account, name), [])
            units = draw(st.integers(1, 5))
            have = int(total(part for part, _, _ in bought))
            action = draw(st.sampled_from(["buy", "buy", "sell", "dividend", "deposit"]))
            change = Decimal(7 * units)
            what = f"{name} -"
            if action == "buy":
                change = -Decimal(units * draw(st.sampled_from([100, 101])))
                bought.append((Decimal(units), -change, day))
                what = f"{name} {units}"
            elif action == "sell" and have:
                sold = min(units, have)
                held[account, name] = _without_oldest(bought, Decimal(sold))
                change = Decimal(sold * SALE_PRICE)
                what = f"{name} -{sold}"
            elif action in ("sell", "deposit"):
                action, what = "deposit", "- -"
            cash[account] = cash.get(account, ZERO) + change
            happened.append((day, f"{day} {account} {action} {what} {change}"))
        lots_by_day[day] = {place: tuple(lots) for place, lots in held.items()}
        cash_by_day[day] = dict(cash)
    return History(tuple(happened), lots_by_day, cash_by_day)


def _without_oldest(bought: list[Bought], sold: Decimal) -> list[Bought]:
    """First in, first out; what remains of a lot keeps its share of the basis."""
    left = []
    for units, basis, day in bought:
        taken = min(units, sold)
        sold -= taken
        if taken < units:
            left.append((units - taken, basis - (share_of(basis, taken, units)), day))
    return left


def _word(number: Decimal) -> str:
    return f"{number.normalize():f}"
