"""Which form a store's database has, and how it comes to the form that this Trimtab reads.

An empty database is made; one of an older form is left as it is until somebody asks for `upgrade`,
because a copy should be kept first; one of a newer form is never touched.

Errors: `InputError` for a database of another form, or one that holds something else.
"""

from __future__ import annotations

from pathlib import Path
from shlex import quote

from sqlalchemy import Connection, Engine, inspect, text

from trimtab.model.errors import InputError
from trimtab.stores.sql._leases import take_turn
from trimtab.stores.sql._making import make_tables
from trimtab.stores.sql.engine import name_of, reading, writing

__all__ = ["FORM", "check_form", "form_of", "migrate", "upgrade"]

FORM = "r0003"
"""The form that this Trimtab reads and writes: the newest migration's name."""
FORMS = ("r0001", "r0002", "r0003")
"""Every form there was, the oldest first."""
_VERSION_TABLE = "alembic_version"


def form_of(connection: Connection) -> str | None:
    """The form of a database; none where it is empty.

    Refuses: a database with tables of somebody else.
    """
    tables = set(inspect(connection).get_table_names())
    if not tables:
        return None
    if _VERSION_TABLE not in tables:
        some = ", ".join(sorted(tables)[:3])
        bound = "it is left as it is"
        fact = f"it holds tables of something else ({some})"
        raise InputError(f"store {name_of(connection.engine.url)}", fact, bound, "name another")
    asked = text(f"SELECT version_num FROM {_VERSION_TABLE}")  # a name of ours  # nosec B608
    return connection.execute(asked).scalar_one_or_none()


def check_form(engine: Engine, *, may_make: bool = True) -> None:
    """Make sure that a database has the form that this Trimtab reads; an empty one is made.

    Refuses: an older or newer form, and an empty one that may not be made.
    """
    with reading(engine) as connection:
        form = form_of(connection)
    if form is None and not may_make:
        raise InputError(f"store {name_of(engine.url)}", "it is empty", "", "name another")
    if form is None:
        _make(engine)
    elif form != FORM:
        raise _other_form(engine, form)


def _make(engine: Engine) -> None:
    with writing(engine) as connection:
        take_turn(connection, "schema")
        if form_of(connection) is None:  # another process may have been first
            make_tables(connection, FORM)


def upgrade(engine: Engine) -> tuple[str | None, str]:
    """Bring a database to this Trimtab's form; answers which it had, and which it has.

    Refuses: a newer form.
    """
    with writing(engine) as connection:
        take_turn(connection, "schema")
        before = form_of(connection)
        if before is not None and before not in FORMS:
            raise _other_form(engine, before)
        if before != FORM:
            migrate(connection)
    return before, FORM


def migrate(connection: Connection, form: str = FORM) -> None:
    """Run the migrations up to a form."""
    from alembic import command  # only where something is migrated
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, form)


def _other_form(engine: Engine, form: str) -> InputError:
    subject = f"store {name_of(engine.url)}"
    bound = f"this Trimtab reads {FORM}; nothing was read or sent"
    if form in FORMS:
        command = f"trimtab journal upgrade {quote(name_of(engine.url))}"
        remedy = f"stop every service, keep a copy, then run `{command}`"
        return InputError(subject, f"an older Trimtab made it, in form {form}", bound, remedy)
    remedy = "update this Trimtab"
    return InputError(subject, f"a newer Trimtab made it, in form {form}", bound, remedy)
