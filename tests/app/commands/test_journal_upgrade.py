"""`trimtab journal upgrade` over files, folders, and what is no store."""

from pathlib import Path

import pytest

from tests.app.commands_run import BAD_INPUT, DONE, run
from trimtab.model.errors import InputError
from trimtab.stores.sql import schema
from trimtab.stores.sql.engine import engine_of, url_of, writing
from trimtab.stores.sql.schema import FORM
from trimtab.stores.sql.store import open_store

OLDER = schema.FORMS[0]


def older(path: Path) -> Path:
    """A store in the oldest form."""
    path.parent.mkdir(exist_ok=True)
    engine = engine_of(url_of(path))
    with writing(engine) as connection:
        schema.migrate(connection, OLDER)
    engine.dispose()
    return path


def form_of(path: Path) -> str | None:
    engine = engine_of(url_of(path))
    with writing(engine) as connection:
        found = schema.form_of(connection)
    engine.dispose()
    return found


def words(text: str) -> str:
    return " ".join(text.split())


def test_a_household_s_folder_stands_for_its_stores(tmp_path: Path) -> None:
    house = tmp_path / "house"
    stores = older(house / "live.db"), older(house / "web.db")
    result = run("journal", "upgrade", str(house))
    assert result.exit_code == DONE
    assert result.stdout.count(f"was brought from {OLDER} to {FORM}") == 2
    assert [form_of(one) for one in stores] == [FORM, FORM]
    again = run("journal", "upgrade", str(house), str(stores[0]))
    assert again.exit_code == DONE
    assert again.stdout.count(f"has this Trimtab's form already ({FORM})") == 2


def test_several_stores_are_upgraded_at_once(tmp_path: Path) -> None:
    stores = older(tmp_path / "a" / "live.db"), older(tmp_path / "b" / "books.db")
    assert run("journal", "upgrade", *map(str, stores)).exit_code == DONE
    assert [form_of(one) for one in stores] == [FORM, FORM]


def test_the_refusal_of_an_older_store_is_the_command_that_helps(tmp_path: Path) -> None:
    path = older(tmp_path / "my house" / "live.db")
    with pytest.raises(InputError, match="older Trimtab") as refused:
        open_store(path)
    assert f"`trimtab journal upgrade '{path}'`" in str(refused.value)


@pytest.mark.parametrize(
    ("store", "why"),
    [("none.db", "store none.db: there is none"), (".", "folder .: there is no store in it")],
)
def test_what_is_no_store_is_refused_and_made_nothing_of(
    store: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("journal", "upgrade", store)
    assert result.exit_code == BAD_INPUT
    assert why in words(result.stderr)
    assert list(tmp_path.iterdir()) == []
