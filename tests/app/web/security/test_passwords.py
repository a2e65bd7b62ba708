"""Passwords: which are taken, and that comparing one tells nothing else."""

import time

import pytest
from argon2 import PasswordHasher

from trimtab.app.web.security.passwords import (
    hash_password,
    needs_rehash,
    password_fits,
    refuse_weak,
)
from trimtab.model.errors import InputError

GOOD = "correct horse battery staple"


@pytest.fixture(scope="module", autouse=True)
def cheap_passwords() -> None:
    """None are cheap here: this is what is shipped."""


def test_what_is_shipped_costs_whoever_guesses_at_least_what_owasp_recommends():
    kind, version, cost = hash_password(GOOD).split("$")[1:4]
    assert (kind, version) == ("argon2id", "v=19")
    spent = {key: int(value) for key, value in (one.split("=") for one in cost.split(","))}
    assert spent["m"] >= 46 * 1024  # KiB, with one pass; the recommendation of most memory
    assert spent["t"] >= 1
    assert needs_rehash(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD))
    assert not needs_rehash(hash_password(GOOD))


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "it has 5 letters"),
        ("x" * 129, "it has 129 letters"),
        ("aaaaaaaaaaaaaaaa", "first that are guessed"),
        ("Password1234!", "first that are guessed"),
        ("adalovelace12", "first that are guessed"),
        ("qwerty123456qwerty", "first that are guessed"),
        *(
            (known, "first that are guessed")
            for known in (
                *("1q2w3e4r5t6y", "q1w2e3r4t5y6", "zaq12wsxcde3", "qazwsxedcrfv", "qwer1234asdf"),
                *("abc123abc123", "112233445566", "abcdefghijkl", "0987654321qw", "monkeymonkey"),
                *(
                    "football1234",
                    "trustno1trustno1",
                    "baseball2023",
                    "Summer2026!!",
                    "P@ssw0rd2026",
                ),
                *(
                    "unbelievable",
                    "administrator",
                    "hunter2hunter2",
                    "Winter-2025!",
                    "Pa$$w0rd1234",
                ),
            )
        ),
    ],
)
def test_a_password_that_is_guessed_first_is_refused_without_being_shown(password, why):
    with pytest.raises(InputError, match=why) as refused:
        refuse_weak(password, "adalovelace")
    assert password not in str(refused.value)


@pytest.mark.parametrize(
    "password",
    [
        *(GOOD, "пароль из слов", "x7 9kq mm2 vw", "twelve lette", "seven purple kettles sing"),
        *("tree lamp boat", "gK3!vmq92xZp", "mein hund heißt otto"),
    ],
)
def test_several_words_are_taken_in_any_language(password):
    refuse_weak(password, "ada")


def test_a_hash_fits_its_password_alone_however_the_letters_were_composed():
    hashed = hash_password("caf\u00e9 au lait noir")
    assert hashed.startswith("$argon2id$")
    assert password_fits(hashed, "cafe\u0301 au lait noir")
    assert not password_fits(hashed, "cafe au lait noir")
    assert hash_password(GOOD) != hash_password(GOOD)


@pytest.mark.parametrize("hashed", ["", "no hash at all", "$argon2id$v=19$broken"])
def test_nothing_fits_where_there_is_no_hash(hashed):
    assert not password_fits(hashed, "the password that nobody has")


def test_an_unknown_name_takes_as_long_as_a_wrong_password():
    hashed = hash_password(GOOD)
    password_fits("", "warm up")

    def seconds(of: str) -> float:
        begun = time.process_time()
        for _ in range(4):
            password_fits(of, "wrong")
        return time.process_time() - begun

    assert 0.5 < seconds("") / seconds(hashed) < 2.0
