"""Whole elections made here (`made.py`): what stands, and lies beside it, each refused by name (§20, §21, §23)."""

import copy
import hashlib
import pathlib
import pickle
import tempfile
import unittest
from unittest import mock

from reference import contexts, entries, one_file
from reference.errors import NoVerdict, Refused
from reference.ristretto import G
from reference.strobe import u8, u16, u32, u64
from reference.tests import made as making
from reference.tests.made import Made, SigningKey, base_manifest, prove_knowledge, reason, signed_checkpoint
from reference.verify import Verification, reader

_kept = {}


def made(stage):
    """A copy of an election that has come to a stage; each stage is made once."""
    if stage not in _kept:
        election = Made() if stage == "empty" else made(STAGES[stage][0])
        if stage != "empty":
            STAGES[stage][1](election)
        _kept[stage] = pickle.dumps(election)
    return pickle.loads(_kept[stage])


STAGES = {
    "ceremony": ("empty", Made.manifest),
    "dealt": ("ceremony", lambda e: [e.round(i) for i in range(3)]),
    "roll": ("ceremony", Made.ceremony),
    "listed": ("roll", Made.lists),
    "roll-sealed": ("listed", lambda e: e.post(e.roll_seal())),
    "open": ("roll-sealed", lambda e: e.post(e.opening())),
    "voted": ("open", lambda e: e.vote(0, 0, 1, None, 0, 2, 1)),
    "closed": ("voted", lambda e: e.post(e.scheduled_close())),
    "sealed": ("closed", lambda e: e.post(e.seal())),
    "confirmed": ("sealed", Made.confirm),
    "decrypted": ("confirmed", Made.decrypt),
    "result": ("decrypted", lambda e: e.post(e.result())),
}


class Case(unittest.TestCase):
    def refused(self, name, election, entry):
        """The entry is refused by this check; the election itself goes on unharmed."""
        trial = copy.deepcopy(election.record)
        with self.assertRaises(Refused) as refusal:
            trial.apply(entry)
        self.assertEqual(refusal.exception.name, name, refusal.exception)


class WholeElections(Case):
    def test_from_manifest_to_certification(self):
        election = made("result")
        election.post(election.certification(election.entries[-1]))
        self.assertEqual(election.record.counts, [[[2, 1]], [[1, 1]]])
        self.assertEqual(election.record.phase, "certified")
        verified = Verification(election.files().__getitem__, lambda e: e == election.election)
        self.assertEqual((verified.outcome, verified.failures), ("passed", {}))
        report = verified.report()
        self.assertEqual(report["counts"]["ballots"], 6)
        self.assertEqual({c["status"] for c in report["checks"]}, {"pass", "not-applicable"})
        self.assertEqual([f["name"] for f in report["findings"]], ["test-election", "one-log", "operators-clock"])

    def test_every_prefix_is_judged(self):
        election = made("result")
        size = len(election.entries)
        for at in range(0, size + 1, 7):
            verified = Verification(election.files(size=at).__getitem__)
            self.assertEqual(verified.failures, {})
            self.assertIn(verified.outcome, ("not-yet", "passed"))
            verified.report()

    def test_one_registrar_and_a_single_choice(self):
        fields = base_manifest()
        fields["registrars"]["members"].pop()
        labels = [{"id": name, "label": {"en": name}} for name in ("x", "y", "z")]
        fields["contests"].append(
            {"kind": "single_choice", "id": "choice", "question": {"en": "Who?"}, "options": labels, "blank": None,
             "method": "plurality", "places": 1}
        )  # fmt: skip
        election = Made(fields)
        election.until_open()
        election.vote((0, 0), (1, 1), (2, 2), None, (0, 0), (0, 1), (1, 1))
        election.vote(None, (0, 2))  # a second ballot takes the place of the first
        election.post(election.scheduled_close())
        election.finish()
        self.assertEqual(election.record.counts, [[[2, 0], [1, 0, 2]], [[2, 1], [1, 2, 0]]])
        outcome = election.record.verdict[0][1]
        self.assertEqual((outcome["totals"], outcome["outcome"], outcome["tied"]), ([2, 2, 2], 2, [0, 1, 2]))

    def test_nobody_votes(self):
        election = made("open")
        election.post(election.scheduled_close())
        election.finish()
        self.assertEqual(election.record.counts, [None, None])
        self.assertEqual(election.record.verdict[0][0]["decision"], 0)

    def test_a_region_without_result(self):
        election = made("open")
        election.vote(0, 0, 0, None, 1, 1)
        election.post(election.scheduled_close())
        election.finish()
        self.assertEqual(election.record.counts, [[[3, 0]], None])

    def test_a_small_poll(self):
        fields = base_manifest()
        for region in fields["regions"]:
            region["always_opened"] = False
        fields["privacy"] |= {"minimum_cell": 12, "small_poll": {"en": "All regions may be one."}}
        fields["rules"][0]["conditions"].pop()
        election = Made(fields)
        election.until_open()
        election.vote(0, 0, 1, 0)
        election.post(election.scheduled_close())
        election.finish()
        self.assertEqual(election.record.counts, [[[3, 1]]])


class Ceremony(Case):
    def test_an_attempt_is_ended_and_another_begins(self):
        election = made("ceremony")
        election.send(entries.R0, 1, 1, election.contents(0)[1])
        ended = lambda number, trustee, place: election.act("attempt-ended", u32(number) + u16(trustee) + u8(place))
        self.refused("ceremony", election, ended(1, 1, 0))
        self.refused("ceremony", election, ended(1, 4, 0))
        self.refused("ceremony", election, ended(1, 2, 1))
        self.refused("ceremony", election, ended(2, 2, 0))
        election.post(ended(1, 2, 0))
        self.refused("ceremony", election, election.act("attempt-begins", u32(3)))
        election.post(election.act("attempt-begins", u32(2)))
        self.refused("ceremony", election, election.message(entries.R0, 1, 2, election.contents(0)[2])[0])
        election.ceremony()
        self.assertEqual((election.record.phase, election.record.attempt), ("roll", 2))

    def test_a_false_message_is_a_fault(self):
        election = made("ceremony")
        content = bytearray(election.contents(0)[1])
        content[-1] ^= 1
        head, chunk = election.message(entries.R0, 1, 1, bytes(content))
        election.post(head)
        self.refused("entry-order", election, election.act("attempt-begins", u32(2)))
        election.post(chunk)
        self.assertEqual([fault[1:] for fault in election.record.faults], [(1, "ShareKeyProof")])
        self.assertEqual(election.record.phase, "ceremony-ended")
        election.post(election.act("attempt-begins", u32(2)))
        election.ceremony()
        election.lists()
        election.post(election.roll_seal())
        election.post(election.opening())
        election.vote(0, 0, 1)
        self.assertEqual(election.record.phase, "open")

    def test_complaints(self):
        election = made("dealt")
        complaint = u16(1) + election.complaint(2, 1)
        for entry in election.message(5, 1, 2, complaint):
            election.post(entry)
        self.assertEqual(election.record.faults[0][1:], (2, "UnfoundedComplaint"))
        election = made("ceremony")
        for number in (0, 1):
            election.round(number)
        dealings = election.contents(2) | {1: election._r2(1, wrong=2)}
        for trustee, content in dealings.items():
            election.send(entries.R0 + 2, 1, trustee, content)
        election.send(5, 1, 2, u16(1) + election.complaint(2, 1))
        self.assertEqual(election.record.faults[0][1:], (1, "WrongShare"))

    def test_heads(self):
        election = made("ceremony")
        content = election.contents(0)[1]
        head = lambda *slot: election.message(*slot, content)[0]
        self.refused("ceremony", election, head(entries.R0, 2, 1))
        self.refused("ceremony", election, head(entries.R0 + 1, 1, 1))
        self.refused("entry-order", election, head(entries.LIST, 1, 1))
        self.refused("entry-seen", election, election.message(entries.R0, 1, 1, content, election.seen(1))[0])
        self.refused("ceremony", election, election.message(entries.R0, 1, 1, bytes(3000))[0])
        election.post(head(entries.R0, 1, 1))
        self.refused("ceremony", election, head(entries.R0, 1, 1))
        chunk = election.message(entries.R0, 1, 1, content)[1]
        self.refused("chunks", election, chunk[:-1])
        self.refused("chunks", election, chunk[:-1] + bytes([chunk[-1] ^ 1]))
        self.refused("chunks", election, chunk[:11] + b"\1" + chunk[12:])
        self.refused("chunks", election, chunk[:7] + b"\2" + chunk[8:])
        self.refused("entry-encoding", election, chunk[:12])
        election.post(chunk)
        self.refused("chunks", election, chunk)


class Manifests(Case):
    def test_heads_and_chunks(self):
        election = made("empty")
        head, chunk = election.message(entries.MANIFEST, 0, 0, election.data)
        self.refused("entry-order", election, chunk)
        self.refused("manifest", election, election.message(entries.MANIFEST, 1, 0, election.data)[0])
        self.refused("entry-seen", election, head[:-134] + bytes([head[-134] ^ 1]) + head[-133:])
        self.refused("manifest", election, election.message(entries.MANIFEST, 0, 0, bytes(17 * entries.CHUNK))[0])
        other = Made(base_manifest() | {"test": False})
        other.post(election.message(entries.MANIFEST, 0, 0, other.data)[0])
        self.refused("entry-election", other, election.message(entries.MANIFEST, 0, 0, other.data)[1])
        election.post(head)
        self.refused("entry-order", election, head)
        election.post(chunk)

    def test_a_manifest_of_two_chunks(self):
        fields = base_manifest()
        fields["contests"][0]["question"] = {"en": "Why? " * 800 + "?"}
        sentence = "x " * 2000 + "x"
        fields["privacy"]["small_numbers_sentence"] = {"en": sentence}
        options = [{"id": f"o{i}", "label": {"en": f"{i} " + "y" * 500}} for i in range(80)]
        fields["contests"].append(
            {"kind": "single_choice", "id": "choice", "question": {"en": "Who?"}, "options": options, "blank": None,
             "method": "plurality", "places": 79}
        )  # fmt: skip
        election = Made(fields)
        head, first, second = election.message(entries.MANIFEST, 0, 0, election.data)
        election.post(head)
        self.refused("chunks", election, second)
        election.post(first)
        self.refused("chunks", election, first)
        election.post(second)
        self.assertEqual(election.record.phase, "ceremony")

    def test_a_manifest_that_breaks_a_rule(self):
        election = Made(base_manifest() | {"shares_destroyed_after_days": 0})
        head, chunk = election.message(entries.MANIFEST, 0, 0, election.data)
        election.post(head)
        self.refused("manifest", election, chunk)


class Roll(Case):
    def test_commitments_and_lists(self):
        election = made("roll")
        regions = (0, 0, 0, 1, 1, 1)
        contents = [election.list_content(registrar, regions) for registrar in (0, 1)]
        self.refused("roll-commitment", election, election.message(entries.LIST, 1, 0, contents[0])[0])
        election.post(election.commitment(0, contents[0]))
        self.refused("roll-commitment", election, election.commitment(0, contents[0]))
        self.refused("roll-commitment", election, election.message(entries.LIST, 1, 0, contents[0])[0])
        election.post(election.commitment(1, contents[1]))
        self.refused("roll-list", election, election.message(entries.LIST, 2, 0, contents[0])[0])
        head, chunk = election.message(entries.LIST, 1, 0, contents[1])
        election.post(head)
        self.refused("roll-list", election, chunk)
        fresh = made("roll")
        for registrar in (0, 1):
            fresh.post(fresh.commitment(registrar, contents[registrar]))
        other = fresh.list_content(0, (0, 0, 0, 1, 1, 0))
        head, chunk = fresh.message(entries.LIST, 1, 0, other)
        fresh.post(head)
        self.refused("roll-commitment", fresh, chunk)

    def test_a_roll_attempt_is_ended(self):
        election = made("roll")
        ended = lambda number: election.act("roll-attempt-ended", u32(number))
        self.refused("roll-commitment", election, ended(1))
        election.lists()
        old = election.list_content(0, (0, 0, 0, 0, 1, 1, 1))
        election.post(ended(1))
        self.refused("roll-commitment", election, ended(1))
        # the first registrar's parts of the first attempt once more, proven for the second
        secret = making.secret
        same = lambda *name: secret("code", 1, *name[2:]) if name[:3] == ("code", 2, 0) else secret(*name)
        with mock.patch.object(making, "secret", same):
            content = election.list_content(0, (0, 0, 0, 0, 1, 1, 1))
        self.assertEqual(content[132:], old[132:])
        election.post(election.commitment(0, content))
        election.post(election.commitment(1, election.list_content(1, (0, 0, 0, 0, 1, 1, 1))))
        head, chunk = election.message(entries.LIST, 2, 0, content)
        election.post(head)
        self.refused("roll-list", election, chunk)

    def test_a_second_roll_attempt(self):
        election = made("roll")
        election.lists()
        election.post(election.act("roll-attempt-ended", u32(1)))
        election.lists((0, 0, 0, 1, 1, 1))
        self.refused("roll-seal", election, election.roll_seal(attempt=u32(1)))
        election.post(election.roll_seal())
        self.assertEqual(election.record.eligible, [3, 3])

    def test_the_seal(self):
        election = made("listed")
        self.refused("roll-seal", election, election.roll_seal(count=u32(6)))
        self.refused("roll-seal", election, election.roll_seal(root=bytes(32)))
        self.refused("roll-seal", election, election.roll_seal(base=bytes(2 * G)))
        entry = election.roll_seal()
        self.refused("entry-signatures", election, entry[:-1] + bytes([entry[-1] ^ 1]))
        self.refused("entry-encoding", election, entry[:-1])
        small = made("roll")
        small.lists((0, 0, 0, 0, 0, 1, 1))
        self.refused("roll-seal", small, small.roll_seal())
        half = made("roll")
        half.post(half.commitment(0, half.list_content(0, (0, 0, 0, 1, 1, 1))))
        body = u32(1) + u32(6) + bytes(32) + bytes(G)
        self.refused("roll-seal", half, half.act("roll-seal", body))


class Open(Case):
    def test_the_opening(self):
        election = made("roll-sealed")
        for name in ("key", "ceremony", "roll"):
            self.refused("open", election, election.opening(**{name: bytes(32)}))
        for text in ("a\nb", "e\u0301", "x" * 1001):
            body = election.opening()[73:169] + reason(text)
            self.refused("entry-encoding", election, election.act("open", body))
        election.post(election.opening())
        self.refused("entry-order", election, election.opening())

    def test_replacements(self):
        election = made("open")
        election.vote(0)
        entry, x = election.replacement(1, 1)
        self.refused("replacement", election, election.replacement(1, 2)[0])
        self.refused("replacement", election, election.replacement(0, 1)[0])
        self.refused("entry-encoding", election, election.replacement(1, 1, why=6)[0])
        old = election.ballot(1, 0)
        election.post(entry)
        self.refused("ballot-credential", election, old)
        self.refused("replacement", election, entry)
        election.secrets[1] = x
        election.vote(None, 1)
        self.refused("replacement", election, election.replacement(1, 2)[0])
        # a replacement neither obeys `entry-once` nor counts for it
        stale = election.seen(len(election.entries) - 2)
        body = u64(election.record.closing) + u64(election.record.closing + 60) + reason("rain")
        election.post(election.act("extension", body, seen=stale))

    def test_a_part_is_never_used_again(self):
        election = made("open")
        entry, _ = election.replacement(1, 1)
        election.post(entry)
        secret = making.secret
        same = lambda *name: secret("new", 1, name[2]) if name[0] == "new" else secret(*name)
        with mock.patch.object(making, "secret", same):
            again, _ = election.replacement(2, 2)
        self.refused("replacement", election, again)

    def test_extensions(self):
        election = made("open")
        closing, latest = election.record.closing, election.record.manifest.schedule["latest_close"]
        extension = lambda old, new: election.act("extension", u64(old) + u64(new) + reason("rain"))
        self.refused("extension", election, extension(closing + 1, closing + 60))
        self.refused("extension", election, extension(closing, closing))
        self.refused("extension", election, extension(closing, latest + 1))
        entry = extension(closing, latest)
        election.post(entry)
        self.refused("entry-once", election, entry)
        self.refused("close", election, election.scheduled_close(closing))
        election.post(election.scheduled_close(latest))
        self.assertFalse(election.record.closed_early)

    def test_closes(self):
        election = made("open")
        early = election.record.manifest.schedule["earliest_early_close"]
        close = lambda time: election.act("official-close", u64(time) + reason("all have voted"))
        self.refused("close", election, close(early - 1))
        entry = election.scheduled_close()
        self.refused("entry-signatures", election, entry[:-1] + bytes([entry[-1] ^ 1]))
        election.post(close(early))
        self.assertTrue(election.record.closed_early)
        self.refused("entry-order", election, entry)

    def test_acts(self):
        election = made("open")
        body = reason("stop")
        self.refused("entry-signatures", election, election.act("cancel", body, election.officials(0)))
        self.refused("entry-signatures", election, election.act("cancel", body, election.officials(0, 1, 2)))
        self.refused("entry-signatures", election, election.act("cancel", body, election.officials(1, 0)))
        self.refused("entry-signatures", election, election.act("cancel", body, election.officials(0, 0)))
        stranger = [(0, SigningKey("stranger")), (1, election.official_keys[1])]
        self.refused("entry-signatures", election, election.act("cancel", body, stranger))
        unknown = [(0, election.official_keys[0]), (3, SigningKey("official", 3))]
        self.refused("entry-signatures", election, election.act("cancel", body, unknown))
        size = len(election.entries)
        self.refused("entry-seen", election, election.act("cancel", body, seen=u64(size + 1) + bytes(32)))
        self.refused("entry-seen", election, election.act("cancel", body, seen=u64(size) + bytes(32)))
        self.refused("entry-once", election, election.act("cancel", body, seen=election.seen(size - 1)))
        other = Made(base_manifest() | {"test": False})
        other.record = election.record
        self.refused("entry-election", election, other.act("cancel", body))
        election.post(election.act("official-statement", u8(1) + reason("addresses")))
        self.refused("entry-encoding", election, election.act("official-statement", u8(3) + reason("?")))
        election.post(election.act("cancel", body, election.officials(0, 2)))
        self.refused("entry-order", election, election.act("cancel", body))
        election.post(election.act("official-statement", u8(2) + reason("")))
        self.assertEqual(Verification(election.files().__getitem__).outcome, "cancelled")

    def test_ballots(self):
        election = made("open")
        ballot = election.ballot(0, 0)
        self.refused("ballot-encoding", election, ballot[:-1])
        self.refused("ballot-credential", election, b"\x31" + u32(7) + ballot[5:])
        self.refused("ballot-signature", election, b"\x31" + u32(1) + ballot[5:])
        self.refused("ballot-chain", election, ballot[:8] + b"\1" + ballot[9:])
        self.refused("ballot-signature", election, election.ballot(0, 0, x=5))
        election.post(ballot)
        self.refused("ballot-chain", election, ballot)
        # another voter's ciphertext, signed truly: the proof is not of this context
        body = u32(1) + u32(0) + bytes(32) + ballot[41:-64]
        place = (1, bytes(election.secrets[1] * G), 0, 0, bytes(32))
        transcript = contexts.ballot_signature(contexts.ballot(election.record.rules.transcript, *place))
        tracker = hashlib.sha256(body).digest()
        signature = prove_knowledge(transcript, election.secrets[1], "copied", message=tracker)
        self.refused("ballot-proof", election, b"\x31" + body + signature)


class Successors(Case):
    def test_a_new_official_and_a_new_board(self):
        election = made("voted")
        new = SigningKey("new official")
        body = lambda number, role, official, key: u32(number) + u8(role) + u16(official) + key
        act = lambda *fields, **more: election.act("successor", body(*fields), **more)
        self.refused("successor", election, act(2, 1, 1, new.public))
        self.refused("successor", election, act(1, 1, 3, new.public))
        self.refused("successor", election, act(1, 1, 1, bytes(32)))
        self.refused("successor", election, act(1, 1, 1, election.board.public))
        self.refused("entry-encoding", election, act(1, 2, 0, new.public))
        # the board's successor names the log that it goes on from; an official's may have been proposed before a ballot
        before_last = election.seen(len(election.entries) - 1)
        self.refused("successor", election, act(1, 0, 0, new.public, seen=before_last))
        two = ("trustee", [(1, election.trustee_keys[0]), (2, election.trustee_keys[1])])
        self.refused("entry-signatures", election, act(1, 1, 1, new.public, cosigners=two))
        election.post(act(1, 1, 1, new.public, seen=before_last))
        self.refused("entry-signatures", election, election.act("cancel", reason("")))
        election.official_keys[1] = new
        before = election.files()
        board = SigningKey("new board")
        election.post(act(2, 0, 0, board.public))
        self.refused("entry-signatures", election, election.scheduled_close())
        old, election.board = election.board, board
        election.post(election.scheduled_close())
        verified = Verification(election.files().__getitem__, None, before["checkpoint"])
        self.assertEqual(verified.failures, {})
        self.assertEqual(list(Verification(election.files(old).__getitem__).failures), ["log-checkpoint"])


class Closed(Case):
    def test_the_seal(self):
        election = made("closed")
        self.refused("seal-log", election, election.seal(close=u64(election.record.close - 1)))
        self.refused("seal-partition", election, election.seal(partition=bytes(32)))
        self.refused("seal-heads", election, election.seal(heads=bytes(32)))
        election.post(election.seal())
        self.refused("entry-order", election, election.seal())

    def test_confirmations(self):
        election = made("sealed")
        self.refused("seal-confirmation", election, election.confirmation(1, bytes(32)))
        entry = election.confirmation(1)
        self.refused("entry-signatures", election, entry[:33] + u16(2) + entry[35:])
        self.refused("entry-signatures", election, entry[:33] + u16(4) + entry[35:])
        election.post(entry)
        self.refused("seal-confirmation", election, election.confirmation(1))
        self.refused("entry-order", election, election.message(entries.PARTIAL, 0, 1, election.partial(1))[0])

    def test_partial_decryptions(self):
        election = made("confirmed")
        content = election.partial(1)
        self.refused("partial-decryptions", election, election.message(entries.PARTIAL, 1, 1, content)[0])
        self.refused("partial-decryptions", election, election.message(entries.PARTIAL, 0, 1, content + b"\0")[0])
        seen = election.seen(len(election.entries) - 1)
        self.refused("entry-seen", election, election.message(entries.PARTIAL, 0, 1, content, seen)[0])
        election.send(entries.PARTIAL, 0, 1, election.partial(1, wrong=True))
        self.assertEqual(election.record.faults[0][1:], (1, "FactorEquation"))
        self.refused("partial-decryptions", election, election.message(entries.PARTIAL, 0, 1, content)[0])
        self.refused("result-counts", election, b"\x42" + election.election + u16(2))
        election.decrypt(2, 3)
        election.post(election.result())
        self.assertEqual(election.record.counts, [[[2, 1]], [[1, 1]]])

    def test_results(self):
        election = made("decrypted")
        entry = election.result()
        self.refused("entry-election", election, b"\x42" + bytes(32) + entry[33:])
        changed = entry[:43] + bytes([entry[43] ^ 1]) + entry[44:]
        self.refused("result-counts", election, changed)
        self.refused("result-verdict", election, entry + b"\0")
        self.refused("result-verdict", election, entry[:-1])
        election.post(entry)
        self.refused("certification", election, election.certification(b""))
        self.refused("entry-order", election, entry)


class Logs(Case):
    def test_the_election_asked_for(self):
        files = made("open").files()
        verified = Verification(files.__getitem__, lambda election: False)
        self.assertEqual(verified.failures["log-election"][0], None)
        self.assertEqual(list(verified.failures), ["log-election"])

    def test_another_origin(self):
        election = made("ceremony")
        checkpoint = signed_checkpoint("plebiscite/v1/00", election.entries, election.board)
        files = election.files() | {"checkpoint": checkpoint}
        self.assertEqual(list(Verification(files.__getitem__).failures), ["log-election"])

    def test_no_checkpoint(self):
        files = made("ceremony").files() | {"checkpoint": b"nothing"}
        verified = Verification(files.__getitem__)
        self.assertEqual((list(verified.failures), verified.record.tree.size), (["log-checkpoint"], 0))

    def test_a_refusal_and_the_checks_at_the_end(self):
        """§23.2, step 5: the checkpoint is judged also after a refusal."""
        election = made("open")
        before = election.files()["checkpoint"]
        election.entries.append(b"\x99")
        stranger = SigningKey("stranger")
        verified = Verification(election.files(stranger).__getitem__, None, before)
        self.assertEqual(verified.failures.keys(), {"entry-encoding", "log-checkpoint"})
        self.assertEqual(verified.failures["entry-encoding"][0], len(election.entries) - 1)

    def test_an_earlier_checkpoint(self):
        election = made("voted")
        earlier = election.files(size=30)["checkpoint"]
        self.assertEqual(Verification(election.files().__getitem__, None, earlier).failures, {})
        later = election.files()["checkpoint"]
        verified = Verification(election.files(size=30).__getitem__, None, later)
        self.assertEqual(list(verified.failures), ["log-extends"])
        with self.assertRaises(NoVerdict):
            Verification(election.files().__getitem__, None, b"nothing")


class OneFile(unittest.TestCase):
    """§11.17: the report is the folder's, and every changed byte of the file is refused or found."""

    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.path = pathlib.Path(place.name) / "record.plebiscite"
        self.files = made("voted").files()

    def packed(self, files, end=bytes(1024)):
        filled = (one_file.header(name, len(data)) + data + bytes(-len(data) % 512) for name, data in files)
        return b"".join(filled) + end

    def read(self, data):
        self.path.write_bytes(data)
        return Verification(reader(self.path)).report()

    def refused(self, data):
        with self.assertRaises(NoVerdict):
            self.read(data)

    def test_the_report_is_that_of_the_folder(self):
        expected = Verification(self.files.__getitem__).report()
        self.assertEqual(expected["outcome"], "not-yet")
        members = list(self.files.items())
        self.assertEqual(self.read(self.packed(members)), expected)
        self.assertEqual(self.read(self.packed(members[::-1])), expected)  # their order says nothing
        missing = [(name, data) for name, data in members if not name.startswith("tile/0/")]
        self.refused(self.packed(missing))

    def test_every_changed_byte_is_refused_or_found(self):
        whole = self.packed(self.files.items())
        self.assertNotEqual(self.read(whole)["outcome"], "failed")
        first = next(iter(self.files))
        header = len(one_file.header(first, 0))
        body = len(self.files[first])
        for place in (*range(0, header, 7), header + body, len(whole) - 1, len(whole) - 1024):  # header, filling, end
            self.refused(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        for place in range(header, header + body, 11):
            changed = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
            self.assertEqual(self.read(changed)["outcome"], "failed", place)
        for length in (0, 1, 511, 512, 513, 1024, len(whole) // 2, len(whole) - 1024, len(whole) - 1):
            self.refused(whole[:length])
        self.refused(whole + bytes(512))

    def test_only_files_of_a_log_each_once_and_no_longer_than_its_kind(self):
        members = list(self.files.items())
        self.refused(self.packed([*members, members[0]]))
        for name in ("notes.txt", "../checkpoint", "tile/0/0", "tile/64/000", "cosigned/other", "tile/entries/000.p/256"):
            self.refused(self.packed([*members, (name, b"")]))
        for name in ("cosigned/latest", "tile/63/000", "tile/entries/x001/000"):
            self.read(self.packed([*members, (name, b"")]))
        self.read(self.packed([*members, ("tile/7/000", bytes(8_192))]))
        self.refused(self.packed([*members, ("tile/7/000", bytes(8_193))]))


if __name__ == "__main__":
    unittest.main()
