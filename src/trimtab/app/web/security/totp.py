"""One-time codes of an authenticator: six digits that change every half minute, each good once.

Errors: `InputError` of the sealer, for a secret that cannot be opened.
Source: RFC 6238, 5.2: a code that was used is refused, and so are those before it.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import TYPE_CHECKING

import pyotp
import segno
from markupsafe import Markup

from trimtab.app.web.security.sealing import sealer_of
from trimtab.model.web import Person

if TYPE_CHECKING:
    from trimtab.app.web.world import WebWorld

__all__ = ["code_step", "fits_and_uses", "keep_secret", "new_totp", "qr_picture", "totp_address"]

ISSUER = "Trimtab"
STEP_SECONDS = 30
DRIFT_STEPS = 1
"""Clocks differ: the code before and the one after are taken as well."""
DIGITS = 6


def new_totp() -> str:
    """A new secret, as authenticators take it."""
    return pyotp.random_base32()


def totp_address(secret: str, name: str) -> str:
    """The address that an authenticator reads from the picture."""
    return pyotp.TOTP(secret, digits=DIGITS).provisioning_uri(name=name, issuer_name=ISSUER)


def qr_picture(address: str) -> Markup:
    """The picture of an address, as SVG without style."""
    code = segno.make(address, micro=False)
    squares = code.svg_inline(omitsize=True, svgclass="qr", lineclass=None)
    return Markup(squares)  # numbers alone, no text of the address  # nosec B704


def code_step(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is; none where it is no code of about now."""
    digits = code.replace(" ", "")
    if not (digits.isascii() and digits.isdecimal() and len(digits) == DIGITS):
        return None
    generator, step = pyotp.TOTP(secret, digits=DIGITS), int(now.timestamp()) // STEP_SECONDS
    near = range(step - DRIFT_STEPS, step + DRIFT_STEPS + 1)
    fits = [one for one in near if hmac.compare_digest(generator.generate_otp(one), digits)]
    return fits[-1] if fits else None


def fits_and_uses(world: WebWorld, person: Person, code: str) -> bool:
    """Whether a code is a person's of about now, and was not used before; it is used up by this."""
    secret = sealer_of(world.settings).open(person.totp, _whose(person.name))
    step = code_step(secret, code, world.clock())
    return step is not None and world.store.people.use_totp_step(person.name, step)


def keep_secret(world: WebWorld, name: str, secret: str, step: int) -> None:
    """Keep a person's secret, sealed; the code that proved it counts as used."""
    sealed = sealer_of(world.settings).seal(secret, _whose(name))
    world.store.people.set_totp(name, sealed, step)


def _whose(name: str) -> str:
    return f"authenticator of {name}"
