"""Statements as JSON: decimals as text with the digits of the file, what is unknown as null."""

from __future__ import annotations

from decimal import Decimal

from trimtab.app.as_json import Json
from trimtab.app.importing.merge import Merge, break_json
from trimtab.model.statements import Statement

__all__ = ["kind_words", "merge_json", "statement_json"]


def kind_words(statement: Statement) -> str:
    """What a file holds: `positions`, `positions+lots`, …; empty where nothing was taken."""
    return "+".join(statement.kinds)


def statement_json(statement: Statement) -> dict[str, Json]:
    """One file, with every row accounted for: `rows` = `taken` + ignored + breaks."""
    return {
        "file": statement.file,
        "broker": statement.broker,
        "kind": kind_words(statement),
        "format": statement.format,
        "as_of": None if statement.as_of is None else statement.as_of.isoformat(),
        "rows": statement.rows,
        "taken": statement.taken,
        "accounts": [account.id for account in statement.accounts],
        "positions": [
            {
                "line": one.line,
                "account": one.account,
                "symbol": one.instrument.symbol,
                "name": one.instrument.name,
                "quantity": _text(one.quantity),
                "value": _text(one.value),
                "cost": _text(one.cost),
                "currency": one.currency,
                "cash": one.instrument.is_cash,
            }
            for one in statement.positions
        ],
        "lots": [
            {
                "line": one.line,
                "account": one.account,
                "symbol": one.instrument.symbol,
                "quantity": _text(one.quantity),
                "cost": _text(one.cost),
                "acquired": None if one.acquired is None else one.acquired.isoformat(),
                "currency": one.currency,
                "covered": one.covered,
            }
            for one in statement.lots
        ],
        "transactions": len(statement.transactions),
        "realised_gains": len(statement.gains),
        "ignored": [{"line": one.line, "rule": one.rule} for one in statement.ignored],
        "breaks": [
            {"line": one.line, "reason": one.reason, "text": one.text, "remedy": one.remedy}
            for one in statement.breaks
        ],
    }


def _text(number: Decimal | None) -> str | None:
    return None if number is None else format(number, "f")


def merge_json(merged: Merge, written: bool) -> dict[str, Json]:
    """What an import came to: entries by kind, files, accounts and open breaks."""
    return {
        "folder": str(merged.folder),
        "written": written,
        "entries": dict(merged.added),
        "files": sorted(merged.texts),
        "accounts": dict(merged.accounts),
        "seen_before": list(merged.seen_before),
        "notes": list(merged.notes),
        "breaks": [break_json(one) for one in merged.breaks],
    }
