"""What people who guess passwords try first: common words, rows of keys, years, all of it twice.

A list of stolen passwords that are long enough is short; what makes the rest of it is a common word
with digits behind it, letters that look like others, or fingers that walk over the keyboard.  What
remains of a password without all that is what somebody has to guess.

Errors: none.
Source: OWASP ASVS 4.0.3, V2.1.7; the words are the stems of the most common passwords there are.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

__all__ = ["what_remains"]

WORDS_NAME = "guessed_first.txt"
WALK_MIN = 3
"""So many keys one after the other are a walk over the keyboard."""
_WALKS = (
    *("01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiopü", "yxcvbnm", "azertyuiop"),
    *("qsdfghjklm", "wxcvbn", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.", "qazwsxedcrfvtgbyhnujmikolp"),
    *("1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "qawsedrftgyhujikolp", "!@#$%^&*()"),
    *("azsxdcfvgbhnjmkl", '!"§$%&/()=', "abcdefghijklmnopqrstuvwxyz"),
)
WALKS = (*_WALKS, *(one[::-1] for one in _WALKS))
LOOKS_LIKE = str.maketrans("@4301!|$57+8", "aaeoiiissttb")
YEARS = re.compile(r"(?:19|20)\d\d")
TWICE = re.compile(r"(.+?)\1+")


def what_remains(password: str, name: str) -> str:
    """What is left of a password, in small letters, without what is guessed first and the name.

    Of all ways to read it the one that leaves least.
    """
    given = password.lower()
    read = {given, given.translate(LOOKS_LIKE), YEARS.sub("", given)}
    read |= {YEARS.sub("", given).translate(LOOKS_LIKE), *(TWICE.sub(r"\1", one) for one in read)}
    return min((_without(one, name.lower()) for one in read), key=len)


def _without(text: str, name: str) -> str:
    rest = text.replace(name, "") if name else text
    rest = _stepped_over(_words().sub(" ", rest))
    return TWICE.sub(r"\1", rest.replace(" ", ""))


@cache
def _words() -> re.Pattern[str]:
    """Any common word, the longest that fits."""
    listed = files(__package__).joinpath(WORDS_NAME).read_text("ascii")
    words = [word for line in listed.splitlines() if line[:1] != "#" for word in line.split()]
    return re.compile("|".join(sorted(words, key=len, reverse=True)))


def _stepped_over(text: str) -> str:
    """The text without walks over the keyboard."""
    kept, at = [], 0
    while at < len(text):
        walked = _walk_at(text, at)
        if walked < WALK_MIN:
            kept.append(text[at])
            walked = 1
        at += walked
    return "".join(kept)


def _walk_at(text: str, at: int) -> int:
    """How many keys somebody walks from a place on."""
    length = 0
    while at + length < len(text) and any(text[at : at + length + 1] in walk for walk in WALKS):
        length += 1
    return length
