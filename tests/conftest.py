"""What every test may use: the material beside the checkout, and the profiles of hypothesis."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.examples import EXAMPLES, PROFILE, some
from tests.postgres_server import _stores, empty_postgres_url, postgres_server, postgres_url

__all__ = ["_stores", "empty_postgres_url", "postgres_server", "postgres_url", "shared_dir"]

ROOT = Path(__file__).resolve().parents[1]

for name, count in (("ci", some(EXAMPLES)), ("thorough", EXAMPLES)):
    settings.register_profile(
        name,
        deadline=None,
        derandomize=True,
        max_examples=count,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.register_profile("deep", deadline=None, max_examples=2_000)
settings.load_profile(PROFILE)

MEMORY, ROOM = Path("/dev/shm"), 3 * 2**30
"""A file system in memory, and what must be free of it.  Unit: bytes."""


def pytest_configure(config: pytest.Config) -> None:
    """Let tests write to memory: what is kept durably waits for a disk some ten thousand times.

    A killed process loses no more of it than of a disk; only a machine that stops would.
    """
    is_asked = config.option.basetemp or "TMPDIR" in os.environ
    if not is_asked and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None  # looked up again


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """Reference cases that lie beside the checkout and are no part of it."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the reference material ../shared is not beside this checkout")
    return folder
