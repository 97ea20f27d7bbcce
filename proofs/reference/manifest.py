"""The manifest and all its rules (§12). A refusal has the name of the rule's error."""

import datetime
import hashlib
import math
import re
from fractions import Fraction

from . import ed25519, strict_json, texts
from .descriptions import YES_NO, form_of
from .errors import Refused, demand

LONGEST = 524_288
LONGEST_BALLOT = 65_024
LONGEST_ENTRY = 65_535
SHORT, LONG = 512, 4_096


# --- Types (§12.1, rule 3; §12.2). Each takes a JSON value and returns what it means. ---


def _wrong(reason):
    raise Refused("Strict(Fields)", reason)


def boolean(value):
    return value if isinstance(value, bool) else _wrong("not a bool")


def _unsigned(bits):
    def read(value):
        if isinstance(value, bool) or not isinstance(value, int) or value >= 2**bits:
            _wrong(f"no number of {bits} bits")
        return value

    return read


u16, u32 = _unsigned(16), _unsigned(32)


def string(value):
    return value if isinstance(value, str) else _wrong("not a string")


def text(value):
    """language -> text; which languages and what a text may hold is judged later."""
    if isinstance(value, list):
        raise Refused("Strict(Form)", "a list stands for an object")
    if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
        _wrong("no text in languages")
    return value


def fraction(value):
    match = re.fullmatch(r"(0|[1-9][0-9]{0,9})(?:/([1-9][0-9]{0,9}))?", string(value), re.ASCII)
    if not match:
        _wrong("no fraction")
    numerator, denominator = int(match[1]), int(match[2] or 1)
    whole = match[2] is None
    if max(numerator, denominator) >= 2**32 or math.gcd(numerator, denominator) != 1 or whole != (denominator == 1):
        _wrong("a fraction that is not in lowest terms, or too great")
    return Fraction(numerator, denominator)


EPOCH = datetime.datetime(1970, 1, 1)
LAST_TIME = datetime.datetime(9999, 12, 30, 22)


def time(value):
    """Seconds since 1970-01-01T00:00:00Z."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", string(value), re.ASCII):
        _wrong("no time")
    try:
        moment = datetime.datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        _wrong("a time that does not exist")
    if value[17:19] > "59" or not EPOCH <= moment <= LAST_TIME:
        _wrong("a leap second, or a time outside the range")
    return int((moment - EPOCH).total_seconds())


def key(value):
    if not re.fullmatch("[0-9a-f]{64}", string(value)):
        _wrong("no 64 lower-case hexadecimal digits")
    return bytes.fromhex(value)


def word(*allowed):
    return lambda value: value if string(value) in allowed else _wrong("a value not named in the specification")


def nullable(kind):
    def read(value):
        return None if value is None else kind(value)

    read.nullable = True
    return read


def list_of(kind):
    return lambda value: [kind(v) for v in value] if isinstance(value, list) else _wrong("not a list")


def pair_of(kind):
    read = list_of(kind)

    def two(value):
        members = read(value)
        return members if len(members) == 2 else _wrong("not two")

    return two


def record(**fields):
    """An object with exactly these fields."""

    def read(value):
        if isinstance(value, list):
            raise Refused("Strict(Form)", "a list stands for an object")
        if not isinstance(value, dict):
            _wrong("not an object")
        unknown = set(value) - set(fields)
        if unknown:
            _wrong(f"unknown field {min(unknown)!r}")
        missing = [name for name in fields if name not in value]
        for name in missing:
            if not hasattr(fields[name], "nullable"):
                _wrong(f"the field {name} is missing")
        if missing:
            raise Refused("Strict(Form)", f"the field {missing[0]} may be null, but must be written")
        return {name: kind(value[name]) for name, kind in fields.items()}

    return read


def by_kind(**kinds):
    """An object whose field `kind` says which fields it has."""

    def read(value):
        if isinstance(value, list):
            raise Refused("Strict(Form)", "a list stands for an object")
        if not isinstance(value, dict) or not isinstance(value.get("kind"), str) or value["kind"] not in kinds:
            _wrong("an unknown kind")
        rest = {name: v for name, v in value.items() if name != "kind"}
        return {"kind": value["kind"]} | kinds[value["kind"]](rest)

    return read


MEMBERS = list_of(record(name=string, key=key))



def of_options(**fields):
    """A contest of options, with the fields of its kind."""
    options = list_of(record(id=string, label=text))
    return record(id=string, question=text, options=options, blank=nullable(text), places=u16, **fields)


MANIFEST = record(
    protocol=string,
    test=boolean,
    binding=boolean,
    languages=list_of(string),
    title=text,
    contests=list_of(
        by_kind(
            yes_no_blank=record(id=string, question=text, yes=text, no=text, blank=text),
            yes_no_both_none=record(id=string, question=text, yes=text, no=text, both=text, none=text),
            single_choice=of_options(method=word("plurality")),
            approval=of_options(minimum=u32, maximum=u32, method=word("plurality")),
            score=of_options(maximum=u32, method=word("greatest_total")),
            cumulative=of_options(budget=u32, minimum=u32, maximum=u32, method=word("greatest_total")),
            quadratic=of_options(budget=u32, method=word("greatest_total")),
            borda=of_options(method=word("greatest_total")),
            condorcet=of_options(method=word("schulze", "ranked_pairs")),
        )
    ),
    regions=list_of(
        record(
            id=string,
            name=text,
            sibling=nullable(string),
            always_opened=boolean,
            voter_weight=u32,
            region_votes=fraction,
        )
    ),
    privacy=record(
        minimum_cell=u32,
        minimum_eligible=u32,
        small_numbers_sentence=nullable(text),
        small_poll=nullable(text),
    ),
    rules=list_of(
        record(
            contest=string,
            conditions=list_of(
                by_kind(
                    turnout=record(of_eligible=fraction, strict=boolean, no_data=boolean),
                    majority=record(of=word("participants", "valid", "eligible"), fraction=fraction, strict=boolean),
                    regions=record(fraction=fraction, strict=boolean, no_data=boolean),
                )
            ),
        )
    ),
    tie_breaks=list_of(record(contest=string, between=pair_of(string), regions=boolean)),
    officials=record(quorum=u16, keys=MEMBERS),
    trustees=record(
        threshold=u16, members=MEMBERS, one_trustee_can_block=nullable(text), minority_can_read=nullable(text)
    ),
    registrars=record(members=MEMBERS, one_registrar_can_vote=nullable(text)),
    roll=record(maximum=u32),
    board=record(key=key),
    witnesses=record(faulty=u16, quorum=u16, keys=MEMBERS),
    schedule=record(
        opens=time, closes=time, latest_close=time, earliest_early_close=nullable(time), grace_seconds=u32
    ),
    shares_destroyed_after_days=u32,
)

LANGUAGE = re.compile("[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")


class Manifest:
    """A valid manifest. Fields have the names of §12, and the numbers that other sections use those of §1."""

    def __init__(self, data):
        demand(len(data) <= LONGEST, "TooLong")
        self.bytes = data
        self.election = hashlib.sha256(data).digest()
        self.fields = MANIFEST(strict_json.parse(data))
        for name, value in self.fields.items():
            setattr(self, name, value)
        self.n = len(self.trustees["members"])
        self.t = self.trustees["threshold"]
        self.m = len(self.officials["keys"])
        self.u = self.officials["quorum"]
        self.c = (self.n + self.t + 1) // 2  # §12.7
        self._judge()

    def _judge(self):
        demand(self.protocol == "plebiscite/v1", "Protocol")
        self._judge_languages()
        self._judge_text(self.title, SHORT)
        self._judge_contests()
        self._judge_regions()
        self._judge_privacy()
        self._judge_rules()
        self._judge_tie_breaks()
        demand(self.longest_result() <= LONGEST_ENTRY, "ResultTooLong")
        self._judge_officials()
        self._judge_trustees()
        self._judge_registrars()
        self._judge_witnesses()
        self._judge_keys()
        self._judge_schedule()
        demand(1 <= self.shares_destroyed_after_days <= 3650, "Number", "shares_destroyed_after_days")

    # --- §12.2 ---

    def _judge_languages(self):
        demand(1 <= len(self.languages) <= 16, "Count", "languages")
        for tag in self.languages:
            demand(LANGUAGE.fullmatch(tag), "Language", tag)
        demand(len(set(self.languages)) == len(self.languages), "Duplicate", "languages")

    def _judge_text(self, value, limit):
        demand(set(value) == set(self.languages), "Languages", "a text has other languages than the manifest")
        demand(all(texts.is_text(v, limit) for v in value.values()), "Text")

    def _judge_sentence(self, value, cause):
        """A long text that stands exactly where it has a cause."""
        demand(value is not None or not cause, "SentenceMissing")
        demand(value is None or cause, "SentenceWithoutCause")
        if value is not None:
            self._judge_text(value, LONG)

    def _judge_unlike(self, labels):
        for language in self.languages:
            looks = [texts.look(label[language]) for label in labels]
            demand(len(set(looks)) == len(looks), "Alike")

    @staticmethod
    def _judge_ids(ids, letters="a-z"):
        for name in ids:
            demand(re.fullmatch(f"[{letters}0-9_-]{{1,32}}", name), "Id", name)
        demand(len({name.lower() for name in ids}) == len(ids), "Duplicate", "an id stands twice")

    @staticmethod
    def _judge_members(members, least, most):
        demand(least <= len(members) <= most, "Count")
        names = [member["name"] for member in members]
        demand(all(texts.is_name(name, SHORT) for name in names), "Text", "a name")
        demand(len(set(map(texts.look, names))) == len(names), "Duplicate", "names look alike")

    # --- §12.3 ---

    def _judge_contests(self):
        demand(1 <= len(self.contests) <= 64, "Count", "contests")
        self._judge_ids([contest["id"] for contest in self.contests])
        for contest in self.contests:
            self._judge_text(contest["question"], LONG)
            labels = [contest[name] for name in ("yes", "no", "both", "none", "blank") if contest.get(name) is not None]
            if contest["kind"] not in YES_NO:
                most = 10 if contest["kind"] == "condorcet" else 1024
                options = contest["options"]
                demand(2 <= len(options) <= most, "Count", "options")
                self._judge_ids([option["id"] for option in options])
                labels = [option["label"] for option in options] + labels
            for label in labels:
                self._judge_text(label, SHORT)
            self._judge_unlike(labels)
            if contest["kind"] not in YES_NO:
                self._judge_numbers(contest)
                self._judge_places(contest)
        self.forms = [form_of(contest, self.roll["maximum"]) for contest in self.contests]
        self.keys = sum(len(form.tallied) for form in self.forms)  # K of §9
        demand(sum(form.length for form in self.forms) <= LONGEST_BALLOT, "BallotTooLong")

    @staticmethod
    def _judge_numbers(contest):
        options = len(contest["options"])
        kind = contest["kind"]
        if kind == "approval":
            demand(1 <= contest["maximum"] <= options, "Number", "maximum")
            demand(contest["minimum"] <= contest["maximum"], "Number", "minimum")
        elif kind == "score":
            demand(contest["maximum"] >= 1 and options * contest["maximum"] < 2**32, "Number", "maximum")
        elif kind == "cumulative":
            budget, least, most = (contest[name] for name in ("budget", "minimum", "maximum"))
            demand(budget >= 1, "Number", "budget")
            demand(1 <= most <= budget, "Number", "maximum")
            demand(least <= budget and least <= options * most, "Number", "minimum")
        elif kind == "quadratic":
            demand(contest["budget"] >= 1, "Number", "budget")

    @staticmethod
    def _judge_places(contest):
        places = contest["places"]
        if contest["kind"] == "condorcet":
            demand(places == 1, "Places")
        else:
            least = 0 if contest["kind"] == "score" else 1
            demand(least <= places < len(contest["options"]), "Places")

    # --- §12.4 ---

    def _judge_regions(self):
        demand(1 <= len(self.regions) <= 4096, "Count", "regions")
        self._judge_ids([region["id"] for region in self.regions], "a-zA-Z")
        for region in self.regions:
            self._judge_text(region["name"], SHORT)
            demand(region["voter_weight"] >= 1, "Number", "voter_weight")
        self._judge_unlike([region["name"] for region in self.regions])
        places = {region["id"]: number for number, region in enumerate(self.regions)}
        self.siblings = []
        for region in self.regions:
            sibling = region["sibling"]
            if sibling is None:
                self.siblings.append(None)
                continue
            demand(not region["always_opened"], "SiblingOfOpened")
            demand(sibling in places and sibling != region["id"], "SiblingUnknown")
            other = self.regions[places[sibling]]
            demand(not other["always_opened"], "SiblingOpened")
            demand(other["voter_weight"] == region["voter_weight"], "SiblingWeight")
            self.siblings.append(places[sibling])
        votes = [region["region_votes"] for region in self.regions]
        unit = math.lcm(*(vote.denominator for vote in votes))
        demand(unit < 2**64 and sum(votes) * unit < 2**64, "RegionVotes")

    # --- §12.5 ---

    def _judge_privacy(self):
        privacy = self.privacy
        demand(privacy["minimum_cell"] >= 3 and privacy["minimum_eligible"] >= 3, "Number", "minimums")
        small = privacy["minimum_cell"] < 10 or privacy["minimum_eligible"] < 10
        self._judge_sentence(privacy["small_numbers_sentence"], small)
        opened = sum(region["always_opened"] for region in self.regions)
        if privacy["small_poll"] is not None:
            self._judge_text(privacy["small_poll"], LONG)
            demand(opened == 0, "SmallPollOpened")
            demand(len({region["voter_weight"] for region in self.regions}) == 1, "SmallPollWeight")
        demand(max(1, opened) * privacy["minimum_eligible"] <= self.roll["maximum"], "RollTooSmall")
        exempt = opened > 0 or privacy["small_poll"] is not None
        demand(exempt or privacy["minimum_cell"] <= self.roll["maximum"], "RollTooSmall")

    # --- §12.6 ---

    def _judge_rules(self):
        questions = [contest["id"] for contest in self.contests if contest["kind"] in YES_NO]
        demand([rule["contest"] for rule in self.rules] == questions, "Rules")
        for rule in self.rules:
            conditions = rule["conditions"]
            demand(1 <= len(conditions) <= 16, "Count", "conditions")
            demand(all(c not in conditions[:i] for i, c in enumerate(conditions)), "ConditionTwice")
            demand(any(c["kind"] == "majority" for c in conditions), "NoMajority")
            for condition in conditions:
                self._judge_condition(condition)

    def _judge_condition(self, condition):
        share = condition_fraction(condition)
        demand(0 < share <= 1, "FractionRange")
        demand(not (share == 1 and condition["strict"]), "Unreachable")
        if condition["kind"] == "regions" and not condition["no_data"]:
            self._judge_voting_regions()

    def _judge_voting_regions(self):
        voting = [region for region in self.regions if region["region_votes"] != 0]
        demand(all(region["always_opened"] for region in voting), "RegionNotOpened")
        demand(voting, "NoRegionVotes")

    # --- §12.13 ---

    def _judge_tie_breaks(self):
        demand(len(self.tie_breaks) <= 32, "Count", "tie_breaks")
        contests = {contest["id"]: contest for contest in self.contests}
        taken = set()
        for tie_break in self.tie_breaks:
            proposals = [contests.get(name) for name in tie_break["between"]]
            demand(all(proposal and proposal["kind"] in YES_NO for proposal in proposals), "TieBreak")
            asks = contests.get(tie_break["contest"])
            demand(asks and asks["kind"] == "single_choice" and len(asks["options"]) == 2, "TieBreak")
            for name in (*tie_break["between"], tie_break["contest"]):
                demand(name not in taken, "TieBreak")
                taken.add(name)
            if tie_break["regions"]:
                self._judge_voting_regions()

    # --- §12.14 ---

    def longest_result(self):
        verdict = 4 + 57 * len(self.tie_breaks) + sum(map(longest_verdict, self.contests))
        verdict += 67 * sum(len(rule["conditions"]) for rule in self.rules)
        decrypted = min(len(self.regions), self.roll["maximum"] // self.privacy["minimum_eligible"])
        return 35 + len(self.regions) + 8 * self.keys * decrypted + verdict

    # --- §12.7 to §12.10 ---

    def _judge_officials(self):
        self._judge_members(self.officials["keys"], 1, 64)
        demand(self.u <= self.m and 2 * self.u > self.m, "Quorum")

    def _judge_trustees(self):
        self._judge_members(self.trustees["members"], 1, 32)
        demand(1 <= self.t <= self.n, "Threshold")
        demand(not self.binding or (self.t >= 3 and self.n >= 5), "BindingTrustees")
        self._judge_sentence(self.trustees["one_trustee_can_block"], self.t > self.n - 2)
        self._judge_sentence(self.trustees["minority_can_read"], 2 * self.t <= self.n)

    def _judge_registrars(self):
        self._judge_members(self.registrars["members"], 1, 2)
        sentence = self.registrars["one_registrar_can_vote"]
        alone = len(self.registrars["members"]) == 1
        demand(sentence is not None or not (self.binding and alone), "SentenceMissing")
        demand(sentence is None or alone, "SentenceWithoutCause")
        if sentence is not None:
            self._judge_text(sentence, LONG)

    def _judge_witnesses(self):
        keys, faulty, quorum = (self.witnesses[name] for name in ("keys", "faulty", "quorum"))
        self._judge_members(keys, 0, 64)
        for member in keys:
            demand(re.fullmatch(r"[!-*,-~]+", member["name"]), "WitnessName")
        if keys:
            demand(faulty < quorum <= len(keys), "WitnessPolicy")
        else:
            demand(faulty == 0 and quorum == 0, "WitnessPolicy")

    def _judge_keys(self):
        lists = [self.officials["keys"], self.trustees["members"], self.registrars["members"]]
        keys = [member["key"] for members in lists for member in members]
        keys.append(self.board["key"])
        keys += [member["key"] for member in self.witnesses["keys"]]
        for number, one in enumerate(keys):
            demand(ed25519.is_key(one), "Key")
            demand(one not in keys[:number], "KeyTwice")
        self.all_keys = keys

    # --- §12.11 ---

    def _judge_schedule(self):
        opens, closes, latest = (self.schedule[name] for name in ("opens", "closes", "latest_close"))
        early = self.schedule["earliest_early_close"]
        demand(opens < closes <= latest, "ScheduleOrder")
        demand(early is None or opens < early < closes, "ScheduleOrder")
        demand(self.schedule["grace_seconds"] <= 86_400, "Number", "grace_seconds")


def condition_fraction(condition):
    return condition["of_eligible"] if condition["kind"] == "turnout" else condition["fraction"]


def longest_verdict(contest):
    """Bytes of a contest's verdict at most, its conditions left out."""
    if contest["kind"] in YES_NO:
        return 61 if contest["kind"] == "yes_no_both_none" else 53
    options = len(contest["options"])
    return 43 + 2 * options + 10 * options**2 if contest["kind"] == "condorcet" else 42 + 10 * options
