"""Whole elections made here, in memory, by all parties' keys: what the tests of the record stand on.

The provers' side of §5, §9 and §10 is here and nowhere else in this package. Every secret is a hash of its name.
"""

import base64
import hashlib
import json

from reference import (
    ballots,
    contexts,
    credentials,
    ed25519,
    entries,
    notes,
    partition,
    speed,
    tiles,
    tree,
    verdict,
)
from reference.ceremony import share_pad
from reference.curve import Q
from reference.decryption import Partial, Sums, statement
from reference.record import Record
from reference.ristretto import IDENTITY_BYTES, G, combine, scalar_bytes, wide_scalar
from reference.strobe import u8, u16, u32, u64


def secret(*name):
    """A scalar that is the hash of its name."""
    return wide_scalar(hashlib.sha512(repr(name).encode()).digest())


class SigningKey:
    """RFC 8032, §5.1.5 and §5.1.6."""

    def __init__(self, *name):
        digest = hashlib.sha512(hashlib.sha256(repr(name).encode()).digest()).digest()
        self._a = int.from_bytes(digest[:32], "little") & (2**254 - 8) | 2**254
        self._prefix = digest[32:]
        self.public = ed25519.encode(speed.combine([(self._a, ed25519.BASE)]))

    def sign(self, message):
        def number(*parts):
            return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % Q

        r = number(self._prefix, message)
        point = ed25519.encode(speed.combine([(r, ed25519.BASE)]))
        s = (r + number(point, self.public, message) * self._a) % Q
        return point + s.to_bytes(32, "little")


def prove_knowledge(transcript, secret_x, *name, message=None):
    """§5.1, and with a message §5.3."""
    nonce = secret("nonce", *name)
    a = bytes(nonce * G)
    transcript.absorb("fork", b"knowledge" if message is None else b"signature")
    transcript.absorb("base", G)
    transcript.absorb("X", secret_x * G)
    if message is not None:
        transcript.absorb("message", message)
    transcript.absorb("A", a)
    return a + scalar_bytes(nonce + transcript.draw("c") * secret_x)


def prove_list(transcript, secrets, *name):
    """§5.2."""
    nonce = secret("nonce", *name)
    a = bytes(nonce * G)
    points = b"".join(bytes(x * G) for x in secrets)
    transcript.absorb("fork", b"list-knowledge")
    transcript.absorb("base", G)
    transcript.absorb("length", u32(len(secrets)))
    transcript.absorb("points", hashlib.sha256(points).digest())
    transcript.absorb("A", a)
    y = transcript.draw("c")
    return a + scalar_bytes(nonce + sum(pow(y, i + 1, Q) * x for i, x in enumerate(secrets)))


def prove_equal(transcript, second, secret_x, *name):
    """§5.4, with the first base G."""
    nonce = secret("nonce", *name)
    u, v = bytes(nonce * G), bytes(nonce * second)
    transcript.absorb("fork", b"dleq")
    for label, point in (("base", G), ("second-base", second), ("X", secret_x * G), ("Y", secret_x * second)):
        transcript.absorb(label, point)
    transcript.absorb("U", u)
    transcript.absorb("V", v)
    return u + v + scalar_bytes(nonce + transcript.draw("c") * secret_x)


def base_manifest():
    """A manifest as a dictionary; tests change it before the election is made."""

    def text(words):
        return {"en": words}

    def members(role, count):
        return [{"name": f"{role} {i}", "key": SigningKey(role, i).public.hex()} for i in range(count)]

    regions = [
        {
            "id": name,
            "name": text(f"Region {name}"),
            "sibling": None,
            "always_opened": True,
            "voter_weight": 1,
            "region_votes": "1",
        }
        for name in ("a", "b")
    ]
    return {
        "protocol": "plebiscite/v1",
        "test": True,
        "binding": False,
        "languages": ["en"],
        "title": text("A made election"),
        "contests": [
            {
                "kind": "yes_no_blank",
                "id": "question",
                "question": text("Do you agree?"),
                "yes": text("Yes"),
                "no": text("No"),
                "blank": text("Blank"),
            }
        ],
        "regions": regions,
        "privacy": {
            "minimum_cell": 3,
            "minimum_eligible": 3,
            "small_numbers_sentence": text("Small groups are opened."),
            "small_poll": None,
        },
        "tie_breaks": [],
        "rules": [
            {
                "contest": "question",
                "conditions": [
                    {"kind": "majority", "of": "valid", "fraction": "1/2", "strict": True},
                    {"kind": "regions", "fraction": "1/2", "strict": True, "no_data": False},
                ],
            }
        ],
        "officials": {"quorum": 2, "keys": members("official", 3)},
        "trustees": {
            "threshold": 2,
            "members": members("trustee", 3),
            "one_trustee_can_block": text("Any one trustee can block the result."),
            "minority_can_read": None,
        },
        "registrars": {"members": members("registrar", 2), "one_registrar_can_vote": None},
        "roll": {"maximum": 20},
        "board": {"key": SigningKey("board", 0).public.hex()},
        "witnesses": {"faulty": 0, "quorum": 0, "keys": []},
        "schedule": {
            "opens": "2027-06-06T06:00:00Z",
            "closes": "2027-06-06T18:00:00Z",
            "latest_close": "2027-06-07T18:00:00Z",
            "earliest_early_close": "2027-06-06T12:00:00Z",
            "grace_seconds": 300,
        },
        "shares_destroyed_after_days": 90,
    }


def chunks_of(slot, content):
    """(number of chunks, their root, the chunk entries)."""
    pieces = [content[i : i + entries.CHUNK] for i in range(0, len(content), entries.CHUNK)]
    leaves = [tree.leaf(piece) for piece in pieces]
    chunks = []
    for number, piece in enumerate(pieces):
        path = inclusion_path(leaves, number)
        chunks.append(b"\x02" + slot + u32(number) + u8(len(path)) + b"".join(path) + piece)
    return len(pieces), tree.Tree(leaves).root, chunks


def inclusion_path(leaves, index):
    if len(leaves) == 1:
        return []
    k = tree.split(len(leaves))
    if index < k:
        return [*inclusion_path(leaves[:k], index), tree.Tree(leaves[k:]).root]
    return [*inclusion_path(leaves[k:], index - k), tree.Tree(leaves[:k]).root]


def files_of(entries):
    """A log's files."""
    files = {}
    hashes, level = [tree.leaf(entry) for entry in entries], 0
    while hashes:
        for number in range((len(hashes) + 255) // 256):
            row = hashes[256 * number : 256 * number + 256]
            files[tiles.spell(level, number, len(row))] = b"".join(row)
        hashes = [tiles.full_hash(hashes[i : i + 256]) for i in range(0, len(hashes) - 255, 256)]
        level += 1
    for number in range((len(entries) + 255) // 256):
        row = entries[256 * number : 256 * number + 256]
        bundle = b"".join(len(entry).to_bytes(2, "big") + entry for entry in row)
        files[tiles.spell("entries", number, len(row))] = bundle
    return files


def reason(text):
    return u16(len(text.encode())) + text.encode()


KIND = {name: number for number, name in entries.KINDS.items()}


class Made:
    """An election under way. Each method posts the entries of one step; `record` judges every one of them."""

    def __init__(self, fields=None):
        self.fields = fields or base_manifest()
        self.data = json.dumps(self.fields).encode()
        self.election = hashlib.sha256(self.data).digest()
        self.record = Record()
        self.entries = []
        self.official_keys = [SigningKey("official", i) for i in range(3)]
        self.board = SigningKey("board", 0)
        self.trustee_keys = [SigningKey("trustee", i) for i in range(3)]
        self.registrars = [SigningKey("registrar", i) for i in range(len(self.fields["registrars"]["members"]))]
        self.n, self.t = len(self.trustee_keys), self.fields["trustees"]["threshold"]

    # --- entries ---

    def post(self, entry):
        self.record.apply(entry)
        self.entries.append(entry)

    def seen(self, size=None):
        size = self.record.tree.size if size is None else size
        return u64(size) + self.record.tree.roots[size]

    @staticmethod
    def _list(role, signers, signed):
        message = b"plebiscite entry/" + role.encode() + b"\n" + signed
        return u8(len(signers)) + b"".join(u16(number) + key.sign(message) for number, key in signers)

    def officials(self, *numbers):
        return [(number, self.official_keys[number]) for number in numbers or (0, 1)]

    def act(self, kind, body, signers=None, cosigners=None, seen=None):
        """The bytes of an act; `cosigners` are (role, [(number, key)])."""
        signed = u8(KIND[kind]) + self.election + (seen or self.seen()) + body
        entry = signed + self._list("official", signers or self.officials(), signed)
        if kind in ("roll-seal", "replacement"):
            cosigners = cosigners or ("registrar", list(enumerate(self.registrars)))
        if kind == "successor":
            numbered = [(i + 1, key) for i, key in enumerate(self.trustee_keys)]
            cosigners = cosigners or ("trustee", numbered[: (self.n + self.t + 1) // 2])
        if cosigners:
            entry += self._list(*cosigners, signed)
        return entry

    def message(self, message, attempt, signer, content, seen=None):
        """Head and chunks of a message, as entries."""
        slot = u8(message) + u32(attempt) + u16(signer)
        count, root, chunks = chunks_of(slot, content)
        seen = seen or self.seen(0 if message == entries.MANIFEST else None)
        signed = b"\x01" + self.election + slot + u32(count) + u64(len(content)) + root + seen
        if message == entries.MANIFEST:
            signatures = self._list("official", self.officials(), signed)
        elif message == entries.LIST:
            signatures = self._list("registrar", [(signer, self.registrars[signer])], signed)
        else:
            signatures = self._list("trustee", [(signer, self.trustee_keys[signer - 1])], signed)
        return [signed + signatures, *chunks]

    def send(self, *arguments):
        for entry in self.message(*arguments):
            self.post(entry)

    # --- the steps ---

    def manifest(self):
        self.send(entries.MANIFEST, 0, 0, self.data)

    def contents(self, number):
        """The true contents of a ceremony round, by trustee (§9)."""
        ceremony, attempt = self.record.ceremony, self.record.attempt
        people = range(1, self.n + 1)
        self.zeta = {j: secret("zeta", attempt, j) for j in people}
        self.polynomials = {
            j: [[secret("a", attempt, j, o, m) for m in range(self.t)] for o in range(ceremony.keys)] for j in people
        }
        make = (self._r0, self._r1, self._r2, lambda _: u16(0), lambda _: ceremony.all_keys() + ceremony.ceremony_digest)
        return {j: make[number](j) for j in people}

    def _r0(self, j):
        transcript = self.record.ceremony.share_key_context(j)
        return bytes(self.zeta[j] * G) + prove_knowledge(transcript, self.zeta[j], "R0", j)

    def _coefficients(self, j):
        return b"".join(bytes(a * G) for polynomial in self.polynomials[j] for a in polynomial)

    def _r1(self, j):
        head = b"plebiscite/v1/ceremony/commitment" + self.record.ceremony.context_digest + u16(j)
        return hashlib.sha256(head + self._coefficients(j)).digest()

    def share(self, j, key, at):
        return sum(a * at**m for m, a in enumerate(self.polynomials[j][key])) % Q

    def _r2(self, j, wrong=None):
        """`wrong` is a recipient whose shares are false."""
        ceremony = self.record.ceremony
        flat = [a for polynomial in self.polynomials[j] for a in polynomial]
        content = self._coefficients(j) + prove_list(ceremony.coefficient_context(j), flat, "R2", j)
        for i in range(1, self.n + 1):
            if i == j:
                continue
            c = secret("c", self.record.attempt, j, i)
            kappa, ephemeral, shared = ceremony.kappas[i], c * G, c * ceremony.kappas[i]
            encrypted = []
            for key in range(ceremony.keys):
                pad = share_pad(
                    ceremony.context_digest, j, i, bytes(kappa), bytes(ephemeral), bytes(shared), key
                )
                encrypted.append(scalar_bytes(self.share(j, key, i) + pad + (i == wrong)))
            context = ceremony.ephemeral_context(j, i, ephemeral, encrypted)
            content += bytes(ephemeral) + b"".join(encrypted) + prove_knowledge(context, c, "C", j, i)
        return content

    def complaint(self, complainer, dealer):
        ceremony = self.record.ceremony
        ephemeral, _ = ceremony.dealings[dealer][1][complainer]
        zeta = self.zeta[complainer]
        proof = prove_equal(ceremony.complaint_context(complainer, dealer), ephemeral, zeta, "R3", complainer)
        return u16(dealer) + bytes(zeta * ephemeral) + proof

    def round(self, number):
        for trustee, content in self.contents(number).items():
            self.send(entries.R0 + number, self.record.attempt, trustee, content)

    def ceremony(self):
        for number in range(5):
            self.round(number)

    def code(self, registrar, row):
        return secret("code", self.record.roll_attempt, registrar, row)

    def list_content(self, registrar, regions):
        """§14.4; the region of each row."""
        secrets = [self.code(registrar, row) for row in range(len(regions))]
        points = [bytes(x * G) for x in secrets]
        transcript = self.record.setup.fork("registrar-list", 2)
        transcript.absorb("attempt", u32(self.record.roll_attempt))
        transcript.absorb("registrar", u8(registrar))
        proof = prove_list(transcript, secrets, "list", registrar)
        header = u32(len(regions)) + bytes(32) + hashlib.sha256(b"".join(points)).digest() + proof
        return header + b"".join(point + u16(region) for point, region in zip(points, regions))

    def commitment(self, registrar, content):
        attempt = u32(self.record.roll_attempt)
        head = b"plebiscite/v1/list-commitment" + self.election + attempt + u8(registrar)
        digest = hashlib.sha256(head + hashlib.sha256(content).digest()).digest()
        signed = b"\x20" + self.election + attempt + u16(registrar) + digest
        return signed + self.registrars[registrar].sign(b"plebiscite entry/registrar\n" + signed)

    def lists(self, regions=(0, 0, 0, 0, 1, 1, 1)):
        contents = [self.list_content(registrar, regions) for registrar in range(len(self.registrars))]
        for registrar, content in enumerate(contents):
            self.post(self.commitment(registrar, content))
        for registrar, content in enumerate(contents):
            self.send(entries.LIST, self.record.roll_attempt, registrar, content)
        self.secrets = {
            row: sum(self.code(registrar, row) for registrar in range(len(self.registrars))) % Q
            for row in range(len(regions))
        }

    def roll_seal(self, **changes):
        lists = [self.record._lists[registrar] for registrar in range(len(self.registrars))]
        rows = credentials.combine_lists(lists)
        body = {"attempt": u32(self.record.roll_attempt), "count": u32(len(rows))}
        body |= {"root": credentials.roll_root(rows), "base": bytes(G)} | changes
        return self.act("roll-seal", b"".join(body.values()))

    def opening(self, **changes):
        ceremony = self.record.ceremony
        digests = {"key": ceremony.key_digest, "ceremony": ceremony.ceremony_digest, "roll": self.record.roll_root}
        return self.act("open", b"".join((digests | changes).values()) + reason("as scheduled"))

    def until_open(self):
        self.manifest()
        self.ceremony()
        self.lists()
        self.post(self.roll_seal())
        self.post(self.opening())

    def ballot(self, row, *choice, x=None):
        """The next ballot of a row: for each contest the bit that is set."""
        record = self.record
        _, seq, previous, _ = record.heads.get(row, (None, -1, bytes(32), None))
        x = self.secrets[row] if x is None else x
        credential, region = x * G, record.rows[row].region
        base = ballots.election_base_digest(
            self.election, record.attempt, record.ceremony.key_digest, record.ceremony.ceremony_digest,
            record.roll_root, bytes(G),
        )  # fmt: skip
        seed = hashlib.sha256(repr((row, seq, choice)).encode()).digest()
        bits = [[int(i == one) for i in range(form.bits)] for one, form in zip(choice, record.manifest.forms)]
        place = (row, bytes(credential), region, seq + 1, previous)
        body, _ = ballots.unsigned_body(record.rules, base, *place, seed, bits)
        transcript = contexts.ballot_signature(contexts.ballot(record.rules.transcript, *place))
        tracker = hashlib.sha256(body).digest()
        return b"\x31" + body + prove_knowledge(transcript, x, "ballot", row, seq, message=tracker)

    def vote(self, *choices):
        """Ballots of the rows in order; None abstains."""
        for row, choice in enumerate(choices):
            if choice is not None:
                self.post(self.ballot(row, *([choice] if isinstance(choice, int) else choice)))

    def replacement(self, row, number, why=2, new="new"):
        """The entry, and its secret once it is in force."""
        old = bytes(self.record.in_force[row])
        secrets = [secret(new, number, registrar) for registrar in range(len(self.registrars))]
        body = u32(row) + u32(number) + old + u8(why) + u8(len(secrets))
        for registrar, x in enumerate(secrets):
            told = credentials.Replacement(row, number, old, why, [])
            transcript = credentials.replacement_context(self.record.setup, told, registrar)
            body += bytes(x * G) + prove_knowledge(transcript, x, "replacement", registrar)
        return self.act("replacement", body), sum(secrets) % Q

    def scheduled_close(self, time=None):
        signed = b"\x34" + self.election + u64(self.record.closing if time is None else time)
        return signed + self.board.sign(b"plebiscite entry/board\n" + signed)

    def seal(self, **changes):
        record = self.record
        cells = hashlib.sha256(b"plebiscite/v1 partition" + partition.encode(record.cells)).digest()
        body = {"close": u64(record.close), "partition": cells, "heads": record._heads_digest()} | changes
        return self.act("seal", b"".join(body.values()), seen=self.seen(record.close + 1))

    def confirmation(self, trustee, seal=None):
        signed = b"\x41" + self.election + u16(trustee) + self.seen() + (seal or self.record.seal_digest)
        return signed + self.trustee_keys[trustee - 1].sign(b"plebiscite entry/trustee\n" + signed)

    def confirm(self):
        for trustee in range(1, self.record.manifest.c + 1):
            self.post(self.confirmation(trustee))

    def partial(self, trustee, wrong=False):
        """§10.2, §10.4."""
        record, sums = self.record, self.record._sums
        assert isinstance(sums, Sums)
        z = [
            sum(self.share(dealer, key, trustee) for dealer in range(1, self.n + 1)) % Q for key in range(sums.keys)
        ]
        factors = [
            [None if r.is_identity() else (z[o] + wrong) * r for o, r in enumerate(row)] for row in sums.by_key
        ]
        mine = record.ceremony.shares[trustee - 1]
        transcript = statement(
            record.rules.transcript, record.seal_digest, trustee, mine, sums, Partial(factors, {})
        )
        weights = [[transcript.draw("epsilon") for _ in range(sums.keys)] for _ in sums.r]
        nonces = {o: secret("w", trustee, o) for o in sums.left}
        commitments = {}
        for o in sums.left:
            m = combine([(row[o], by_key[o]) for row, by_key in zip(weights, sums.by_key)])
            commitments[o] = bytes(nonces[o] * G) + bytes(nonces[o] * m)
            transcript.absorb("U", commitments[o][:32])
            transcript.absorb("V", commitments[o][32:])
        e = transcript.draw("e")
        content = b"".join(IDENTITY_BYTES if d is None else bytes(d) for row in factors for d in row)
        return content + b"".join(commitments[o] + scalar_bytes(nonces[o] + e * z[o]) for o in sums.left)

    def decrypt(self, *trustees):
        for trustee in trustees or (1, 2):
            self.send(entries.PARTIAL, 0, trustee, self.partial(trustee))

    def result(self):
        """The entry that the verifier itself computes; what it says is compared in the tests."""
        counts = self.record._count()
        content = u16(len(counts))
        for of_cell in counts:
            content += b"\0" if of_cell is None else b"\1" + b"".join(u64(n) for row in of_cell for n in row)
        content += verdict.encode(verdict.verdict(self.record.manifest, self.record.cells, counts))
        return b"\x42" + self.election + content

    def certification(self, entry):
        return self.act("certification", hashlib.sha256(entry).digest())

    def finish(self):
        """From the close to the certification."""
        self.post(self.seal())
        self.confirm()
        if self.record._sums.left:
            self.decrypt()
        result = self.result()
        self.post(result)
        self.post(self.certification(result))

    # --- files ---

    def files(self, key=None, size=None):
        mine = self.entries if size is None else self.entries[:size]
        origin = "plebiscite/v1/" + self.election.hex()
        return files_of(mine) | {"checkpoint": signed_checkpoint(origin, mine, key or self.board)}


def signed_checkpoint(origin, log, key):
    root = base64.b64encode(tree.root_of(log)).decode()
    text = f"{origin}\n{len(log)}\n{root}\n"
    signature = notes.key_id(origin, key.public) + key.sign(text.encode())
    return f"{text}\n\u2014 {origin} {base64.b64encode(signature).decode()}\n".encode()
