"""FIX on the wire: messages as lists of tags and values, without a session and without QuickFIX.

Amounts are plain decimals; an exponent, NaN or an empty text is refused, never guessed.  A text
fit for files and messages never holds a user name or password: `redacted` hides those tags.

Errors: `Malformed` for what is no message, or lacks a field, or holds a value of another kind.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from re import compile as pattern

__all__ = ["Malformed", "Message", "Tag", "amount_text", "redacted", "time_text"]

SOH = "\x01"
PLAIN = pattern(r"-?([0-9]+\.?[0-9]*|\.[0-9]+)")
"""The number that FIX knows: digits and one point."""
SECRET_TAGS = frozenset({"96", "553", "554", "925"})
"""RawData, Username, Password, NewPassword: a logon carries them, no file does."""
HIDDEN = "***"
TIMES = ("%Y%m%d-%H:%M:%S.%f", "%Y%m%d-%H:%M:%S", "%Y%m%d-%H:%M")


class Malformed(ValueError):  # noqa: N818  (what the message is)
    """A message that cannot be read as what it should be."""


class Tag:
    """The tags that are spoken here, by the names of the standard."""

    ACCOUNT, AVG_PX, BEGIN_STRING, BODY_LENGTH, CHECK_SUM = 1, 6, 8, 9, 10
    CL_ORD_ID, COMMISSION, COMM_TYPE, CUM_QTY, CURRENCY = 11, 12, 13, 14, 15
    EXEC_ID, EXEC_REF_ID, EXEC_TRANS_TYPE, HANDL_INST = 17, 19, 20, 21
    LAST_PX, LAST_QTY, MSG_SEQ_NUM, MSG_TYPE, NEW_SEQ_NO = 31, 32, 34, 35, 36
    ORDER_ID, ORDER_QTY, ORD_STATUS, ORD_TYPE, ORIG_CL_ORD_ID = 37, 38, 39, 40, 41
    POSS_DUP, PRICE, REF_SEQ_NUM, SENDING_TIME, SIDE, SYMBOL, TEXT = 43, 44, 45, 52, 54, 55, 58
    TIME_IN_FORCE, TRANSACT_TIME, CXL_REJ_REASON, ORD_REJ_REASON = 59, 60, 102, 103
    GAP_FILL, EXPIRE_TIME, RESET_SEQ_NUM, EXEC_TYPE, LEAVES_QTY = 123, 126, 141, 150, 151
    TEST_REQUEST = 112
    CASH_ORDER_QTY, SUBSCRIPTION, MARKET_DEPTH, UPDATE_TYPE = 152, 263, 264, 265
    ENTRY_TYPES, ENTRIES, ENTRY_TYPE, ENTRY_PX, ENTRY_SIZE = 267, 268, 269, 270, 271
    RELATED, REQUEST_ID, REF_MSG_TYPE, BUSINESS_REJECT = 146, 262, 372, 380
    USERNAME, PASSWORD, STATUS_REQUEST, MASS_REQUEST, MASS_TYPE = 553, 554, 790, 584, 585


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its fields in the order in which they stood."""

    fields: tuple[tuple[int, str], ...]

    @classmethod
    def read(cls, text: str) -> "Message":
        """The message of a text with its separators.

        Refuses: a field without a number, and what says no type.
        """
        found = []
        for part in text.strip(SOH).split(SOH):
            tag, equals, value = part.partition("=")
            if not equals or not tag.isascii() or not tag.isdigit():
                raise Malformed(f"{part[:40]!r} is no field")
            found.append((int(tag), value))
        message = cls(tuple(found))
        message.need(Tag.MSG_TYPE)
        return message

    @classmethod
    def of(cls, kind: str, fields: Iterable[tuple[int, str]]) -> "Message":
        """A message of a type, from the fields of its body."""
        return cls(((Tag.MSG_TYPE, kind), *fields))

    @property
    def kind(self) -> str:
        """Its type: D, 8, 9 ..."""
        return self.need(Tag.MSG_TYPE)

    @property
    def body(self) -> Iterator[tuple[int, str]]:
        """All fields but the type."""
        return (field for field in self.fields if field[0] != Tag.MSG_TYPE)

    def get(self, tag: int, otherwise: str = "") -> str:
        """The first value of a tag."""
        return next((value for other, value in self.fields if other == tag), otherwise)

    def every(self, tag: int) -> Sequence[str]:
        """Every value of a tag, as in a repeating group."""
        return [value for other, value in self.fields if other == tag]

    def need(self, tag: int) -> str:
        """The value of a tag.

        Refuses: a message without it.
        """
        value = self.get(tag)
        if not value:
            raise Malformed(f"the message has no field {tag}")
        return value

    def amount(self, tag: int) -> Decimal:
        """The number of a tag.

        Refuses: a message without it, and any other notation than digits and one point.
        """
        text = self.need(tag)
        if not PLAIN.fullmatch(text):
            raise Malformed(f"field {tag} is {text[:40]!r}, which is no plain number")
        return Decimal(text)

    def amount_or(self, tag: int, otherwise: Decimal) -> Decimal:
        """The number of a tag, or another where the message does not have it."""
        return self.amount(tag) if self.get(tag) else otherwise

    def time(self, tag: int) -> datetime:
        """The moment of a tag, in UTC as FIX has it.

        Refuses: a message without it, and what is no timestamp.
        """
        text = self.need(tag)
        for form in TIMES:
            try:  # at most microseconds: finer digits say nothing here
                return datetime.strptime(text[:24], form).replace(tzinfo=UTC)
            except ValueError:
                continue
        raise Malformed(f"field {tag} is {text[:40]!r}, which is no time")

    def text(self) -> str:
        """The fields with separators, as they stand; `framed` adds length and check sum."""
        return "".join(f"{tag}={value}{SOH}" for tag, value in self.fields)

    def framed(self, begin: str) -> str:
        """The whole text, with the version, length and check sum of the standard."""
        frame = {Tag.BEGIN_STRING, Tag.BODY_LENGTH, Tag.CHECK_SUM}
        body = "".join(f"{tag}={value}{SOH}" for tag, value in self.fields if tag not in frame)
        head = f"8={begin}{SOH}9={len(body.encode())}{SOH}{body}"
        return f"{head}10={sum(head.encode()) % 256:03d}{SOH}"


def amount_text(amount: Decimal) -> str:
    """An amount as FIX writes it: no exponent, no idle zeros."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def time_text(moment: datetime) -> str:
    """A moment as FIX writes it: UTC with milliseconds."""
    return moment.astimezone(UTC).strftime("%Y%m%d-%H:%M:%S.%f")[:-3]


def redacted(text: str) -> str:
    """The text of a message without user name, password and raw data."""
    parts = (part.partition("=") for part in text.split(SOH))
    return SOH.join(
        f"{tag}={HIDDEN}" if tag in SECRET_TAGS and equals else f"{tag}{equals}{value}"
        for tag, equals, value in parts
    )
