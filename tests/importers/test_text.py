"""The bytes of a file: read within limits, decoded without guessing, or refused with a remedy."""

import gzip
import os
import socket
from pathlib import Path

import pytest

from trimtab.importers._base import FILE_BYTES_MAX
from trimtab.importers._text import decode, digest_of, read_bytes
from trimtab.model.errors import InputError

TEXT = "Symbol,Quantity\nÉTF,1\n"
ENCODED = [
    ("utf-8", TEXT.encode()),
    ("utf-8 with a mark", TEXT.encode("utf-8-sig")),
    ("utf-16", TEXT.encode("utf-16")),
    ("utf-16, big end first", b"\xfe\xff" + TEXT.encode("utf-16-be")),
    ("utf-32", TEXT.encode("utf-32")),
    ("Windows' Latin", TEXT.encode("cp1252")),
    ("line ends of Windows", TEXT.replace("\n", "\r\n").encode()),
    ("line ends of old Macs", TEXT.replace("\n", "\r").encode()),
]


@pytest.mark.parametrize(("encoding", "data"), ENCODED, ids=[name for name, _ in ENCODED])
def test_the_encodings_of_brokers_are_told_apart(encoding, data):
    assert decode(data, "a.csv") == TEXT


NO_TEXT = [
    (b"PK\x03\x04rest", "zip archive or an Excel workbook", "unpack it"),
    (gzip.compress(b"a,b\n"), "gzip archive", "unpack it"),
    (b"%PDF-1.7\n", "PDF", "CSV, OFX or XML"),
    (b"\xd0\xcf\x11\xe0rest", "old Excel workbook", "save its sheet as CSV"),
    (b"a,b\nc,\0d\n", "NUL character", "download it again"),
    (b"a,b\nc,\x81\xfe\n", "byte 0x81 is neither UTF-8 nor Windows Latin", "save it as UTF-8"),
    (b"\xff\xfea", "it says that it is UTF-16 and is not", "download it again"),
]


@pytest.mark.parametrize(("data", "fact", "remedy"), NO_TEXT, ids=[fact for _, fact, _ in NO_TEXT])
def test_what_is_no_text_is_refused_with_what_to_do(data, fact, remedy):
    with pytest.raises(InputError) as error:
        decode(data, "a.csv")
    assert fact in error.value.fact
    assert remedy in error.value.remedy.lower() or remedy in error.value.remedy
    assert error.value.file == "a.csv"


def test_the_line_of_a_wrong_byte_is_named():
    with pytest.raises(InputError) as error:
        decode(b"a,b\n\xe9,\n\x81\n", "a.csv")
    assert error.value.line == 2


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as error:
        read_bytes(path)
    assert error.value.remedy
    return error.value.fact


def test_what_is_no_file_is_refused(tmp_path):
    pipe, plug = tmp_path / "pipe", tmp_path / "socket"
    os.mkfifo(pipe)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(plug))
        assert refusal(plug) == "it is a device or pipe"
    assert refusal(pipe) == "it is a device or pipe"
    assert refusal(tmp_path) == "it is a folder"
    assert refusal(tmp_path / "none.csv") == "there is none"
    assert refusal(Path("/dev/null")) == "it is a device or pipe"


def test_links_are_followed_and_those_to_nowhere_refused(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n")
    (tmp_path / "link.csv").symlink_to("a.csv")
    (tmp_path / "gone.csv").symlink_to("nowhere.csv")
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    assert read_bytes(tmp_path / "link.csv") == b"a,b\n"
    assert refusal(tmp_path / "gone.csv") == "there is none"
    assert "it cannot be read" in refusal(tmp_path / "loop.csv")


def test_an_empty_file_is_refused(tmp_path):
    for name, data in (("none", b""), ("blank", b" \n\r\n\t")):
        (tmp_path / name).write_bytes(data)
        assert refusal(tmp_path / name) == "it is empty"


def test_a_file_of_300_megabytes_is_refused_by_its_size_without_reading(tmp_path, monkeypatch):
    path = tmp_path / "great.csv"
    with path.open("wb") as stream:
        stream.truncate(300 * 1024 * 1024)
    monkeypatch.setattr(Path, "open", lambda *_a, **_k: pytest.fail("it was opened"))
    assert refusal(path) == "it has 314,572,800 bytes"


def test_a_file_at_the_limit_is_read(tmp_path):
    path = tmp_path / "great.csv"
    path.write_bytes(b"x" * FILE_BYTES_MAX)
    assert len(read_bytes(path)) == FILE_BYTES_MAX
    path.write_bytes(b"x" * (FILE_BYTES_MAX + 1))
    assert refusal(path) == f"it has {FILE_BYTES_MAX + 1:,} bytes"


def test_a_file_is_known_again_by_its_digest():
    assert digest_of(b"a,b\n") == digest_of(b"a,b\n") != digest_of(b"a,b \n")
