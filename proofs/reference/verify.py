"""A whole record, from the files of a log to a report (§23)."""

import pathlib
from fractions import Fraction

from . import credentials, notes, partition, tie_breaks, tree, verdict
from .descriptions import YES_NO
from .errors import NoVerdict, Refused, demand
from .one_file import file_reader
from .record import PHASES, TABLE, Record
from .tiles import WIDTH, Log

ACTS = {
    "attempt-ended", "attempt-begins", "roll-attempt-ended", "roll-seal", "open", "replacement", "extension",
    "official-close", "cancel", "seal", "certification", "successor", "official-statement",
}  # fmt: skip
HEADS = {"manifest-head", "ceremony-head", "list-head", "partial-head"}
CHUNKS = {"manifest-chunk", "ceremony-chunk", "list-chunk", "partial-chunk"}
NAMING = set(TABLE) - CHUNKS - {"ballot"}

# §23.3: name -> (sentence, the rows of the table that it judges; None for checks of the log itself)
CHECKS = {
    "log-checkpoint": ("The checkpoint is well formed, and signed by the board's key in force at its size.", None),
    "log-tree": ("Tiles and leaves give the checkpoint's root.", None),
    "log-entries": ("Every entry has the leaf hash that stands in its tile.", None),
    "log-election": ("The election is the one asked for, and the checkpoint's origin names it.", None),
    "log-extends": ("The log extends the earlier checkpoint.", None),
    "log-fork": ("Nothing else that was given contradicts the log.", None),  # given one log, nothing is (§23.6)
    "entry-encoding": ("Every entry is one of the layouts.", set(TABLE)),
    "entry-order": ("Every entry may stand in its phase.", set(TABLE)),
    "entry-election": ("Every signed entry and the result name this election.", NAMING),
    "entry-seen": ("Signers saw this log, and as much of it as they had to.", ACTS | HEADS | {"seal-confirmation"}),
    "entry-signatures": ("Exactly the signatures that the table asks for, by keys in force.", NAMING - {"result"}),
    "entry-once": ("No act is entered twice, or behind a later one.", ACTS - {"replacement", "seal"}),
    "manifest": ("The manifest obeys every rule.", {"manifest-head", "manifest-chunk"}),
    "chunks": ("Chunks follow their head one by one.", CHUNKS),
    "ceremony": ("Ceremony messages belong to the attempt and round in force.",
                 {"ceremony-head", "ceremony-chunk", "attempt-ended", "attempt-begins"}),
    "roll-commitment": ("Registrars commit once, before any list, and open what they committed to.",
                        {"roll-commitment"}),
    "roll-list": ("Registrars' lists hold, and are proven.", {"list-head", "list-chunk"}),
    "roll-seal": ("The sealed roll is the sum of the lists.", {"roll-seal"}),
    "open": ("The opening names the keys and the roll.", {"open"}),
    "ballot-encoding": ("Ballots are of their one layout.", {"ballot"}),
    "ballot-credential": ("Ballots are of a row of the roll, under the letter in force.", {"ballot"}),
    "ballot-chain": ("Each ballot is the next of its credential's chain.", {"ballot"}),
    "ballot-signature": ("Ballots are signed by their credential.", {"ballot"}),
    "ballot-proof": ("Ballots are proven to hold a legal choice.", {"ballot"}),
    "ballot-fresh": ("No ballot uses points of another.", {"ballot"}),
    "replacement": ("Replacements are of rows without a ballot, and prove their new credential.", {"replacement"}),
    "extension": ("Extensions name the closing time in force and a later one.", {"extension"}),
    "close": ("The close names a time that it may.", {"scheduled-close", "official-close"}),
    "successor": ("Successors of keys are numbered, new and well formed.", {"successor"}),
    "seal-log": ("The seal is over the log at the close.", {"seal"}),
    "seal-partition": ("The seal is over the partition.", {"seal"}),
    "seal-heads": ("The seal is over the heads of all chains.", {"seal"}),
    "seal-confirmation": ("Trustees confirm the one seal, once.", {"seal-confirmation"}),
    "partial-decryptions": ("Partial decryptions are of the sums of the decrypted cells.", {"partial-head", "partial-chunk"}),
    "result-counts": ("The counts follow from the ballots.", {"result"}),
    "result-verdict": ("The verdict follows from the counts.", {"result"}),
    "certification": ("The certification names the result.", {"certification"}),
}  # fmt: skip


def read_asked(text):
    """What the reader asks for: the election id, or its fingerprint. Returns a test of an election id."""
    if len(text) == 64 and all(c in "0123456789abcdef" for c in text):
        return lambda election: election.hex() == text
    try:
        symbols = credentials.normalise(text)
    except Refused:
        symbols = ""
    if len(symbols) != 28:
        raise ValueError("neither an election id nor a fingerprint")
    return lambda election: credentials.fingerprint(election).replace("-", "") == symbols


def folder_reader(folder):
    folder = pathlib.Path(folder)

    def read(path):
        try:
            return (folder / path).read_bytes()
        except OSError as error:
            raise NoVerdict(f"{path}: {error.strerror}") from None

    return read


def reader(place):
    """What reads a record's files: from a folder, or from one file (§11.17)."""
    return file_reader(place) if pathlib.Path(place).is_file() else folder_reader(place)


class Verification:
    """One pass over one record (§23.2). Everything that it found is in its fields."""

    def __init__(self, read, asked=None, since=None):
        self._read = read
        self._asked = asked
        self.record = Record()
        self.failures = {}  # name -> (entry, reason)
        self.held = set()  # checks of the log that were judged and held
        self.checkpoint = None
        self._log = None
        self.given_id = asked is not None
        self._since = None
        if since is not None:
            try:
                self._since = notes.parse_checkpoint(since)
            except Refused as refusal:
                raise NoVerdict(f"the earlier checkpoint: {refusal}") from None
        self._run()

    def _fail(self, refusal, entry=None):
        self.failures[refusal.name] = (entry, refusal.reason)

    def _run(self):
        try:
            self.checkpoint = notes.parse_checkpoint(self._read("checkpoint"))
        except Refused as refusal:
            self._fail(Refused("log-checkpoint", str(refusal)))
            return
        try:
            self._log = Log(self._read, self.checkpoint.size, self.checkpoint.root)
            self._replay()
        except Refused as refusal:
            self._fail(refusal, None if refusal.name == "log-election" else self.record.tree.size)
        else:
            self.held |= {"log-tree", "log-entries"}
            if self.record.tree.root != self.checkpoint.root:
                self._fail(Refused("log-tree", "the leaves of all entries do not give the root"))
        if self.record.manifest is None:
            if self._since is not None:
                self._judge("log-extends", lambda: self._judge_held() and False)
        elif "log-election" not in self.failures:
            self._judge("log-checkpoint", self._judge_checkpoint, self.checkpoint)
            if self._since is not None:
                self._judge("log-extends", self._judge_extends)

    def _replay(self):
        for bundle in self._log.bundles():
            for entry in bundle:
                had_manifest = self.record.manifest is not None
                self.record.apply(entry)
                if not had_manifest and self.record.manifest is not None:
                    self._judge_election()

    def _judge_election(self):
        election = self.record.manifest.election
        demand(self._asked is None or self._asked(election), "log-election", "another election than asked for")
        demand(self.checkpoint.origin == self._origin(), "log-election", "another origin than this election's")
        self.held.add("log-election")

    def _origin(self):
        return "plebiscite/v1/" + self.record.manifest.election.hex()

    def _judge(self, name, function, *arguments):
        try:
            if function(*arguments) is not False:
                self.held.add(name)
        except Refused as refusal:
            self._fail(Refused(name, str(refusal)))

    def _judge_checkpoint(self, checkpoint):
        checkpoint.verify(self.record.board_key(checkpoint.size))

    def _judge_extends(self):
        since = self._since
        demand(since.origin == self._origin(), "origin", "an earlier checkpoint of another log")
        self._judge_checkpoint(since)
        return self._judge_held()

    def _judge_held(self):
        """Whether the entries of the earlier checkpoint are this log's, whoever signed it."""
        since = self._since
        demand(since.size <= self.checkpoint.size, "size", "the earlier checkpoint is the larger one")
        if since.size > self.record.tree.size:
            return False  # a refusal ended the replay before: nothing is known
        demand(self.record.tree.roots[since.size] == since.root, "root", "the log does not extend the earlier checkpoint")
        return True

    # --- §23.4, §23.5 ---

    @property
    def outcome(self):
        if self.failures:
            return "failed"
        if self.record.phase in ("result", "certified"):
            return "passed"
        return "cancelled" if self.record.phase == "cancelled" else "not-yet"

    @property
    def exit_code(self):
        return {"passed": 0, "cancelled": 0, "failed": 1, "not-yet": 5}[self.outcome]

    def _status(self, name):
        """§23.3."""
        rows = CHECKS[name][1]
        if name in self.failures:
            return "fail"
        if name in self.held or rows and rows & self.record.stand:
            return "pass"
        if rows is None:
            given = name != "log-fork" and (name != "log-extends" or self._since is not None)
            return "not-reached" if given else "not-applicable"
        later = _from(self.record.phase)
        waits = any(phase in later for row in rows for phase in TABLE[row])
        return "not-reached" if self.failures or waits else "not-applicable"

    def report(self):
        record, manifest, checkpoint = self.record, self.record.manifest, self.checkpoint
        checks = []
        for name, (sentence, _) in CHECKS.items():
            entry, reason = self.failures.get(name, (None, None))
            status = self._status(name)
            checks.append({"name": name, "sentence": sentence, "status": status, "entry": entry, "reason": reason})
        return {
            "schema": "plebiscite-report/1",
            "outcome": self.outcome,
            "valid_up_to": record.tree.size,
            "election": manifest and manifest.election.hex(),
            "fingerprint": manifest and credentials.fingerprint(manifest.election),
            "title": manifest and manifest.title[manifest.languages[0]],
            "test": manifest is not None and manifest.test,
            "origin": checkpoint.origin if checkpoint else "",
            "board_key": manifest and notes.verifier_key(self._origin(), record.board_key(checkpoint.size)),
            "size": checkpoint.size if checkpoint else 0,
            "root": checkpoint.root.hex() if checkpoint else "00" * 32,
            "phase": record.phase,
            "checks": checks,
            "findings": self._findings(),
            "counts": self._counts(),
            "regions": self._regions(),
            "cells": self._cells(),
            "verdict": None if record.verdict is None else _plain_verdict(manifest, record.verdict),
            "witnesses": self._witnesses(),
            "auditors_policy": None,
            "confirmations": None,
            "logs": [],
        }

    def _findings(self):
        record = self.record
        findings = []

        def find(name, text, entry=None):
            findings.append({"name": name, "entry": entry, "text": text})

        if record.manifest is not None and record.manifest.test:
            find("test-election", "The manifest says that this is a test.")
        if not self.given_id:
            find("any-election", "No election id was given: compare the fingerprint with the letter's.")
        find("one-log", "One log was given; a fork shown to others cannot be seen in it.")
        if record.close is not None:
            find("operators-clock", "Times rest on the clock of the board's operator.", record.close)
        if record.closed_early:
            find("closed-early", "The officials closed before the time in force.", record.close)
        if record.phase == "result":
            find("not-certified", "The result is not certified.")
        if record.result_entry is not None and self._witnesses():
            find("not-final", "No cosignature was judged (§23.6).", record.result_entry)
        for entry, trustee, name in record.faults:
            find("trustee-fault", f"Trustee {trustee}: {name}.", entry)
        return findings

    def _witnesses(self):
        """This verifier judges no cosignature: none makes a quorum."""
        manifest, result = self.record.manifest, self.record.result_entry
        if manifest is None or not manifest.witnesses["keys"]:
            return None
        policy = manifest.witnesses
        return {
            "named": len(policy["keys"]), "quorum": policy["quorum"], "faulty": policy["faulty"],
            "cosigned_size": None, "final": None if result is None else False,
        }  # fmt: skip

    def _counts(self):
        record = self.record
        if record.rows is None:
            return None
        return {
            "eligible": len(record.rows),
            "ballots": record.ballots,
            "counted": len(record.heads),
            "superseded": record.ballots - len(record.heads),
            "replacements": record.replacements,
        }

    def _regions(self):
        record = self.record
        if record.rows is None:
            return []
        counted = [0] * len(record.manifest.regions)
        for row in record.heads:
            counted[record.rows[row].region] += 1
        return [
            {"id": region["id"], "eligible": eligible, "counted": number}
            for region, eligible, number in zip(record.manifest.regions, record.eligible, counted)
        ]

    def _cells(self):
        record = self.record
        if record.cells is None:
            return []
        names = {partition.DECRYPTED: "decrypt", partition.ZERO: "zero", partition.NO_RESULT: "no_result"}
        counts = record.counts or [None] * len(record.cells)
        return [
            {
                "regions": [record.manifest.regions[region]["id"] for region in cell.regions],
                "heads": cell.heads,
                "eligible": cell.eligible,
                "outcome": names[cell.outcome],
                "counts": of_cell,
            }
            for cell, of_cell in zip(record.cells, counts)
        ]


def _from(phase):
    """The phases that an election in this phase may be in, now or later (§23.3)."""
    if phase == "cancelled":
        return {phase}
    line = PHASES[:-1]
    start = "ceremony" if phase == "ceremony-ended" else phase
    return set(line[line.index(start) :])


def _plain_verdict(manifest, judged):
    """The verdict as JSON."""
    contests, broken = judged
    plain = [_plain(source["id"], contest) for source, contest in zip(manifest.contests, contests)]
    return {"contests": plain, "tie_breaks": [_plain_tie_break(tie_break) for tie_break in broken]}


def _plain_tie_break(tie_break):
    return tie_break | {
        "outcome": tie_breaks.OUTCOMES[tie_break["outcome"]],
        "region_votes": [str(votes) for votes in tie_break["region_votes"]],
    }


def _plain(name, contest):
    common = ("eligible", "participants", "blank", "heads_without_result")
    plain = {"contest": name} | {field: contest[field] for field in common}
    if contest["kind"] in YES_NO:
        return plain | {
            "kind": "yes_no",
            "yes": contest["yes"],
            "no": contest["no"],
            "both": contest["both"],
            "valid": (False, True, None)[contest["valid"]],
            "decision": verdict.DECISIONS[contest["decision"]],
            "conditions": [
                _plain_condition(answer, contest["heads_without_result"]) for answer in contest["conditions"]
            ],
        }
    places = {"result": verdict.OPTION_OUTCOMES[contest["outcome"]]}
    names = {"decided": ("elected",), "tied": ("elected", "tied", "places_left"), "undecided": ()}
    places |= {field: contest[field] for field in names[places["result"]]}
    if contest["kind"] != "condorcet":
        return plain | {"kind": "options", "totals": contest["totals"], "places": places}
    pairs = {"unbeaten": contest["ranked_pairs"], "skipped_by_order": contest["skipped_by_order"]}
    return plain | {
        "kind": "ranked",
        "preferences": contest["preferences"],
        "method": contest["method"],
        "schulze": contest["schulze"],
        "ranked_pairs": pairs,
        "places": places,
    }


def _plain_condition(answer, heads_without_result):
    reached_if_no, reached_if_yes = answer["reached"]
    return {
        "condition": {name: str(value) if isinstance(value, Fraction) else value for name, value in answer["condition"].items()},
        "reached_if_no": str(reached_if_no),
        "reached_if_yes": str(reached_if_yes),
        "base": str(answer["base"]),
        "heads_without_result": heads_without_result,
        "answer": verdict.ANSWERS[answer["answer"]],
    }
