"""What every test may use: the material beside the checkout, and the profiles of hypothesis."""

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


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """Reference cases that lie beside the checkout and are no part of it."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the reference material ../shared is not beside this checkout")
    return folder
