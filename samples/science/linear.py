"""Linear algebra with numpy: a least-squares fit, eigenvalues, random numbers."""

import sys

import numpy as np


def fit(seed: int) -> tuple[float, float]:
    """Slope and intercept of noisy points on the line 3 x + 2."""
    rng = np.random.default_rng(seed)
    x = np.linspace(0, 10, 200)
    y = 3 * x + 2 + rng.normal(0, 0.1, x.size)
    design = np.column_stack([x, np.ones_like(x)])
    (slope, intercept), *_ = np.linalg.lstsq(design, y, rcond=None)
    return float(slope), float(intercept)


def residual(size: int) -> float:
    """How far a matrix times its inverse is from the identity."""
    matrix = np.random.default_rng(1).random((size, size))
    return float(np.abs(matrix @ np.linalg.inv(matrix) - np.eye(size)).max())


def main() -> int:
    """Prints what came out."""
    slope, intercept = fit(seed=7)
    print(f"numpy {np.__version__}")
    print(f"slope {slope:.1f}, intercept {intercept:.1f}")
    print(f"eigenvalues {np.linalg.eigvalsh(np.array([[2.0, 1.0], [1.0, 2.0]])).round(6).tolist()}")
    print(f"inverse is good: {residual(120) < 1e-8}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
