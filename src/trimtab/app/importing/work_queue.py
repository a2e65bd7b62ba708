"""Open breaks as a queue to work off: found anew, answered one after the other.

Each answer is an entry of the journal; what is open afterwards is computed from all that was
imported, as an import does it.

Errors: `InputError` for a folder that is no household's, and for an answer that does not fit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from trimtab.app.folder_names import MANDATE_NAME
from trimtab.app.importing.answers import Answer, Side
from trimtab.app.values import read_day, read_number
from trimtab.model.errors import InputError, nearest

if TYPE_CHECKING:
    from trimtab.app.importing.merge import Merge
    from trimtab.books.ledger import Ledger
    from trimtab.model.breaks import Break
    from trimtab.model.entries import Entry

__all__ = ["answer_from", "answered", "chosen_breaks", "found_anew"]

WORDS = ("take", "basis", "acquired", "link", "outside", "ratio", "became", "accept", "note")
"""What an answer may say, as the options of `trimtab breaks` have it."""


def found_anew(folder: Path, today: date) -> tuple[Break, ...]:
    """The open breaks, computed again from what was imported; plans go by what is written here.

    Refuses: a folder that is no household's.
    """
    from trimtab.app.importing.commit import commit
    from trimtab.app.importing.open_breaks import BREAKS_FILE

    merged = _merged(folder, today, None)
    commit(folder, (), {BREAKS_FILE: merged.texts[BREAKS_FILE]}, merged.after)
    return merged.breaks


def answered(
    folder: Path, chosen: Sequence[Break], answer: Answer, listed: Sequence[Break], today: date
) -> tuple[Break, ...]:
    """Record an answer to some of the breaks that are listed; what is open then.

    Refuses: a link to an account that the household does not have, and an answer that does not fit;
    nothing is written then.
    """
    from trimtab.app.config import read_mandate
    from trimtab.app.importing.answer_entries import answer_entries
    from trimtab.app.importing.commit import commit

    if answer.account:
        read_mandate(folder / MANDATE_NAME).household.account(answer.account)

    def entries(ledger: Ledger) -> list[Entry]:
        made: list[Entry] = []
        for one in chosen:
            if one.facts.get("row") not in ledger.entries:  # else an answer before booked it too
                made += answer_entries(one, answer, ledger, today, listed)
        return made

    became = answer.became
    renames = {one.instrument: became for one in chosen if became and one.instrument}
    merged = _merged(folder, today, entries, renames)
    commit(folder, merged.entries, merged.texts, merged.after)
    return merged.breaks


def chosen_breaks(listed: Sequence[Break], ids: Sequence[str]) -> list[Break]:
    """The breaks with these ids, or all.

    Refuses: an id that none has.
    """
    if "all" in ids:
        return list(listed)
    by_id = {one.id: one for one in listed}
    for wanted in ids:
        if wanted not in by_id:
            remedy = nearest(wanted, by_id) if by_id else "nothing is open"
            raise InputError(f"break {wanted!r}", "no open break has this id", "", remedy)
    return [by_id[wanted] for wanted in ids]


TWO_WAYS = re.compile(r"\d{1,3}\.\d{3}", re.ASCII)


def answer_from(given: Mapping[str, str]) -> Answer:
    """An answer from what was given for each of its words; what is empty was not given.

    Refuses: a word that there is not, and amounts, days and ratios that are none.
    """
    told = {name: text.strip() for name, text in given.items() if text.strip()}
    for name in told:
        if name not in WORDS:
            raise InputError("answer", f"{name!r} is not understood", "", nearest(name, WORDS))
    take = told.get("take")
    if take is not None and take not in list(Side):
        raise InputError("take", f"{take!r} is none", "", nearest(take, Side))
    return Answer(
        take=None if take is None else Side(take),
        basis=_amount(told["basis"]) if "basis" in told else None,
        acquired=read_day(told["acquired"], "acquired") if "acquired" in told else None,
        account=told.get("link", ""),
        is_outside="outside" in told,
        ratio=_ratio(told["ratio"]) if "ratio" in told else None,
        became=told.get("became", ""),
        accept="accept" in told,
        note=told.get("note", ""),
    )


def _merged(
    folder: Path,
    today: date,
    answers: Callable[[Ledger], Sequence[Entry]] | None,
    renames: Mapping[str, str] | None = None,
) -> Merge:
    """What the imports come to, after answers.

    Refuses: a folder that is no household's.
    """
    from trimtab.app.importing.commit import finish_pending
    from trimtab.app.importing.merge import merge

    finish_pending(folder)
    if not (folder / MANDATE_NAME).exists():
        remedy = "name the household's folder, or begin one with `trimtab import FILE …`"
        raise InputError(f"household folder {str(folder)!r}", "there is none", "", remedy)
    return merge(folder, (), today=today, answers=answers, renames=renames)


def _amount(text: str) -> Decimal:
    """A basis, not negative.

    Refuses: also what is a thousand times as much to half the world, as 2.400.
    """
    amount = read_number(text, "basis")
    if TWO_WAYS.fullmatch(text):
        fact = f"{text} can be read in two ways"
        raise InputError("basis", fact, "commas part thousands", "write it like 2400 or 2.40")
    if amount < 0:
        raise InputError("basis", f"{text} is negative", "at least 0", "write what it cost")
    return amount


def _ratio(text: str) -> tuple[int, int]:
    """Units after for units before.

    Refuses: what is no pair of whole numbers above zero.
    """
    found = re.fullmatch(r"(\d{1,6})\s*[:/]\s*(\d{1,6})", text)
    if found is None or "0" in (found[1].strip("0") or "0", found[2].strip("0") or "0"):
        remedy = "write it like 2:1, or 1:25 for a reverse split"
        raise InputError("ratio", f"{text!r} is no ratio", "", remedy)
    return int(found[1]), int(found[2])
