"""What self-directed people are never told: that something is recommended, best, or to be done."""

import re

ADVISING = re.compile(
    r"\b(recommend\w*|best|optimal\w*|optimum|suggest\w*|should|ought|advis(?:e|es|ed|able|ing)"
    r"|you must buy|you must sell|we think|in our (?:view|opinion)|(?<!no )(?:good|smart) idea"
    r"|advice)\b",
    re.IGNORECASE,
)
DENIALS = re.compile(
    r"\b(?:is|it is|be) no (?:\w+, \w+ or \w+ |investment |tax )?advice\b"
    r"|\b(?:nothing|none)(?: \w+){1,3} is advice\b"
    r"|\bnothing of (?:it|this) is advice\b"
    r"|\bnothing may sound like advice\b",
    re.IGNORECASE,
)
"""A page may say that it is no advice."""


def advising(text: str) -> list[str]:
    """The words of a text that advise, each with what stands around it."""
    left = DENIALS.sub(" ", " ".join(text.split()))
    return [left[max(0, one.start() - 30) : one.end() + 30] for one in ADVISING.finditer(left)]
