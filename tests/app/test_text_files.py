"""Files are written all or nothing, and keep their permissions."""

import os
import stat
import tempfile
from pathlib import Path

import pytest

from trimtab.app import text_files
from trimtab.app.text_files import read_text, write_text
from trimtab.model.errors import InputError


def test_what_is_written_is_read_back(tmp_path: Path):
    path = tmp_path / "a.csv"
    write_text(path, "ä,1\r\n")
    assert path.read_bytes() == "ä,1\r\n".encode()
    assert read_text(path, "file") == "ä,1\r\n"


def test_a_write_that_breaks_leaves_the_old_file_whole(tmp_path: Path, monkeypatch):
    path = tmp_path / "lots.csv"
    write_text(path, "old")

    def broken(source: str, goal: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(text_files.os, "replace", broken)
    with pytest.raises(InputError, match="No space left on device"):
        write_text(path, "new")
    assert path.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["lots.csv"]


def test_the_goal_is_replaced_in_one_step_when_all_is_written(tmp_path: Path, monkeypatch):
    seen: list[str] = []
    replace = os.replace

    def watched(source: str, goal: Path) -> None:
        seen.append(Path(source).read_text())
        replace(source, goal)

    monkeypatch.setattr(text_files.os, "replace", watched)
    write_text(tmp_path / "a", "whole")
    assert seen == ["whole"]


def test_permissions_are_kept_and_new_files_are_private(tmp_path: Path):
    path = tmp_path / "lots.csv"
    write_text(path, "1")
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    write_text(path, "2")
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="Check that the folder exists"):
        write_text(tmp_path / "none" / "a", "x")


def test_a_folder_is_no_file(tmp_path: Path):
    with pytest.raises(InputError, match="cannot be read"):
        read_text(tmp_path, "lots")


def test_a_file_beyond_the_limit_is_not_read(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(text_files, "FILE_BYTES_MAX", 3)
    (tmp_path / "a").write_text("12345")
    with pytest.raises(InputError, match="5 bytes; the limit is 3"):
        read_text(tmp_path / "a", "lots")


def test_a_link_stays_a_link_and_its_goal_is_written(tmp_path: Path):
    (tmp_path / "orders.csv").write_text("old")
    link = tmp_path / "latest.csv"
    link.symlink_to("orders.csv")
    write_text(link, "new")
    assert link.is_symlink()
    assert (tmp_path / "orders.csv").read_text() == "new"


def test_what_is_no_file_is_written_to_and_not_replaced(tmp_path: Path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_text(pipe, "a,b\n")
        assert os.read(reader, 100) == b"a,b\n"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_device_takes_what_is_written_and_stays_a_device():
    before = os.stat(os.devnull).st_ino
    write_text(Path(os.devnull), "x")
    assert os.stat(os.devnull).st_ino == before


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="no file system in memory is here")
def test_a_file_in_memory_is_no_device_and_is_replaced():
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        path = Path(folder) / "lots.csv"
        for text in ("first\n", "second\n"):
            write_text(path, text)
            assert path.read_text("utf-8") == text
