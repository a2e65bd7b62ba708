"""The screen of `trimtab plan`: the decision, its trades, what was left, what waiting costs."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from rich.console import Console
from rich.text import Text

from trimtab.app.called_as import called_as
from trimtab.app.screens.status_screen import show_findings, show_flows, show_prices
from trimtab.app.screens.tables import plain_table, show_table
from trimtab.app.screens.words import (
    console,
    heading,
    money,
    money_cents,
    paragraph,
    percent,
    points,
    quantity,
    signed_money,
)
from trimtab.app.status import Status, TargetStanding
from trimtab.model.findings import Finding
from trimtab.model.mandate import CashFlow
from trimtab.model.plans import Decision, LotSale, Plan, Trade, Verdict
from trimtab.model.proposals import Binding, CostParts
from trimtab.model.snapshots import Side

__all__ = ["lot_words", "show_decision"]

BINDINGS_MAX = 4
"""Limits shown on the screen; JSON and the page have them all."""

SHADOW_PRICE_MIN = 0.0005
"""Dollars for a dollar: what is worth less would read 0.0¢."""

SAME_WEIGHT = Decimal("0.0005")
"""Weights that differ by less read the same."""

COVERAGE_CODE = "wash_sale_coverage"
"""The finding that says what its own section of the screen says."""

VERDICT_STYLES = {
    Verdict.HOLD: "bold green",
    Verdict.TRADE: "bold green",
    Verdict.APPROVAL: "bold yellow",
    Verdict.REFUSED: "bold red",
    Verdict.INFEASIBLE: "bold red",
}


def show_decision(
    decision: Decision, status: Status, folder: str, flows: tuple[CashFlow, ...] = ()
) -> None:
    """Print a decision in full; `flows` is the money that it counts with."""
    out = console()
    out.print(Text(f"{status.name}, {decision.as_of}", style="bold"))
    value, cash = (money(x, status.base_currency) for x in (status.value, status.cash))
    paragraph(out, f"Worth {value}, of it {cash} in cash.")
    show_prices(out, status)
    out.print()
    _targets(out, decision.plan, status)
    show_flows(out, flows, status)
    heading(out, "Decision")
    paragraph(out, decision.sentence, VERDICT_STYLES[decision.verdict], indent=2)
    plan = decision.plan
    reason = decision.proposal.reason
    if reason and reason not in decision.sentence:
        paragraph(out, f"The policy's reason: {reason}.", "dim", indent=2)
    if plan is not None:
        _trades(out, plan, status.base_currency, bool(flows))
        _nothing(out, plan, status.base_currency)
        _skipped(out, plan)
        _bindings(out, plan)
        _coverage(out, plan, decision.findings)
    told = COVERAGE_CODE if plan is not None and plan.coverage is not None else ""
    show_findings(out, tuple(found for found in decision.findings if found.code != told))
    if plan is not None and plan.trades:
        out.print()
        where = "" if folder == "." else f" {folder}"
        text = f"`{called_as()} explain {plan.trades[0].id}{where}` tells all about one trade."
        paragraph(out, text, "dim")


def _targets(out: Console, plan: Plan | None, status: Status) -> None:
    """Each target now and after the plan."""
    table = plain_table(
        ("Target", "fold"),
        ("Wanted", "right"),
        ("Now", "right"),
        ("Drift", "right"),
        ("Band", "right"),
        ("After", "right"),
        ("", "left"),
    )
    moved = False
    for standing in status.targets:
        after = None if plan is None else plan.weights_after.get(standing.name)
        row = _as_planned(standing, plan)
        moved = moved or abs(row.actual - standing.actual) > SAME_WEIGHT
        table.add_row(
            Text(row.name),
            percent(row.weight),
            percent(row.actual),
            points(row.drift),
            f"±{float(row.band) * 100:.1f}",
            "" if after is None else percent(after),
            Text(_ending(row, after), style="yellow"),
        )
    cash = status.weight(status.cash)
    table.add_row(
        "cash", percent(status.cash_wanted), percent(cash), points(cash - status.cash_wanted)
    )
    show_table(out, table)
    if moved:
        paragraph(out, "Targets as shares of the value after deposits and withdrawals.", "dim")


def _ending(now: TargetStanding, after: float | None) -> str:
    """Whether a target is out of its band now, and whether the plan leaves it so."""
    if after is None:
        return f"now {now.words}" if now.is_out else ""
    then = replace(now, actual=Decimal(str(after)))
    if not then.is_out:
        return f"now {now.words}" if now.is_out else ""
    is_same = now.is_out and now.words == then.words
    return f"{'still' if is_same else 'then'} {then.words}"


def _as_planned(standing: TargetStanding, plan: Plan | None) -> TargetStanding:
    """Where a target stands by the plan's own measure, which leaves out money that is to go."""
    before = None if plan is None else plan.weights_before.get(standing.name)
    return standing if before is None else replace(standing, actual=Decimal(str(before)))


def _trades(out: Console, plan: Plan, currency: str, has_flows: bool) -> None:
    if not plan.trades:
        return
    heading(out, "Trades")
    for trade in plan.trades:
        _trade(out, trade, currency)
    bought, sold = (money(plan.amount(side), currency) for side in (Side.BUY, Side.SELL))
    cost = money(plan.cost, currency)
    paragraph(out, f"Sells {sold}, buys {bought}, costs {cost}; {_tax(plan, currency)}.", indent=2)
    cash = ", ".join(f"{a} {money_cents(c, currency)}" for a, c in plan.cash_after.items())
    when = "Cash after it, and after the money expected" if has_flows else "Cash after it"
    paragraph(out, f"{when}: {cash}.", indent=2)


def _tax(plan: Plan, currency: str) -> str:
    """What the plan does to this year's tax, and to the losses carried into the next."""
    before, after = plan.bill_before, plan.bill_after
    words = f"adds {money(plan.tax, currency)} to this year's tax"
    if plan.tax < 0:
        words = f"takes {money(-plan.tax, currency)} off this year's tax"
    carried = after.carry_short + after.carry_long - before.carry_short - before.carry_long
    if carried > 0:
        words += f" and carries {money(carried, currency)} more of losses into the next"
    return words


def _trade(out: Console, trade: Trade, currency: str) -> None:
    """One trade in a few lines."""
    side = Text(f"{trade.side.value:<4}", style="red" if trade.side is Side.SELL else "green")
    what = f" {quantity(trade.quantity)} {trade.instrument} in {trade.account}"
    amount = money(trade.amount, currency)
    line = Text.assemble(("  " + trade.id.ljust(4), "bold"), side, what)
    gap = max(2, min(out.width, 80) - line.cell_len - len(amount))
    out.print(line + Text(" " * gap + amount), soft_wrap=True)
    for sale in trade.lots:
        paragraph(out, lot_words(sale, currency), "dim", indent=6, hang=2)
    parts = [f"cost {money_cents(trade.cost.total, currency)}"]
    if trade.tax:
        parts.insert(0, f"tax {signed_money(trade.tax, currency)}")
    paragraph(out, f"{', '.join(parts)}; {trade.clause}: {trade.reason}", indent=6)


def lot_words(sale: LotSale, currency: str) -> str:
    """What a sale takes from a lot, in words."""
    words = f"{quantity(sale.quantity)} of {sale.lot}"
    if sale.gain is None:
        return f"{words}, basis unknown"
    term = f"{sale.term.value}-term " if sale.term else ""
    words += f", {term}{'loss' if sale.gain < 0 else 'gain'} {money(abs(sale.gain), currency)}"
    if sale.disallowed:
        words += f", of it {money(sale.disallowed, currency)} disallowed (wash sale)"
    return words


def _nothing(out: Console, plan: Plan, currency: str) -> None:
    """What doing nothing would cost, beside what the plan costs."""
    heading(out, "What doing nothing would cost")
    table = plain_table(("", "fold"), ("Do nothing", "right"), ("This plan", "right"))
    for label, name in (
        ("drift, a year", "drift"),
        ("tax drag of where things are held, a year", "location"),
        ("tax, with the worth of losses carried on", "tax"),
        ("trading cost", "trading"),
        ("together", "total"),
    ):
        before, after = _part(plan.before, name), _part(plan.after, name)
        if before or after:
            table.add_row(f"  {label}", money(before, currency), money(after, currency))
    table.add_row(
        "  tracking error, a year",
        percent(plan.before.tracking_error, 2),
        percent(plan.after.tracking_error, 2),
    )
    show_table(out, table)
    if plan.gap > 1:
        bound = f"more than {money(plan.gap, currency)}, by the solver's own bound"
        paragraph(out, f"No plan can beat this one by {bound}.", "dim", indent=2)


def _part(parts: CostParts, name: str) -> float:
    match name:
        case "drift":
            return parts.drift
        case "location":
            return parts.location
        case "tax":
            return parts.tax
        case "trading":
            return parts.trading
        case _:
            return parts.total


def _skipped(out: Console, plan: Plan) -> None:
    if not plan.skipped:
        return
    heading(out, "Not traded, and why")
    for item in plan.skipped:
        paragraph(out, f"{item.subject}: {item.reason}", indent=2, hang=2)


def _bindings(out: Console, plan: Plan) -> None:
    worth_telling = [b for b in plan.bindings if abs(b.shadow_price) >= SHADOW_PRICE_MIN]
    if not worth_telling:
        return
    heading(out, "Limits that held the plan back")
    for binding in largest_bindings(worth_telling):
        paragraph(out, f"{binding.clause}: {binding.text}", indent=2, hang=2)
    if len(worth_telling) > BINDINGS_MAX:
        paragraph(out, f"and {len(worth_telling) - BINDINGS_MAX} more, none worth more", indent=2)


def largest_bindings(bindings: Sequence[Binding]) -> list[Binding]:
    """The limits of which a dollar more would be worth most."""
    return sorted(bindings, key=lambda binding: -abs(binding.shadow_price))[:BINDINGS_MAX]


def _coverage(out: Console, plan: Plan, findings: Sequence[Finding]) -> None:
    """What the wash-sale answer looked at, with the guard's remedy where it missed something."""
    if plan.coverage is None:
        return
    heading(out, "Wash-sale check")
    text = plan.coverage.sentence
    remedies = [f.remedy for f in findings if f.code == COVERAGE_CODE and f.remedy]
    for sentence in (text, *remedies):
        paragraph(out, f"{sentence[0].upper()}{sentence[1:]}.", indent=2)
