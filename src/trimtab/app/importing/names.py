"""Brokers' names and the household's: which account and instrument a statement means.

The map is a file that a person may edit, `imports/names.toml`:

    [accounts]
    "schwab XXXX-4321" = "joint"
    [instruments]
    "922908769" = "VTI"

What it does not name is found (an account by its last digits or its name) or gets a name of its
own.  Errors: `InputError` for a statement that does not tell its account where several could be
meant.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from trimtab.app.mandate_file.text import toml_value
from trimtab.app.text_files import read_text
from trimtab.app.values import WORD_LENGTH_MAX
from trimtab.books.statement_rows import changed
from trimtab.importers._instruments import CASH
from trimtab.model.errors import InputError
from trimtab.model.statements import (
    StatedAccount,
    StatedGain,
    StatedInstrument,
    StatedLot,
    StatedPosition,
    StatedTransaction,
    Statement,
)

__all__ = ["NAMES_FILE", "NamedAccount", "Names", "read_names", "shown_words"]

NAMES_FILE = "imports/names.toml"
OPENING = """\
# Which of your accounts and instruments a broker's names mean; `trimtab import` adds to it.
# Change the right sides as you like; an instrument's is its id in mandate.toml.
"""
OWN_TABLES = "generic"
"""What reads tables that people keep themselves: they name accounts as the household does."""
DIGEST_LENGTH = 6
DIGITS_COMPARED = 3
"""How many last digits of a masked account number tell it apart, at least."""


@dataclass(frozen=True, slots=True)
class NamedAccount:
    """An account that a statement brought: the household's id for it and the broker's own words."""

    id: str
    broker: str
    stated: StatedAccount


@dataclass(slots=True)
class Names:
    """The map, and the accounts and instruments that it gained while statements were named."""

    accounts: dict[str, str] = field(default_factory=dict)
    instruments: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    """The broker's name of an account by its key, for files that give the name alone."""
    new_accounts: list[NamedAccount] = field(default_factory=list)
    seen: dict[str, StatedInstrument] = field(default_factory=dict)
    """Every instrument named so far, by the household's id."""
    _found: dict[StatedInstrument, StatedInstrument] = field(default_factory=dict)

    def named(self, statement: Statement, taken: Iterable[str]) -> Statement:
        """The statement under the household's accounts; `taken` are ids that accounts have.

        Refuses: rows without an account where it cannot be told.
        """
        stated = {one.id: one for one in statement.accounts}
        ids = {one.id: self.account(statement.broker, one, taken) for one in statement.accounts}
        if _has_nameless(statement):
            ids[""] = self._only_account(statement, taken)
        return replace(
            statement,
            accounts=tuple(replace(stated[one], id=ids[one]) for one in stated),
            positions=_of_accounts(statement.positions, ids),
            lots=_of_accounts(statement.lots, ids),
            transactions=_of_accounts(statement.transactions, ids),
            gains=_of_accounts(statement.gains, ids),
        )

    def account(self, broker: str, stated: StatedAccount, taken: Iterable[str]) -> str:
        """The household's id of an account; a new one where nothing known fits."""
        key = f"{broker} {stated.id}".strip()
        if key not in self.accounts:
            found = self._same_account(broker, stated)
            if found is None and broker == OWN_TABLES and stated.id in set(taken):
                found = stated.id
            self.accounts[key] = found or _free_id(
                broker, stated, {*taken, *self.accounts.values()}
            )
        known = self.accounts[key]
        if known not in {*taken, *(one.id for one in self.new_accounts)}:
            self.new_accounts.append(NamedAccount(known, broker, stated))
        if stated.name:
            self.labels.setdefault(key, stated.name)
        return self.accounts[key]

    def _same_account(self, broker: str, stated: StatedAccount) -> str | None:
        """An account of this broker that other files named in another way."""
        prefix = f"{broker} "
        same = {k: v for k, v in self.accounts.items() if k.startswith(prefix)}
        if _last_digits(stated.id):
            found = {v for k, v in same.items() if _is_one(k.removeprefix(prefix), stated.id)}
        else:
            label = stated.name or stated.id
            found = {v for k, v in same.items() if self.labels.get(k, "").lower() == label.lower()}
        return found.pop() if len(found) == 1 else None

    def _only_account(self, statement: Statement, taken: Iterable[str]) -> str:
        """The account of a file that names none: the broker's only one."""
        prefix = f"{statement.broker} "
        known = {id for key, id in self.accounts.items() if key.startswith(prefix)}
        if statement.broker in self.accounts:
            return self.account(statement.broker, StatedAccount(""), taken)
        if len(known) == 1:
            return known.pop()
        if not known:
            return self.account(statement.broker, StatedAccount(""), taken)
        raise InputError(
            "account",
            "the file does not say which account it is of",
            f"{statement.broker} has {', '.join(sorted(known))}",
            f"say it with --account {statement.broker}={min(known)}",
            file=statement.file,
        )

    def instrument(self, stated: StatedInstrument) -> StatedInstrument:
        """The instrument under the household's id; each is looked up once."""
        found = self._found.get(stated)
        if found is None:
            found = self._found[stated] = self._named(stated)
        return found

    def _named(self, stated: StatedInstrument) -> StatedInstrument:
        if stated.is_cash:
            return stated
        name = _word(stated.symbol)
        found = self.instruments.get(stated.symbol) or self.instruments.get(name) or name
        for other in (stated.cusip, stated.isin):
            found = self.instruments.get(other, found) if other else found
        known = self.seen.get(found)
        if known is None or (known.kind is None and stated.kind is not None):
            self.seen[found] = replace(stated, symbol=found)
        return stated if stated.symbol == found else replace(stated, symbol=found)

    def text(self) -> str:
        """The map as its file."""
        lines = [OPENING]
        for section in ("accounts", "instruments", "labels"):
            lines.append(f"[{section}]")
            pairs: Mapping[str, str] = getattr(self, section)
            lines += [f"{toml_value(key)} = {toml_value(pairs[key])}" for key in sorted(pairs)]
            lines.append("")
        return "\n".join(lines)


def read_names(folder: Path) -> Names:
    """The map of a household's folder; an empty one where it has none.

    Refuses: a file that is no such map.
    """
    path = folder / NAMES_FILE
    if not path.exists():
        return Names()
    try:
        values = tomllib.loads(read_text(path, "names"))
        maps = [_words(values.get(name, {})) for name in ("accounts", "instruments", "labels")]
        return Names(maps[0], maps[1], maps[2])
    except (tomllib.TOMLDecodeError, TypeError, ValueError) as error:
        remedy = "correct it, or take it away to begin anew"
        raise InputError(
            "names", f"it is no such map ({error})", "", remedy, file=str(path)
        ) from None


def _words(table: object) -> dict[str, str]:
    """A table of words.

    Refuses: anything else, with `TypeError`.
    """
    if not isinstance(table, dict) or not all(isinstance(one, str) for one in table.values()):
        raise TypeError(f"{table!r} does not give a word for each name")
    return dict(table)


Row = TypeVar("Row", StatedPosition, StatedLot, StatedTransaction, StatedGain)


def _of_accounts(rows: Sequence[Row], ids: Mapping[str, str]) -> tuple[Row, ...]:
    """Rows under the household's accounts."""
    return tuple(
        row if ids[row.account] == row.account else changed(row, "account", ids[row.account])
        for row in rows
    )


def shown_words(text: str) -> str:
    """A broker's words without tabs, line ends and what cannot be seen."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _word(symbol: str) -> str:
    """A symbol, or the name that stands for one, as an id; two long names do not become one."""
    words = shown_words(symbol)
    if len(words) <= WORD_LENGTH_MAX:
        return words
    told = hashlib.sha256(words.encode()).hexdigest()[:DIGEST_LENGTH]
    return f"{words[: WORD_LENGTH_MAX - DIGEST_LENGTH - 1].strip()} {told}"


def _has_nameless(statement: Statement) -> bool:
    """Whether a row does not tell its account."""
    accounts = {row.account for row in statement.positions}
    accounts |= {row.account for row in statement.lots}
    accounts |= {row.account for row in statement.transactions}
    return "" in accounts | {row.account for row in statement.gains}


def _last_digits(text: str) -> str:
    """The digits at the end of an account's number, those behind a mask where it has one."""
    runs: list[str] = re.findall(r"\d+", re.sub(r"[-\s]", "", text))
    return runs[-1] if runs and len(runs[-1]) >= DIGITS_COMPARED else ""


def _is_one(number: str, other: str) -> bool:
    """Whether two numbers, one of them perhaps masked, are of one account."""
    ours, theirs = _last_digits(number), _last_digits(other)
    return bool(ours and theirs) and (ours.endswith(theirs) or theirs.endswith(ours))


def _free_id(broker: str, stated: StatedAccount, taken: Iterable[str]) -> str:
    """A short id out of the broker's words."""
    label = stated.name or ("" if _last_digits(stated.id) else stated.id)
    words = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")
    digits = re.sub(r"[^0-9a-zA-Z]", "", stated.id)[-4:].lower()
    whose = "" if broker == OWN_TABLES and words else broker
    base = "_".join(part for part in (whose, words or digits) if part)[: WORD_LENGTH_MAX - 10]
    wanted, count = base or "account", 1
    if wanted in set(taken) and digits and not wanted.endswith(digits):
        wanted = f"{base}_{digits}"
    found = wanted
    while found in set(taken) or found.upper() == CASH:
        count += 1
        found = f"{wanted}_{count}"
    return found
