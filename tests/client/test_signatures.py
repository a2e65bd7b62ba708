"""A delivery is believed where it is signed with the secret, whole, and recent."""

import json

import pytest

from trimtab.client import SignatureError, new_secret, verified
from trimtab.client.signatures import signature

SECRET, NOW = "s" * 32, 1_700_000_000
BODY = json.dumps(
    {"id": "e1", "type": "live", "household": "home", "at": "2026-01-01T00:00:00Z", "data": {}}
).encode()
GOOD = signature(BODY, SECRET, NOW)


def test_a_signed_delivery_is_its_event():
    found = verified(BODY, GOOD, SECRET, NOW + 10)
    assert (found.id, found.type, found.household) == ("e1", "live", "home")


def test_one_good_signature_of_several_is_enough():
    assert verified(BODY, f"{GOOD},v1=00", SECRET, NOW).id == "e1"


@pytest.mark.parametrize(
    ("body", "header", "now"),
    [
        (BODY + b" ", GOOD, NOW),
        (BODY, GOOD.replace("v1=", "v1=0"), NOW),
        (BODY, GOOD.replace(str(NOW), str(NOW + 1)), NOW),
        (BODY, f"t={NOW}", NOW),
        (BODY, "", NOW),
        (BODY, f"t={NOW},{GOOD}", NOW),
        (BODY, signature(BODY, "other" * 8, NOW), NOW),
        (BODY, GOOD, NOW + 301),
        (BODY, GOOD, NOW - 301),
    ],
)
def test_anything_else_is_not_believed(body: bytes, header: str, now: float):
    with pytest.raises(SignatureError):
        verified(body, header, SECRET, now)


def test_a_new_secret_is_long_and_another_each_time():
    assert len(new_secret()) >= 32
    assert new_secret() != new_secret()
