"""What every broker of the folder is, whatever its protocol."""

import pytest

from trimtab.testing import conform

EVERY_BROKER = [name for name, _ in conform.cases("brokers")]


@pytest.mark.parametrize("name", EVERY_BROKER)
def test_a_broker_is_a_plug_in(name: str) -> None:
    assert conform.faults("brokers", name) == ()
