"""Whole amounts that add up exactly: splits, caps, and tables with given row and column sums. Unit: 0.01 万元."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

Amounts = NDArray[np.int64]
PER_YI = 1_000_000  # 0.01 万元 in one 亿元


def of_yi(value: float | str) -> int:
    """Amount of a figure in 亿元, which must be whole in 0.01 万元."""
    amount = round(float(value) * PER_YI)
    if abs(amount - float(value) * PER_YI) > 1e-3:
        raise ValueError(f"{value} 亿元 is not whole in 0.01 万元")
    return amount


def largest_remainder(total: int, weights: NDArray[np.float64]) -> Amounts:
    """Share out a whole total in proportion, the rest by the largest remainders."""
    exact = total * weights / weights.sum()
    shares = np.floor(exact).astype(np.int64)
    rest = total - int(shares.sum())
    shares[np.argsort(shares - exact, kind="stable")[:rest]] += 1
    return shares


def round_off(amounts: Amounts, step: int) -> Amounts:
    """Round each to a step, as plans print them, and give the difference to the largest."""
    rounded = amounts // step * step
    rounded[np.argmax(rounded)] += amounts.sum() - rounded.sum()
    return rounded


def uneven(total: int, count: int, rng: np.random.Generator, least: int, step: int) -> Amounts:
    """Share out a total among projects of uneven size, none below the least."""
    rest = largest_remainder(total - count * least, rng.lognormal(0.0, 0.8, count))
    return round_off(rest, step) + least


def capped(total: int, weights: NDArray[np.float64], caps: Amounts, step: int) -> Amounts:
    """Share out a total in proportion, none above its cap."""
    if total > caps.sum():
        raise ValueError(f"{total} exceeds the caps {caps.sum()}")
    shares, open_ = np.zeros(len(caps), dtype=np.int64), np.ones(len(caps), dtype=bool)
    while True:
        shares[open_] = largest_remainder(total - int(caps[~open_].sum()), weights[open_])
        over = open_ & (shares > caps)
        if not over.any():
            break
        shares[over], open_ = caps[over], open_ & ~over
    rounded = shares // step * step
    rest = total - int(rounded.sum())
    for place in np.argsort(rounded - caps):  # the one with most room first
        more = min(rest, int(caps[place] - rounded[place]))
        rounded[place] += more
        rest -= more
    return rounded


def with_margins(rows: Amounts, columns: Amounts, weights: NDArray[np.float64]) -> Amounts:
    """Table of whole amounts with exactly these row and column sums; zero where the weight is zero."""
    if rows.sum() != columns.sum():
        raise ValueError(f"rows {rows.sum()} and columns {columns.sum()} differ")
    exact = weights.astype(float)
    for _ in range(2_000):
        exact *= (rows / exact.sum(axis=1))[:, None]
        exact *= columns / exact.sum(axis=0)
    exact *= (rows / exact.sum(axis=1))[:, None]
    whole = np.floor(exact).astype(np.int64)
    return whole + _rest(rows - whole.sum(axis=1), columns - whole.sum(axis=0), exact - whole, weights > 0)


def _rest(rows: Amounts, columns: Amounts, fractions: NDArray[np.float64], allowed: NDArray[np.bool_]) -> Amounts:
    """What is left after rounding down: a transport problem, whose corners are whole numbers."""
    height, width = fractions.shape
    by_row = np.kron(np.eye(height), np.ones((1, width)))
    by_column = np.kron(np.ones((1, height)), np.eye(width))
    limit = int(np.abs(rows).sum() + np.abs(columns).sum() + 1)
    bounds = [(0, limit if cell else 0) for cell in allowed.ravel()]
    solved = linprog(
        -fractions.ravel(), A_eq=np.vstack([by_row, by_column]), b_eq=np.concatenate([rows, columns]), bounds=bounds
    )
    if not solved.success:
        raise ValueError(f"no table with these sums: {solved.message}")
    return np.rint(solved.x).astype(np.int64).reshape(height, width)
