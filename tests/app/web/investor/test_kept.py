"""What was computed is kept by what it follows from, and only so much of it."""

from trimtab.app.web.investor.kept import Kept


def test_a_value_is_made_once_and_the_one_not_asked_for_longest_goes_first() -> None:
    kept, made = Kept[str](2), list[str]()

    def value(key: str) -> str:
        return kept.get(key, lambda: made.append(key) or key.upper())  # type: ignore[func-returns-value]

    assert [value(key) for key in "abab"] == ["A", "B", "A", "B"]
    assert made == ["a", "b"]
    value("c")
    assert value("b") == "B"
    value("a")
    assert made == ["a", "b", "c", "a"]
