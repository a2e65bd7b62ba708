"""Authenticators' codes: about now, each once, and their secrets sealed."""

from datetime import UTC, datetime

import pyotp
import pytest

from tests.app.web.security.worlds import world_in
from trimtab.app.web.security.sealing import KEY_NAME, Sealer, sealer_of
from trimtab.app.web.security.totp import (
    code_step,
    fits_and_uses,
    keep_secret,
    qr_picture,
    totp_address,
)
from trimtab.model.errors import InputError
from trimtab.model.web import Right

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B: "12345678901234567890"
RFC_CODES = [
    (59, "287082"),
    (1111111109, "081804"),
    (1234567890, "005924"),
    (20000000000, "353130"),
]


@pytest.mark.parametrize(("at", "code"), RFC_CODES)
def test_codes_are_those_of_the_standard(at, code):
    assert code_step(RFC_SECRET, code, datetime.fromtimestamp(at, UTC)) == at // 30


@pytest.mark.parametrize(
    ("seconds", "fits"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)]
)
def test_a_clock_may_be_off_by_one_step_and_no_more(seconds, fits):
    now = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)
    code = pyotp.TOTP(RFC_SECRET).at(int(now.timestamp()) + seconds)
    assert (code_step(RFC_SECRET, code, now) is not None) is fits


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "-12345", "28708 2x"])
def test_what_is_no_code_does_not_fit(code):
    assert code_step(RFC_SECRET, code, datetime.fromtimestamp(59, UTC)) is None


def test_a_code_is_good_once_and_so_are_those_before_it(tmp_path):
    world = world_in(tmp_path)
    world.person("ada", Right.VIEW)
    keep_secret(world, "ada", RFC_SECRET, 0)
    step = int(world.clock().timestamp()) // 30
    now, before = (pyotp.TOTP(RFC_SECRET).generate_otp(one) for one in (step, step - 1))
    person = world.store.people.named("ada")
    assert fits_and_uses(world, person, now)
    assert not fits_and_uses(world, person, now)
    assert not fits_and_uses(world, person, before)
    assert RFC_SECRET not in (tmp_path / "web.db").read_bytes().decode("latin-1")
    world.store.close()


def test_a_seal_opens_with_its_key_for_the_one_that_it_was_made_for(tmp_path):
    world = world_in(tmp_path)
    sealer = sealer_of(world.settings)
    sealed = sealer.seal("a secret", "ada")
    assert sealer_of(world.settings).open(sealed, "ada") == "a secret"
    assert (tmp_path / KEY_NAME).stat().st_mode & 0o777 == 0o600
    for other, of in ((sealer, "eve"), (Sealer(bytes(32)), "ada")):
        with pytest.raises(InputError, match="does not open it"):
            other.open(sealed, of)
    with pytest.raises(InputError, match="does not open it"):
        sealer.open(sealed[:-8] + "AAAAAAA=", "ada")
    assert "key" not in repr(sealer)
    world.store.close()


def test_a_key_file_that_is_none_is_named_and_not_replaced(tmp_path):
    (tmp_path / KEY_NAME).write_text("rubbish", "ascii")
    with pytest.raises(InputError, match="it is no key"):
        sealer_of(world_in(tmp_path).settings)
    assert (tmp_path / KEY_NAME).read_text("ascii") == "rubbish"


def test_the_picture_needs_no_style_and_holds_no_script():
    picture = str(qr_picture(totp_address(RFC_SECRET, "ada@example.org")))
    assert picture.startswith("<svg")
    assert "style" not in picture
    assert "script" not in picture
