"""A backtest that stopped goes on: its state as text, and the same backtest made of it again.

What can be computed again is not kept: books come from their entries, estimates from prices, bills
from the year's income.  The text names its inputs by their fingerprints, so that it is never taken
for another backtest's.  Nothing is written here: who runs a backtest gives it a writer.

Errors: `InputError` for a text that is no checkpoint, one of another version, and one of other
inputs, which are named.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from trimtab.books.dividend_years import DividendTest, _Open
from trimtab.books.entry_json import entry_from, entry_json
from trimtab.books.wash_values import HistoricLot
from trimtab.drivers.backtest.orders import Order
from trimtab.drivers.backtest.outgoings import Outgoing, OutgoingKind
from trimtab.drivers.backtest.results import DecisionRecord, FillRecord
from trimtab.drivers.backtest.state_json import Reader, written
from trimtab.drivers.backtest.tax_office import TaxDue
from trimtab.model.accounts import Wrapper
from trimtab.model.errors import InputError, must
from trimtab.model.findings import Finding, Severity
from trimtab.model.lots import Term
from trimtab.model.plans import LotSale, Trade, TradeCost, Verdict
from trimtab.model.snapshots import Side, TradeRecord

if TYPE_CHECKING:
    from trimtab.drivers.backtest.run import Backtest

__all__ = ["as_json", "mark_of", "resumed"]

VERSION = 3
READER = Reader(
    (
        *(DecisionRecord, FillRecord, Finding, HistoricLot, LotSale, Order, Outgoing, OutgoingKind),
        *(Severity, Side, TaxDue, Term, Trade, TradeCost, TradeRecord, Verdict, Wrapper, _Open),
    )
)
"""All that a checkpoint's text may make."""

Part = tuple[object, tuple[str, ...]]


def _parts(test: Backtest) -> dict[str, Part]:
    """What a backtest remembers besides its books and records: who, and which of its facts."""
    return {
        "backtest": (test, ("done", "fees", "decisions")),
        "holdings": (test.holdings, ("unsettled",)),
        "washes": (test.washes, ("sales", "trades", "disallowed", "parts", "matched")),
        "custodian": (test.custodian, ("interest_owed", "findings")),
        "broker": (test.broker, ("orders", "fills", "findings")),
        "offers": (test.broker.offers, ("findings",)),
        "outgoings": (test.outgoings, ("waiting", "findings")),
        "payments": (test.payments, ("outside",)),
        "office": (test.office, OFFICE),
        "dividends": (test.office.dividends, DividendTest.__slots__),
        "tax_days": (test.tax_days, ("exact",)),
        "watch": (test.watch, ("findings",)),
        "asker": (test.asker, ("findings",)),
        "target_days": (test.target_days, ("findings",)),
    }


OFFICE = (
    *("gains", "interest", "estimated", "settled", "settlement_paid"),
    *("seen_gains", "seen_entries", "planned", "opened_year"),
)


def as_json(test: Backtest) -> str:
    """The state of a backtest between two sessions, as text."""
    done = test.done
    state = {
        "version": VERSION,
        "inputs": dict(_fingerprints(test)),
        "entries": [entry_json(entry) for entry in test.holdings.entries],
        "days": test.recorder.table[:done].tolist(),
        "weights": test.recorder.weights[:done].tolist(),
        "lots": test.recorder.lots[:done].tolist(),
        "taxes": test.tax_days.table[:done].tolist(),
        "parts": {
            name: {fact: written(getattr(owner, fact)) for fact in facts}
            for name, (owner, facts) in _parts(test).items()
        },
    }
    return json.dumps(state, separators=(",", ":"))


def resumed(text: str, test: Backtest) -> Backtest:
    """A fresh backtest of the same inputs, put where the text was written.

    Refuses: a text that is no checkpoint, or one of another version or of other inputs.
    """
    must(test.done == 0, "a backtest is resumed before its first session")
    state = _checked(text, test)
    try:
        test.holdings.book(*(entry_from(entry) for entry in state["entries"]))
        for name, (owner, facts) in _parts(test).items():
            for fact in facts:
                _put_back(owner, fact, READER.read(state["parts"][name][fact]))
        for target, rows in (
            (test.recorder.table, state["days"]),
            (test.recorder.weights, state["weights"]),
            (test.recorder.lots, state["lots"]),
            (test.tax_days.table, state["taxes"]),
        ):
            target[: test.done] = np.array(rows).reshape(test.done, *target.shape[1:])
    except (KeyError, TypeError, ValueError) as error:
        raise _no_checkpoint(f"a part of it is missing or cannot be read: {error}") from error
    if test.done:
        test.ahead.due(test.market.dates[test.sessions[test.done - 1]])  # these have come already
    return test


def _put_back(owner: object, fact: str, value: Any) -> None:
    """Set a fact; tables that make their own entries keep doing so."""
    known = getattr(owner, fact)
    if isinstance(known, dict):
        known.clear()
        known.update(value)
    else:
        setattr(owner, fact, value)


def _checked(text: str, test: Backtest) -> Mapping[str, Any]:
    try:
        state = json.loads(text)
    except ValueError as error:
        raise _no_checkpoint(f"it is no JSON: {error}") from error
    if not isinstance(state, dict) or "version" not in state:
        raise _no_checkpoint("it has no version")
    if state["version"] != VERSION:
        raise InputError(
            "checkpoint",
            f"is of version {state['version']}",
            f"this program reads version {VERSION}",
            "start the backtest anew",
        )
    theirs, ours = state.get("inputs", {}), dict(_fingerprints(test))
    others = [name for name, mark in ours.items() if theirs.get(name) != mark]
    if others:
        raise InputError(
            "checkpoint",
            f"was made with another {', another '.join(others)}",
            "a backtest goes on with what it began with",
            "give it the same inputs, or start anew",
        )
    return state


def _no_checkpoint(fact: str) -> InputError:
    return InputError("checkpoint", fact, remedy="start the backtest anew")


def _fingerprints(test: Backtest) -> Iterator[tuple[str, str]]:
    """What a backtest rests on, by its parts, each as a mark that only the same thing has."""
    start, history = test.start, test.market
    books = start.books
    yield "household", _mark((start.household, start.instruments, start.trades))
    yield "opening", _mark((dict(books.lots), dict(books.cash)))
    yield "mandate", _mark(start.mandate)
    yield "policy", _mark((test.name, test.asker.policy))
    yield "tax regime", _mark(test.office.regime)
    yield "set of guards", _mark(test.asker.guards)
    yield "set of settings", _mark(test.settings)
    digest = hashlib.sha256(repr((tuple(history.dates), history.instruments)).encode())
    for grid in (history.close, history.open, history.vwap, history.volume, history.half_spread):
        digest.update(np.ascontiguousarray(grid).tobytes())
    for grid in (history.dividend, history.split):
        digest.update(np.ascontiguousarray(grid).tobytes())
    yield "market history", digest.hexdigest()


def mark_of(test: Backtest, but: frozenset[str] = frozenset()) -> str:
    """A mark that only a backtest of the same inputs has; `but` leaves some of their names out."""
    return _mark({name: mark for name, mark in _fingerprints(test) if name not in but})


def _mark(value: object) -> str:
    return hashlib.sha256(json.dumps(written(value), sort_keys=True).encode()).hexdigest()
