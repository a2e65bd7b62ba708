"""The tables of the plan screen: sentences that change, today's plan twice, earlier mandates.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from trimtab.app.choosing.today import TodayLine
from trimtab.app.mandate_form import TargetFields
from trimtab.app.mandate_history import MandateVersion
from trimtab.app.report.view import VERDICTS
from trimtab.app.web.tables import Column, Kind, Row, Table

if TYPE_CHECKING:
    from trimtab.app.policy_statement.difference import Change

__all__ = ["sentence_table", "target_table", "today_table", "version_table"]


def sentence_table(changes: Sequence[Change]) -> Table:
    """Sentences of the policy statement that differ, in the statement's order."""
    columns = (
        Column("clause", "Clause"),
        Column("what", "What happens to it"),
        Column("saved", "Saved", Kind.SENTENCE),
        Column("draft", "Draft", Kind.SENTENCE),
    )
    rows = tuple(Row((one.clause, one.word, one.old, one.new)) for one in changes)
    return Table("sentences", "What changes, in words", columns, rows, "No sentence differs.")


def target_table(targets: Sequence[TargetFields]) -> Table:
    """Targets and their own bands, as they are written; empty where the usual band applies."""
    columns = (
        Column("target", "Target"),
        Column("weight", "Weight"),
        Column("absolute", "Band, of everything"),
        Column("relative", "Band, of the target"),
    )
    rows = tuple(
        Row((one.name, one.weight.value, one.absolute.value, one.relative.value)) for one in targets
    )
    return Table("targets", "Targets", columns, rows, "There are no targets.")


def today_table(lines: Sequence[tuple[str, TodayLine]]) -> Table:
    """What today's plan comes to under each mandate."""
    columns = (
        Column("mandate", "Mandate"),
        Column("policy", "Policy"),
        Column("verdict", "Verdict"),
        Column("trades", "Trades", Kind.NUMBER),
        Column("turnover", "Turnover", Kind.SHARE),
        Column("tax", "Tax", Kind.MONEY),
        Column("cost", "Cost", Kind.MONEY),
    )
    rows = tuple(
        Row(
            (
                name,
                one.policy,
                VERDICTS[one.verdict],
                one.trades,
                one.turnover,
                one.tax,
                one.cost,
            )
        )
        for name, one in lines
    )
    return Table("today", "What today's plan would be", columns, rows, "There is no plan to show.")


def version_table(found: Sequence[MandateVersion], household: str) -> Table:
    """Earlier mandates, the newest first, each leading to its statement."""
    columns = (
        Column("kept", "Kept", Kind.MOMENT),
        Column("by", "By"),
        Column("lines", "Lines", Kind.NUMBER),
        Column("hash", "Hash"),
    )
    rows = tuple(
        Row(
            (one.at, one.who, one.text.count("\n"), one.digest[:16]),
            link=f"/h/{household}/policy-statement?version={one.name}",
        )
        for one in reversed(found)
    )
    empty = "None was kept yet: the first is when the mandate is saved here."
    return Table("versions", "Mandates that were kept", columns, rows, empty)
