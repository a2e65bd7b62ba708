"""Questions to a broker over HTTP, each answered by something that was understood whole.

Errors: `BrokerError` for a question that has no usable answer; what cannot be understood names the
field, and nothing is concluded from it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from trimtab.brokers._exact_json import NotExact
from trimtab.brokers._http import Answer, Http
from trimtab.brokers._pace import Rate
from trimtab.model.brokers import BrokerError, Trouble

__all__ = ["Reader"]

T = TypeVar("T")


class Reader:
    """Asks, and understands; `rates` hold for every question, and some have one of their own."""

    def __init__(self, http: Http, rates: Sequence[Rate]) -> None:
        self.http, self.rates = http, tuple(rates)

    def ask(
        self,
        path: str,
        understand: Callable[[Any], T],
        params: Mapping[str, str] | None = None,
        *,
        slow: Sequence[Rate] = (),
        method: str = "GET",
        body: object = None,
    ) -> T:
        """What an answer says.

        Refuses: no answer, or one that cannot be understood.
        """
        answer = self.answer(path, params, slow=slow, method=method, body=body)
        return self.understood(path, understand, answer.body)

    def answer(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        slow: Sequence[Rate] = (),
        method: str = "GET",
        body: object = None,
        also: frozenset[int] = frozenset(),
    ) -> Answer:
        """The answer itself, where its head or its status matters."""
        rates = (*self.rates, *slow)
        return self.http.read(path, params, rates=rates, method=method, body=body, also=also)

    def understood(self, path: str, understand: Callable[[Any], T], body: object) -> T:
        """What a body says.

        Refuses: one that says something else than it should.
        """
        try:
            return understand(body)
        except NotExact as error:
            raise self.unreadable(path, str(error)) from None

    def unreadable(self, path: str, fact: str) -> BrokerError:
        """The error that an answer is which cannot be used."""
        subject = f"{self.http.name}, {path}"
        remedy = "nothing is concluded from it; it is asked again"
        return BrokerError(Trouble.UNREADABLE, subject, self.http.clean(fact), remedy=remedy)
