"""What a loaded household is measured by: its drift, and the tax of its next dollar of gain.

The field's plain functions (`check_triggers`, `harvest_candidates`) take these; a plan measures the
same on its way.

Errors: input errors, as for a plan.
"""

from trimtab.app.api import regime_of
from trimtab.app.estimating import estimates_of, history_of
from trimtab.app.household import LoadedHousehold
from trimtab.cycle.flows import allocate_flows
from trimtab.cycle.requests import Observation
from trimtab.cycle.situate import situate
from trimtab.model.drift import Drift
from trimtab.model.taxes import TaxCurve

__all__ = ["drift_of", "tax_curve_of"]


def drift_of(loaded: LoadedHousehold) -> Drift:
    """How far a household stands from its targets, with its tracking error.

    Unit: fractions of the value once the mandate's flows that are due are made.
    Refuses: too short a price history.
    """
    snapshot, mandate = loaded.snapshot, loaded.mandate
    history, _ = history_of(loaded, snapshot.as_of)
    estimates = estimates_of(Observation(snapshot, history), mandate, loaded.folder)
    flows = allocate_flows(snapshot, mandate, ())
    return situate(snapshot, mandate, estimates, regime_of(mandate), flows).drift


def tax_curve_of(loaded: LoadedHousehold) -> TaxCurve:
    """The marginal tax of a household's year, at what it has realised so far.

    Refuses: a tax profile without what its regime needs.
    """
    mandate = loaded.mandate
    return regime_of(mandate).curve(mandate.tax, loaded.snapshot.as_of)
