"""What the rules come to on the day of the report: trades with clause and reason, tax, cost.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Iterable

from trimtab.app.documents.document import Line, Section
from trimtab.app.documents.tables import Column, Kind, Row, Table
from trimtab.app.documents.wording import Wording
from trimtab.app.finding_words import numbers_of
from trimtab.app.period_report.facts import Happened, plain_sentence
from trimtab.app.report.figures import AccountTrades, account_trades, cost_rows
from trimtab.app.report.words import quantity, term_word
from trimtab.app.tax_standing.year import TaxYear
from trimtab.model.findings import Finding
from trimtab.model.lots import Term
from trimtab.model.plans import Decision, Plan
from trimtab.model.snapshots import Side, Snapshot

__all__ = ["cost_section", "plan_section", "tax_section"]


def plan_section(
    decision: Decision | None, why_none: str, snapshot: Snapshot, policy: str
) -> Section:
    """Today's plan; `why_none` says why there is no decision."""
    title = "What the rules come to today"
    if decision is None:
        told = Line(f"No plan could be made: {why_none}", look="alert")
        return Section("plan", title, (told,))
    lines = (Line(f"By the mandate's policy {policy}: {plain_sentence(decision.sentence)}"),)
    findings = tuple(_finding(one) for one in decision.findings)
    plan = decision.plan
    if plan is None:
        return Section("plan", title, lines, points=findings)
    groups = account_trades(plan, snapshot)
    tables = tuple(_trades(group) for group in groups)
    sold = tuple(_lots(plan))
    parts = [
        _listed("plan-skipped", "What was looked at and left alone", _skipped(plan)),
        _listed("plan-findings", "What the guards noted", findings),
    ]
    return Section(
        "plan",
        title,
        lines,
        tables=tables + ((_lot_table(sold),) if sold else ()),
        sections=tuple(part for part in parts if part.points),
    )


def _listed(name: str, title: str, points: tuple[Line, ...]) -> Section:
    return Section(name, title, points=points)


def _finding(found: Finding) -> Line:
    numbers = numbers_of(found)
    text = f"{found.subject}: {found.message}{f' {numbers}' if numbers else ''}."
    remedy = f" {found.remedy[:1].upper()}{found.remedy[1:].rstrip('.')}." if found.remedy else ""
    return Line(text + remedy, found.clause)


def _skipped(plan: Plan) -> tuple[Line, ...]:
    return tuple(Line(f"{one.subject}: {one.reason}", one.clause) for one in plan.skipped)


def _trades(group: AccountTrades) -> Table:
    columns = (
        Column("trade", "Trade"),
        Column("amount", "Amount", Kind.MONEY),
        Column("tax", "Tax", Kind.MONEY),
        Column("cost", "Cost", Kind.CENTS),
        Column("clause", "Clause"),
        Column("reason", "Reason", Kind.SENTENCE),
    )
    rows = tuple(
        Row(
            (
                f"{one.id} {one.side.value} {quantity(one.quantity)} {one.instrument}",
                one.amount,
                one.tax,
                one.cost.total,
                one.clause,
                one.reason,
            )
        )
        for one in group.trades
    )
    return Table(f"trades-{group.account.id}", f"Trades in {group.account.label}", columns, rows)


def _lots(plan: Plan) -> Iterable[Row]:
    for trade in plan.trades:
        if trade.side is Side.SELL:
            for lot in trade.lots:
                yield Row(
                    (
                        f"{trade.id} {trade.instrument}",
                        lot.quantity,
                        lot.acquired,
                        term_word(lot.term),
                        lot.proceeds,
                        lot.gain,
                        lot.disallowed or None,
                    )
                )


def _lot_table(rows: tuple[Row, ...]) -> Table:
    columns = (
        Column("trade", "Trade"),
        Column("quantity", "Quantity", Kind.QUANTITY),
        Column("acquired", "Acquired", Kind.DATE),
        Column("term", "Term"),
        Column("proceeds", "Proceeds", Kind.MONEY),
        Column("gain", "Gain", Kind.MONEY),
        Column("disallowed", "Of it disallowed", Kind.MONEY),
    )
    return Table("lots", "Lots that the plan sells", columns, rows)


def tax_section(year: TaxYear, plan: Plan | None, happened: Happened, wording: Wording) -> Section:
    """The year's tax on gains so far and with the plan, and what the period realised."""
    bills = [year.bill] if plan is None else [plan.bill_before, plan.bill_after]
    columns = [Column("line", "Of the year"), Column("so_far", "So far", Kind.MONEY)]
    if plan is not None:
        columns.append(Column("with_plan", "With the plan", Kind.MONEY))
    kinds = (
        ("Net short-term gain", "net_short"),
        ("Net long-term gain", "net_long"),
        ("Loss taken against other income", "deduction"),
        ("Tax on gains", "tax"),
        ("Short-term loss carried on", "carry_short"),
        ("Long-term loss carried on", "carry_long"),
    )
    rows = tuple(
        Row((label, *(getattr(one, name) for one in bills)), "sum" if name == "tax" else "")
        for label, name in kinds
    )
    caption = "The year's gains and their tax"
    lines = []
    if plan is not None:
        lines.append(Line(_change(plan, wording)))
    if happened.booked is not None:
        lines.append(Line(_realized(happened, wording)))
    tables = (Table("tax", caption, tuple(columns), rows), _sources(year))
    return Section("tax", "Taxes", tuple(lines), tables=tables)


def _change(plan: Plan, wording: Wording) -> str:
    if round(plan.tax) == 0:
        return "Today's plan leaves this year's tax as it is."
    verb = "adds" if plan.tax > 0 else "saves"
    return f"Today's plan {verb} {wording.money(abs(plan.tax))} of this year's tax."


def _sources(year: TaxYear) -> Table:
    """What each source says was realised in the year so far; they may overlap."""
    columns = (
        Column("source", "Gains of the year, as said by"),
        Column("short", "Net short-term", Kind.MONEY),
        Column("long", "Net long-term", Kind.MONEY),
        Column("sales", "Sales", Kind.NUMBER),
    )
    rows = tuple(Row((one.source, one.short, one.long, one.sales)) for one in year.sources)
    return Table("tax-sources", f"Realised in {year.year}, source by source", columns, rows)


def _realized(happened: Happened, wording: Wording) -> str:
    booked = happened.booked
    gains = {} if booked is None else booked.gains
    names = {Term.SHORT: "short-term", Term.LONG: "long-term", None: "of unknown term"}
    told = [f"{wording.money(gain)} {names[term]}" for term, gain in gains.items() if gain]
    if not told:
        return "In the period, no gain or loss was realised in taxable accounts."
    return f"In the period, taxable accounts realised (losses with a minus): {', '.join(told)}."


def cost_section(plan: Plan | None, happened: Happened, wording: Wording) -> Section:
    """What today's plan is expected to cost, and what the period's executions did."""
    lines = []
    tables: tuple[Table, ...] = ()
    if plan is not None:
        lines.append(Line(f"Today's trades are expected to cost {wording.cents(plan.cost)}."))
        columns = (
            Column("kind", "Over a year"),
            Column("nothing", "Doing nothing", Kind.MONEY),
            Column("plan", "The plan", Kind.MONEY),
        )
        rows = [
            Row((one.label, one.before, one.after)) for one in cost_rows(plan.before, plan.after)
        ]
        rows.append(Row(("In all", plan.before.total, plan.after.total), "sum"))
        caption = "What drift, tax and trading are priced at, without the plan and with it"
        tables = (Table("costs", caption, columns, tuple(rows)),)
    if happened.is_live:
        count = sum(len(order.ticket.fills) for order in happened.orders)
        lines.append(
            Line(
                f"In the period there were {count} executions; their fees came to "
                f"{wording.cents(happened.fees)}."
            )
        )
    return Section("costs", "Costs", tuple(lines), tables=tables)
