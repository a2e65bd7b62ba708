"""The sliding window finds where a stream changed, and keeps quiet where it did not."""

import numpy as np
import pytest

from trimtab.model.errors import InputError
from trimtab.quant.monitoring import window


def stream(seed: int, *parts: tuple[int, float]):
    """Values of one deviation after another, as (how many, deviation)."""
    chance = np.random.default_rng(seed)
    return np.concatenate([deviation * chance.standard_normal(n) for n, deviation in parts])


def test_a_change_is_found_soon_after_it():
    pytest.importorskip("river")
    found = window.last_change(stream(1, (300, 0.01), (200, 0.05)), level=0.01, seed=0)
    assert found.at is not None and 300 < found.at <= 300 + window.WINDOW


def test_a_quiet_stream_is_left_alone():
    pytest.importorskip("river")
    alarms = [window.last_change(stream(seed, (400, 0.01)), 0.05, 0).at for seed in range(6)]
    assert sum(at is not None for at in alarms) <= 1


def test_the_same_stream_gives_the_same_answer():
    pytest.importorskip("river")
    values = stream(2, (300, 0.01), (200, 0.03))
    assert window.last_change(values, 0.01, 7) == window.last_change(values, 0.01, 7)


def test_a_stream_shorter_than_the_window_is_not_tested():
    pytest.importorskip("river")
    assert window.last_change(stream(1, (50, 1.0)), 0.01, 0) == window.Change(None, 0)


def test_without_river_the_extra_is_named(monkeypatch):
    monkeypatch.setattr(window, "has_river", lambda: False)
    with pytest.raises(InputError, match=r"river is not installed.*trimtab\[ai\]"):
        window.last_change(np.zeros(200), 0.01, 0)
