"""Secrets: found in the environment, then in the keyring, and shown nowhere."""

import pickle
from collections.abc import Mapping

import pytest

from trimtab.app.credentials import Credentials, Place, from_system
from trimtab.brokers._secrets import Secret
from trimtab.model.errors import InputError

PLANTED = "planted-secret-a81c"


class Ring:
    """A keyring in memory."""

    def __init__(self, priority: float = 5.0, **kept: str) -> None:
        self.priority, self.kept = (
            priority,
            {("trimtab", name): text for name, text in kept.items()},
        )

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class LockedRing(Ring):
    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError(f"locked; the password is {PLANTED}")


def credentials(ring: Ring | None = None, **environment: str) -> Credentials:
    return Credentials(environment, ring)


def test_the_environment_comes_before_the_keyring() -> None:
    ring = Ring(**{"my-alpaca key": "from-the-keyring"})
    both = credentials(ring, TRIMTAB_MY_ALPACA_KEY=PLANTED)
    assert both.of("my-alpaca")("key").reveal() == PLANTED
    assert both.place("my-alpaca", "key") == Place("TRIMTAB_MY_ALPACA_KEY", "environment")
    assert credentials(ring).of("my-alpaca")("key").reveal() == "from-the-keyring"
    assert credentials(ring).place("my-alpaca", "key") == Place("my-alpaca key", "keyring")


def test_a_secret_that_is_nowhere_says_where_to_put_it() -> None:
    said = "the key of alpaca: it is neither in the environment .TRIMTAB_ALPACA_KEY. nor in the key"
    with pytest.raises(InputError, match=said):
        credentials().of("alpaca")("key")
    assert credentials().place("alpaca", "key") is None


def test_what_is_stored_is_found_and_forgotten() -> None:
    kept = credentials(Ring())
    assert kept.store("alpaca", "secret", Secret(PLANTED)).kind == "keyring"
    assert kept.of("alpaca")("secret").reveal() == PLANTED
    assert kept.forget("alpaca", "secret")
    assert not kept.forget("alpaca", "secret")


@pytest.mark.parametrize("ring", [None, Ring(priority=0.5)])
def test_a_system_that_would_write_it_in_the_open_keeps_nothing(ring: Ring | None) -> None:
    with pytest.raises(InputError, match=r"no keyring that keeps secrets.*TRIMTAB_ALPACA_KEY"):
        credentials(ring).store("alpaca", "key", Secret(PLANTED))
    assert ring is None or ring.kept == {}


@pytest.mark.parametrize(
    "text", ["", "  ", "two words", "line\nline", "schlüssel-geheim", "x" * 9_000]
)
def test_what_no_header_carries_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(InputError, match="the key of alpaca: it") as bad:
        credentials(Ring()).store("alpaca", "key", Secret(text))
    assert text.strip() == "" or text not in str(bad.value)


def test_a_locked_keyring_is_told_without_its_words() -> None:
    with pytest.raises(InputError, match=r"the keyring cannot be used .RuntimeError.") as bad:
        credentials(LockedRing()).of("alpaca")("key")
    assert PLANTED not in str(bad.value)
    assert bad.value.__suppress_context__


def test_nothing_shows_a_secret() -> None:
    kept = credentials(Ring(**{"alpaca key": PLANTED}), TRIMTAB_ALPACA_SECRET=PLANTED)
    secret = kept.of("alpaca")("secret")
    shown = f"{kept!r} {secret!r} {secret} {kept.place('alpaca', 'key')}"
    assert PLANTED not in shown
    with pytest.raises(TypeError, match="not written down"):
        pickle.dumps(secret)


def test_the_systems_own_secrets_are_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIMTAB_ALPACA_KEY", PLANTED)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    assert from_system().of("alpaca")("key").reveal() == PLANTED
    assert isinstance(from_system().environment, Mapping)
