"""What was looked at and not traded, and why: losses, gains near long-term, drifts that stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trimtab.cycle.harvest import harvest_candidates
from trimtab.model.lots import Lot, Term, long_term_from
from trimtab.model.money import ZERO, cents, total
from trimtab.model.plans import Skipped, Trade
from trimtab.quant.situation import Situation

__all__ = ["NEAR_LONG_TERM_DAYS", "skipped"]

NEAR_LONG_TERM_DAYS = 45
"""How near its anniversary a gain is worth a word on waiting."""


def skipped(
    situation: Situation, trades: Sequence[Trade], weights_after: Mapping[str, float]
) -> tuple[Skipped, ...]:
    """Everything left alone that a person might ask about.

    Unit: `weights_after` fractions of value by target.
    """
    sold: set[str] = {sale.lot for trade in trades for sale in trade.lots}
    untouched = [lot for lot in situation.snapshot.lots if lot.id not in sold]
    return (
        *_losses(situation, sold),
        *_near_long_term(situation, untouched),
        *_drifts(situation, weights_after),
        *_unknown(situation),
    )


def _losses(situation: Situation, sold: set[str]) -> list[Skipped]:
    candidates = harvest_candidates(situation.snapshot, situation.mandate, situation.problem.tax)
    left = [candidate for candidate in candidates if candidate.lot not in sold]
    rules = situation.mandate.harvest
    small = [c for c in left if c.loss < rules.minimum_loss] if rules.enabled else []
    if len(small) < 2:
        small = []
    notes = [
        Skipped(f"{c.instrument} lot {c.lot}", c.verdict, "harvest", c.loss)
        for c in left
        if c not in small
    ]
    if small:
        names = ", ".join(sorted({c.instrument for c in small}))
        loss = total(c.loss for c in small)
        words = f"losses of ${loss:,.0f} in all stay: the mandate asks for "
        words += f"${rules.minimum_loss:,.0f} in each lot"
        notes.append(Skipped(f"{len(small)} small lots of {names}", words, "harvest", loss))
    return notes


def _near_long_term(situation: Situation, lots: Sequence[Lot]) -> list[Skipped]:
    snapshot, curve = situation.snapshot, situation.problem.tax
    notes = []
    for lot in lots:
        if lot.basis is None or lot.starts is None or lot.term(snapshot.as_of) is not Term.SHORT:
            continue
        taxable = snapshot.household.account(lot.account).wrapper.is_taxable
        gain = snapshot.lot_value(lot) - lot.basis
        first = long_term_from(lot.starts)
        days = (first - snapshot.as_of).days
        if not taxable or gain <= 0 or days > NEAR_LONG_TERM_DAYS:
            continue
        saved = float(gain) * (curve.short_rate - curve.long_rate)
        notes.append(
            Skipped(
                f"{lot.instrument} lot {lot.id}",
                f"its gain of ${gain:,.0f} is long-term from {first}, in {days} days; "
                f"selling it before would cost ${saved:,.0f} more in tax",
                "guards.short_term_gain",
                cents(gain),
            )
        )
    return notes


def _drifts(situation: Situation, weights_after: Mapping[str, float]) -> list[Skipped]:
    notes = []
    for drift in situation.drift.targets:
        after = weights_after[drift.name] - drift.weight
        if abs(after) <= drift.band:
            continue
        side = "over" if after > 0 else "under"
        notes.append(
            Skipped(
                drift.name,
                f"stays {abs(after) * 100:.1f} points {side} its target, band "
                f"{drift.band * 100:.1f} points: {_why_drift_stays(situation, drift.name, after)}",
                f"targets.{drift.name}",
            )
        )
    return notes


def _why_drift_stays(situation: Situation, name: str, after: float) -> str:
    if after < 0:
        return "what could be sold to buy it would cost more in tax and trading than the drift"
    snapshot = situation.snapshot
    target = next(target for target in situation.mandate.targets if target.name == name)
    gains = total(
        max(snapshot.lot_value(lot) - lot.basis, ZERO)
        for lot in snapshot.lots
        if lot.instrument in target.instruments
        and lot.basis is not None
        and snapshot.household.account(lot.account).wrapper.is_taxable
    )
    if gains > 0:
        return (
            f"its lots in taxable accounts hold ${gains:,.0f} of gains, and selling them is taxed"
        )
    return "closing the rest would cost more than the drift"


def _unknown(situation: Situation) -> list[Skipped]:
    return [
        Skipped(finding.subject, finding.message, finding.clause)
        for finding in situation.findings
        if finding.code == "unknown_basis"
    ]
