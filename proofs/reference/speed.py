"""Everything that is here only to save time. Taking it away changes no answer.

* `combine`: sums of multiples of points, with one run of doublings for all of them (Straus, signed
  windows of five bits), and with tables for points that come again and again;
* `remembered`: answers of pure functions, kept by the bytes they were given.
"""

import functools

from .curve import D, IDENTITY, P
from .errors import Refused

WINDOW = 5  # bits of a table's window
OFTEN = 10  # after so many uses a point gets a table
MOST_POINTS = 20_000
MOST_ANSWERS = 30_000
MOST_TABLES = 128

_tables = {}  # point -> list by window of its multiples, in the form that `_prepare` makes
_odd_multiples = {}
_uses = {}


def once(kept, key, function, *arguments):
    """The answer of a function that depends on `key` alone; a refusal is an answer too. `kept` is its memory."""
    answer = kept.get(key)
    if answer is None:
        try:
            answer = (function(*arguments), None)
        except Refused as refusal:
            answer = (None, refusal.with_traceback(None))
        if len(kept) > MOST_ANSWERS:
            kept.clear()
        kept[key] = answer
    if answer[1] is not None:
        raise answer[1].with_traceback(None)
    return answer[0]


def remembered(function):
    """Keeps the answers of a pure function by all of its arguments."""
    kept = {}

    @functools.wraps(function)
    def ask(*arguments):
        return once(kept, arguments, function, *arguments)

    return ask


def _prepare(p):
    """A point as the second summand of many additions: Y - X, Y + X, 2dT, 2Z."""
    x, y, z, t = p
    return (y - x, y + x, 2 * D * t % P, 2 * z)


def _add(p, prepared):
    x1, y1, z1, t1 = p
    minus, plus, t2, z2 = prepared
    a = (y1 - x1) * minus % P
    b = (y1 + x1) * plus % P
    c = t1 * t2 % P
    d = z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _subtract(p, prepared):
    minus, plus, t2, z2 = prepared
    return _add(p, (plus, minus, -t2, z2))


def _double(p):
    x, y, z, _ = p
    a = x * x % P
    b = y * y % P
    h = a + b
    e = h - (x + y) * (x + y) % P
    g = a - b
    f = 2 * z * z % P + g
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def keep_table(point, bits=256):
    """Prepares a point that is multiplied often: all multiples by every digit at every window."""
    table = []
    multiple = point
    for _ in range(0, bits, WINDOW):
        unit = _prepare(multiple)
        row = [None, unit]
        for _ in range(2, 1 << WINDOW):
            multiple = _add(multiple, unit)
            row.append(_prepare(multiple))
        table.append(row)
        multiple = _add(multiple, unit)
    _tables[point] = table


def _signed_digits(number):
    """(position, odd digit between -15 and 15) of the non-adjacent form with windows of five bits."""
    digits = []
    position = 0
    while number:
        zeros = (number & -number).bit_length() - 1
        number >>= zeros
        position += zeros
        digit = number & 31
        if digit > 15:
            digit -= 32
        digits.append((position, digit))
        number -= digit
    return digits


def _odd(p):
    multiples = _odd_multiples.get(p)
    if multiples is None:
        multiples = [_prepare(p)]
        twice = _prepare(_double(p))
        multiple = p
        for _ in range(7):
            multiple = _add(multiple, twice)
            multiples.append(_prepare(multiple))
        if len(_odd_multiples) > MOST_POINTS:  # all is forgotten together
            _odd_multiples.clear()
            _uses.clear()
            _tables.clear()
        _odd_multiples[p] = multiples
    return multiples


def combine(pairs):
    """The sum of number * point over all pairs; numbers are not negative and below 2^256."""
    fixed = IDENTITY
    steps = {}
    for number, p in pairs:
        if number == 0:
            continue
        table = _tables.get(p)
        if table is None:
            uses = _uses[p] = _uses.get(p, 0) + 1
            if uses >= OFTEN and len(_tables) < MOST_TABLES:
                keep_table(p)
            multiples = _odd(p)
            for position, digit in _signed_digits(number):
                steps.setdefault(position, []).append((multiples, digit))
        else:
            for row in table:
                digit = number & ((1 << WINDOW) - 1)
                if digit:
                    fixed = _add(fixed, row[digit])
                number >>= WINDOW
    result = IDENTITY
    for position in range(max(steps, default=-1), -1, -1):
        result = _double(result)
        for multiples, digit in steps.get(position, ()):
            if digit > 0:
                result = _add(result, multiples[digit >> 1])
            else:
                result = _subtract(result, multiples[-digit >> 1])
    return _add(result, _prepare(fixed))
