"""What QuickFIX calls while a session lives: logons, cuts, messages, in and out.

Errors: none may leave a callback, for it would end QuickFIX's thread.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any

from trimtab.brokers._fix_settling import Settling
from trimtab.brokers._fix_wire import Malformed, Message, Tag
from trimtab.brokers._fix_words import Kind

if TYPE_CHECKING:
    from trimtab.brokers._fix_session import Hearer, SessionPlan

__all__ = ["callbacks", "outgoing"]

RAW_DATA_LENGTH, RAW_DATA = 95, 96
GROUPS: Mapping[int, Sequence[int]] = {
    Tag.ENTRY_TYPES: (Tag.ENTRY_TYPE,),
    Tag.ENTRIES: (Tag.ENTRY_TYPE, Tag.ENTRY_PX, Tag.ENTRY_SIZE),
    Tag.RELATED: (Tag.SYMBOL,),
}
"""Repeating groups by the tag of their count: the tag that opens an entry, then the others."""


def callbacks(
    quickfix: ModuleType, plan: "SessionPlan", hearer: "Hearer", why: Callable[[], str]
) -> Any:
    """QuickFIX's callbacks, which must not raise: an error in one would end its thread."""

    class Application(quickfix.Application):  # type: ignore[name-defined, misc]
        is_up = False
        was_kept = False
        last_word = ""

        def __init__(self) -> None:
            super().__init__()
            ask = partial(_ask_for_life, quickfix, plan)
            self.settling = Settling(ask, self.settled, self.silent)

        def settled(self) -> None:
            self.is_up, self.last_word = True, ""
            hearer.on_up()

        def silent(self, told: str) -> None:
            self.last_word = told
            hearer.on_down(told)

        def onCreate(self, session: Any) -> None:  # noqa: N802  (QuickFIX's names)
            pass

        def onLogon(self, session: Any) -> None:  # noqa: N802
            self.settling.begin()

        def onLogout(self, session: Any) -> None:  # noqa: N802
            self.settling.end()
            self.is_up = False
            hearer.on_down(self.last_word or why())

        def toAdmin(self, message: Any, session: Any) -> None:  # noqa: N802
            said = _read(message)
            if said is not None and said.kind == Kind.LOGON:
                _sign(quickfix, plan, message)
            if said is not None and said.kind == Kind.REJECT:  # QuickFIX drops what it refuses
                number, text = said.get(Tag.REF_SEQ_NUM), said.get(Tag.TEXT)
                hearer.on_gap(f"message {number} of the broker was refused: {text}")
            if said is not None and said.kind == Kind.LOGOUT:
                self.last_word = said.get(Tag.TEXT) or self.last_word

        def fromAdmin(self, message: Any, session: Any) -> None:  # noqa: N802
            said = _read(message)
            if said is None:
                return
            if said.kind == Kind.LOGOUT:
                self.last_word = said.get(Tag.TEXT) or "the broker ended the session"
            elif said.kind == Kind.HEARTBEAT:
                self.settling.answered(said.get(Tag.TEST_REQUEST))
            elif said.kind == Kind.REJECT:
                hearer.on_message(said)
            elif said.kind == Kind.SEQUENCE_RESET and said.get(Tag.GAP_FILL) != "Y":
                hearer.on_gap(f"the broker set its numbers to {said.get(Tag.NEW_SEQ_NO)}")

        def toApp(self, message: Any, session: Any) -> None:  # noqa: N802
            said = _read(message)
            if said is None or not hearer.on_sending(said):
                self.was_kept = True
                raise quickfix.DoNotSend()

        def fromApp(self, message: Any, session: Any) -> None:  # noqa: N802
            said = _read(message)
            if said is not None:
                hearer.on_message(said)

    return Application()


def outgoing(quickfix: ModuleType, begin: str, message: Message) -> Any:
    """A message as QuickFIX sends it: entries of a repeating group stand behind their count."""
    made = quickfix.Message()
    made.getHeader().setField(quickfix.StringField(Tag.BEGIN_STRING, begin))
    made.getHeader().setField(quickfix.StringField(Tag.MSG_TYPE, message.kind))
    fields = list(message.body)
    while fields:
        tag, value = fields.pop(0)
        if tag not in GROUPS:
            made.setField(quickfix.StringField(tag, value))
            continue
        first, *others = GROUPS[tag]
        for _ in range(int(value)):
            entry = quickfix.Group(tag, first)
            while fields and (fields[0][0] == first or fields[0][0] in others):
                if fields[0][0] == first and entry.isSetField(first):
                    break
                entry.setField(quickfix.StringField(*fields.pop(0)))
            made.addGroup(entry)
    return made


def _ask_for_life(quickfix: ModuleType, plan: "SessionPlan", request: str) -> None:
    """Ask for a heartbeat that names the request."""
    asked = Message.of(Kind.TEST_REQUEST, ((Tag.TEST_REQUEST, request),))
    made = outgoing(quickfix, plan.profile.begin, asked)
    with suppress(quickfix.SessionNotFound):  # it ended meanwhile, which is told elsewhere
        quickfix.Session.sendToTarget(made, plan.sender, plan.target)


def _read(message: Any) -> Message | None:
    try:
        return Message.read(message.toString())
    except Malformed:
        return None


def _sign(quickfix: ModuleType, plan: "SessionPlan", message: Any) -> None:
    """Put the credentials into a logon: in fields of their own from 4.3 on, before as raw data."""
    if plan.password is None:
        return
    password = plan.password.reveal()
    if plan.profile.has_transaction_types:
        message.setField(quickfix.StringField(RAW_DATA_LENGTH, str(len(password.encode()))))
        message.setField(quickfix.StringField(RAW_DATA, password))
        return
    if plan.username is not None:
        message.setField(quickfix.StringField(Tag.USERNAME, plan.username.reveal()))
    message.setField(quickfix.StringField(Tag.PASSWORD, password))
