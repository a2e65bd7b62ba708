"""Parts of models are numbers and known types; nothing that could run code is read."""

import io
import pickle

import numpy as np
import pytest

from trimtab.app.models.parts import (
    array_bytes,
    arrays,
    boosted_trees,
    estimator,
    estimator_bytes,
)
from trimtab.model.errors import InputError


def test_arrays_come_back_as_they_went():
    given = {"a": np.arange(3.0), "b": np.eye(2)}
    found = arrays(array_bytes(given), "model band@1")
    assert all(np.array_equal(found[name], given[name]) for name in given)


class Trap:
    """What a pickle would run when it is read."""

    def __reduce__(self):
        return (pytest.fail, ("a pickle was run",))


def pickled_arrays() -> bytes:
    file = io.BytesIO()
    np.savez(file, a=np.array([Trap()], dtype=object))
    return file.getvalue()


BAD_ARRAYS = [
    ("a pickled object", pickled_arrays()),
    ("a bare pickle", pickle.dumps({"a": 1})),
    ("cut short", array_bytes({"a": np.arange(100.0)})[:-40]),
    ("empty", b""),
    ("text", b"weights"),
]


@pytest.mark.parametrize(("data"), [b[1] for b in BAD_ARRAYS], ids=[b[0] for b in BAD_ARRAYS])
def test_what_is_no_file_of_numbers_is_refused(data):
    with pytest.raises(InputError, match="its arrays cannot be read"):
        arrays(data, "model band@1")


def test_an_estimator_comes_back_as_it_went():
    pytest.importorskip("skops")
    linear = pytest.importorskip("sklearn.linear_model").LinearRegression()
    fitted = linear.fit(np.arange(6.0).reshape(-1, 1), np.arange(6.0))
    again = estimator(estimator_bytes(fitted), "model cost@1")
    assert np.allclose(again.predict([[10.0]]), [10.0])


def test_an_estimator_of_unknown_types_is_refused():
    pytest.importorskip("skops")
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    data = estimator_bytes(preprocessing.FunctionTransformer(pytest.fail))
    with pytest.raises(InputError, match=r"it asks for _pytest\.outcomes\._Fail"):
        estimator(data, "model cost@1")


def test_what_is_no_estimator_is_refused():
    pytest.importorskip("skops")
    with pytest.raises(InputError, match="its estimator cannot be read"):
        estimator(b"not a zip", "model cost@1")


def test_what_is_no_tree_is_refused():
    pytest.importorskip("lightgbm")
    with pytest.raises(InputError, match="its trees cannot be read"):
        boosted_trees(b"tree\n", "model cost@1")
