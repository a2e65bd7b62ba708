"""Models as bytes: whole and the same again, or refused."""

import io
from dataclasses import replace

import numpy as np
import pytest

from trimtab.model.errors import InputError
from trimtab.quant.learned.features import STATE_FEATURES, STATIC_FEATURES
from trimtab.quant.learned.files import Stored, from_arrays, from_bytes, to_arrays, to_bytes
from trimtab.quant.learned.models import RegionModel, RegionNetwork
from trimtab.quant.learned.ppo_band import PpoBand

FEATURES = len(STATIC_FEATURES) + len(STATE_FEATURES)


def a_region() -> RegionModel:
    ranges = np.column_stack([np.zeros(8), np.ones(8)])
    return RegionModel("mine", np.array([0.6, 0.4]), np.diag([0.02, 0.0]), 0.5, ranges)


def a_network(signals: tuple[str, ...] = ("crisis",)) -> RegionNetwork:
    chance, inputs = np.random.default_rng(0), FEATURES + len(signals)
    return RegionNetwork(
        "ours",
        (chance.normal(size=(inputs, 4)), chance.normal(size=(4, 3))),
        (chance.normal(size=4), chance.normal(size=3)),
        np.zeros(inputs),
        np.ones(inputs),
        np.ones(3),
        np.column_stack([np.full(inputs, -1.0), np.ones(inputs)]),
        signals,
    )


def beside_the_rule() -> RegionModel:
    return replace(a_region(), root=np.diag([1.1, 0.9]), moved=np.array([0.01, -0.01]))


def a_band() -> PpoBand:
    ranges = np.column_stack([np.zeros(8), np.ones(8)])
    return PpoBand(
        "edges", np.array([[0.05, 0.04]]), np.array([0.1, -0.2]), np.ones((2, 4)), ranges
    )


@pytest.mark.parametrize(
    "model",
    [
        a_region(),
        beside_the_rule(),
        a_network(),
        a_network(()),
        replace(a_network(), is_anchored=False),
        a_band(),
        replace(a_band(), beside=np.array([0.03])),
    ],
    ids=str,
)
def test_a_model_comes_back_from_its_bytes_as_it_was(model: Stored):
    data = to_bytes(model)
    again = from_bytes(data)
    assert type(again) is type(model)
    assert (again.name, again.signals, again.features) == (
        model.name,
        model.signals,
        model.features,
    )
    if isinstance(model, RegionNetwork):
        assert again.is_anchored == model.is_anchored
    for name, array in to_arrays(model).items():
        assert np.array_equal(to_arrays(again)[name], array)
    assert to_bytes(again) == data  # so that a hash of it means something


def test_bytes_that_are_no_model_are_refused():
    for data in (b"", b"not a model", to_bytes(a_region())[:100]):
        with pytest.raises(InputError, match="cannot be read"):
            from_bytes(data)


def test_bytes_that_would_run_code_when_read_are_refused():
    buffer = io.BytesIO()
    np.savez(buffer, format=np.array([object()], dtype=object))
    with pytest.raises(InputError, match="cannot be read"):
        from_bytes(buffer.getvalue())


CHANGES = {
    "another format": ({"format": np.array("trimtab-model-9")}, "'trimtab-model-9'"),
    "another kind": ({"kind": np.array("oracle")}, "'oracle'"),
    "a number that is none": ({"centre": np.array([np.nan, 1.0])}, "'centre'"),
    "numbers of half length": ({"metric": np.eye(2, dtype=np.float32)}, "'metric'"),
}


@pytest.mark.parametrize(("change", "told"), CHANGES.values(), ids=CHANGES.keys())
def test_arrays_that_were_changed_are_refused(change: dict, told: str):
    with pytest.raises(InputError, match=told):
        from_arrays(to_arrays(a_region()) | change)


def test_a_part_that_lacks_is_named():
    arrays = to_arrays(a_region())
    del arrays["metric"]
    with pytest.raises(InputError, match="lacks 'metric'"):
        from_arrays(arrays)
    arrays = to_arrays(a_network())
    del arrays["weight_1"]
    with pytest.raises(InputError, match="layers of shapes"):
        from_arrays(arrays)
