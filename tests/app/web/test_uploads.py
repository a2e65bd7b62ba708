"""What is sent is counted and weighed, archives are unpacked within limits, names stay names."""

from collections.abc import Iterator
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest

from trimtab.app.web.uploads import Limits, Sent, gathered, shown_name
from trimtab.model.errors import InputError

SMALL = Limits(files=3, file_bytes=2_000, all_bytes=3_000, ratio=10, ratio_from=1_000)
TEXT = b"Account,Symbol\njoint,VTI\n"


def archive(*files: tuple[str, bytes], method: int = ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    """A zip archive of some files."""
    out = BytesIO()
    with ZipFile(out, "w", method) as made:
        for name, data in files:
            made.writestr(name, data)
        made.comment = comment
    return out.getvalue()


def sent(*files: tuple[str, bytes]) -> Iterator[tuple[str, BytesIO]]:
    return ((name, BytesIO(data)) for name, data in files)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("lots.csv", "lots.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ana\\lots.csv", "lots.csv"),
        ("/", "file"),
        ("..", "file"),
        ("", "file"),
        ("a\r\nSet-Cookie: x.csv", "aSet-Cookie: x.csv"),
        ("invoice\u202efdp.csv", "invoicefdp.csv"),
        ("nul\0.csv", "nul.csv"),
        ("<script>alert(1)</script>.csv", "script>.csv"),
        ("x" * 300 + ".csv", "x" * 76 + ".csv"),
    ],
)
def test_a_name_is_shown_by_its_last_part_without_what_cannot_be_seen(
    name: str, shown: str
) -> None:
    assert shown_name(name) == shown


def test_files_come_in_their_order_and_archives_are_unpacked_in_their_place() -> None:
    packed = archive(("b.csv", b"b"), ("deep/c.csv", b"c"), ("deep/", b""))
    found = gathered(sent(("a.csv", b"a"), ("packed.zip", packed), ("d.csv", b"d")), Limits())
    assert found == (
        Sent("a.csv", b"a"),
        Sent("b.csv", b"b"),
        Sent("c.csv", b"c"),
        Sent("d.csv", b"d"),
    )


def test_what_file_managers_put_into_archives_is_left_out() -> None:
    packed = archive(("__MACOSX/._a.csv", b"x"), (".DS_Store", b"x"), ("a.csv", TEXT))
    assert gathered(sent(("a.zip", packed))) == (Sent("a.csv", TEXT),)


def test_names_in_archives_lead_nowhere() -> None:
    packed = archive(("../../../../etc/cron.d/evil", TEXT), ("/absolute.csv", TEXT))
    assert [one.name for one in gathered(sent(("a.zip", packed)))] == ["evil", "absolute.csv"]


def test_an_empty_field_of_a_form_is_no_file() -> None:
    with pytest.raises(InputError, match="none was chosen"):
        gathered(sent(("", b"")))


def lying(claimed: int) -> bytes:
    """An archive whose only file says that it is small and is not."""
    data = archive(("a.csv", b"0" * 50_000))
    real = (50_000).to_bytes(4, "little")
    return data.replace(real, claimed.to_bytes(4, "little"))


def locked() -> bytes:
    """An archive whose file says that it is encrypted."""
    data = bytearray(archive(("a.csv", TEXT), method=ZIP_STORED))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def many_empty(count: int) -> bytes:
    return archive(*((f"{number}.csv", b"") for number in range(count)))


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ([("a.csv", b"x" * 2_001)], "too large"),
        ([(f"{number}.csv", TEXT) for number in range(4)], "too many"),
        ([(f"{number}.csv", b"x" * 1_600) for number in range(2)], "together they are too large"),
        ([("a.zip", archive(("a.csv", b"0" * 1_500)))], "unpacks to far more"),
        ([("a.zip", archive(("a.csv", b"0" * 100_000_000)))], "too large|far more"),
        ([("a.zip", archive(*((f"{n}.csv", TEXT) for n in range(4))))], "too many"),
        ([("a.zip", archive(("b.zip", archive(("a.csv", TEXT)))))], "is an archive itself"),
        ([("a.zip", archive(("b.gz", b"\x1f\x8b rest")))], "is an archive itself"),
        ([("a.zip", lying(10))], "damaged|too large|far more"),
        ([("a.zip", locked())], "locked with a password"),
        ([("a.zip", archive(("a.csv", TEXT), method=ZIP_BZIP2))], "packed in a way"),
        ([("a.zip", archive(("a.csv", TEXT))[:-10])], "damaged"),
        ([("a.zip", b"PK\x03\x04" + b"\0" * 100)], "damaged"),
        ([("a.xlsx", archive(("[Content_Types].xml", b"<x/>")))], "workbook"),
        ([("a.zip", archive())], "none was chosen"),
    ],
)
def test_what_is_too_much_or_no_archive_is_refused(
    files: list[tuple[str, bytes]], why: str
) -> None:
    with pytest.raises(InputError, match=why):
        gathered(sent(*files), SMALL)


def test_an_archive_that_lists_far_too_many_files_is_not_begun() -> None:
    with pytest.raises(InputError, match="lists 31 files"):
        gathered(sent(("a.zip", many_empty(31))), Limits(files=3))


def test_files_that_lie_over_each_other_in_an_archive_do_not_multiply() -> None:
    """Many names for the same packed bytes (Fifield, "A better zip bomb")."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as made:
        made.writestr("0.csv", b"0" * 1_900)
        first = made.infolist()[0]
        for number in range(1, 20):
            copy = ZipInfo(f"{number}.csv")
            copy.compress_type, copy.compress_size = ZIP_DEFLATED, first.compress_size
            copy.file_size, copy.CRC, copy.header_offset = 1_900, first.CRC, first.header_offset
            made.filelist.append(copy)
            made.NameToInfo[copy.filename] = copy
    with pytest.raises(InputError, match=r"damaged|too many|too large|far more"):
        gathered(sent(("bomb.zip", out.getvalue())), SMALL)
