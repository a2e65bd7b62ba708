"""Two households of one name in one database have journals of their own."""

from pathlib import Path

import pytest

from tests.app.commands_run import DONE, run
from tests.app.folders import AS_OF, MANDATE, write_household
from trimtab.app.live.chain import begin_chain
from trimtab.app.live.service import open_service
from trimtab.app.live.settings import LIVE_NAME, read_live
from trimtab.app.store_journal import live_journal

UNNAMED = MANDATE.replace('name = "Test household"', f"as_of = {AS_OF}")


def house(folder: Path, store: str) -> Path:
    made = write_household(folder, mandate=UNNAMED)
    (made / LIVE_NAME).write_text(f'# ours\n[store]\nurl = "{store}"\n', encoding="utf-8")
    assert run("broker", "add", "paper", made).exit_code == DONE
    return made


def begun(folder: Path) -> str:
    with open_service(folder) as service, service.lease() as lease:
        begin_chain(service, lease)
        return service.household


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_each_has_a_name_of_its_own_which_it_keeps(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    is_file = database == "sqlite"
    store = str(tmp_path / "all.db") if is_file else request.getfixturevalue("postgres_url")
    one, other = house(tmp_path / "one", store), house(tmp_path / "other", store)
    first, second = begun(one), begun(other)
    assert first != second
    assert begun(one) == first == read_live(one).household
    assert (one / LIVE_NAME).read_text("utf-8").startswith("# ours\n")
    for folder, name in ((one, first), (other, second)):
        journal = live_journal(folder)
        assert journal is not None
        assert journal.household == name
        journal.store.close()
        assert run("journal", "verify", folder).exit_code == DONE


def test_a_store_of_the_folder_alone_goes_by_the_mandates_name(tmp_path: Path) -> None:
    folder = write_household(tmp_path / "house", mandate=UNNAMED)
    assert run("broker", "add", "paper", folder).exit_code == DONE
    begun(folder)
    assert read_live(folder).household == ""
