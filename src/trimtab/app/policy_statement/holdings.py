"""What is wanted, what is ruled out, and the instruments that the mandate names.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from trimtab.app.policy_statement.facts import Facts
from trimtab.app.policy_statement.plain import Clause, listed, setting, settings_words, share
from trimtab.model.instruments import Instrument
from trimtab.model.mandate import Band, Restriction, RestrictionKind, Split, Target, TargetRules
from trimtab.model.money import total

__all__ = ["instruments", "restrictions", "source", "targets"]

SPLITS = {
    Split.FIRST: "all of it in {first}; the others may stand in for it",
    Split.EQUAL: "the same weight in each",
    Split.HELD: "in the proportions held today",
}
KINDS = {
    RestrictionKind.DO_NOT_BUY: "{what} is not bought",
    RestrictionKind.DO_NOT_SELL: "{what} is not sold",
    RestrictionKind.NEVER_OWN: "{what} is not owned, and is sold where it is held",
    RestrictionKind.HOLD_RANGE: "Of {what} is held {range}",
}


def targets(facts: Facts) -> Iterator[Clause]:
    """One sentence for each target, and one for cash."""
    for target in facts.mandate.targets:
        yield Clause(target.clause, _target(target))
    weight = 1 - total(target.weight for target in facts.mandate.targets)
    yield Clause("cash.weight", f"Of everything, {share(weight)} is to be cash.")


def _target(target: Target) -> str:
    names = target.instruments
    how = f", {SPLITS[target.split].format(first=names[0])}" if len(names) > 1 else ""
    return (
        f"{_name(target.name)}: {share(target.weight)} of everything, held in "
        f"{listed(names)}{how}. {_band(target.band, target.weight)}"
    )


def _band(band: Band, weight: Decimal) -> str:
    limits = []
    if band.absolute is not None:
        limits.append(f"{share(band.absolute)} of everything")
    if band.relative is not None:
        limits.append(f"{share(band.relative)} of the target")
    if not limits:
        return "It has no band."
    rule = " or ".join(limits) + (", whichever is less" if len(limits) > 1 else "")
    low, high = (
        max(Decimal(0), weight - band.width(weight)),
        min(Decimal(1), weight + band.width(weight)),
    )
    return f"Its band is {rule}, so from {share(low)} to {share(high)}."


def source(facts: Facts) -> Iterator[Clause]:
    """Where current targets come from, where the stated ones are not all."""
    rules = facts.mandate.target_source
    if rules is None:
        return
    taken = (
        "All of an estimate is taken"
        if rules.blend == 1
        else f"Of an estimate, {share(rules.blend)} is taken and the rest is the stated weight"
    )
    yield Clause(
        "target_source",
        f"The weights above are a beginning: the source {setting(rules.source.name)} estimates "
        f"them anew every {rules.review_sessions} weekdays. {taken}."
        f"{settings_words(rules.source)}",
    )
    yield from _source_limits(rules)


def _source_limits(rules: TargetRules) -> Iterator[Clause]:
    for word, bounds in (("least", rules.minimum), ("most", rules.maximum)):
        if bounds:
            told = listed(f"{share(bound)} in {name}" for name, bound in bounds.items())
            key = "minimum" if word == "least" else "maximum"
            yield Clause(f"target_source.{key}", f"An estimate holds at {word} {told}.")
    if rules.distance_max is not None:
        yield Clause(
            "target_source.distance_max",
            f"An estimate stays within {share(rules.distance_max)} of everything from the stated "
            "weight, either way.",
        )


def restrictions(facts: Facts) -> Iterator[Clause]:
    """One sentence for each restriction; what is not on an account's menu is said there."""
    for rule in facts.mandate.restrictions:
        if not rule.clause.startswith("accounts."):
            yield Clause(rule.clause, _restriction(rule, facts))


def _restriction(rule: Restriction, facts: Facts) -> str:
    what = listed((*rule.instruments, *(f"whatever is tagged {tag}" for tag in rule.tags)), "or")
    words = KINDS[rule.kind].format(what=what, range=_range(rule))
    where = f" in {listed(map(facts.label, rule.accounts))}" if rule.accounts else ""
    why = f" The reason given: {rule.reason.rstrip('.')}." if rule.reason else ""
    name = _name(rule.clause.partition(".")[2])
    return f"{name}: {words}{where}.{why}"


def _range(rule: Restriction) -> str:
    limits = []
    if rule.minimum is not None:
        limits.append(f"at least {share(rule.minimum)}")
    if rule.maximum is not None:
        limits.append(f"at most {share(rule.maximum)}")
    return f"{listed(limits)} of everything"


def instruments(facts: Facts) -> Iterator[Clause]:
    """One sentence for each instrument that has a block of its own."""
    blocks: Mapping[str, object] = facts.written().get("instruments", {})
    for name in blocks:
        yield Clause(f"instruments.{name}", _instrument(facts.file.instruments[name]))


def _instrument(one: Instrument) -> str:
    called = f"{one.id} is {one.name}, " if one.name else f"{one.id} is "
    text = (
        f"{called}of the kind {one.kind.value.replace('_', ' ')}, priced in {one.currency} and "
        f"traded in steps of {setting(one.quantity_step)}"
    )
    text += f"; it yields {share(one.dividend_yield)} a year" if one.dividend_yield else ""
    if one.qualified_fraction != 1:
        text += f", {share(one.qualified_fraction)} of it qualified"
    if one.half_spread is not None:
        text += f"; half its spread is taken as {share(one.half_spread)}"
    text += f"; it is tagged {listed(sorted(one.tags))}" if one.tags else ""
    if one.identical_group:
        text += f"; for wash sales it is one with the group {one.identical_group}"
    return f"{text}."


def _name(name: str) -> str:
    """A clause's own name at the beginning of a sentence."""
    return name[:1].upper() + name[1:]
