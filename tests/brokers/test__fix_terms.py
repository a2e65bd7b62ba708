"""A logon that is refused says what is wrong, by the words that the broker gives."""

from pathlib import Path

import pytest

from trimtab.brokers._fix_profiles import FIX44
from trimtab.brokers._fix_session import SessionPlan
from trimtab.brokers._fix_terms import FixLimits, FixTerms, logon_refused
from trimtab.model.brokers import Trouble

PLAN = SessionPlan(FIX44, "TRIMTAB", "BROKER", "127.0.0.1", 1, Path("fix"), tls=False)


@pytest.mark.parametrize(
    ("why", "trouble", "remedy"),
    [
        ("SendingTime accuracy problem", Trouble.CLOCK, "set this machine's clock"),
        ("MsgSeqNum too low, expecting 9 but received 1", Trouble.UNAVAILABLE, "sequence"),
        ("Invalid username or password", Trouble.CREDENTIALS, "names and the password"),
        ("unknown SenderCompID", Trouble.CREDENTIALS, "names and the password"),
        ("", Trouble.UNAVAILABLE, "check the address"),
    ],
)
def test_the_words_of_a_refusal_say_what_to_do(why: str, trouble: Trouble, remedy: str) -> None:
    error = logon_refused(PLAN, why, FixLimits())
    assert error.trouble is trouble
    assert remedy in error.remedy
    assert "TRIMTAB to BROKER" in str(error)


def test_instruments_are_named_both_ways() -> None:
    terms = FixTerms("U1", symbols={"VTI": "VTI.P"})
    assert (terms.symbol("VTI"), terms.instrument("VTI.P")) == ("VTI.P", "VTI")
    assert (terms.symbol("BND"), terms.instrument("BND")) == ("BND", "BND")
