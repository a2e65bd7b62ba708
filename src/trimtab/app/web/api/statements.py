"""A pushed statement as what a file would have said: the same rows, held to the same checks.

Accounts are the mandate's own, so nothing has to be guessed; everything behind that is the import's
(`import_preview.py`): what it would come to, the breaks, and writing only what was shown.

Errors: `Problem` for an account that there is not, and for rows that say less than they seem to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from trimtab.app.importing.causes import choices_of, likely_cause
from trimtab.app.importing.open_breaks import BREAKS_FILE, since_in
from trimtab.app.importing.reading import Outcome
from trimtab.app.web.api.shapes_statements import (
    AccountStated,
    BreakChoice,
    BreakOpen,
    HoldingChange,
    InstrumentStated,
    StatementGiven,
    StatementOutcome,
)
from trimtab.app.web.api_v1.problems import mistake_of, refusal
from trimtab.app.web.import_preview import ImportPreview
from trimtab.app.web.upkeep.import_tables import changed_holdings
from trimtab.app.web.uploads import shown_name
from trimtab.importers._instruments import CASH, kind_of_symbol
from trimtab.model.accounts import Household
from trimtab.model.breaks import Break
from trimtab.model.lots import Lot
from trimtab.model.statements import (
    StatedAccount,
    StatedInstrument,
    StatedLot,
    StatedPosition,
    StatedTransaction,
    Statement,
)

__all__ = ["OVER_THE_API", "break_answer", "outcome_answer", "outcome_of"]

OVER_THE_API = "api"
"""What read a statement that was pushed, in the place of a file's format."""


@dataclass(slots=True)
class _Rows:
    """The rows of a statement, numbered through."""

    known: dict[str, InstrumentStated]
    positions: list[StatedPosition] = field(default_factory=list)
    lots: list[StatedLot] = field(default_factory=list)
    transactions: list[StatedTransaction] = field(default_factory=list)

    @property
    def line(self) -> int:
        """The next row's number."""
        return len(self.positions) + len(self.lots) + len(self.transactions) + 1

    def instrument(self, symbol: str) -> StatedInstrument:
        """An instrument with what is told of it.

        Refuses: cash, which has a list of its own.
        """
        if symbol.upper() == CASH:
            raise refusal(422, "body.accounts", "cash stands among instruments", "", "name it cash")
        told = self.known.get(symbol)
        if told is None:
            return StatedInstrument(symbol, "", kind_of_symbol(symbol, ""))
        name = told.name or ""
        kind = told.kind or kind_of_symbol(symbol, name)
        return StatedInstrument(symbol, name, kind, told.cusip or "", told.isin or "")

    def take(self, stated: AccountStated) -> None:
        """Add what is told of one account."""
        for one in stated.positions or ():
            of = self.instrument(one.instrument)
            amounts = (one.quantity, one.value, one.cost, one.price, one.currency or "")
            self.positions.append(StatedPosition(self.line, stated.account, of, *amounts))
        for lot in stated.lots or ():
            of = self.instrument(lot.instrument)
            value = None if lot.price is None else lot.price * lot.quantity
            bought = (lot.quantity, lot.cost, lot.acquired, value, lot.price, lot.currency or "")
            self.lots.append(StatedLot(self.line, stated.account, of, *bought))
        for cash in stated.cash or ():
            of, code = StatedInstrument(CASH, is_cash=True), cash.currency or ""
            if stated.positions is None and stated.lots:
                lot_of = (self.line, stated.account, of, cash.amount, cash.amount, None)
                self.lots.append(StatedLot(*lot_of, value=cash.amount, currency=code))
            else:
                held = (self.line, stated.account, of, cash.amount, cash.amount)
                self.positions.append(StatedPosition(*held, currency=code))
        for did in stated.transactions:
            self.transactions.append(
                StatedTransaction(
                    line=self.line,
                    account=stated.account,
                    on=did.on,
                    action=did.action,
                    instrument=None if did.instrument is None else self.instrument(did.instrument),
                    quantity=did.quantity,
                    amount=did.amount,
                    price=did.price,
                    fee=did.fee,
                    currency=did.currency or "",
                    settles=did.settles,
                    text=did.text or "",
                    broker_id=did.id or "",
                )
            )


def outcome_of(body: StatementGiven, household: Household) -> tuple[Outcome, dict[str, str]]:
    """A pushed statement as an import has it, and which accounts are meant: those named.

    Refuses: an account that the household does not have or that is named twice, and lists that
    would say that nothing is held without saying what cash there is.
    """
    rows = _Rows({one.symbol: one for one in body.instruments})
    names = [one.account for one in body.accounts]
    for place, stated in enumerate(body.accounts):
        household.account(stated.account)  # refuses one that there is not
        _check(stated, f"body.accounts.{place}", names.count(stated.account))
        rows.take(stated)
    told = body.model_dump_json(exclude={"seen"})
    statement = Statement(
        file=f"{shown_name(body.source)} {body.as_of}",
        broker=body.source,
        format=OVER_THE_API,
        digest=hashlib.sha256(told.encode()).hexdigest(),
        rows=rows.line - 1,
        as_of=body.as_of,
        accounts=tuple(StatedAccount(name) for name in names),
        positions=tuple(rows.positions),
        lots=tuple(rows.lots),
        transactions=tuple(rows.transactions),
    )
    return Outcome(Path(statement.file), statement), {name: name for name in names}


def _check(stated: AccountStated, place: str, count: int) -> None:
    """Refuse an account that is named twice, and lists that say less than they seem to."""
    if count > 1:
        fact = f"{stated.account!r} is named {count} times"
        raise refusal(422, f"{place}.account", fact, "once", "put its rows together")
    if stated.positions is None and stated.lots is None and stated.cash:
        fact = "cash alone says that nothing else is held"
        remedy = "give its positions, or an empty list of them where there are none"
        raise refusal(422, f"{place}.positions", fact, "", remedy)
    if stated.positions == [] and not stated.cash:
        remedy = 'give its cash as well, "0" where there is none'
        raise refusal(422, f"{place}.cash", "no position is held and no cash is told", "", remedy)
    if stated.lots == [] and stated.positions is None:
        remedy = "lots that are all sold are told by the positions"
        raise refusal(422, f"{place}.lots", "an empty list of lots says nothing", "", remedy)


def outcome_answer(shown: ImportPreview, held: Sequence[Lot], written: bool) -> StatementOutcome:
    """What a preview shows, or what was written of it; `held` are the lots before it."""
    merged = shown.merged
    since = since_in(merged.texts[BREAKS_FILE]) if merged else {}
    return StatementOutcome(
        written=written,
        digest=shown.digest,
        rows=sum(one.statement.rows for one in shown.outcomes),
        seen_before=bool(merged and merged.seen_before),
        entries=dict(merged.added) if merged else {},
        holdings=list(_changes(shown, held)),
        breaks=[break_answer(one, since) for one in merged.breaks] if merged else [],
        notes=list(merged.notes) if merged else [],
        troubles=[mistake_of(one) for one in shown.troubles],
    )


def _changes(shown: ImportPreview, held: Sequence[Lot]) -> Iterator[HoldingChange]:
    if shown.merged is None:
        return
    for account, name, before, after in changed_holdings(held, shown.merged):
        yield HoldingChange(
            account=account,
            instrument=name,
            before=before[0],
            after=after[0],
            lots_before=before[1],
            lots_after=after[1],
        )


def break_answer(one: Break, since: Mapping[str, date]) -> BreakOpen:
    """A break with what settles it; `since` has the days on which breaks were found first."""
    return BreakOpen(
        id=one.id,
        kind=one.kind.value,
        account=one.account,
        instrument=one.instrument,
        message=one.message,
        remedy=one.remedy,
        stops_trading=one.blocks,
        facts=dict(one.facts),
        source=one.source,
        since=since.get(one.id),
        likely_cause=likely_cause(one),
        choices=[
            BreakChoice(name=choice.name, words=choice.words, fields=list(choice.fields))
            for choice in choices_of(one)
        ],
    )
