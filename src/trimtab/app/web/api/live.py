"""A household's live store, as the API reads it: nothing is made where there is none yet.

Errors: those of the household's files and of its store.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from trimtab.app.live.settings import read_live

if TYPE_CHECKING:
    from trimtab.app.live.service import Service
    from trimtab.app.web.households import ServedHousehold

__all__ = ["live_service"]


@contextmanager
def live_service(served: ServedHousehold) -> Iterator[Service | None]:
    """The household's service, none where it was never worked: it has no store then."""
    settings = read_live(served.folder)
    if "://" not in settings.store and not Path(settings.store_place).exists():
        yield None
        return
    with served.service() as service:
        yield service
