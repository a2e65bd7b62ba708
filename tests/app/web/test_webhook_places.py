"""A webhook leads to an address of the internet by https, and nowhere near this machine."""

from pathlib import Path

import pytest

from trimtab.app.web.settings import WebSettings
from trimtab.app.web.webhook_places import place_of
from trimtab.model.errors import InputError

LOCAL = WebSettings(Path("x"))
PUBLIC = WebSettings(Path("x"), host="0.0.0.0", public_url="https://t.example", proxy=True)
PRIVATE = WebSettings(
    Path("x"), host="0.0.0.0", public_url="https://t.example", proxy=True, webhook_private=True
)
GOOD = "93.184.215.14"


def test_a_delivery_goes_to_the_address_that_was_checked_under_the_name_that_was_meant():
    found = place_of("https://hooks.example:8443/a?b=1", PUBLIC, lambda *_: (GOOD,))
    assert (found.url, found.host) == (f"https://{GOOD}:8443/a?b=1", "hooks.example")
    assert found.host_header == "hooks.example:8443"
    through = place_of("https://hooks.example", PUBLIC, lambda *_: ("64:ff9b::5db8:d70e",))
    assert through.address == "64:ff9b::5db8:d70e"  # a public one behind a gateway
    six = place_of("https://hooks.example", PUBLIC, lambda *_: ("2606:2800:21f::1",))
    assert six.url == "https://[2606:2800:21f::1]:443/"


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", "::", "10.0.0.5", "192.168.1.1"),
        *("172.16.0.1", "169.254.169.254", "fe80::1", "fe80::1%eth0", "fd00::1", "100.64.0.1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1"),
        *("64:ff9b::7f00:1", "64:ff9b::a00:5", "64:ff9b:1::a9fe:a9fe", "::a00:5", "2002:a00:5::1"),
        *("fec0::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "ff02::1"),
        *("not an address", ""),
    ],
)
def test_no_address_near_us_is_sent_to(address: str):
    for url in ("https://hooks.example/", "http://hooks.example/"):
        with pytest.raises(InputError, match="leads to"):
            place_of(url, PUBLIC, lambda *_: (address,))


def test_one_bad_address_among_good_ones_is_enough_to_refuse():
    with pytest.raises(InputError, match=r"leads to 10\.0\.0\.1"):
        place_of("https://hooks.example/", PUBLIC, lambda *_: (GOOD, "10.0.0.1"))


def test_plain_http_goes_to_this_machine_alone_and_on_localhost_alone():
    assert place_of("http://127.0.0.1:9000/x", LOCAL, lambda *_: ("127.0.0.1",)).port == 9000
    assert place_of("http://[::1]:9000/x", LOCAL, lambda *_: ("::1",)).address == "::1"
    for settings, address in ((LOCAL, GOOD), (PRIVATE, "127.0.0.1"), (PUBLIC, GOOD)):
        with pytest.raises(InputError, match="by https"):
            place_of("http://hooks.example/", settings, lambda *_, one=address: (one,))


def test_private_addresses_are_sent_to_where_the_settings_allow_it():
    assert place_of("https://inside.example/", PRIVATE, lambda *_: ("10.0.0.5",)).port == 443
    for never in ("169.254.169.254", "fe80::1", "0.0.0.0"):
        with pytest.raises(InputError):
            place_of("https://inside.example/", PRIVATE, lambda *_, one=never: (one,))


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://hooks.example/", "https://", "hooks.example", "https://u:p@hooks.example/"),
        *("https://hooks.example/#x", "https://hooks.example:99999/", "https://a b/", "https://[1"),
        *("https://hooks.example\\@evil.example/", f"https://hooks.example/{'x' * 500}"),
        *("https://hooks.example:0/", "https://ü.example/"),
    ],
)
def test_what_is_no_plain_address_is_refused(url: str):
    with pytest.raises(InputError):
        place_of(url, PUBLIC, lambda *_: (GOOD,))


def test_a_name_that_nobody_knows_is_refused():
    with pytest.raises(InputError, match="nobody knows"):
        place_of("https://nobody.invalid/", PUBLIC)
