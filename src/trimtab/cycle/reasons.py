"""Why a trade is made: the clause of the mandate that it serves, in words with numbers.

The words describe, they do not advise: nothing here says recommended, best or optimal.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from trimtab.cycle.bounds import restricted
from trimtab.cycle.flows import flows_due
from trimtab.cycle.legs import Leg
from trimtab.model.drift import TargetDrift
from trimtab.model.mandate import Restriction, RestrictionKind
from trimtab.model.money import ZERO, total
from trimtab.model.plans import EarlierLoss, LotSale
from trimtab.model.snapshots import Side
from trimtab.quant.situation import Situation

__all__ = ["explain_trade", "loss_of", "target_drift", "undone_words"]


LEAVES_FOR = {"taxes": "taxes", "advisory fee": "the advisory fee"}
"""What money leaves for that no clause of the mandate asks for, by the clause of its flow."""
WITHDRAWAL = "the withdrawal"
NEXT_TO_NOTHING = 0.0005
"""A drift that screens would show as 0.0 points."""


def target_drift(situation: Situation, instrument: str) -> TargetDrift | None:
    """The drift of the target that an instrument belongs to, or that it may stand in for."""
    target = situation.mandate.target_of(instrument)
    if target is None:
        originals = [
            original
            for original, names in situation.mandate.wash_sales.substitutes.items()
            if instrument in names
        ]
        target = next(
            (found for name in originals if (found := situation.mandate.target_of(name))), None
        )
    if target is None:
        return None
    return next(drift for drift in situation.drift.targets if drift.name == target.name)


def loss_of(lots: Sequence[LotSale]) -> tuple[float, float]:
    """What the lots realise as gains and as allowed losses, both positive dollars."""
    gains = total(max(lot.gain, ZERO) for lot in lots if lot.gain is not None)
    losses = total(max(-lot.gain - lot.disallowed, ZERO) for lot in lots if lot.gain is not None)
    return float(gains), float(losses)


def _points(fraction: float) -> str:
    return f"{abs(fraction) * 100:.1f} points"


def _listed(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _drift_words(drift: TargetDrift) -> str:
    if abs(drift.drift) < NEXT_TO_NOTHING:
        return f"{drift.name} is at its target of {drift.weight * 100:.1f} %"
    side = "over" if drift.drift > 0 else "under"
    return f"{drift.name} is {_points(drift.drift)} {side} its target of {drift.weight * 100:.1f} %"


def explain_trade(
    situation: Situation,
    account: str,
    instrument: str,
    side: Side,
    lots: Sequence[LotSale],
    legs: Sequence[Leg],
) -> tuple[str, str]:
    """The clause that a trade serves, and the reason in one sentence."""
    if side is Side.SELL:
        return _explain_sale(situation, account, instrument, lots, legs)
    return _explain_purchase(situation, account, instrument, legs)


def _explain_sale(
    situation: Situation,
    account: str,
    instrument: str,
    lots: Sequence[LotSale],
    legs: Sequence[Leg],
) -> tuple[str, str]:
    for restriction in situation.mandate.restrictions:
        if words := _forbidden(situation, restriction, account, instrument):
            return restriction.clause, words
    taxable = situation.snapshot.household.account(account).wrapper.is_taxable
    drift = target_drift(situation, instrument)
    _, losses = loss_of(lots)
    overweight = drift is not None and drift.drift > 0
    if taxable and losses > 0 and _harvests(situation, lots):
        words = f"takes a loss of ${losses:,.0f} that offsets gains"
        if overweight and drift is not None:
            words += f"; {_drift_words(drift)}"
        return "harvest", words
    flow = situation.problem.flow[situation.index.accounts.index(account)]
    if flow < 0:
        purpose = _listed(_purposes(situation, account))
        return "flows", f"raises cash for {purpose} of ${-flow:,.0f} from {account}"
    if drift is None:
        return "targets", f"{instrument} belongs to no target of the mandate"
    if overweight:
        return f"targets.{drift.name}", _drift_words(drift)
    why = f"lowers the household's risk against its targets, although {_drift_words(drift)}"
    if _buys_again(situation, instrument, legs):
        why = f"moves {drift.name} within the household; {_drift_words(drift)}"
    return f"targets.{drift.name}", why


def _purposes(situation: Situation, account: str) -> tuple[str, ...]:
    """What the money leaves for that an account is to pay; a withdrawal where nothing is said."""
    due = flows_due(situation.mandate, situation.snapshot.as_of)
    clauses = [
        flow.clause for flow in due if flow.amount < ZERO and flow.account in (None, account)
    ]
    named = dict.fromkeys(LEAVES_FOR.get(clause, WITHDRAWAL) for clause in clauses)
    return tuple(named) or (WITHDRAWAL,)


def _forbidden(situation: Situation, rule: Restriction, account: str, instrument: str) -> str:
    """Why a restriction wants less of an instrument than is held; nothing where it does not."""
    snapshot = situation.snapshot
    if not restricted(rule, account, instrument, snapshot):
        return ""
    because = f": {rule.reason}" if rule.reason else ""
    if rule.kind is RestrictionKind.NEVER_OWN:
        return f"{instrument} is not to be owned{because}"
    if rule.maximum is None:
        return ""
    held = total(
        snapshot.lot_value(lot)
        for lot in snapshot.lots
        if restricted(rule, lot.account, lot.instrument, snapshot)
    )
    share = float(held) / situation.problem.value
    if share <= float(rule.maximum):
        return ""
    most = f"{rule.maximum * 100:.1f} %"
    return f"{_listed(_names(rule))} stands at {share * 100:.1f} %, at most {most}{because}"


def _names(rule: Restriction) -> tuple[str, ...]:
    """What a restriction is about."""
    return (*rule.instruments, *(f"tag {tag}" for tag in rule.tags))


def undone_words(losses: Sequence[EarlierLoss], as_of: date) -> str:
    """What a purchase takes back of losses taken earlier, to follow on its reason."""
    words = ""
    for loss in losses:
        lost = "lost for good" if loss.permanent else "added to the basis of what is bought"
        year = (
            ""
            if loss.sold.year == as_of.year
            else f"; it belongs to the return of {loss.sold.year}"
        )
        words += (
            f"; disallows ${loss.disallowed:,.0f} of the loss taken on {loss.sold} with "
            f"{loss.instrument} in {loss.account} (wash sale, {lost}{year})"
        )
    return words


def _harvests(situation: Situation, lots: Sequence[LotSale]) -> bool:
    """Whether a sale takes a loss that passes the mandate's tests for taking losses."""
    index = situation.index
    passing = {lot for lot, passes in zip(index.lots, index.harvestable, strict=True) if passes}
    return situation.mandate.harvest.enabled and any(sale.lot in passing for sale in lots)


def _buys_again(situation: Situation, instrument: str, legs: Sequence[Leg]) -> bool:
    """Whether the plan buys something of the instrument's target elsewhere."""
    target = situation.mandate.target_of(instrument)
    members = {instrument, *(target.instruments if target is not None else ())}
    return any(leg.side is Side.BUY and leg.instrument in members for leg in legs)


def _explain_purchase(
    situation: Situation, account: str, instrument: str, legs: Sequence[Leg]
) -> tuple[str, str]:
    drift = target_drift(situation, instrument)
    sold = {
        leg.instrument for leg in legs if leg.side is Side.SELL and leg.instrument != instrument
    }
    target = situation.mandate.target_of(instrument)
    members = set(target.instruments) if target is not None else set()
    substitutes = situation.mandate.wash_sales.substitutes
    replaced = sorted(
        name for name in sold if name in members or instrument in substitutes.get(name, ())
    )
    clause = f"targets.{drift.name}" if drift is not None else "targets"
    if drift is not None and drift.drift < 0 and not replaced:
        return clause, _drift_words(drift)
    if replaced:
        return clause, f"stands in for {_listed(replaced)}, sold by this plan"
    flow = situation.problem.flow[situation.index.accounts.index(account)]
    if flow > 0:
        return clause, f"puts the deposit of ${flow:,.0f} to work"
    return clause, "keeps the household's risk close to its targets after the sales"
