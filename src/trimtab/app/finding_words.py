"""A finding's numbers as screens and pages write them after its message."""

import re

from trimtab.model.findings import Finding

__all__ = ["numbers_of"]


def numbers_of(finding: Finding) -> str:
    """What was found and its bound, `(31 %; bound: 30 %)`; nothing where the message has both."""
    if not finding.bound:
        return ""
    if _says(finding.message, finding.bound) and _says(finding.message, finding.actual):
        return ""
    return f"({finding.actual or 'now'}; bound: {finding.bound})"


def _says(message: str, words: str) -> bool:
    """Whether a message holds words, not as a part of a longer number or word."""
    return re.search(rf"(?<![\w.,]){re.escape(words)}(?!\w|[.,]\d)", message) is not None
