"""The report of a period as a document.

What the mandate's rules come to today is one part of it; it is shown as what it is, and nobody is
told what to do.

Errors: none; a plan that cannot be made is a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from trimtab.app.clauses import clause_text
from trimtab.app.documents.document import Document, Line, Section, paper_for
from trimtab.app.documents.wording import Wording
from trimtab.app.household import LoadedHousehold
from trimtab.app.period_report.facts import Happened
from trimtab.app.period_report.history import decisions_section, orders_section, waiting_section
from trimtab.app.period_report.proposal import cost_section, plan_section, tax_section
from trimtab.app.period_report.standing import standing_section
from trimtab.app.positions import price_words
from trimtab.app.status import Status
from trimtab.app.tax_standing.year import TaxYear
from trimtab.model.plans import Decision, Plan, Verdict

__all__ = ["Seen", "report_document"]

FOOT = "What the rules in the mandate come to; nothing of it is advice."


@dataclass(frozen=True, slots=True)
class Seen:
    """What a report looks at: the household, where it stands, today's decision, what happened.

    `decision` is none where no plan could be made, and `why_none` says why; `year` is the tax
    year so far.
    """

    loaded: LoadedHousehold
    status: Status
    year: TaxYear
    decision: Decision | None
    why_none: str
    happened: Happened

    @property
    def plan(self) -> Plan | None:
        """Today's plan, where the rules come to one that trades."""
        decision = self.decision
        if decision is None or decision.verdict is Verdict.HOLD:
            return None
        return decision.plan


def report_document(seen: Seen, wording: Wording) -> Document:
    """The report."""
    loaded, happened, plan = seen.loaded, seen.happened, seen.plan
    mandate, household = loaded.mandate, loaded.household
    sections = (
        standing_section(seen.status, mandate, plan, happened, wording),
        waiting_section(happened, mandate, seen.status.as_of, wording, household),
        plan_section(seen.decision, seen.why_none, loaded.snapshot, mandate.policy.name),
        tax_section(seen.year, plan, happened, wording),
        cost_section(plan, happened, wording),
        decisions_section(happened, household),
        orders_section(happened, household),
        _clauses(seen),
    )
    return Document(
        title=f"Report of {household.name or household.id}",
        kicker=happened.period.words,
        lines=(Line(price_words(loaded.snapshot.prices.values())),),
        sections=tuple(one for one in sections if not one.is_empty),
        paper=paper_for(household.base_currency, mandate.tax.regime),
        foot=FOOT,
    )


def _clauses(seen: Seen) -> Section:
    """Every clause that a trade of the report follows, in the words of the mandate."""
    mandate = seen.loaded.mandate
    told = ((clause, clause_text(mandate, clause)) for clause in sorted(set(_cited(seen)) - {""}))
    points = tuple(Line(_sentence(text), clause) for clause, text in told if text != clause)
    return Section("clauses", "The clauses that trades follow", points=points)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _cited(seen: Seen) -> Iterable[str]:
    if seen.plan is not None:
        yield from (trade.clause for trade in seen.plan.trades)
        yield from (one.clause for one in seen.plan.skipped)
    for asked in seen.happened.questions:
        yield from (trade.clause for trade in asked.trades)
    yield from (order.clause for order in seen.happened.orders)
