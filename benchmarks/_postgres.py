"""A throw-away PostgreSQL: a cluster of its own in a temporary folder, gone at the end.

PostgreSQL refuses to run as root, so that a root's cluster belongs to the user `postgres`.

Errors: `NoPostgresError` with the reason, where this machine cannot have one.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["NoPostgresError", "made_database", "throw_away_server"]

DEBIAN = Path("/usr/lib/postgresql")

_HASTY = " ".join(
    f"-c {setting}"
    for setting in (
        *("fsync=off", "full_page_writes=off", "wal_init_zero=off", "autovacuum=off"),
        *("wal_level=minimal", "max_wal_senders=0", "shared_buffers=16MB"),
    )
)
"""A server that lives for minutes need not wait for a disk: nothing of it is kept."""


class NoPostgresError(Exception):
    """This machine cannot have a throw-away server; the text says why."""


def _binaries() -> Path:
    """The folder of PostgreSQL's programs."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = sorted(DEBIAN.glob("*/bin/initdb"))
    if not versions:
        raise NoPostgresError("PostgreSQL's programs are not on this machine")
    return versions[-1].parent


def _owner() -> dict[str, Any]:
    """As whom the server runs: as whoever asks, unless that is root."""
    if sys.platform == "win32":
        raise NoPostgresError("the throw-away server is made for Unix")
    if os.geteuid() != 0:
        return {}
    import pwd

    try:
        owner = pwd.getpwnam("postgres")
    except KeyError:
        reason = "PostgreSQL does not run as root, and there is no user postgres"
        raise NoPostgresError(reason) from None
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def throw_away_server() -> Iterator[str]:
    """The URL of a server of our own, without a database's name."""
    try:
        import psycopg  # noqa: F401  (whoever talks to the server needs it)
    except ImportError:
        raise NoPostgresError("psycopg is not installed: the extra `postgres` has it") from None
    programs, user = _binaries(), _owner()
    with tempfile.TemporaryDirectory(prefix="trimtab-postgres-") as folder:
        if user:
            os.chown(folder, user["user"], user["group"])
        port, data = _free_port(), Path(folder) / "data"
        settings = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} {_HASTY}"

        def tell(program: str, *words: str) -> None:
            called = [str(programs / program), "-D", str(data), *words]
            subprocess.run(called, check=True, capture_output=True, cwd=folder, **user)

        tell("initdb", "-U", "trimtab", "-A", "trust", "-E", "UTF8", "--no-sync")
        tell("pg_ctl", "-w", "-l", f"{folder}/log", "-o", settings, "start")
        try:
            yield f"postgresql://trimtab@127.0.0.1:{port}"
        finally:
            tell("pg_ctl", "-m", "immediate", "-w", "stop")


def made_database(server: str, name: str) -> str:
    """The URL of a new, empty database."""
    import psycopg

    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        # Its files are copied: ten times as quick as logging each page, which nothing here needs.
        how = " STRATEGY = FILE_COPY" if admin.info.server_version >= 150_000 else ""
        admin.execute(f"CREATE DATABASE {name}{how}")
    return f"{server}/{name}"
