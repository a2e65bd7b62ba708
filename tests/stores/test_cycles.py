"""The cycles of a store, as those who look back see them."""

from datetime import UTC, datetime
from pathlib import Path

from tests.app.commands_run import DONE, run
from tests.app.folders import AS_OF, LONG_PRICES, MANDATE, write_household
from trimtab.app.live.service import open_service
from trimtab.stores.sql.cycles import cycle_ids, cycles_begun, orders_counted

DATED = MANDATE.replace("[household]\n", f"[household]\nas_of = {AS_OF}\n")


def test_a_cycle_is_there_from_its_first_answer_and_its_orders_are_counted(tmp_path: Path) -> None:
    house = write_household(tmp_path / "house", mandate=DATED, prices=LONG_PRICES)
    assert run("broker", "add", "paper", house).exit_code == DONE
    assert run("run", "--once", house).exit_code == DONE
    with open_service(house) as service:
        (begun,) = cycles_begun(service.store, service.household, 10)
        assert begun.authorised is None
        assert begun.began < datetime(2022, 10, 12, tzinfo=UTC)
        assert orders_counted(service.store, service.household) == {}
        assert cycles_begun(service.store, "somebody else", 10) == ()
        assert cycle_ids(service.store, service.household) == (begun.cycle_id,)
        assert cycles_begun(service.store, service.household, None, only=begun.cycle_id) == (begun,)
        assert cycles_begun(service.store, service.household, None, only="another") == ()
        assert cycles_begun(service.store, service.household, 10, skip=1) == ()
        (asked,) = service.store.requests(service.household)
    assert run("approve", asked.id, house).exit_code == DONE
    assert run("run", "--once", house).exit_code == DONE
    with open_service(house) as service:
        (done,) = cycles_begun(service.store, service.household, 10)
        assert '"trade"' in (done.authorised or "")
        orders = service.store.orders(service.household)
        counted = orders_counted(service.store, service.household)[done.cycle_id]
        assert counted.orders == len(orders)
        assert 0 < counted.executed <= counted.orders
