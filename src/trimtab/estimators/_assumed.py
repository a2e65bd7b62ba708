"""Risk of instruments that have too little history, from long-run figures of their class.

Among instruments with history everything stays as measured.  The others are joined to them by a
regression that the assumed correlations give: with `C` assumed and `R` measured correlations, and
`B = C_an C_nn⁻¹`, an instrument without history moves as `B` of those with one, plus a rest of
its own.  A sum of a linear image and an independent rest is a covariance, so the whole is positive
semi-definite by construction, and a substitute follows what it stands in for in everything.

    R_an = B R_nn        R_aa = B R_nn Bᵀ + (C_aa − B C_na)

Errors: none; with nothing measured, the assumed figures stand alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trimtab.estimators._asset_class import asset_classes, groups_of
from trimtab.estimators._base import Floats
from trimtab.estimators._long_run import LONG_RUN, NEAR_COPY, AssetClass, class_correlations
from trimtab.model.findings import Finding, Severity
from trimtab.model.instruments import Instrument
from trimtab.model.mandate import Mandate

__all__ = ["AssumedRisk", "assumed_correlations", "assumed_findings", "with_assumed"]

REMEDY = (
    'put closes into prices.csv, or set [feed] kind = "yahoo"; what an instrument is, its kind, '
    "name and tags say under [instruments]"
)

VARIANCE_MIN = 1e-12
"""A yearly variance below it is that of a price that never moves."""


@dataclass(frozen=True, slots=True)
class AssumedRisk:
    """The risk that was assumed for one instrument.

    Unit: `volatility` a year, a fraction of one.  `like` is the instrument whose measured risk it
    took over, where there is one.
    """

    instrument: str
    asset_class: AssetClass
    volatility: float
    like: str | None = None

    @property
    def words(self) -> str:
        """The figure and what it rests on."""
        figure = f"{self.volatility * 100:.3g} % a year"
        if self.like is not None:
            return f"{figure}, as measured for {self.like}"
        return f"{figure}, that of {self.asset_class} ({LONG_RUN[self.asset_class].cited})"


def assumed_correlations(instruments: Mapping[str, Instrument], mandate: Mandate) -> Floats:
    """Correlations by class and group alone, positive definite.

    What a class does not explain of an instrument is its own, but for members of one group, which
    share `NEAR_COPY` of it.
    """
    classes = asset_classes(instruments, mandate)
    groups = groups_of(instruments, mandate)
    order, between = class_correlations()
    figures = [LONG_RUN[classes[name]] for name in instruments]
    rows = [
        order.index(figure.like or classes[name])
        for name, figure in zip(instruments, figures, strict=True)
    ]
    loading = np.array([figure.loading for figure in figures])
    own = np.sqrt(1 - loading**2)
    group = np.array([groups[name] for name in instruments])
    shared = NEAR_COPY * (group[:, None] == group[None, :])
    np.fill_diagonal(shared, 1.0)
    whole: Floats = np.outer(loading, loading) * between[np.ix_(rows, rows)]
    return whole + np.outer(own, own) * shared


def with_assumed(
    measured: Floats,
    names: Sequence[str],
    instruments: Mapping[str, Instrument],
    mandate: Mandate,
) -> tuple[Floats, tuple[AssumedRisk, ...]]:
    """The covariance of all instruments, and what in it is assumed.

    Shape: `measured` is the yearly covariance of `names`; the answer is in the order of
    `instruments`.
    """
    assumed = assumed_correlations(instruments, mandate)
    all_names = list(instruments)
    known = [all_names.index(name) for name in names]
    rest = [at for at in range(len(all_names)) if at not in set(known)]
    volatility = np.sqrt(np.maximum(np.diag(measured), VARIANCE_MIN))
    correlation = _joined(measured / np.outer(volatility, volatility), assumed, known, rest)
    told = _risks([all_names[at] for at in rest], dict(zip(names, volatility, strict=True)),
                  instruments, mandate)  # fmt: skip
    scale = np.empty(len(all_names))
    scale[known] = volatility
    scale[rest] = [risk.volatility for risk in told]
    return correlation * np.outer(scale, scale), told


def _joined(measured: Floats, assumed: Floats, known: list[int], rest: list[int]) -> Floats:
    """Measured correlations completed by assumed ones."""
    mixed = assumed[np.ix_(rest, known)]
    follows = np.linalg.solve(assumed[np.ix_(known, known)], mixed.T).T
    image = follows @ measured
    own = assumed[np.ix_(rest, rest)] - follows @ mixed.T
    whole = np.empty_like(assumed)
    whole[np.ix_(known, known)] = measured
    whole[np.ix_(rest, known)] = image
    whole[np.ix_(known, rest)] = image.T
    whole[np.ix_(rest, rest)] = image @ follows.T + own
    root = np.sqrt(np.diag(whole))
    scaled: Floats = whole / np.outer(root, root)
    return (scaled + scaled.T) / 2


def _risks(
    names: Sequence[str],
    measured: Mapping[str, float],
    instruments: Mapping[str, Instrument],
    mandate: Mandate,
) -> tuple[AssumedRisk, ...]:
    """The assumed volatilities: that of a near copy where one is measured, else the class's."""
    classes, groups = asset_classes(instruments, mandate), groups_of(instruments, mandate)
    model = {groups[name]: name for name in reversed(list(measured))}
    found = []
    for name in names:
        like = model.get(groups[name])
        own = LONG_RUN[classes[name]].volatility if like is None else float(measured[like])
        found.append(AssumedRisk(name, classes[name], own, like))
    return tuple(found)


def assumed_findings(
    risks: Sequence[AssumedRisk], returns: Mapping[str, int], sessions_min: int
) -> tuple[Finding, ...]:
    """One finding for each figure that was assumed, naming all instruments that it serves."""
    grouped: dict[tuple[str, str], list[AssumedRisk]] = {}
    for risk in risks:
        why = _why(returns.get(risk.instrument, 0), sessions_min)
        grouped.setdefault((risk.words, why), []).append(risk)
    return tuple(
        Finding(
            code="risk_assumed",
            severity=Severity.WARNING,
            subject=f"risk of {', '.join(risk.instrument for risk in own)}",
            message=f"it is assumed, {words}: {why}",
            actual=f"{own[0].volatility * 100:.3g} %",
            remedy=REMEDY,
            clause="risk.without_history",
        )
        for (words, why), own in grouped.items()
    )


def _why(returns: int, sessions_min: int) -> str:
    """Why nothing was measured."""
    if returns == 0:
        return "no history"
    if returns < sessions_min:
        found = "1 daily return" if returns == 1 else f"{returns} daily returns"
        return f"only {found}, where an estimate needs {sessions_min}"
    return "its history shares too few days with the others"
