"""The dictionary of a session for prices: what QuickFIX must know to read repeating groups.

Without a dictionary QuickFIX refuses a message in which a tag stands twice, as in every list of
bids and asks.  This one says no more than that: fields that it does not know are let through.

Source: FIX 4.2 and 4.4, MarketDataRequest (V), MarketDataSnapshotFullRefresh (W).
Errors: none.
"""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import quoteattr

from trimtab.brokers._fix_wire import Tag
from trimtab.brokers._fix_words import Kind

__all__ = ["prices_dictionary"]

ENTRY_FIELDS: Sequence[int] = (
    Tag.ENTRY_TYPE, Tag.ENTRY_PX, Tag.CURRENCY, Tag.ENTRY_SIZE,
    272, 273, 274, 275, 336, 276, 277, 282, 283, 284, 286, 59, 432, 126, 110, 18, 287, 37, 299,
    288, 289, 346, 290, 546, 811, 58, 354, 355,
)  # fmt: skip
"""What an entry of a snapshot may hold, by the standard; the first opens it."""
HEADER: Sequence[int] = (8, 9, 35, 49, 56, 34, 43, 52, 97, 122, 50, 57, 115, 128, 142, 143)
TRAILER: Sequence[int] = (89, 93, 10)
GROUPS: Mapping[str, Mapping[int, Sequence[int]]] = {
    Kind.QUOTES: {Tag.ENTRY_TYPES: (Tag.ENTRY_TYPE,), Tag.RELATED: (Tag.SYMBOL, 48, 22, 207, 461)},
    Kind.SNAPSHOT: {Tag.ENTRIES: ENTRY_FIELDS},
}
SESSION_KINDS = ("0", "1", "2", "3", "4", "5", "A")
OTHER_KINDS = (Kind.QUOTES_REJECT, Kind.BUSINESS_REJECT, "B", "X", "h", "b")


def prices_dictionary(begin: str) -> str:
    """The dictionary for a version, as QuickFIX reads it."""
    major, minor = begin.removeprefix("FIX.").split(".")
    kinds = [*SESSION_KINDS, *OTHER_KINDS, *GROUPS]
    tags = {*HEADER, *TRAILER, *(tag for one in GROUPS.values() for tag in _tags(one))}
    counts = {count for one in GROUPS.values() for count in one}
    messages = "".join(_message(kind) for kind in kinds)
    fields = "".join(
        f"<field number='{tag}' name='{_name(tag)}' type="
        f"'{'NUMINGROUP' if tag in counts else 'STRING'}'/>"
        for tag in sorted(tags)
    )
    return (
        f"<fix type='FIX' major='{major}' minor='{minor}'>"
        f"<header>{_fields(HEADER)}</header><messages>{messages}</messages>"
        f"<trailer>{_fields(TRAILER)}</trailer><components/><fields>{fields}</fields></fix>"
    )


def _message(kind: str) -> str:
    category = "admin" if kind in SESSION_KINDS else "app"
    groups = "".join(
        f"<group name='{_name(count)}' required='N'>{_fields(tags)}</group>"
        for count, tags in GROUPS.get(kind, {}).items()
    )
    name = quoteattr(f"Message{kind}")
    return f"<message name={name} msgtype='{kind}' msgcat='{category}'>{groups}</message>"


def _fields(tags: Sequence[int]) -> str:
    return "".join(f"<field name='{_name(tag)}' required='N'/>" for tag in tags)


def _tags(groups: Mapping[int, Sequence[int]]) -> set[int]:
    return {*groups, *(tag for tags in groups.values() for tag in tags)}


def _name(tag: int) -> str:
    return f"Tag{tag}"
