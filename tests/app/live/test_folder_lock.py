"""One process works a household's folder; what a dead one left holds nobody up."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.app.folders import AS_OF, MANDATE, write_household
from trimtab.app.live.folder_lock import folder_lock, holder_here, is_of_folder
from trimtab.app.live.service import open_service
from trimtab.model.errors import InputError

DATED = MANDATE.replace("[household]\n", f"[household]\nas_of = {AS_OF}\n")
HOLDS = (
    "from pathlib import Path; from trimtab.app.live.folder_lock import folder_lock; import sys\n"
)
WAITS = HOLDS + "with folder_lock(Path(sys.argv[1])): print('held', flush=True); input()"


def test_a_second_process_is_refused_until_the_first_has_died(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WAITS, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        words = "another process of this machine works it"
        with pytest.raises(InputError, match=words), folder_lock(tmp_path):
            raise AssertionError
        other.kill()
        other.wait()
        with folder_lock(tmp_path):
            pass


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="its lock cannot be made"), folder_lock(tmp_path / "none"):
        raise AssertionError


def test_a_holder_is_of_its_machine_and_folder(tmp_path: Path) -> None:
    assert is_of_folder(holder_here(tmp_path), tmp_path)
    assert not is_of_folder(holder_here(tmp_path), tmp_path / "other")
    assert not is_of_folder("elsewhere" + holder_here(tmp_path), tmp_path)


def test_a_lease_of_another_machine_is_respected_until_it_runs_out(tmp_path: Path) -> None:
    folder = write_household(tmp_path / "house", mandate=DATED)
    with open_service(folder) as service:
        now = service.clock()
        assert service.store.lease(service.household, "elsewhere:7:/home", now, 600) is not None
        with pytest.raises(InputError, match="elsewhere:7:/home until"), service.lease():
            raise AssertionError
        gone = service.store.lease(service.household, "elsewhere:7:/home", now, 600)
        assert gone is not None
        service.store.release(gone)
        with service.lease() as lease:
            assert lease.holder == holder_here(folder)
            assert lease.until > datetime(2022, 1, 1, tzinfo=UTC)
