"""The household that the exact path is timed with."""

from benchmarks._backtest_exact import household


def test_the_household_is_the_one_that_is_told_of():
    home = household(sessions=30)
    books = home.start.books
    assert len(books.lots) == 120
    assert len({lot.instrument for lot in books.lots.values()}) == 20
    result = home.backtest("5%").run()
    assert len(result.daily.dates) == 30
    assert result.tax_years
    assert 1_000_000 < result.daily.value[0] < 1_020_000


def test_it_is_the_same_each_time():
    first, second = (household(sessions=20).backtest("5%").run() for _ in range(2))
    assert first.daily.value.tolist() == second.daily.value.tolist()
