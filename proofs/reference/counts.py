"""Which counts some ballots have, and which none (§18.1)."""

from itertools import combinations
from math import isqrt

from .descriptions import ONE_OF, answers, tallies_blank


def are_possible(contest, counts, heads):
    """Whether `heads` ballots can have these counts: one for each tallied number."""
    options, blank_offered = answers(contest)
    blank = counts[-1] if tallies_blank(contest) else 0
    numbers = counts[:-1] if tallies_blank(contest) else counts
    n = heads - blank
    if n < 0:
        return False
    kind, total = contest["kind"], sum(numbers)
    if kind in ONE_OF:
        return total <= n if blank_offered else total == n
    if kind == "approval":
        return max(numbers) <= n and contest["minimum"] * n <= total <= contest["maximum"] * n
    if kind == "score":
        return max(numbers) <= contest["maximum"] * n
    if kind == "cumulative":
        inside = contest["minimum"] * n <= total <= contest["budget"] * n
        return max(numbers) <= contest["maximum"] * n and inside
    if kind == "quadratic":
        squares = sum(number * number for number in numbers)
        return max(numbers) <= isqrt(contest["budget"]) * n and squares <= contest["budget"] * n * n
    if kind == "borda":
        ascending = sorted(numbers)
        least = all(sum(ascending[:j]) >= n * j * (j - 1) // 2 for j in range(1, options + 1))
        return total == n * options * (options - 1) // 2 and least
    before = dict(zip(combinations(range(options), 2), numbers))
    paths = (before[a, b] + before[b, c] - before[a, c] for a, b, c in combinations(range(options), 3))
    return max(numbers) <= n and all(0 <= path <= n for path in paths)
