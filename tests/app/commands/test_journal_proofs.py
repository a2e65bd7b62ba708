"""`trimtab journal` over a store, and what it signs and proves to others."""

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.stores.live_parts import entry
from trimtab.app import credentials
from trimtab.app.cli import main
from trimtab.books.entries import decision
from trimtab.stores._checkpoint_keys import CheckpointKey, new_secret
from trimtab.stores.sql.store import SqlStore, open_store

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def ask(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Exit code, standard output in one line, and standard error of a command."""
    capsys.readouterr()
    code = main(["journal", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, " ".join(out.split()), " ".join(err.split())


@pytest.fixture
def store(tmp_path: Path) -> SqlStore:
    """A store beside nothing else, with one household's journal."""
    store = open_store(tmp_path / "live.db")
    lease = store.lease("smith", "service", NOW, 3600.0)
    assert lease is not None
    opened = decision("journal opened", NOW.date(), {"base_currency": "USD"})
    store.append([opened, *(entry(f"e{number}") for number in range(1, 6))], lease)
    return store


@pytest.fixture
def signing_key(monkeypatch: pytest.MonkeyPatch) -> str:
    """A key in the environment; answers the one to check with."""
    secret = new_secret()
    monkeypatch.setenv("TRIMTAB_JOURNAL_KEY", secret)
    monkeypatch.setattr(credentials, "_system_keyring", lambda: None)
    return str(CheckpointKey("trimtab", secret).checking_key())


def add(store: SqlStore, *names: str) -> None:
    lease = store.lease("smith", "service", NOW, 3600.0)
    assert lease is not None
    store.append([entry(name) for name in names], lease)


def alter(store: SqlStore, statement: str) -> None:
    store.close()
    other = sqlite3.connect(store.name)
    other.execute("DROP TRIGGER entries_no_update")
    other.execute(statement)
    other.commit()
    other.close()


def test_a_folder_with_a_store_and_no_file_is_taken_to_mean_the_store(store, tmp_path, capsys):
    code, out, _ = ask(capsys, "verify", tmp_path)
    assert code == 0
    assert "The journal is whole: 6 entries." in out
    assert f"Head: {store.head('smith').hash} (entry 6)" in out


def test_a_stores_journal_is_shown_and_replayed(store, tmp_path, capsys):
    url = ("--store", f"sqlite:///{store.name}")
    assert "deposit e5" in ask(capsys, "show", *url, "--last", "1")[1]
    code, out, _ = ask(capsys, "replay", tmp_path, "--json")
    assert code == 0
    assert json.loads(out)["cash"] == [{"account": "ira", "currency": "USD", "amount": "500.00"}]


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE entries SET data = replace(data, '100.00', '900.00') WHERE id = 'e3'", "does not"),
        ("UPDATE entries SET id = 'other' WHERE id = 'e3'", "it is not as it was written"),
    ],
)
def test_an_altered_row_is_found_and_nothing_is_signed(
    store, tmp_path, capsys, signing_key, statement, what
):
    alter(store, statement)
    code, out, _ = ask(capsys, "verify", tmp_path)
    assert (code, "entry 4" in out, what in out) == (1, True, True)
    code, out, err = ask(capsys, "checkpoint", tmp_path)
    assert code == 2
    assert "only a whole one is signed" in err
    assert out == ""


def test_an_entry_is_proven_to_somebody_without_the_journal(store, tmp_path, capsys, signing_key):
    proof = tmp_path / "proof.json"
    assert ask(capsys, "prove", tmp_path, "--entry", "e3", "--out", proof)[0] == 0
    (tmp_path / "live.db").unlink()
    code, out, _ = ask(capsys, "check", proof, "--key", signing_key)
    assert code == 0
    assert "It holds: 'e3' is entry 4 of the journal trimtab/smith" in out
    proof.write_text(proof.read_text().replace("100.00", "900.00"))
    code, out, _ = ask(capsys, "check", proof, "--key", signing_key)
    assert (code, out) == (1, "It does not hold: it does not lead to what was signed.")


def test_nothing_is_proven_to_have_changed_since_a_checkpoint(store, tmp_path, capsys, signing_key):
    earlier, proof = tmp_path / "march.txt", tmp_path / "proof.json"
    assert ask(capsys, "checkpoint", tmp_path, "--out", earlier)[0] == 0
    add(store, "e6", "e7")
    assert ask(capsys, "prove", tmp_path, "--extends", earlier, "--out", proof)[0] == 0
    code, out, _ = ask(capsys, "check", proof, "--key", signing_key)
    assert code == 0
    assert "(8 entries) begins with the 6 entries it had" in out
    assert [note.splitlines()[1] for note in store.checkpoints("smith")] == ["6", "8"]


def test_a_checkpoint_is_checked_by_itself(store, tmp_path, capsys, signing_key):
    note = tmp_path / "march.txt"
    ask(capsys, "checkpoint", tmp_path, "--out", note)
    code, out, _ = ask(capsys, "check", note, "--key", signing_key)
    assert code == 0
    assert "trimtab signed it: the journal trimtab/smith" in out
    assert "had 6 entries" in out
    altered = note.read_text().replace("\n6\n", "\n7\n")
    note.write_text(altered)
    code, out, _ = ask(capsys, "check", note, "--key", signing_key)
    assert (code, out) == (1, "It does not hold: trimtab did not sign it.")


def test_a_proof_that_somebody_else_signed_does_not_hold(store, tmp_path, capsys, signing_key):
    proof = tmp_path / "proof.json"
    ask(capsys, "prove", tmp_path, "--entry", "e3", "--out", proof)
    other = CheckpointKey("trimtab", new_secret()).checking_key()
    code, out, _ = ask(capsys, "check", proof, "--key", other)
    assert (code, out) == (1, "It does not hold: trimtab did not sign its checkpoint.")


def test_the_checking_key_is_shown_and_the_signing_key_is_not(capsys, signing_key, monkeypatch):
    code, out, _ = ask(capsys, "key")
    assert (code, out) == (0, signing_key)
    code, _, err = ask(capsys, "key", "--new")
    assert code == 2
    assert "there is one already, in the environment (TRIMTAB_JOURNAL_KEY)" in err
    monkeypatch.delenv("TRIMTAB_JOURNAL_KEY")
    assert "make one with `trimtab journal key --new`" in ask(capsys, "key")[2].replace(
        "Make", "make"
    )
    assert "this system has no keyring" in ask(capsys, "key", "--new")[2]
    code, out, _ = ask(capsys, "key", "--new", "--print")
    secret, shown = out.removeprefix("TRIMTAB_JOURNAL_KEY=").split()
    assert shown == str(CheckpointKey("trimtab", secret).checking_key())


BAD_CALLS = [
    # (the arguments, what the refusal says)
    (("verify", "--store", "sqlite:///none.db"), "store none.db: there is none"),
    (("verify", "{folder}", "--household", "smyth"), "no journal of 'smyth'. Did you mean 'smith'"),
    (("verify", "--store", "mysql://x/y"), "'mysql' is no database"),
    (("prove", "{folder}", "--out", "x"), "it proves one thing"),
    (("prove", "{folder}", "--entry", "e9", "--out", "x"), "the journal has no such entry"),
    (("check", "{folder}/live.db", "--key", "x"), "checking key: 'x' is none"),
]


@pytest.mark.parametrize(("arguments", "refusal"), BAD_CALLS)
def test_a_call_that_cannot_be_answered_says_why(
    store, tmp_path, capsys, signing_key, arguments, refusal, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    called = [word.replace("{folder}", str(tmp_path)) for word in arguments]
    code, _, err = ask(capsys, *called)
    assert code == 2
    assert refusal in err
    assert not (tmp_path / "none.db").exists()


def test_a_household_is_named_where_a_store_has_several(store, tmp_path, capsys):
    lease = store.lease("jones", "service", NOW, 3600.0)
    assert lease is not None
    store.append([entry("e1")], lease)
    code, _, err = ask(capsys, "verify", tmp_path)
    assert code == 2
    assert "the journals of 2 households" in err
    assert "known are: jones, smith" in err
    code, out, _ = ask(capsys, "verify", tmp_path, "--household", "jones")
    assert (code, "1 entries" in out or "1 entry" in out) == (0, True)
