"""`trimtab journal checkpoint`, `prove`, `check`, `key`: what a third party can hold us to.

A checkpoint says, signed, what the journal was; a proof leads from one entry, or from an earlier
checkpoint, to it.  Whoever checks needs neither the journal nor this household: only the proof and
the checking key.

Exit codes: 0 done and the proof holds, 1 it does not, 2 bad input.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import click

from trimtab.app.commands.options import folder_argument, store_options
from trimtab.app.exits import Exit
from trimtab.model.errors import InputError

if TYPE_CHECKING:
    from trimtab.stores._checkpoint_keys import CheckingKey, CheckpointKey

__all__ = ["check", "checkpoint", "key", "prove"]

CONNECTION, SECRET = "journal", "key"
"""Under which the signing key is known: TRIMTAB_JOURNAL_KEY, or `journal key` in the keyring."""
SIGNER = "trimtab"


@click.command()
@folder_argument
@click.option("--out", type=click.Path(path_type=Path), help="Write it to a file instead.")
@store_options
def checkpoint(folder: Path, out: Path | None, store: str | None, household: str | None) -> int:
    """Sign what the journal is now: its length, the root of its entries, its head.

    Give it to somebody, or keep it where whoever can change the journal cannot write.  The whole
    chain is checked first; what is not whole is not signed.
    """
    note = _signed(folder, store, household)
    if out is None:
        click.echo(note, nl=False)
    else:
        _write(out, note)
        click.echo(f"Signed checkpoint written to {out}.")
    return Exit.DONE


@click.command()
@folder_argument
@click.option("--entry", "entry_id", metavar="ID", help="Prove that this entry is in the journal.")
@click.option(
    "--extends",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Prove that the journal begins with the one of this earlier checkpoint.",
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The proof's file.")
@store_options
def prove(
    folder: Path,
    entry_id: str | None,
    extends: Path | None,
    out: Path,
    store: str | None,
    household: str | None,
) -> int:
    """Prove one entry, or that nothing changed since a checkpoint, to somebody without the journal.

    The proof holds a new signed checkpoint; `trimtab journal check` checks it anywhere.
    """
    from trimtab.app.store_journal import journal_at
    from trimtab.books.checkpoints import prove_entry, prove_growth

    if (entry_id is None) is (extends is None):
        raise InputError("prove", "it proves one thing", "", "give --entry ID or --extends FILE")
    note = _signed(folder, store, household)
    book = journal_at(folder, store, household)
    if extends is not None:
        proof = str(prove_growth(note, _read(extends), book.lines()))
    else:
        numbers = [one.sequence for one in book.records() if one.entry.id == entry_id]
        if not numbers:
            fact, remedy = "the journal has no such entry", "`trimtab journal show` lists them"
            raise InputError(f"entry {entry_id!r}", fact, "", remedy)
        proof = str(prove_entry(note, book.lines(), numbers[0]))
    _write(out, f"{proof}\n")
    click.echo(f"Proof written to {out}.")
    return Exit.DONE


@click.command()
@click.argument("proof", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--key", "key_text", required=True, metavar="KEY", help="The signer's checking key.")
def check(proof: Path, key_text: str) -> int:
    """Check a proof or a checkpoint that somebody handed out, without their journal."""
    from trimtab.books.chain import record_from
    from trimtab.books.checkpoints import EntryProof, read_note, read_proof
    from trimtab.stores._checkpoint_keys import CheckingKey

    signer, text = CheckingKey.read(key_text), _read(proof)
    if not text.lstrip().startswith("{"):
        return _check_note(signer, text)
    found = read_proof(text)
    notes = [found.note] if isinstance(found, EntryProof) else [found.note, found.earlier]
    said, _, _ = read_note(found.note)
    for note in notes:
        if not signer.made(note):
            click.echo(f"It does not hold: {signer.name} did not sign its checkpoint.")
            return Exit.FINDINGS
    if not found.holds:
        click.echo("It does not hold: it does not lead to what was signed.")
        return Exit.FINDINGS
    whose = f"the journal {said.origin} as of {said.at.isoformat()} ({said.count} entries)"
    if isinstance(found, EntryProof):
        record = record_from(found.line)
        click.echo(f"It holds: {record.entry.id!r} is entry {record.sequence} of {whose}.")
        click.echo(found.line)
    else:
        earlier, _, _ = read_note(found.earlier)
        click.echo(f"It holds: {whose} begins with the {earlier.count} entries it had at")
        click.echo(f"{earlier.at.isoformat()}; none of them was altered, removed or moved.")
    return Exit.DONE


def _check_note(signer: CheckingKey, note: str) -> int:
    """Say who signed a checkpoint and what it says; whether the journal is that, a proof shows."""
    from trimtab.books.checkpoints import read_note

    said, _, _ = read_note(note)
    if not signer.made(note):
        click.echo(f"It does not hold: {signer.name} did not sign it.")
        return Exit.FINDINGS
    click.echo(f"{signer.name} signed it: the journal {said.origin} as of {said.at.isoformat()}")
    click.echo(f"had {said.count} entries; the last has the hash {said.head}.")
    return Exit.DONE


@click.command()
@click.option("--new", "is_new", is_flag=True, help="Make a signing key and keep it.")
@click.option(
    "--print", "is_printed", is_flag=True, help="With --new: show it instead, for an environment."
)
def key(is_new: bool, is_printed: bool) -> int:
    """Show the checking key to hand out; `--new` makes the signing key first.

    The signing key is kept in the system's keyring, or stands in TRIMTAB_JOURNAL_KEY; it is never
    written to a file.
    """
    from trimtab.app.credentials import from_system
    from trimtab.brokers._secrets import Secret
    from trimtab.stores._checkpoint_keys import CheckpointKey, new_secret

    if is_new and is_printed:
        secret = new_secret()
        click.echo(f"TRIMTAB_JOURNAL_KEY={secret}")
        click.echo(CheckpointKey(SIGNER, secret).checking_key())
        return Exit.DONE
    if is_new:
        credentials = from_system()
        if (place := credentials.place(CONNECTION, SECRET)) is not None:
            fact = f"there is one already, in the {place.kind} ({place.name})"
            bound = "what was signed with it could no longer be checked with a new one"
            raise InputError(
                "signing key", fact, bound, "remove it first, and keep its public part"
            )
        credentials.store(CONNECTION, SECRET, Secret(new_secret()))
    click.echo(_signing_key().checking_key())
    return Exit.DONE


def _signed(folder: Path, store: str | None, household: str | None) -> str:
    """A signed checkpoint of a journal, kept by its store as well.

    Refuses: a journal that is not whole.
    """
    from trimtab.app.store_journal import StoreJournal, journal_at
    from trimtab.books.checkpoints import checkpoint_of

    signer = _signing_key()
    book = journal_at(folder, store, household)
    found = book.verify()
    if found.head is None or not found.is_whole:
        fact = f"it is not whole: {found.findings[0]}" if found.findings else "it has no head"
        raise InputError("journal", fact, "only a whole one is signed", "`trimtab journal verify`")
    lines = book.lines()[: found.head.count]
    whose = book.household if isinstance(book, StoreJournal) else folder.resolve().name
    made = checkpoint_of(f"trimtab/{quote(whose)}", lines, found.head, datetime.now(UTC))
    note = signer.sign(made)
    if isinstance(book, StoreJournal):
        book.store.put_checkpoint(book.household, made.count, note)
    return note


def _signing_key() -> CheckpointKey:
    """The signing key of this user."""
    from trimtab.app.credentials import from_system
    from trimtab.stores._checkpoint_keys import CheckpointKey

    credentials = from_system()
    if credentials.place(CONNECTION, SECRET) is None:
        fact = "there is none, neither in the environment (TRIMTAB_JOURNAL_KEY) nor in the keyring"
        raise InputError("signing key", fact, "", "make one with `trimtab journal key --new`")
    return CheckpointKey(SIGNER, credentials.of(CONNECTION)(SECRET).reveal())


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(path.name, f"it cannot be read ({error})", file=str(path)) from None


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        fact = f"it cannot be written ({error.strerror or error})"
        raise InputError(path.name, fact, remedy="check its folder", file=str(path)) from None
