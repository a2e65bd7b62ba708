"""When trades are proposed, what a run may come to, and whose word it takes.

Errors: none; a policy that is not known is named without its summary.
"""

from __future__ import annotations

from collections.abc import Iterator

from trimtab.app.plug_in_list import plug_ins
from trimtab.app.policy_statement.facts import Facts
from trimtab.app.policy_statement.plain import Clause, listed, setting, settings_words, share
from trimtab.cycle.approvals import ApprovalRules

__all__ = ["limits", "people", "proposals"]


def proposals(facts: Facts) -> Iterator[Clause]:
    """Which rule proposes, and what a single trade must satisfy."""
    policy, rules = facts.mandate.policy, facts.mandate.trading
    summary = next((one.summary for one in plug_ins("policies") if one.name == policy.name), "")
    told = f" {summary}" if summary else ""
    yield Clause(
        "policy.name",
        f"Trades are proposed by the policy {policy.name}.{told}{settings_words(policy)}",
    )
    yield Clause(
        "trading.minimum_trade",
        f"No trade is smaller than {facts.money(rules.minimum_trade)} or "
        f"{share(rules.minimum_trade_fraction)} of everything, whichever is more.",
    )


def limits(facts: Facts) -> Iterator[Clause]:
    """Limits of one run, and the guards that have settings of their own."""
    rules = facts.mandate.limits
    yield Clause(
        "limits.turnover_max",
        "No limit is set to what one run may trade."
        if rules.turnover_max is None
        else f"One run trades at most {share(rules.turnover_max)} of everything, the larger of "
        "what is bought and what is sold.",
    )
    yield Clause(
        "limits.tax_budget",
        "No limit is set to the year's tax on gains."
        if rules.tax_budget is None
        else f"The year's tax on gains stays at or below {facts.money(rules.tax_budget)}.",
    )
    days = rules.price_age_days_max
    yield Clause(
        "limits.price_age_days_max",
        f"Nothing is traded on a price older than {days} calendar day{'s' if days != 1 else ''}.",
    )
    for guard in facts.mandate.guards:
        yield Clause(
            f"guards.{guard.name}",
            f"Every finished plan is checked by the guard {guard.name.replace('_', ' ')}."
            f"{settings_words(guard)}",
        )


def people(facts: Facts) -> Iterator[Clause]:
    """What needs a person's word."""
    above = facts.mandate.approval_above
    if above is None:
        text = "Plans are carried out without asking anybody, whatever their size."
    elif above == 0:
        text = "Every plan that trades anything waits until people approve it."
    else:
        text = (
            f"A plan that trades {facts.money(above)} or less is carried out without asking; "
            "a larger one waits until people approve it."
        )
    yield Clause("trading.approval_above", text)
    if facts.live is not None:
        yield from _live(facts)


def _live(facts: Facts) -> Iterator[Clause]:
    live = facts.live
    if live is None:
        return
    rules = live.approvals
    yield Clause("live.approvals", _approvals(rules))
    yield Clause(
        "live.approvals.price_move",
        f"A question lapses when a price has moved by more than {share(rules.price_move)}, when "
        "holdings or the mandate change, and at the end of its trading day.",
    )
    if not live.service.trade:
        yield Clause("live.service.trade", "The service watches and tells, and orders nothing.")
    sending = live.sending
    for name, limit, words in (
        ("trade_max", sending.trade_max, "No order leaves that is worth more than"),
        ("day_max", sending.day_max, "In a day, no more leaves than"),
    ):
        if limit is not None:
            yield Clause(f"live.sending.{name}", f"{words} {facts.money(limit)}.")
    if sending.drawdown_max is not None:
        yield Clause(
            "live.sending.drawdown_max",
            f"Nothing leaves while the household is worth {share(sending.drawdown_max)} less than "
            "at its highest.",
        )
    for link in live.accounts:
        yield Clause(
            f"live.accounts.{link.account}",
            f"{facts.label(link.account)} is held at the broker {setting(link.broker)}.",
        )


def _approvals(rules: ApprovalRules) -> str:
    count = "one person" if rules.needed == 1 else f"{rules.needed} people"
    who = f"of {listed(rules.people)}" if rules.people else "at this machine"
    note = ", with a note that says why" if rules.note_required else ""
    return f"What waits needs the word of {count} {who}{note}; one no is final."
