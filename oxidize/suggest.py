"""Did you mean: the known name nearest to a mistaken one."""

from __future__ import annotations

from collections.abc import Iterable


def distance(left: str, right: str) -> int:
    """Number of insertions, deletions, replacements and swaps of neighbours between two texts."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The most similar known name, or None when nothing is similar enough to be meant."""
    # Of a shorter name, so many changes would leave nothing.
    limit = sum(len(name) >= least for least in (2, 5, 9))
    best: tuple[int, str] | None = None
    for candidate in sorted(set(known)):
        if abs(len(candidate) - len(name)) > limit:
            continue
        found = (distance(name.lower(), candidate.lower()), candidate)
        if found[0] <= limit and (best is None or found < best):
            best = found
    return best[1] if best else None


def did_you_mean(name: str, known: Iterable[str], form: str = '"{}"') -> str | None:
    """The help line for a mistaken name, or None; `form` says how a name is quoted."""
    match = nearest(name, known)
    return f"did you mean {form.format(match)}?" if match else None


def choice(known: Iterable[str]) -> str:
    """Quoted alternatives as a phrase: "a", "b" or "c"."""
    names = [f'"{name}"' for name in known]
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} or {names[-1]}"
