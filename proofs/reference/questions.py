"""The compiler of questions: the pivots are found here (§13.2)."""

from .errors import Refused, demand
from .forms import Form, Row

MOST_BITS = 4096


def compile_form(bits, equations, tallied, maximum):
    """§13.2. `equations` are (terms, value) in the order described; refused as `Compile`."""

    def refuse_unless(condition, reason):
        demand(condition, "Compile", reason)

    refuse_unless(bits and tallied, "Empty")
    refuse_unless(bits <= MOST_BITS, "Bits")
    for terms in [terms for terms, _ in equations] + tallied:
        indices = [index for index, _ in terms]
        ascending = indices == sorted(set(indices))
        in_range = terms and 0 <= min(indices) and max(indices) < bits
        refuse_unless(terms and ascending and in_range and all(c != 0 for _, c in terms), "Terms")
    for terms, value in equations:
        refuse_unless(sum(abs(c) for _, c in terms) + abs(value) < 2**62, "TooLarge")
    for terms in tallied:
        refuse_unless(all(c > 0 for _, c in terms), "Negative")
        refuse_unless(maximum * sum(c for _, c in terms) < 2**32, "TallyTooLarge")
    try:
        return Form(bits, _order(equations), tallied)
    except Refused as refusal:
        raise Refused("Compile", refusal.reason) from None


def _order(equations):
    """The rows with their pivots, found from the last to the first."""
    waiting = list(equations)
    rows = []
    while waiting:
        for number, (terms, value) in enumerate(waiting):
            elsewhere = {i for other, (held, _) in enumerate(waiting) if other != number for i, _ in held}
            candidates = [index for index, c in terms if abs(c) == 1 and index not in elsewhere]
            if candidates:
                rows.insert(0, Row(max(candidates), value, terms))
                del waiting[number]
                break
        else:
            raise Refused("Compile", "NoPivot")
    return rows

