"""Current targets for a mandate: its source asked about the classes, from prices up to a review.

Plans and backtests come through here with the history up to the review day and nothing later, so
that what a backtest saw is what a plan of that day would have seen.

Errors: `InputError` for a source that is not known, has no such setting, or lacks its package; what
the data lack becomes a finding, and the stated weights stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import cast

import numpy as np
import numpy.typing as npt

from trimtab.app.estimating import estimators_of
from trimtab.app.household import LoadedHousehold
from trimtab.estimators._forecasts import Estimators
from trimtab.estimators._standard import estimate
from trimtab.model.errors import InputError, InputErrors, must
from trimtab.model.estimates import Estimates
from trimtab.model.findings import Finding, Severity
from trimtab.model.instruments import Instrument
from trimtab.model.mandate import Mandate, Split, Target, TargetRules
from trimtab.model.money import total
from trimtab.model.snapshots import PriceHistory
from trimtab.model.targets import CurrentTargets, review_day
from trimtab.plugins import configure
from trimtab.targets._answers import demand_package
from trimtab.targets._base import TargetAnswer, TargetQuestion, TargetSource
from trimtab.targets._standard import blended_weights, bounds

__all__ = ["Targeting", "current_targets", "source_of", "target_instruments", "targeting_of"]

Floats = npt.NDArray[np.float64]
PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Targeting:
    """A source of targets with the household's rules, ready to be asked about any day."""

    source: TargetSource
    rules: TargetRules
    estimators: Estimators
    instruments: Mapping[str, Instrument]

    def __call__(self, day: date, history: PriceHistory, mandate: Mandate) -> CurrentTargets:
        """The weights of a review from the closes up to it.

        Refuses: a history that reaches past the day, with `InvariantError`.
        """
        late = history.dates[-1] if history.dates else day
        must(late <= day, f"targets of {day} use no price after it, the history ends on {late}")
        stated = {target.name: target.weight for target in mandate.targets}
        if not total(stated.values()) > 0:
            name = self.rules.source.name
            return CurrentTargets(day, name, stated, stated, "as stated", (_all_cash(name),))
        rows = _rows(history, mandate.targets)
        question = self._question(day, history, mandate, rows)
        answer = blended_weights(self.source, question, float(self.rules.blend))
        return CurrentTargets(
            day,
            self.rules.source.name,
            stated,
            _exact(stated, answer),
            answer.words,
            answer.findings,
        )

    def _question(
        self, day: date, history: PriceHistory, mandate: Mandate, rows: Mapping[str, Floats]
    ) -> TargetQuestion:
        targets, rules = mandate.targets, self.rules
        stated = np.array([float(target.weight) for target in targets])
        whole = float(stated.sum())
        least, most = _by_name(targets, rules.minimum, 0.0), _by_name(targets, rules.maximum, 1.0)
        distance = None if rules.distance_max is None else float(rules.distance_max)
        lower, upper = bounds(stated, least, most, distance)
        names = tuple(rows)
        parts = np.array([rows[name] for name in names]).T
        plain = TargetQuestion(
            as_of=day,
            classes=tuple(target.name for target in targets),
            stated=stated / whole,
            lower=lower / whole,
            upper=np.minimum(upper / whole, 1.0),
            returns=_returns(history, names) @ parts.T,
            covariance=None,
            risk_words="",
        )
        try:
            found = self._estimates(day, history, mandate, names)
        except (InputError, InputErrors) as error:
            return replace(plain, risk_words=str(error))
        if found.assumed:  # the stated weights are better than what a table of classes gives
            words = f"the risk of {', '.join(found.assumed)} is assumed, for want of prices"
            return replace(plain, risk_words=words)
        covariance = parts @ np.array(found.covariance) @ parts.T
        estimated = replace(plain, covariance=covariance, risk_words=found.sources["covariance"])
        return _with_means(estimated, found, parts)

    def _estimates(
        self, day: date, history: PriceHistory, mandate: Mandate, names: Sequence[str]
    ) -> Estimates:
        known = {name: self.instruments[name] for name in names}
        return estimate(history, mandate, known, as_of=day, estimators=self.estimators)


def _all_cash(source: str) -> Finding:
    """Nothing can be divided among targets that are all to be sold."""
    return Finding(
        "targets_not_estimated",
        Severity.WARNING,
        "targets",
        f"{source} has nothing to divide, so the stated weights stand: all of them are 0 %",
        remedy="give a target some weight, or take [target_source] out of the mandate",
        clause="target_source",
    )


def source_of(rules: TargetRules) -> TargetSource:
    """The source of targets with its settings.

    Refuses: a source that is not known or lacks its package, and settings that it does not have.
    """
    chosen = rules.source
    source = cast(TargetSource, configure("targets", chosen.name, chosen.settings))
    demand_package(chosen.name, source.package)
    return source


def targeting_of(mandate: Mandate, instruments: Mapping[str, Instrument]) -> Targeting | None:
    """The source that a mandate names, none where its stated targets are all.

    Refuses: a source that is not known or lacks its package, and settings that it does not have.
    """
    rules = mandate.target_source
    if rules is None:
        return None
    plain = replace(mandate.estimates, state=None, drift=None, trend=None, cost=None)
    return Targeting(source_of(rules), rules, estimators_of(plain), instruments)


def target_instruments(mandate: Mandate) -> tuple[str, ...]:
    """All that classes may be made of."""
    return tuple(name for target in mandate.targets for name in target.instruments)


def current_targets(loaded: LoadedHousehold) -> CurrentTargets | None:
    """The targets of a household today, none where its stated ones are all.

    Refuses: what `targeting_of` refuses, and price files that cannot be read.
    """
    mandate, rules = loaded.mandate, loaded.mandate.target_source
    targeting = targeting_of(mandate, loaded.snapshot.instruments)
    if targeting is None or rules is None:
        return None
    day = review_day(loaded.snapshot.as_of, rules.review_sessions)
    history = loaded.feed.history(target_instruments(mandate), day, mandate.estimates.sessions)
    return targeting(day, history, mandate)


def _rows(history: PriceHistory, targets: Sequence[Target]) -> dict[str, Floats]:
    """What each instrument is worth to each class: all of the first that has a price, or equal
    parts of all that have one.

    Shape: (K,) by instrument, each class summing to one over the instruments.
    """
    closes = np.array(history.closes, dtype=np.float64).reshape(
        len(history.dates), len(history.instruments)
    )
    priced = {
        name
        for name, column in zip(history.instruments, closes.T, strict=False)
        if np.isfinite(column).any()
    }
    found: dict[str, Floats] = {}
    for at, target in enumerate(targets):
        listed = [name for name in target.instruments if name in priced]
        members = (listed or list(target.instruments))[: 1 if target.split is Split.FIRST else None]
        for name in members:
            found.setdefault(name, np.zeros(len(targets)))[at] = 1.0 / len(members)
    return found


def _returns(history: PriceHistory, names: Sequence[str]) -> Floats:
    """Daily simple returns, `nan` beside a missing close.

    Shape: sessions × instruments.
    """
    if len(history.dates) < 2:
        return np.empty((0, len(names)))
    column = {name: at for at, name in enumerate(history.instruments)}
    closes = np.array(history.closes, dtype=np.float64)
    own = np.column_stack(
        [closes[:, column[n]] if n in column else np.full(len(closes), np.nan) for n in names]
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(own[1:] / own[:-1] - 1.0)


def _with_means(question: TargetQuestion, found: Estimates, parts: Floats) -> TargetQuestion:
    """The question with expected returns, where the mandate estimates them for every class."""
    known = tuple(found.mean)
    if not known:
        return question
    column = {name: at for at, name in enumerate(found.instruments)}
    own = parts[:, [column[name] for name in known]]
    if np.abs(own.sum(axis=1) - 1.0).max() > 1e-9:
        return question
    mean = own @ np.array([found.mean[name] for name in known])
    error = np.array(found.mean_covariance)
    spread = own @ error @ own.T if error.size else None
    return replace(
        question,
        mean=mean,
        mean_covariance=spread,
        mean_words=found.sources.get("mean", "expected returns of the mandate's estimator"),
    )


def _by_name(targets: Sequence[Target], known: Mapping[str, Decimal], usual: float) -> Floats:
    return np.array([float(known.get(target.name, usual)) for target in targets])


def _exact(stated: Mapping[str, Decimal], answer: TargetAnswer) -> dict[str, Decimal]:
    """Weights to a millionth that sum to exactly what the stated ones do."""
    if answer.findings:
        return dict(stated)
    whole = total(stated.values())
    found = {
        name: (whole * Decimal(repr(share))).quantize(PLACES)
        for name, share in zip(stated, answer.weights.tolist(), strict=True)
    }
    largest = max(found, key=lambda name: found[name])
    found[largest] += whole - total(found.values())
    return found
