"""Markets whose state is known, for the tests of both state estimators."""

import numpy as np

SESSIONS = 756


def market(
    last: str, *, instruments: int = 8, sessions: int = SESSIONS, seed: int = 4, length: int = 60
) -> np.ndarray:
    """A market that was calm, had a crisis in the middle, and ends in `last`.

    Calm: 0.8 % a day, correlation 0.3.  Crisis: 2.5 %, correlation 0.9.  Wild: 2.5 %, correlation
    0.3.  Trending: calm with a mean of 0.1 %.
    """
    chance = np.random.default_rng(seed)
    rows = [piece("calm", sessions // 2, instruments, chance)]
    rows.append(piece("crisis", length, instruments, chance))
    rows.append(piece("calm", sessions - sessions // 2 - 2 * length, instruments, chance))
    rows.append(piece(last, length, instruments, chance))
    return np.vstack(rows)


def piece(state: str, length: int, instruments: int, chance: np.random.Generator) -> np.ndarray:
    volatility = 0.025 if state in ("crisis", "wild") else 0.008
    correlation = 0.9 if state == "crisis" else 0.3
    mean = 0.0016 if state == "trending" else 0.0
    common = np.sqrt(correlation) * chance.standard_normal((length, 1))
    own = np.sqrt(1 - correlation) * chance.standard_normal((length, instruments))
    return mean + volatility * (common + own)
