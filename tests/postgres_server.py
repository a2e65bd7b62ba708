"""A throw-away PostgreSQL for tests: a cluster of its own, and a database a test.

PostgreSQL refuses to run as root, so that a root's cluster belongs to the user `postgres`.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

DEBIAN = Path("/usr/lib/postgresql")
_NUMBERS = count(1)


def binaries() -> Path | None:
    """The folder of PostgreSQL's programs."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = sorted(DEBIAN.glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server of our own, without a database's name."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: the extra `postgres` has it")
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL's programs are not on this machine")
    user = {}
    if sys.platform == "win32":
        pytest.skip("the throw-away server is made for Unix")
    if os.geteuid() == 0:
        import pwd

        try:
            owner = pwd.getpwnam("postgres")
        except KeyError:
            pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
        user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    with tempfile.TemporaryDirectory(prefix="trimtab-postgres-") as folder:
        if user:
            os.chown(folder, user["user"], user["group"])
        port, data = free_port(), Path(folder) / "data"
        settings = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"

        def tell(program: str, *words: str) -> None:
            called = [str(programs / program), "-D", str(data), *words]
            subprocess.run(called, check=True, capture_output=True, cwd=folder, **user)

        tell("initdb", "-U", "trimtab", "-A", "trust", "-E", "UTF8", "--no-sync")
        tell("pg_ctl", "-w", "-l", f"{folder}/log", "-o", settings, "start")
        try:
            yield f"postgresql://trimtab@127.0.0.1:{port}"
        finally:
            tell("pg_ctl", "-m", "immediate", "-w", "stop")


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of a new, empty database."""
    import psycopg

    name = f"live{next(_NUMBERS)}"
    with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    yield f"{postgres_server}/{name}"
    with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
