"""The record: `apply` is the only judge of what may stand next (§20, §21)."""

import hashlib

from . import ballots, contexts, credentials, decryption, ed25519, entries, logarithm, partition, speed, verdict
from . import tree as merkle
from .ceremony import Ceremony, Fault, greatest_contents, sizes_allowed
from .entries import LIST, MANIFEST, PARTIAL, R0, R4
from .errors import Refused
from .manifest import Manifest
from .ristretto import G, ZERO, total
from .strobe import u16, u32, u64

# §20.1: the phases in which an entry may stand. Heads and chunks are named by their message.
TABLE = {
    "manifest-head": ["empty"],
    "manifest-chunk": ["manifest"],
    "ceremony-head": ["ceremony"],
    "ceremony-chunk": ["ceremony"],
    "attempt-ended": ["ceremony"],
    "attempt-begins": ["ceremony-ended"],
    "roll-commitment": ["roll"],
    "list-head": ["roll"],
    "list-chunk": ["roll"],
    "roll-attempt-ended": ["roll"],
    "roll-seal": ["roll"],
    "open": ["roll-sealed"],
    "ballot": ["open"],
    "replacement": ["open"],
    "extension": ["open"],
    "official-close": ["open"],
    "scheduled-close": ["open"],
    "cancel": ["ceremony", "ceremony-ended", "roll", "roll-sealed", "open", "closed"],
    "seal": ["closed"],
    "seal-confirmation": ["sealed", "confirmed"],
    "partial-head": ["confirmed"],
    "partial-chunk": ["confirmed"],
    "result": ["confirmed"],
    "certification": ["result"],
    "successor": ["roll", "roll-sealed", "open", "closed", "sealed", "confirmed", "result"],
    "official-statement": ["open", "sealed", "confirmed", "result", "certified", "cancelled"],
}

PHASES = [
    "empty", "manifest", "ceremony", "ceremony-ended", "roll", "roll-sealed", "open", "closed",
    "sealed", "confirmed", "result", "certified", "cancelled",
]  # fmt: skip

_MESSAGES = {MANIFEST: "manifest", LIST: "list", PARTIAL: "partial"}


def row_of_table(entry):
    if entry.kind in ("head", "chunk"):
        return f"{_MESSAGES.get(entry.slot.message, 'ceremony')}-{entry.kind}"
    return entry.kind


class _Set:
    """A head and what has come of its chunks."""

    def __init__(self, head, row_reader=None):
        self.head = head
        self.next = 0
        self.content = bytearray()
        self.list = row_reader


class Record:
    """The state that the entries so far leave. `stand` are the rows of the table of which an entry stands."""

    def __init__(self):
        self.tree = merkle.Tree()
        self.phase = "empty"
        self.stand = set()
        self.manifest = None
        self.faults = []  # (entry, trustee, name)
        self._sets = {}  # slot -> _Set; of the attempt or phase in force
        self._last_act = None  # index of the last entry of u officials, for entry-once
        # §20.4
        self.successors = []  # (index, role, official, key)
        # ceremony
        self.attempt = 0
        self.ceremony = None
        self._round_began = None  # the size that messages of the round must have seen
        # roll
        self.roll_attempt = 1
        self._commitments = {}
        self._commitments_seen = None
        self._lists = {}
        self._shown = []  # readers of the lists of the attempt in force, complete or not
        self._used = set()  # parts and credentials that may not come again
        self.rows = None  # of the sealed roll
        self.roll_root = None
        # ballots
        self.in_force = []  # credential of each row
        self.replaced = set()
        self.replacements = 0
        self.rules = None
        self.heads = {}  # roll index -> (entry, seq, tracker, ciphertexts)
        self.ballots = 0
        self._fresh = set()
        self.closing = None
        # after the close
        self.close = None
        self.closed_early = False
        self.cells = None
        self.seal_digest = None
        self._seal_seen = None
        self._confirmations = set()
        self._confirmed_seen = None
        self._sums = None
        self._partials = {}
        self.counts = self.verdict = None
        self._result_digest = None
        self.result_entry = None

    @property
    def index(self):
        """The index of the entry that is judged."""
        return self.tree.size

    def check(self, name, condition, reason=""):
        if not condition:
            raise Refused(name, reason)

    def renamed(self, name, function, *arguments):
        """A function whose refusals all are this check's."""
        try:
            return function(*arguments)
        except Refused as refusal:
            raise Refused(name, str(refusal)) from None

    def apply(self, data):
        """Accepts the entry, or raises `Refused`, and then the record must not be used for more entries."""
        entry = self.renamed("entry-encoding", entries.decode, data)
        row = row_of_table(entry)
        self.check("entry-order", self.phase in TABLE[row], f"{row} may not stand in phase {self.phase}")
        if isinstance(entry, entries.Act):
            self._act(entry)
        elif entry.kind == "head":
            self._head(row, entry)
        elif entry.kind == "chunk":
            self._chunk(row, entry)
        else:
            getattr(self, "_" + entry.kind.replace("-", "_"))(entry, data)
        self.tree.append(merkle.leaf(data))
        self.stand.add(row)

    # --- §20.2, §20.4: what every signed entry must satisfy ---

    def _judge_election(self, election):
        self.check("entry-election", election == self.manifest.election, "another election")

    def _judge_seen(self, size, root, needed=0):
        self.check("entry-seen", size >= needed, f"the log of size {needed} was not seen")
        self.check("entry-seen", size <= self.tree.size, "more was seen than there is")
        self.check("entry-seen", root == self.tree.roots[size], "another log was seen")

    def official_key(self, official):
        for _, role, number, key in reversed(self.successors):
            if role == 1 and number == official:
                return key
        return self.manifest.officials["keys"][official]["key"]

    def board_key(self, size):
        """The key of checkpoints of this size."""
        for index, role, _, key in reversed(self.successors):
            if role == 0 and index < size:
                return key
        return self.manifest.board["key"]

    def _key(self, role, signer):
        """The key in force, or None if there is no such signer."""
        if role == "official":
            return self.official_key(signer) if signer < self.manifest.m else None
        if role == "trustee":
            members = self.manifest.trustees["members"]
            return members[signer - 1]["key"] if 1 <= signer <= len(members) else None
        if role == "registrar":
            members = self.manifest.registrars["members"]
            return members[signer]["key"] if signer < len(members) else None
        return self.board_key(self.tree.size + 1)

    def _judge_signature(self, role, signer, signature, signed):
        key = self._key(role, signer)
        self.check("entry-signatures", key is not None, f"there is no {role} {signer}")
        message = b"plebiscite entry/" + role.encode() + b"\n" + signed
        self.check("entry-signatures", ed25519.verify(key, message, signature), f"a false signature of {role} {signer}")

    def _judge_signatures(self, role, signatures, count, signed):
        signers = [signer for signer, _ in signatures]
        self.check("entry-signatures", len(signers) == count, f"not exactly {count} signatures of {role}s")
        self.check("entry-signatures", signers == sorted(set(signers)), "signers do not ascend")
        for signer, signature in signatures:
            self._judge_signature(role, signer, signature, signed)

    # --- acts (§19.3, §20.8) ---

    def _act(self, act):
        self._judge_election(act.election)
        self._judge_seen(act.seen_size, act.seen_root)
        self._judge_signatures("official", act.signatures, self.manifest.u, act.signed)
        if act.kind == "successor":
            self._judge_signatures("trustee", act.cosignatures, self.manifest.c, act.signed)
        elif act.cosignatures is not None:
            registrars = len(self.manifest.registrars["members"])
            self._judge_signatures("registrar", act.cosignatures, registrars, act.signed)
        if act.kind not in ("replacement", "seal"):
            self.check("entry-once", act.seen_size > self._last_act, "an act of officials stands behind what was seen")
        getattr(self, "_" + act.kind.replace("-", "_"))(act)
        if act.kind != "replacement":
            self._last_act = self.index

    # --- heads and chunks (§19.4, §20.8) ---

    def _head(self, row, head):
        needed = None
        if row == "manifest-head":
            self._judge_manifest_head(head)
        else:
            self._judge_election(head.election)
            needed = getattr(self, f"_judge_{row.replace('-', '_')}")(head)
            self._judge_seen(head.seen_size, head.seen_root, needed)
            role = "registrar" if head.slot.message == LIST else "trustee"
            signers = [signer for signer, _ in head.signatures]
            self.check("entry-signatures", signers == [head.slot.signer], "not the one signature of its sender")
            self._judge_signatures(role, head.signatures, 1, head.signed)
        self._sets[head.slot] = _Set(head, self._new_list(head.slot) if row == "list-head" else None)
        if row == "manifest-head":
            self.phase = "manifest"

    def _chunk(self, row, chunk):
        opened = self._sets.get(chunk.slot)
        self.check("chunks", opened is not None and opened.next < opened.head.chunks, "no open set")
        head = opened.head
        self.check("chunks", chunk.number == opened.next, "not the next chunk")
        length = min(entries.CHUNK, head.length - entries.CHUNK * chunk.number)
        self.check("chunks", len(chunk.bytes) == length, "another length than the head's")
        leaf = merkle.leaf(chunk.bytes)
        self.renamed(
            "chunks", merkle.verify_inclusion, leaf, chunk.number, head.chunks, chunk.path, head.root
        )
        opened.next += 1
        last = opened.next == head.chunks
        if opened.list is not None:
            self._list_chunk(opened, chunk.bytes, last)
            return
        opened.content += chunk.bytes
        if last:
            content = bytes(opened.content)
            opened.content = bytearray()
            if row == "manifest-chunk":
                self._whole_manifest(head, content)
            elif row == "ceremony-chunk":
                self._whole_ceremony_message(head.slot, content)
            else:
                self._whole_partial(head.slot, content)

    # --- §20.3 ---

    def _judge_manifest_head(self, head):
        seen_nothing = head.seen_size == 0 and head.seen_root == merkle.EMPTY_ROOT
        self.check("entry-seen", seen_nothing, "the manifest's signers saw a log")
        self.check("manifest", head.slot == (MANIFEST, 0, 0), "another slot than the manifest's")
        self.check("manifest", head.chunks <= 16, "more than 16 chunks")

    def _whole_manifest(self, head, content):
        manifest = self.renamed("manifest", parse_manifest, content)
        self.check("entry-election", manifest.election == head.election, "another election")
        self.manifest = manifest
        try:
            self._judge_signatures("official", head.signatures, manifest.u, head.signed)
            self.check("manifest", sizes_allowed(manifest.t, manifest.n, manifest.keys), "the ceremony's sizes")
        except Refused:
            self.manifest = None
            raise
        self.closing = manifest.schedule["closes"]
        self._named_keys = set(manifest.all_keys)
        self._last_act = self.index
        self._begin_attempt(1)

    # --- §20.5 ---

    def _begin_attempt(self, number):
        self.attempt = number
        self.phase = "ceremony"
        self._sets = {}
        self._round_began = self.index + 1
        self.setup = contexts.setup(self.manifest.election, number)
        manifest = self.manifest
        self.ceremony = Ceremony(self.setup, number, manifest.t, manifest.n, manifest.keys)

    def _judge_ceremony_head(self, head):
        slot = head.slot
        self.check("ceremony", slot.attempt == self.attempt, "another attempt")
        self.check("ceremony", slot.message - R0 == self.ceremony.round, "another round")
        self.check("ceremony", 1 <= slot.signer <= self.manifest.n, "no such trustee")
        self.check("ceremony", slot not in self._sets, "a second message of this trustee")
        longest = greatest_contents(self.manifest.t, self.manifest.n, self.manifest.keys)
        self.check("ceremony", head.length <= max(longest[2:]), "too long a content")
        return self._round_began

    def _whole_ceremony_message(self, slot, content):
        number = slot.message - R0
        try:
            self.ceremony.give(number, slot.signer, content)
        except Fault as fault:
            self.faults += [(self.index, trustee, name) for trustee, name, _ in fault.faults]
            self.phase = "ceremony-ended"
            self._sets = {}
            return
        if self.ceremony.round > number:
            self._round_began = self.index + 1
        if number == R4 - R0 and self.ceremony.round > number:
            self.phase = "roll"
            self._sets = {}

    def _attempt_ended(self, act):
        body = act.body
        self.check("ceremony", body["number"] == self.attempt, "another attempt")
        self.check("ceremony", body["round"] == self.ceremony.round, "another round")
        self.check("ceremony", 1 <= body["trustee"] <= self.manifest.n, "no such trustee")
        missing = not self.ceremony.has_message(self.ceremony.round, body["trustee"])
        self.check("ceremony", missing, "this trustee's message is complete")
        self.phase = "ceremony-ended"
        self._sets = {}

    def _attempt_begins(self, act):
        self.check("ceremony", act.body["number"] == self.attempt + 1, "not the next attempt")
        self._begin_attempt(act.body["number"])

    # --- §20.6 ---

    def _registrars(self):
        return len(self.manifest.registrars["members"])

    def _roll_commitment(self, entry, _):
        body = entry.body
        self._judge_election(body["election"])
        self.check("entry-signatures", body["registrar"] < self._registrars(), "no such registrar")
        self.check("roll-commitment", body["attempt"] == self.roll_attempt, "another attempt")
        self.check("roll-commitment", body["registrar"] not in self._commitments, "a second commitment")
        self._judge_signature("registrar", body["registrar"], entry.signature, entry.signed)
        self._commitments[body["registrar"]] = body["commitment"]
        if len(self._commitments) == self._registrars():
            self._commitments_seen = self.index + 1

    def _judge_list_head(self, head):
        slot = head.slot
        self.check("entry-signatures", slot.signer < self._registrars(), "no such registrar")
        self.check("roll-list", slot.attempt == self.roll_attempt, "another attempt")
        self.check("roll-commitment", len(self._commitments) == self._registrars(), "a commitment is missing")
        self.check("roll-list", slot not in self._sets, "a second list")
        longest = credentials.List.HEADER + credentials.List.ROW * self.manifest.roll["maximum"]
        self.check("roll-list", head.length <= longest, "too long a list")
        return self._commitments_seen

    def _new_list(self, slot):
        manifest = self.manifest
        reader = credentials.List(
            self.setup, slot.attempt, slot.signer, len(manifest.regions), manifest.roll["maximum"]
        )
        self._shown.append(reader)
        return reader

    def _list_chunk(self, opened, data, last):
        slot, reader = opened.head.slot, opened.list
        self.renamed("roll-list", reader.feed, data)
        if not last:
            return
        self.renamed("roll-list", reader.end)
        commitment = reader.commitment(self.manifest.election, slot.attempt, slot.signer)
        self.check("roll-commitment", commitment == self._commitments[slot.signer], "not the list committed to")
        fresh = all(row.encoding not in self._used for row in reader.rows)
        self.check("roll-list", fresh, "a part of an earlier attempt")
        self._lists[slot.signer] = reader

    def _roll_attempt_ended(self, act):
        self.check("roll-commitment", act.body["number"] == self.roll_attempt, "another attempt")
        self.check("roll-commitment", self._commitments, "no commitment stands")
        self._remember_parts()
        if len(self._lists) == self._registrars():
            try:
                rows = credentials.combine_lists([self._lists[r] for r in range(self._registrars())])
                self._used |= {bytes(row.credential) for row in rows}
            except Refused:
                pass
        self.roll_attempt += 1
        self._sets = {}
        self._commitments, self._lists, self._commitments_seen = {}, {}, None

    def _remember_parts(self):
        """Every row that ended in a chunk that stands, whether or not its list became complete."""
        for reader in self._shown:
            self._used |= {row.encoding for row in reader.rows}
        self._shown = []

    def _roll_seal(self, act):
        body = act.body
        self.check("roll-seal", body["attempt"] == self.roll_attempt, "another attempt")
        self.check("roll-seal", len(self._lists) == self._registrars(), "a list is not complete")
        lists = [self._lists[registrar] for registrar in range(self._registrars())]
        rows = self.renamed("roll-seal", credentials.combine_lists, lists)
        used = {bytes(row.credential) for row in rows}
        self.check("roll-seal", not used & self._used, "a credential of an earlier attempt")
        self.check("roll-seal", body["count"] == len(rows), "another count")
        root = credentials.roll_root(rows)
        self.check("roll-seal", body["root"] == root, "another roll root")
        self.check("roll-seal", body["base"] == bytes(G), "another base")
        eligible = [0] * len(self.manifest.regions)
        for row in rows:
            eligible[row.region] += 1
        least = self.manifest.privacy["minimum_eligible"]
        enough = all(e >= least for e, r in zip(eligible, self.manifest.regions) if r["always_opened"])
        self.check("roll-seal", enough, "an always-opened region is too small")
        self._remember_parts()
        self._used |= used
        self.rows, self.roll_root, self.eligible = rows, root, eligible
        self.in_force = [row.credential for row in rows]
        self.phase = "roll-sealed"
        self._sets = {}

    # --- §20.7 ---

    def _open(self, act):
        ceremony = self.ceremony
        self.check("open", act.body["key_digest"] == ceremony.key_digest, "another key digest")
        self.check("open", act.body["ceremony_digest"] == ceremony.ceremony_digest, "another ceremony digest")
        self.check("open", act.body["roll_root"] == self.roll_root, "another roll root")
        transcript = contexts.election(
            self.setup, ceremony.key_digest, ceremony.ceremony_digest, self.roll_root, bytes(G)
        )
        keys, at = [], 0
        for form in self.manifest.forms:
            keys.append(ceremony.public[at : at + len(form.tallied)])
            at += len(form.tallied)
        self.rules = ballots.Rules(transcript, self.manifest.forms, keys)
        self.phase = "open"

    def _ballot(self, entry, _):
        data = entry.body["ballot"]
        ballot = self.renamed("ballot-encoding", ballots.decode_ballot, self.rules, data)
        row = ballot.roll_index
        self.check("ballot-credential", row < len(self.rows), "no row of the roll")
        credential, region = self.in_force[row], self.rows[row].region
        _, seq, tracker, _ = self.heads.get(row, (None, -1, bytes(32), None))
        chained = ballot.seq == seq + 1 and ballot.previous == tracker
        self.check("ballot-chain", chained, "not the next ballot of its chain")
        if row in self.replaced:
            self.renamed("ballot-credential", ballots.verify_signature, self.rules, ballot, credential, region)
        else:
            self.renamed("ballot-signature", ballots.verify_signature, self.rules, ballot, credential, region)
        ciphertexts = self.renamed("ballot-proof", ballots.verify_proofs, self.rules, ballot, credential, region)
        fresh = ballot.fresh_points()
        self.check("ballot-fresh", self._fresh.isdisjoint(fresh), "an R or B that stands already")
        self._fresh.update(fresh)
        self.heads[row] = (self.index, ballot.seq, ballot.tracker, ciphertexts)
        self.ballots += 1

    def _replacement(self, act):
        replacement = act.body["replacement"]
        self.check("replacement", replacement.number == self.replacements + 1, "not the next number")
        row = replacement.roll_index
        self.check("replacement", row < len(self.rows), "no row of the roll")
        self.check("replacement", bytes(self.in_force[row]) == replacement.old, "not the credential in force")
        self.check("replacement", row not in self.heads, "a ballot stands already")
        judge = credentials.judge_replacement
        credential = self.renamed("replacement", judge, self.setup, replacement, self._registrars())
        parts = [bytes(point) for point, _ in replacement.parts]
        unused = self._used.isdisjoint({bytes(credential), *parts})
        self.check("replacement", unused, "a credential or a part that was used before")
        self._used.update({bytes(credential), *parts})
        self.in_force[row] = credential
        self.replaced.add(row)
        self.replacements += 1

    def _extension(self, act):
        old, new = act.body["old"], act.body["new"]
        self.check("extension", old == self.closing, "not the closing time in force")
        self.check("extension", new > old, "no later time")
        self.check("extension", new <= self.manifest.schedule["latest_close"], "later than the latest close")
        self.closing = new

    def _successor(self, act):
        body = act.body
        placed = body["role"] == 1 or act.seen_size == self.index
        self.check("successor", placed, "not the whole log was seen")
        self.check("successor", body["number"] == len(self.successors) + 1, "not the next number")
        self.check("successor", ed25519.is_key(body["key"]), "no key")
        self.check("successor", body["key"] not in self._named_keys, "a key that was named before")
        self.check("successor", body["role"] == 0 or body["official"] < self.manifest.m, "no such official")
        self._named_keys.add(body["key"])
        self.successors.append((self.index, body["role"], body["official"], body["key"]))

    def _official_statement(self, _):
        pass

    # --- §21.1 ---

    def _scheduled_close(self, entry, _):
        self._judge_election(entry.body["election"])
        self.check("close", entry.body["time"] == self.closing, "not the closing time in force")
        self._judge_signature("board", 0, entry.signature, entry.signed)
        self._close_now()

    def _official_close(self, act):
        earliest = self.manifest.schedule["earliest_early_close"]
        least = self.closing if earliest is None else earliest
        self.check("close", act.body["time"] >= least, "too early a time")
        self.closed_early = act.body["time"] < self.closing
        self._close_now()

    def _close_now(self):
        self.close = self.index
        self.phase = "closed"
        self.counted = [0] * len(self.manifest.regions)
        for row in self.heads:
            self.counted[self.rows[row].region] += 1
        self.cells = partition.partition(self.manifest, self.counted, self.eligible)

    def _cancel(self, _):
        self.phase = "cancelled"
        self._sets = {}

    # --- §21.2 to §21.5 ---

    def _heads_digest(self):
        out = b"plebiscite/v1 heads" + u32(len(self.heads))
        for row in sorted(self.heads):
            index, seq, tracker, _ = self.heads[row]
            out += u32(row) + u64(index) + u32(seq) + tracker
        return hashlib.sha256(out).digest()

    def _seal(self, act):
        body = act.body
        self.check("seal-log", act.seen_size == self.close + 1, "another log was sealed than the one at the close")
        self.check("seal-log", body["close"] == self.close, "another close")
        cells = hashlib.sha256(b"plebiscite/v1 partition" + partition.encode(self.cells)).digest()
        self.check("seal-partition", body["partition"] == cells, "another partition")
        self.check("seal-heads", body["heads"] == self._heads_digest(), "other heads")
        self.seal_digest = hashlib.sha256(b"plebiscite/v1 seal" + act.signed).digest()
        self._seal_seen = self.index + 1
        self._add_up()
        self.phase = "sealed"

    def _add_up(self):
        """§21.4: for each cell that is decrypted the sums of R and E_o over its heads."""
        self._encrypted = []  # by cell, then contest: [R, E_1 … E_k]
        for cell in self.cells:
            if cell.outcome == partition.DECRYPTED:
                mine = [head[3] for row, head in self.heads.items() if self.rows[row].region in cell.regions]
                self._encrypted.append([
                    [total(points) for points in zip(*(head[contest] for head in mine))]
                    for contest in range(len(self.manifest.forms))
                ])  # fmt: skip
        contests = [len(form.tallied) for form in self.manifest.forms]
        self._sums = decryption.Sums([[sums[0] for sums in cell] for cell in self._encrypted], contests)

    def _seal_confirmation(self, entry, _):
        body = entry.body
        self._judge_election(body["election"])
        self.check("seal-confirmation", body["seal"] == self.seal_digest, "another seal")
        self.check("seal-confirmation", body["trustee"] not in self._confirmations, "a second confirmation")
        self._judge_seen(body["seen_size"], body["seen_root"], self._seal_seen)
        self._judge_signature("trustee", body["trustee"], entry.signature, entry.signed)
        self._confirmations.add(body["trustee"])
        if len(self._confirmations) == self.manifest.c:
            self.phase = "confirmed"
            self._confirmed_seen = self.index + 1

    def _judge_partial_head(self, head):
        slot = head.slot
        self.check("partial-decryptions", slot.attempt == 0, "another attempt than 0")
        self.check("partial-decryptions", self._sums.left, "nothing is to be decrypted")
        self.check("partial-decryptions", slot not in self._sets, "a second message of this trustee")
        self.check("partial-decryptions", head.length == self._sums.content_length(), "another length")
        return self._confirmed_seen

    def _whole_partial(self, slot, content):
        try:
            self._partials[slot.signer] = decryption.verify(
                self.rules.transcript, self.seal_digest, slot.signer, self.ceremony.shares, self._sums, content
            )
        except Refused as refusal:
            self.faults.append((self.index, slot.signer, refusal.name))

    def _result(self, entry, data):
        self._judge_election(entry.body["election"])
        content = entry.body["content"]
        counts = self.renamed("result-counts", self._count)
        cells = u16(len(counts))
        for of_cell in counts:
            cells += b"\x00" if of_cell is None else b"\x01" + b"".join(u64(n) for row in of_cell for n in row)
        self.check("result-counts", content.startswith(cells), "other counts")
        contests = self.renamed("result-verdict", verdict.verdict, self.manifest, self.cells, counts)
        self.check("result-verdict", content == cells + verdict.encode(contests), "another verdict")
        self.counts, self.verdict = counts, contests
        self._result_digest = hashlib.sha256(data).digest()
        self.result_entry = self.tree.size
        self.phase = "result"

    def _count(self):
        """The counts of every cell, or None where it is not decrypted (§10.6, §21.5)."""
        forms, t = self.manifest.forms, self.manifest.t
        if self._sums.left:
            valid = sorted(self._partials.items())[:t]
            masks = decryption.combine_partials(self._sums, t, valid)
        else:
            masks = [[ZERO] * self._sums.keys for _ in self._encrypted]
        opened = iter(zip(self._encrypted, masks))
        counts = []
        for cell in self.cells:
            if cell.outcome != partition.DECRYPTED:
                counts.append(None)
                continue
            encrypted, of_cell = next(opened)
            of_cell = iter(of_cell)
            counts.append([
                [
                    logarithm.find(e - next(of_cell), cell.heads * sum(c for _, c in terms))
                    for e, terms in zip(sums[1:], form.tallied)
                ]
                for sums, form in zip(encrypted, forms)
            ])  # fmt: skip
        return counts

    def _certification(self, act):
        self.check("certification", act.body["result"] == self._result_digest, "another result")
        self.phase = "certified"


parse_manifest = speed.remembered(Manifest)
