"""`web.toml`: what may be written, and what may start."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from trimtab.app.web.settings import WEB_NAME, OidcSettings, WebSettings, read_web
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.web import Person, Right
from trimtab.stores.sql.web_store import open_web_store

PUBLIC = """\
[web]
host = "0.0.0.0"
public_url = "https://trimtab.example"
tls_certificate = "web.pem"
tls_key = "web-key.pem"
"""


def read(folder: Path, text: str) -> WebSettings:
    (folder / WEB_NAME).write_text(text, "utf-8")
    return read_web(folder)


def test_without_the_file_it_listens_on_this_machine_alone(tmp_path):
    found = read_web(tmp_path)
    assert found == WebSettings(tmp_path)
    assert (found.host, found.port, found.is_local, found.is_secure) == (
        "127.0.0.1",
        8765,
        True,
        False,
    )
    assert found.store_place == str(tmp_path / "web.db")
    assert not found.wants_second_factor
    assert found.is_self_directed


def test_everything_that_may_be_written_is_read(tmp_path):
    found = read(
        tmp_path,
        PUBLIC
        + """\
port = 443
mode = "adviser"
store = "postgresql://me@db/web"
second_factor = false
mcp = true
[sessions]
idle_minutes = 5
hours = 1
fresh_minutes = 2
[oidc]
issuer = "https://login.example.org"
client = "trimtab"
label = "Example"
""",
    )
    assert found == WebSettings(
        tmp_path, "0.0.0.0", 443, "adviser", "postgresql://me@db/web", "https://trimtab.example",
        str(tmp_path / "web.pem"), str(tmp_path / "web-key.pem"), second_factor=False, mcp=True,
        idle_minutes=5, hours=1, fresh_minutes=2,
        oidc=OidcSettings("https://login.example.org", "trimtab", "Example"),
    )  # fmt: skip
    assert found.hosts == {"trimtab.example"}
    assert not found.is_self_directed


MISTAKES = [
    ("[web]\nprot = 1", 2, "unknown key"),
    ("[web]\nport = '1'", 2, "write a whole number"),
    ("[web]\nport = 70000", 2, "0 to 65535"),
    ("[web]\nmode = 'advisor'", 2, "Did you mean 'adviser'"),
    ("[web]\npublic_url = 'trimtab.example'", 2, "https:// and a name"),
    ("[web]\npublic_url = 'https://a/b'", 2, "https:// and a name"),
    ("[web]\ntls_certificate = 'web.pem'", 2, "a certificate has a key"),
    ("[web]\nproxy = 'yes'", 2, "true or false"),
    ("[webb]\nport = 1", 1, "there is no such section"),
    ("web = 1", 1, "is no section"),
    ("[sessions]\nhours = 0", 2, "1 to 720"),
    ("[oidc]\nissuer = 'https://login.example.org'", 1, "is missing"),
    ("[oidc]\nissuer = 'http://evil.example'\nclient = 'c'", 2, "begins with https://"),
    ("[oidc]\nclient_secret = 'x'", 2, "looks like a secret"),
    ("[web]\nstore = 'postgresql://me:hunter2@db/web'", 2, "looks like a secret"),
    ("[web\n", None, "the file breaks"),
]


@pytest.mark.parametrize(("text", "line", "words"), MISTAKES, ids=[one[0] for one in MISTAKES])
def test_a_mistake_is_told_with_its_line(tmp_path, text, line, words):
    with pytest.raises(InputErrors) as refused:
        read(tmp_path, text)
    error = refused.value.errors[0]
    assert words in str(error)
    assert error.line == line
    assert "hunter2" not in str(error)


REFUSED = [
    ({"host": "0.0.0.0"}, "without TLS"),
    ({"host": "192.0.2.1"}, "without TLS"),
    ({"host": "::"}, "without TLS"),
    ({"host": "localhost.example"}, "without TLS"),
    ({"public_url": "https://trimtab.example"}, "without TLS"),
    ({"public_url": "http://trimtab.example", "proxy": True}, "nothing says by which name"),
    ({"proxy": True}, "nothing says by which name"),
    ({"host": "0.0.0.0", "tls_certificate": "c", "tls_key": "k"}, "nothing says by which name"),
    ({"proxy": True, "public_url": "https://trimtab.example"}, "without accounts"),
]


@pytest.mark.parametrize(("settings", "words"), REFUSED)
def test_beyond_this_machine_it_does_not_start_without_tls_and_accounts(tmp_path, settings, words):
    store = open_web_store(tmp_path / "web.db")
    made = WebSettings(tmp_path, **settings)
    with pytest.raises(InputError, match=words):
        made.check_may_start(store)
    person = Person("ada", "Ada", Right.ADMIN, None, datetime.now(UTC), is_off=True)
    store.people.add(person)
    with pytest.raises(InputError):
        made.check_may_start(store)
    store.people.set_scope("ada", Right.ADMIN, None, False)
    if words == "without accounts":
        made.check_may_start(store)
        assert made.wants_second_factor
    store.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.1.2.3"])
def test_on_this_machine_it_starts_as_it_is(tmp_path, host):
    store = open_web_store(tmp_path / "web.db")
    WebSettings(tmp_path, host).check_may_start(store)
    store.close()
