"""The screen of `trimtab doctor`: what is wrong, the gravest first, then what was looked at."""

from itertools import zip_longest

from rich.console import Console
from rich.text import Text

from trimtab.app.called_as import called_as
from trimtab.app.doctor.checkup import Checkup
from trimtab.app.finding_words import numbers_of
from trimtab.app.screens.words import console, heading, paragraph
from trimtab.model.findings import Finding, Severity

__all__ = ["show_checkup"]

TITLES = {
    Severity.REFUSAL: "Stops plans or trades",
    Severity.APPROVAL: "Wants your approval",
    Severity.WARNING: "Deserves a look",
    Severity.NOTE: "Good to know",
}
STYLES = {Severity.REFUSAL: "bold red", Severity.WARNING: "bold yellow"}
MISTAKES_SHOWN_MAX = 30


def show_checkup(checkup: Checkup) -> None:
    """Print the health of a household's data."""
    out = console()
    out.print(Text(f"{checkup.name}, {checkup.as_of}", style="bold"))
    style = "bold green" if checkup.is_healthy else "bold yellow"
    paragraph(out, _verdict(checkup), style)
    if checkup.mistakes:
        heading(out, "Cannot be read")
    for error in checkup.mistakes[:MISTAKES_SHOWN_MAX]:
        paragraph(out, str(error), indent=2, hang=2)
    if len(checkup.mistakes) > MISTAKES_SHOWN_MAX:
        more = len(checkup.mistakes) - MISTAKES_SHOWN_MAX
        paragraph(out, f"and {more} more; --json has them all", "dim", indent=2)
    for severity, title in TITLES.items():
        own = tuple(found for found in checkup.findings if found.severity is severity)
        if own:
            out.print()
            out.print(Text(title, style=STYLES.get(severity, "bold")))
            _findings(out, own)
    _looked_at(out, checkup)


def _verdict(checkup: Checkup) -> str:
    """How it is, in one sentence."""
    counted = [
        f"{count} {word}{'s' if count != 1 else ''}"
        for word, count in checkup.counts.items()
        if count
    ]
    if checkup.is_healthy:
        return "Healthy." if not counted else f"Healthy, with {', '.join(counted)}."
    return f"Found {', '.join(counted)}."


def _findings(out: Console, findings: tuple[Finding, ...]) -> None:
    """Findings of one severity; a remedy that several share is told once."""
    for finding, following in zip_longest(findings, findings[1:]):
        text = str(finding)
        if numbers := numbers_of(finding):
            text += f" {numbers}"
        paragraph(out, f"{text}.", indent=2, hang=2)
        is_same = following is not None and following.remedy == finding.remedy
        if finding.remedy and not is_same:
            remedy = finding.remedy.replace("`trimtab ", f"`{called_as()} ")
            paragraph(out, f"→ {remedy[0].upper()}{remedy[1:]}.", "dim", indent=4, hang=2)


def _looked_at(out: Console, checkup: Checkup) -> None:
    """What there is, in a few lines."""
    heading(out, "Looked at")
    known = [fact for fact in checkup.prices if fact.on is not None]
    if known:
        oldest, newest = known[0], known[-1]
        sources = ", ".join(sorted({fact.source for fact in known} - {""})) or "no source named"
        text = f"{len(known)} prices, newest of {newest.on} ({sources})"
        if oldest.on != newest.on:
            text += f", oldest of {oldest.on} for {oldest.instrument}"
        least = min(known, key=lambda fact: fact.returns)
        text += f"; shortest history {least.returns} daily returns, {least.instrument}"
        paragraph(out, f"{text}.", indent=2, hang=2)
    for account in checkup.accounts:
        seen = f"last seen {account.seen} ({account.by})" if account.seen else "never seen"
        lots = f"{account.lots} lot{'s' if account.lots != 1 else ''}"
        paragraph(out, f"account {account.id}: {lots}, {seen}.", indent=2, hang=2)
    journal = checkup.journal
    if journal.exists:
        state = "whole" if journal.is_whole else "not whole"
        paragraph(out, f"journal: {len(journal.entries)} entries, {state}.", indent=2)
