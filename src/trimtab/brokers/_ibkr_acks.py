"""What became of an order sent to Interactive Brokers, through its questions, as one `Ack`.

Every answer is taken for what it proves: an error that speaks of the connection proves nothing, a
reply that never left leaves its question open.

Errors: none; an `Ack` says it all.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from trimtab.brokers._answers import Answer, verdict_of
from trimtab.brokers._ibkr_questions import Asked, Refused, Said, Taken, may_confirm, said_of
from trimtab.brokers._ibkr_rest import IbkrRest
from trimtab.model.orders import Ack, AckVerdict, Order

__all__ = ["Acks", "Known"]

QUESTIONS_MAX = 5
"""Questions of one order that are answered in a row; more is no order that anybody planned."""
TAKEN_ID = re.compile(r"already.(registered|exist|used|been)|duplicate", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Known:
    """What this process remembers of orders: what was sent, and IBKR's ids of them."""

    sent: dict[str, Order] = field(default_factory=dict)
    broker_ids: dict[str, str] = field(default_factory=dict)


class Acks:
    """Answers to writes; `also` are questions that the owner allows to be answered with yes."""

    def __init__(
        self,
        rest: IbkrRest,
        known: Known,
        also: frozenset[str],
        doubt: Callable[[], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._rest, self._known, self._also = rest, known, also
        self._doubt, self._clock = doubt, clock

    def placed(self, order_id: str, answer: Answer) -> Ack:
        """What came of an order, after the questions that the rules may answer."""
        for _ in range(QUESTIONS_MAX):
            said = said_of(answer) if answer.is_good else None
            if not isinstance(said, Asked):
                return self._final(order_id, answer, said)
            if not may_confirm(said.messages, self._known.sent.get(order_id), self._also):
                return self._asked(order_id, said)
            reply = self._rest.reply(said.reply_id, True)
            if not reply.is_good:
                return self._unconfirmed(order_id, said.reply_id, reply)
            answer = reply
        last = said_of(answer)
        if isinstance(last, Asked):
            return self._asked(order_id, last)
        return self._final(order_id, answer, last)

    def replied(self, order_id: str, question: str, yes: bool) -> Ack:
        """What came of a person's answer to a question."""
        answer = self._rest.reply(question, yes)
        if not answer.is_good:
            return self._unconfirmed(order_id, question, answer)
        if yes:
            return self.placed(order_id, answer)
        said = said_of(answer)  # after a no, no rule says yes to anything
        if isinstance(said, Asked):
            return self._asked(order_id, said)
        return self._final(order_id, answer, said)

    def canceled(self, order_id: str, answer: Answer) -> Ack:
        """What came of the wish to cancel."""
        if not answer.is_good:
            return self._of(verdict_of(answer), order_id, answer)
        match answer.body:
            case {"msg": str(), "order_id": str() | int()}:
                return self._of(AckVerdict.ACCEPTED, order_id, answer)
        is_no = isinstance(said_of(answer), Refused)
        verdict = AckVerdict.REJECTED if is_no else AckVerdict.UNKNOWN
        return self._of(verdict, order_id, answer)

    def said(self, verdict: AckVerdict, order_id: str, code: str, text: str) -> Ack:
        """An answer that IBKR was not asked for."""
        return Ack(verdict, order_id, self._clock(), "", code, text)

    def _asked(self, order_id: str, said: Asked) -> Ack:
        text = self._rest.http.clean(" / ".join(said.texts) or "a question without a text")
        code = " ".join(said.messages) or "unnamed"
        ack = self.said(AckVerdict.QUESTION, order_id, code, text)
        return replace(ack, question=said.reply_id)

    def _unconfirmed(self, order_id: str, question: str, answer: Answer) -> Ack:
        """A reply that did not arrive leaves the question open; any other proves nothing."""
        if verdict_of(answer) is AckVerdict.THROTTLED:
            ack = self._of(AckVerdict.QUESTION, order_id, answer)
            return replace(ack, question=question)
        return self._of(AckVerdict.UNKNOWN, order_id, answer)

    def _final(self, order_id: str, answer: Answer, said: Said | None) -> Ack:
        if said is None:
            if answer.status in (401, 403):
                self._doubt()
            verdict = verdict_of(answer)
            is_taken = verdict is AckVerdict.REJECTED and TAKEN_ID.search(answer.text)
            return self._of(AckVerdict.DUPLICATE if is_taken else verdict, order_id, answer)
        if isinstance(said, Taken) and said.local_id in ("", order_id):
            self._known.broker_ids[order_id] = said.broker_id
            ack = self.said(AckVerdict.ACCEPTED, order_id, said.status, "")
            return replace(ack, broker_id=said.broker_id)
        if isinstance(said, Refused):
            is_taken = TAKEN_ID.search(said.text)
            verdict = AckVerdict.DUPLICATE if is_taken else AckVerdict.REJECTED
            return self.said(verdict, order_id, said.code, self._rest.http.clean(said.text))
        return self._of(AckVerdict.UNKNOWN, order_id, answer)

    def _of(self, verdict: AckVerdict, order_id: str, answer: Answer) -> Ack:
        ack = self.said(verdict, order_id, str(answer.status or answer.proof), answer.text)
        theirs = self._known.broker_ids.get(order_id, "")
        return replace(ack, retry_after=answer.retry_after, broker_id=theirs)
