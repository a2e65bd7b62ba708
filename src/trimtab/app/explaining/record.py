"""One decision as a record for dashboards: inputs, who decided, alternatives, confidence, findings.

The keys are listed in `docs/guides/models.md`, and `decision_record.schema.json` beside this file
states them as a JSON Schema (draft 2020-12), which a test holds against real records.  Money and
weights are numbers here, as a chart wants them; `trimtab plan --json` has every exact amount.

Errors: none.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from importlib.resources import files

from trimtab.app.as_json import finding_json
from trimtab.app.explaining.alternatives import Alternative
from trimtab.app.explaining.confidence import DEFINITION, Confidence
from trimtab.app.explaining.explanation import Explanation, Turns
from trimtab.app.explaining.sentences import Sentence
from trimtab.app.explaining.what_if import Turn
from trimtab.app.json_text import Json
from trimtab.model.estimates import HeardMarket
from trimtab.plugins import settings_of
from trimtab.policies._base import Policy
from trimtab.quant.learned.hearing import SIGNALS

__all__ = ["RECORD_SCHEMA", "SCHEMA_NAME", "record_json", "schema_text"]

RECORD_SCHEMA = 1
SCHEMA_NAME = "decision_record.schema.json"


def schema_text() -> str:
    """The JSON Schema of a record."""
    return files(__package__).joinpath(SCHEMA_NAME).read_text(encoding="utf-8")


def record_json(explanation: Explanation) -> Json:
    """The record of an explained decision."""
    decision = explanation.asked.decision
    return {
        "schema": RECORD_SCHEMA,
        "as_of": decision.as_of.isoformat(),
        "verdict": decision.verdict.value,
        "acts": explanation.asked.acts,
        "sentence": explanation.headline,
        "inputs": _inputs(explanation),
        "decided_by": _decided_by(explanation),
        "alternatives": [_alternative(one) for one in explanation.alternatives],
        "confidence": _confidence(explanation.confidence),
        "turns": None if explanation.turns is None else _turns(explanation.turns),
        "reasons": [_sentence(one) for one in explanation.why.sentences],
        "opposite": [_sentence(one) for one in explanation.why_not.sentences],
        "withheld": list(explanation.withheld),
        "findings": [finding_json(one) for one in decision.findings],
    }


def _inputs(explanation: Explanation) -> Json:
    """What the decision rests on, and one hash over all of it."""
    question, truth = explanation.question, explanation.truth
    observation, mandate = question.observation, question.mandate
    told = repr((observation.snapshot, observation.history, mandate, question.flows))
    return {
        "digest": hashlib.sha256(told.encode()).hexdigest(),
        "value": truth["value"],
        "currency": observation.snapshot.household.base_currency,
        "drift_aversion": truth["aversion"],
        "tracking_error": truth["tracking_error.now"],
        "history": {
            "source": observation.history.source,
            "first": observation.history.dates[0].isoformat(),
            "last": observation.history.dates[-1].isoformat(),
        },
        "targets": [
            {
                "name": target.name,
                "wanted": truth[f"target.{target.name}"],
                "actual": truth[f"weight.{target.name}.now"],
            }
            for target in mandate.targets
        ],
        "trend": dict(explanation.asked.situation.estimates.trend),
        "volatility": {
            "recent": truth.get("volatility.recent"),
            "usual": truth.get("volatility.usual"),
        },
        "heard": _heard(explanation.asked.situation.estimates.heard),
    }


def _heard(heard: HeardMarket | None) -> Json:
    """The signals that a listening model was told; none where nobody listened."""
    if heard is None:
        return None
    return {
        **dict(zip(SIGNALS, heard.signals, strict=True)),
        "sessions": heard.sessions,
        "cost_reviews": heard.cost_reviews,
    }


def _decided_by(explanation: Explanation) -> Json:
    """The rule and its settings, or the model and its digest."""
    policy, model = explanation.question.policy, explanation.model
    settings = _settings(policy)
    digest = hashlib.sha256(json.dumps([policy.name, settings], sort_keys=True).encode())
    return {
        "policy": policy.name,
        "settings": settings,
        "settings_digest": digest.hexdigest(),
        "model": None if model is None else {"label": model[0], "digest": model[1]},
    }


def _settings(policy: Policy) -> dict[str, str]:
    """A policy's settings as a mandate would write them."""
    if not hasattr(type(policy), "__dataclass_fields__"):
        return {}
    names = {field.name for field in settings_of(type(policy))}
    known = [field for field in fields(policy) if field.name in names]  # type: ignore[arg-type]
    return {field.name: str(getattr(policy, field.name)) for field in known}


def _alternative(one: Alternative) -> Json:
    return {
        "name": one.name,
        "policy": one.policy,
        "trades": one.trades,
        "drift": one.drift,
        "trading": one.trading,
        "tax": one.tax,
        "total": one.total,
    }


def _confidence(confidence: Confidence | None) -> Json:
    if confidence is None:
        return None
    return {
        "share": confidence.share,
        "low": confidence.low,
        "high": confidence.high,
        "histories": confidence.draws,
        "definition": DEFINITION,
    }


def _turns(turns: Turns) -> Json:
    return {
        "target": turns.target,
        "price_fall": _turn(turns.fall),
        "price_rise": _turn(turns.rise),
        "cost_times": _turn(turns.cost),
        "without_tax": turns.tax.is_found,
        "without_trend": turns.trend.is_found,
    }


def _turn(turn: Turn) -> Json:
    return {"at": turn.other if turn.is_found else None, "tried_up_to": turn.limit}


def _sentence(one: Sentence) -> Json:
    return {
        "topic": one.topic,
        "text": one.text,
        "figures": {figure.name: figure.value for figure in one.figures},
    }
