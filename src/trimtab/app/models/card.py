"""The model card as a page: what a person reads before a model is let near a household.

Errors: none.
"""

from __future__ import annotations

from trimtab.model.models import CoverageEvidence, Evidence, ModelCard

__all__ = ["CARD_NAME", "card_page", "coverage_words", "evidence_words"]

CARD_NAME = "card.md"
BASIS_POINTS = 1e4


def card_page(name: str, kind: str, card: ModelCard) -> str:
    """The card in Markdown."""
    lines = [
        f"# {name}",
        "",
        card.purpose,
        "",
        f"- **Kind:** {kind}",
        f"- **Trained on:** {card.data}, until {card.trained_until}",
        f"- **For:** {', '.join(card.instruments) or 'any instruments'}",
        f"- **Seeds:** {', '.join(map(str, card.seeds)) or 'none'}",
        f"- **Due for training again:** {card.retrain_after_days} days after that; it is not used "
        f"after {card.stale_after_days}",
        *_recipe_lines(card),
        "",
        "## Evidence",
        "",
        *(evidence_words(one) for one in card.evidence),
        *([] if card.evidence else ["None. It has not been shown to beat any rule."]),
        *([] if card.coverage is None else [coverage_words(card.coverage)]),
        "",
        *_beside_lines(card),
        "## Training ranges",
        "",
        "Outside these the rule decides.",
        "",
        "| feature | from | to | unit |",
        "| --- | ---: | ---: | --- |",
        *(f"| {one.feature} | {one.low:g} | {one.high:g} | {one.unit} |" for one in card.ranges),
        "",
        "## Limits",
        "",
        *(f"- {limit}" for limit in card.limits),
    ]
    return "\n".join(lines) + "\n"


def evidence_words(evidence: Evidence) -> str:
    """One world in a line: the difference, its interval, what it was held against."""
    verdict = "better" if evidence.is_better else "not shown to be better"
    seeds = f", seeds {', '.join(map(str, evidence.seeds))}" if evidence.seeds else ""
    years = f", {evidence.years:,.0f} years" if evidence.years else ""
    return (
        f"- **{evidence.world}:** {evidence.difference * BASIS_POINTS:+.3f} bp {evidence.unit} "
        f"against {evidence.rule} ({evidence.level * 100:.0f} % interval "
        f"{evidence.low * BASIS_POINTS:+.3f} to {evidence.high * BASIS_POINTS:+.3f}; "
        f"chosen from {evidence.trials} trial{'s' if evidence.trials != 1 else ''}{seeds}{years}): "
        f"{verdict}"
    )


def coverage_words(coverage: CoverageEvidence) -> str:
    """How often an interval held what came, in a line."""
    verdict = "it keeps its word" if coverage.is_kept else "it does not keep its word"
    return (
        f"- **interval of {coverage.level * 100:.0f} %:** it held {coverage.share * 100:.1f} % of "
        f"{coverage.cases:,} later cases, {coverage.first} to {coverage.last} (95 % interval "
        f"{coverage.low * 100:.1f} to {coverage.high * 100:.1f}): {verdict}"
    )


def _recipe_lines(card: ModelCard) -> list[str]:
    """How it was trained, and is trained again."""
    if card.recipe is None:
        return []
    settings = ", ".join(f"{name} {value}" for name, value in card.recipe.settings.items())
    return [f"- **Recipe:** {card.recipe.purpose}; {settings or 'no settings'}"]


def _beside_lines(card: ModelCard) -> list[str]:
    """What the version that it would succeed does on the same data."""
    if not card.beside:
        return []
    lines = [f"## {card.beside} on the same data", ""]
    lines += [evidence_words(one) for one in card.beside_evidence]
    if not card.beside_evidence:
        lines.append("It cannot be used on it; the limits say why.")
    return [*lines, ""]
