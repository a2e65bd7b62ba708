"""Old terminals, full disks, closed pipes and closed streams: no trace, and a code of their own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.folders import AS_OF, write_household

STATUS = "import sys; from trimtab.app.cli import main; sys.exit(main(sys.argv[1:]))"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_household(tmp_path / "house")


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-c", STATUS, *map(str, arguments)]


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_sign_that_a_terminal_lacks_keeps_its_meaning(folder: Path, encoding: str):
    environment = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    told = subprocess.run(
        command("status", folder, "--as-of", AS_OF), capture_output=True, env=environment
    )
    assert told.returncode == 0
    text = told.stdout.decode(encoding)
    assert "?" not in text
    assert " -" in text  # a drift below the target


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device /dev/full")
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_full_disk_is_said_in_one_line(folder: Path, options: tuple[str, ...]):
    with open("/dev/full", "w") as full:
        told = subprocess.run(
            command("status", folder, "--as-of", AS_OF, *options),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert told.returncode == 74
    assert told.stderr == "The output could not be written: No space left on device.\n"


def test_a_reader_that_leaves_ends_the_run_quietly(folder: Path):
    reader, writer = os.pipe()
    os.close(reader)
    try:
        told = subprocess.run(
            command("status", folder, "--as-of", AS_OF), stdout=writer, stderr=subprocess.PIPE
        )
    finally:
        os.close(writer)
    assert (told.returncode, told.stderr) == (141, b"")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_a_closed_stream_is_no_defect(folder: Path, closed: str):
    words = command("status", folder, "--as-of", AS_OF)
    told = subprocess.run(["sh", "-c", f'"$@" {closed}', "sh", *words], capture_output=True)
    assert (told.returncode, told.stderr) == (0, b"")


def hear_interrupts() -> None:
    """Take interrupts as a terminal's program does, however the tests themselves were started.

    What a shell starts in the background ignores them, and so would all that it starts in turn.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def interrupted(process: subprocess.Popen[bytes]) -> bytes:
    """What a program says that is interrupted until it ends.

    A signal that comes just before the program blocks in its read is acted upon after that read
    only, so that a person would press the keys again.
    """
    try:
        for _ in range(60):
            process.send_signal(signal.SIGINT)
            try:
                return process.communicate(timeout=1)[1]
            except subprocess.TimeoutExpired:
                continue
        raise AssertionError("60 interrupts did not end it")
    finally:
        process.kill()
        process.wait()


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
def test_control_c_in_the_questions_stops_and_writes_nothing(tmp_path: Path):
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        command("init", tmp_path / "new"),
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE,
        preexec_fn=hear_interrupts,
    )
    assert process.stderr is not None
    asked = b""
    while b"household be called" not in asked:
        asked += os.read(process.stderr.fileno(), 1000)
    told = interrupted(process)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 130
    assert b"Stopped" in told
    assert b"Traceback" not in told
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("answers", ["", "Rivera\n", "Rivera\ntaxable\nAna\n"])
def test_answers_that_end_too_early_are_named_and_write_nothing(tmp_path: Path, answers: str):
    told = subprocess.run(
        command("init", tmp_path / "new"), input=answers, capture_output=True, text=True
    )
    assert told.returncode == 2
    assert "--template three-fund" in told.stderr
    assert not (tmp_path / "new").exists()
