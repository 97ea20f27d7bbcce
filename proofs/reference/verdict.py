"""The verdict: a function of manifest, partition and counts (§18)."""

from fractions import Fraction

from .errors import demand
from .manifest import condition_fraction
from .partition import DECRYPTED, NO_RESULT
from .strobe import u8, u16, u64

FAILS, HOLDS, UNDECIDED, NO_DATA = 0, 1, 2, 3
ANSWERS = ("fails", "holds", "undecided", "no_data")
DECISIONS = ("not_adopted", "adopted", "undecided")
OPTION_OUTCOMES = ("undecided", "decided", "tied")


def verdict(manifest, cells, counts):
    """A dictionary for each contest. `counts[cell][contest][tallied]`, or None for a cell that is not decrypted.

    Refused as `Cells`, `Missing`, `Unexpected`, `Contests`, `Impossible`.
    """
    _judge_counts(manifest, cells, counts)
    weights = [manifest.regions[cell.regions[0]]["voter_weight"] for cell in cells]
    numbers = {
        "eligible": sum(w * cell.eligible for w, cell in zip(weights, cells)),
        "participants": sum(w * cell.heads for w, cell in zip(weights, cells)),
        "open": sum(w * cell.heads for w, cell in zip(weights, cells) if cell.outcome == NO_RESULT),
        "heads_without_result": sum(cell.heads for cell in cells if cell.outcome == NO_RESULT),
    }
    rules = {rule["contest"]: rule["conditions"] for rule in manifest.rules}
    contests = []
    for place, contest in enumerate(manifest.contests):
        mine = [None if of_cell is None else of_cell[place] for of_cell in counts]
        totals = [
            sum(w * of_cell[tallied] for w, of_cell in zip(weights, mine) if of_cell is not None)
            for tallied in range(len(manifest.forms[place].tallied))
        ]
        blank = numbers["participants"] - numbers["open"] - sum(totals)
        known = {"kind": contest["kind"], "totals": totals, "blank": blank} | numbers
        if contest["kind"] == "yes_no_blank":
            contests.append(_yes_no(manifest, rules[contest["id"]], cells, mine, known))
        else:
            contests.append(_options(contest["places"], known))
    return contests


def _judge_counts(manifest, cells, counts):
    """§18.1."""
    demand(len(counts) == len(cells), "Cells")
    for cell, of_cell in zip(cells, counts):
        if cell.outcome != DECRYPTED:
            demand(of_cell is None, "Unexpected")
            continue
        demand(of_cell is not None, "Missing")
        lengths = [len(form.tallied) for form in manifest.forms]
        demand([len(of_contest) for of_contest in of_cell] == lengths, "Contests")
        for contest, of_contest in zip(manifest.contests, of_cell):
            if contest["blank"] is None:
                demand(sum(of_contest) == cell.heads, "Impossible")
            else:
                demand(sum(of_contest) <= cell.heads, "Impossible")


def _yes_no(manifest, conditions, cells, counts, known):
    """§18.2."""
    yes, no = known["totals"]
    answers = [_condition(manifest, condition, cells, counts, known) for condition in conditions]
    given = [answer["answer"] for answer in answers]
    if FAILS in given:
        decision = 0
    elif UNDECIDED in given or NO_DATA in given:
        decision = 2
    else:
        decision = 1
    valid = all(answer["answer"] == HOLDS for answer in answers if answer["condition"]["kind"] == "turnout")
    return known | {"yes": yes, "no": no, "valid": valid, "decision": decision, "conditions": answers}


def _condition(manifest, condition, cells, counts, known):
    """One condition in both evaluations: all heads without a result as no, and as yes."""
    yes, no = known["totals"]
    fraction = condition_fraction(condition)
    if condition["kind"] == "turnout":
        reached = [known["participants"]] * 2
        base = known["eligible"]
    elif condition["kind"] == "majority":
        reached = [yes, yes + known["open"]]
        base = {
            "participants": known["participants"],
            "valid": yes + no + known["open"],
            "eligible": known["eligible"],
        }[condition["of"]]
    elif condition["no_data"]:
        zero = Fraction(0)
        return {"condition": condition, "fraction": fraction, "reached": [zero, zero], "base": zero, "answer": NO_DATA}
    else:
        reached = [_regions_in_favour(manifest, cells, counts, evaluation) for evaluation in (0, 1)]
        base = sum(region["region_votes"] for region in manifest.regions)
    base = Fraction(base)
    reached = [Fraction(number) for number in reached]
    holds = [
        base > 0 and (number > base * fraction if condition["strict"] else number >= base * fraction)
        for number in reached
    ]
    answer = (HOLDS if holds[0] else FAILS) if holds[0] == holds[1] else UNDECIDED
    return {"condition": condition, "fraction": fraction, "reached": reached, "base": base, "answer": answer}


def _regions_in_favour(manifest, cells, counts, evaluation):
    """`region_votes` of the regions in favour; `evaluation` 0 takes heads without a result as no, 1 as yes."""
    votes = Fraction(0)
    for cell, of_cell in zip(cells, counts):
        region_votes = sum(manifest.regions[region]["region_votes"] for region in cell.regions)
        if of_cell is not None:
            in_favour = of_cell[0] > of_cell[1]
        else:
            in_favour = cell.outcome == NO_RESULT and cell.heads >= 3 and evaluation == 1
        if in_favour:
            votes += region_votes
    return votes


def _options(places, known):
    """§18.3."""
    totals = known["totals"]
    result = known | {"outcome": 0, "elected": [], "tied": [], "places_left": 0}
    if known["heads_without_result"]:
        return result
    order = sorted(range(len(totals)), key=lambda option: (-totals[option], option))
    last, following = totals[order[places - 1]], totals[order[places]]
    if last != following:
        return result | {"outcome": 1, "elected": order[:places]}
    elected = [option for option in order if totals[option] > last]
    tied = [option for option in range(len(totals)) if totals[option] == last]
    return result | {"outcome": 2, "elected": elected, "tied": tied, "places_left": places - len(elected)}


# --- §18.4 ---


def encode(contests):
    return u16(len(contests)) + b"".join(
        _encode_yes_no(contest) if contest["kind"] == "yes_no_blank" else _encode_options(contest)
        for contest in contests
    )


def _encode_fraction(fraction):
    return u64(fraction.numerator) + u64(fraction.denominator)


def condition_code(condition):
    if condition["kind"] == "majority":
        return {"participants": 2, "valid": 3, "eligible": 4}[condition["of"]]
    return {"turnout": 1, "regions": 5}[condition["kind"]]


def _encode_yes_no(contest):
    names = ("eligible", "participants", "yes", "no", "blank", "heads_without_result")
    out = u8(1) + b"".join(u64(contest[name]) for name in names)
    out += u8(contest["valid"]) + u8(contest["decision"]) + u8(len(contest["conditions"]))
    for answer in contest["conditions"]:
        out += u8(condition_code(answer["condition"])) + u8(answer["condition"]["strict"])
        numbers = (answer["fraction"], *answer["reached"], answer["base"])
        out += b"".join(map(_encode_fraction, numbers)) + u8(answer["answer"])
    return out


def _encode_options(contest):
    names = ("eligible", "participants", "blank", "heads_without_result")
    out = u8(2) + b"".join(u64(contest[name]) for name in names)
    out += u16(len(contest["totals"])) + b"".join(map(u64, contest["totals"])) + u8(contest["outcome"])
    for options in (contest["elected"], contest["tied"]):
        out += u16(len(options)) + b"".join(map(u16, options))
    return out + u16(contest["places_left"])
