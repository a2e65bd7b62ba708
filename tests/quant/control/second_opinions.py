"""Second solutions of the control problems, by other roads than the package takes.

Collocation of the linear equation of a *given* band (no smooth pasting), searched for the best
band; value iteration on a grid; direct quadratic programmes; backward recursions.
"""

import numpy as np
from scipy.optimize import minimize

POINTS = 40


def chebyshev(count, low, high):
    """Points between two ends, ascending, and the matrix that differentiates on them."""
    i = np.arange(count)
    x = -np.cos(np.pi * i / (count - 1))
    c = np.where((i == 0) | (i == count - 1), 2.0, 1.0) * (-1.0) ** i
    d = np.outer(c, 1.0 / c) / (x[:, None] - x[None, :] + np.eye(count))
    d -= np.diag(d.sum(axis=1))
    half = 0.5 * (high - low)
    return low + half * (x + 1.0), d / half


def growth_of_band(mu, sigma, gamma, buy, sell, low, high):
    """Long-run growth of a band [low at ask, high at bid]: the top eigenvalue of its generator.

    V = |x|^(1−γ) v(z), z = ln|y/x|, with V_y = (1+buy) V_x at one end, (1−sell) V_x at the other.
    """
    side = 1.0 if 0.0 < low < 1.0 else -1.0
    prices = (1.0 + buy, 1.0 - sell)
    ends = [np.log(abs(w / (1.0 - w)) / p) for w, p in zip((low, high), prices, strict=True)]
    order = np.argsort(ends)
    z, d = chebyshev(POINTS, *np.sort(ends))
    generator = (mu - 0.5 * sigma**2) * d + 0.5 * sigma**2 * d @ d
    rows = []
    for place, which in zip((0, -1), order, strict=True):
        odds = side * np.exp(z[place]) * prices[which]
        row = d[place] * (1.0 + odds)
        row[place] -= odds * (1.0 - gamma)
        rows.append(row)
    # The two end values follow from the inner ones.
    rows = np.array(rows)
    inner = slice(1, -1)
    ends_from = -np.linalg.solve(rows[:, [0, -1]], rows[:, inner])
    reduced = generator[inner, inner] + generator[inner][:, [0, -1]] @ ends_from
    return float(np.max(np.linalg.eigvals(reduced).real)) / (1.0 - gamma)


def worth_of_consuming(problem, low, high, at):
    """ln of the certainty equivalent of consuming at best within a band, from one weight at mid.

    V = W^(1−γ) v(w) / (1−γ), by collocation in the weight; Newton on consumption, for a band
    [low at ask, high at bid].
    """
    r, alpha, sigma = problem.safe_rate, problem.drift, problem.volatility
    gamma, delta = problem.risk_aversion, problem.impatience
    ends = problem.prices.ask_to_mid(low), problem.prices.bid_to_mid(high)
    prices = (1.0 + problem.prices.buy_cost, 1.0 - problem.prices.sell_cost)
    w, d = chebyshev(POINTS, *ends)
    eye, bend = np.eye(POINTS), d @ d
    growth = problem.safe_growth(problem.merton_weight)
    v = np.full(POINTS, problem.consumption_rate(growth) ** -gamma)
    by_x = (1.0 - gamma) * eye - w[:, None] * d  # V_x and V_y, times (1 − γ) W^γ
    by_y = (1.0 - gamma) * eye + (1.0 - w)[:, None] * d
    twice = -gamma * (1.0 - gamma) * eye - 2.0 * gamma * (1.0 - w)[:, None] * d
    twice = (w**2)[:, None] * (twice + ((1.0 - w) ** 2)[:, None] * bend)
    own = r * (1.0 - w)[:, None] * by_x + alpha * w[:, None] * by_y + 0.5 * sigma**2 * twice
    for _ in range(80):
        c = np.maximum(by_x @ v / (1.0 - gamma), 1e-12) ** (-1.0 / gamma)
        matrix = own - c[:, None] * by_x - delta * eye
        forced = -(c ** (1.0 - gamma))
        for place, price in zip((0, -1), prices, strict=True):
            matrix[place] = by_y[place] - price * by_x[place]
            forced[place] = 0.0
        new = np.linalg.solve(matrix, forced)
        if np.max(np.abs(new / v - 1.0)) < 1e-13:
            break
        v = new
    return float(np.log(at_point(w, v, at)) / (1.0 - gamma))


def at_point(points, values, at):
    """The polynomial through values at Chebyshev points, at one more point."""
    n = len(points)
    weights = (-1.0) ** np.arange(n)
    weights[[0, -1]] *= 0.5
    share = weights / (at - points)
    return float(share @ values / share.sum())


def value_of_tracking(problem, lower, upper, discount):
    """Value at the target of holding a band, by collocation in the weight; average cost where 0."""
    w, d = chebyshev(POINTS, lower, upper)
    swing = (w * (1.0 - w) * problem.volatility) ** 2
    pull = problem.log_odds_drift + problem.volatility**2 * (0.5 - w)
    drift = w * (1.0 - w) * pull
    running = 0.5 * problem.penalty * (w - problem.target) ** 2
    generator = 0.5 * swing[:, None] * (d @ d) + drift[:, None] * d
    n = len(w)
    system = np.zeros((n + 1, n + 1))
    system[:n, :n] = generator - discount * np.eye(n)
    forced = np.append(-running, 0.0)
    # With no discount the average cost is unknown too, and the value is 0 at the lower end.
    system[:n, n] = -1.0 if discount == 0.0 else 0.0
    system[n, 0 if discount == 0.0 else n] = 1.0
    for place, slope in ((0, -problem.cost), (n - 1, problem.cost)):
        system[place] = 0.0
        system[place, :n] = d[place]
        forced[place] = slope
    if discount == 0.0:  # two of the interior equations must hold at the ends too: use all but two
        first = system.copy()
        return float(np.linalg.solve(first, forced)[n])
    solved = np.linalg.solve(system, forced)[:n]
    return at_point(w, solved, problem.target)


def best_pair(value, start, scale):
    """The pair of numbers with the least value, from a start, by Nelder and Mead."""
    simplex = np.asarray(start) + scale * np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    options = {"xatol": 1e-9 * scale, "fatol": 0.0, "initial_simplex": simplex, "maxiter": 400}
    return minimize(value, start, method="Nelder-Mead", options=options).x


def iterated_value(problem, points, span):
    """The band and average cost of two instruments, by value iteration on a grid of weights."""
    target, years = float(problem.target[0]), problem.review_years
    matrix, cost = problem.covariance, float(problem.cost.sum())
    variance = matrix[0, 0] + matrix[1, 1] - 2.0 * matrix[0, 1]
    mean = problem.drift[0] - problem.drift[1] - 0.5 * (matrix[0, 0] - matrix[1, 1])
    grid = np.linspace(target - span, target + span, points)
    z, mass = np.polynomial.hermite_e.hermegauss(21)
    later = np.log(grid / (1.0 - grid))[:, None] + mean * years + np.sqrt(variance * years) * z
    later = 1.0 / (1.0 + np.exp(-later))
    holding = 0.5 * problem.risk_aversion * variance * (grid - target) ** 2 * years
    value = np.zeros(points)
    for _ in range(600):
        waiting = holding + np.interp(later, grid, value) @ (mass / mass.sum())
        # min over y of κ|y − w| + G(y), from both sides.
        right = np.minimum.accumulate((waiting + cost * grid)[::-1])[::-1] - cost * grid
        left = np.minimum.accumulate(waiting - cost * grid) + cost * grid
        new = np.minimum(left, right)
        average, value = new.min(), new - new.min()
    lower = grid[np.argmin(waiting + cost * grid)]
    upper = grid[np.argmin(waiting - cost * grid)]
    return lower, upper, average / years
