"""The trustees' ceremony: one attempt, message by message (§9)."""

import hashlib

from . import sigma, speed
from .errors import Refused, demand
from .ristretto import IDENTITY_BYTES, G, combine, decode, scalar, total, wide_scalar
from .strobe import u16, u32

ROUNDS = 5


class Fault(Exception):
    """A message that stands and is false. `faults` are (trustee, name, what else it names), in order (§9.9)."""

    def __init__(self, faults):
        super().__init__(", ".join(f"trustee {trustee}: {name}" for trustee, name, _ in faults))
        self.faults = faults


def greatest_contents(t, n, keys):
    """Lengths of contents: R0, R1, R2, the longest R3, R4."""
    return [96, 32, 32 * keys * t + 64 + (n - 1) * (32 * keys + 96), 2 + 130 * n, 32 * keys * (n + 1) + 32]


def sizes_allowed(t, n, keys):
    """§9.1."""
    lengths = greatest_contents(t, n, keys)
    return 1 <= t <= n and keys >= 1 and max(lengths[2], lengths[4]) <= 2**26


def share_pad(context_digest, dealer, recipient, kappa, ephemeral, shared, key):
    """KDF_o of §9.5."""
    head = b"plebiscite/v1/ceremony/share-pad" + context_digest + u16(dealer) + u16(recipient)
    return wide_scalar(hashlib.sha512(head + kappa + ephemeral + shared + u32(key)).digest())


class _Reader:
    """Reads a content strictly: everything that is wrong with it is `Malformed` (§9)."""

    def __init__(self, content):
        self._content = content
        self._at = 0

    def bytes(self, count):
        piece = self._content[self._at : self._at + count]
        demand(len(piece) == count, "Malformed", "the content ends early")
        self._at += count
        return piece

    def number(self, count):
        return int.from_bytes(self.bytes(count), "big")

    def point(self):
        return decode(self.bytes(32), "Malformed")

    def scalar(self):
        return scalar(self.bytes(32), "Malformed")

    def proof(self, commitments):
        """A proof of §5: no commitment is the identity, and the response is canonical."""
        proof = self.bytes(32 * commitments + 32)
        parts = [proof[i : i + 32] for i in range(0, len(proof), 32)]
        demand(IDENTITY_BYTES not in parts[:-1], "Malformed", "a commitment is the identity")
        scalar(parts[-1], "Malformed")
        return proof

    def list_proof(self):
        """A proof of §5.2, whose A is decoded."""
        proof = self.proof(1)
        decode(proof[:32], "Malformed")
        return proof

    def end(self):
        demand(self._at == len(self._content), "Malformed", "bytes are left over")


_answers = {}  # what `speed.once` keeps


def _holds(verify, *arguments):
    try:
        verify(*arguments)
    except Refused:
        return False
    return True


class Ceremony:
    """`keys` is K. After the last message: `public` are the P_o, `shares[i][o]` the Y of trustee i + 1."""

    def __init__(self, setup, attempt, t, n, keys):
        self.t, self.n, self.keys = t, n, keys
        self._transcript = setup.fork("ceremony", 4)
        self._transcript.absorb("attempt", u32(attempt))
        self._transcript.absorb("threshold", u16(t))
        self._transcript.absorb("trustees", u16(n))
        self._transcript.absorb("keys", u32(keys))
        self.context_digest = self._transcript.copy().challenge_bytes("context-digest", 32)
        self._attempt = attempt
        self._contents = [{} for _ in range(ROUNDS)]
        self.round = 0  # in force; ROUNDS once all have confirmed
        self.kappas = {}
        self._ephemerals = set()  # encodings of every C that stands
        self.dealings = {}  # dealer -> (coefficients by key, {recipient: (C, encrypted shares)})
        self.public = self.shares = self.key_digest = self.ceremony_digest = None

    def has_message(self, number, trustee):
        return trustee in self._contents[number]

    def give(self, number, trustee, content):
        """A trustee's message of a round. `Refused` if it may not stand, `Fault` if it is false."""
        demand(self.round < ROUNDS, "Ended")
        demand(number == self.round, "WrongRound")
        demand(1 <= trustee <= self.n, "NoSuchTrustee")
        demand(trustee not in self._contents[number], "SecondMessage")
        judge = (self._share_key, self._commitment, self._dealing, self._complaints, self._confirmation)[number]
        try:
            judge(trustee, content)
        except Refused as refusal:
            raise Fault([(trustee, refusal.name, refusal.details)]) from None
        self._contents[number][trustee] = content
        if len(self._contents[number]) == self.n:
            self.round += 1
            if number == 3:
                self.ceremony_digest = self._digest()

    # --- contexts of proofs (§9.2) ---

    def share_key_context(self, trustee):
        return self._fork("ceremony-share-key", 1, trustee)

    def coefficient_context(self, trustee):
        transcript = self._fork("ceremony-coefficients", 2, trustee)
        transcript.absorb("commitment", self._contents[1][trustee])
        return transcript

    def ephemeral_context(self, dealer, recipient, ephemeral, encrypted):
        transcript = self._fork("ceremony-ephemeral", self.keys + 4, dealer)
        transcript.absorb("recipient", u16(recipient))
        transcript.absorb("kappa", self.kappas[recipient])
        transcript.absorb("C", ephemeral)
        for share in encrypted:
            transcript.absorb("encrypted-share", share)
        return transcript

    def complaint_context(self, complainer, dealer):
        transcript = self._fork("ceremony-complaint", 2, complainer)
        transcript.absorb("dealer", u16(dealer))
        return transcript

    def _fork(self, name, count, trustee):
        transcript = self._transcript.fork(name, count)
        transcript.absorb("trustee", u16(trustee))
        return transcript

    # --- the rounds ---

    def _share_key(self, trustee, content):
        """§9.3."""
        reader = _Reader(content)
        kappa = reader.point()
        proof = reader.proof(1)
        reader.end()
        speed.once(_answers, (self.context_digest, trustee, content), self._share_key_proof, trustee, kappa, proof)
        for other, theirs in self.kappas.items():
            if theirs == kappa:
                raise Refused("RepeatedShareKey", other=other)
        self.kappas[trustee] = kappa

    def _share_key_proof(self, trustee, kappa, proof):
        demand(_holds(sigma.knowledge, self.share_key_context(trustee), G, kappa, proof), "ShareKeyProof")

    def _commitment(self, trustee, content):
        """§9.4: any 32 bytes."""
        reader = _Reader(content)
        reader.bytes(32)
        reader.end()

    def _dealing(self, trustee, content):
        """§9.5."""
        reader = _Reader(content)
        coefficients = [[reader.point() for _ in range(self.t)] for _ in range(self.keys)]
        coefficient_proof = reader.list_proof()
        sent = {}
        for recipient in range(1, self.n + 1):
            if recipient != trustee:
                ephemeral = reader.point()
                encrypted = [reader.scalar() for _ in range(self.keys)]
                sent[recipient] = (ephemeral, encrypted, reader.proof(1))
        reader.end()

        flat = [point for polynomial in coefficients for point in polynomial]
        head = b"plebiscite/v1/ceremony/commitment" + self.context_digest + u16(trustee)
        opening = hashlib.sha256(head + b"".join(map(bytes, flat))).digest()
        demand(opening == self._contents[1][trustee], "OpeningDiffers")
        # the proofs depend on the context, what stands of R0 and R1, and the content
        kappas = tuple((other, bytes(kappa)) for other, kappa in sorted(self.kappas.items()))
        key = (self.context_digest, trustee, kappas, self._contents[1][trustee], content)
        speed.once(_answers, key, self._dealing_proofs, trustee, flat, coefficient_proof, sent)
        seen = self._ephemerals | {bytes(kappa) for kappa in self.kappas.values()}
        for recipient, (ephemeral, _, _) in sent.items():
            if bytes(ephemeral) in seen:
                raise Refused("RepeatedEphemeral", recipient=recipient)
            seen.add(bytes(ephemeral))

        dealings = self.dealings | {
            trustee: (coefficients, {recipient: (c, shares) for recipient, (c, shares, _) in sent.items()})
        }
        if len(dealings) == self.n:
            self._derive_keys(dealings)
        self.dealings = dealings
        self._ephemerals |= {bytes(ephemeral) for ephemeral, _, _ in sent.values()}

    def _dealing_proofs(self, trustee, flat, coefficient_proof, sent):
        context = self.coefficient_context(trustee)
        demand(_holds(sigma.list_knowledge, context, G, flat, coefficient_proof), "CoefficientProof")
        for recipient, (ephemeral, encrypted, proof) in sent.items():
            shares = [number.to_bytes(32, "little") for number in encrypted]
            context = self.ephemeral_context(trustee, recipient, ephemeral, shares)
            if not _holds(sigma.knowledge, context, G, ephemeral, proof):
                raise Refused("EphemeralProof", recipient=recipient)

    def _derive_keys(self, dealings):
        """§9.7; refused as `DegenerateKeys`."""
        public, shares = [], [[] for _ in range(self.n)]
        for key in range(self.keys):
            sums = [total([coefficients[key][m] for coefficients, _ in dealings.values()]) for m in range(self.t)]
            of_trustees = [evaluate(sums, trustee) for trustee in range(1, self.n + 1)]
            if sums[0].is_identity() or sums[0] in public or any(y.is_identity() for y in of_trustees):
                raise Refused("DegenerateKeys", key=key)
            public.append(sums[0])
            for row, y in zip(shares, of_trustees):
                row.append(y)
        self.public, self.shares = public, shares
        self.key_digest = hashlib.sha256(b"plebiscite/v1/key-digest" + self.all_keys()).digest()

    def all_keys(self):
        """All P_o, then all Y by trustee, then by key."""
        points = self.public + [y for row in self.shares for y in row]
        return b"".join(map(bytes, points))

    def _complaints(self, trustee, content):
        """§9.6."""
        reader = _Reader(content)
        count = reader.number(2)
        demand(len(content) == 2 + 130 * count, "Malformed", "another length than count says")
        complaints = []
        last = 0
        for _ in range(count):
            dealer = reader.number(2)
            demand(last < dealer <= self.n and dealer != trustee, "Malformed", "a dealer that may not stand here")
            last = dealer
            complaints.append((dealer, reader.point(), reader.proof(2)))
        faults = [self._adjudicate(trustee, *complaint) for complaint in complaints]
        if faults:
            raise Fault(faults)

    def _adjudicate(self, complainer, dealer, shared, proof):
        coefficients, sent = self.dealings[dealer]
        ephemeral, encrypted = sent[complainer]
        kappa = self.kappas[complainer]
        context = self.complaint_context(complainer, dealer)
        if not _holds(sigma.equal_logarithms, context, G, ephemeral, kappa, shared, proof):
            return complainer, "ComplaintProof", {"dealer": dealer}
        for key, share in enumerate(encrypted):
            pad = share_pad(
                self.context_digest, dealer, complainer, bytes(kappa), bytes(ephemeral), bytes(shared), key
            )
            if (share - pad) * G != evaluate(coefficients[key], complainer):
                return dealer, "WrongShare", {"complainer": complainer, "key": key}
        return complainer, "UnfoundedComplaint", {"dealer": dealer}

    def _confirmation(self, trustee, content):
        """§9.8."""
        reader = _Reader(content)
        for _ in range(self.keys * (self.n + 1)):
            reader.point()
        reader.bytes(32)
        reader.end()
        demand(content == self.all_keys() + self.ceremony_digest, "ConfirmationDiffers")

    def _digest(self):
        """The ceremony digest of §9.8."""
        digest = hashlib.sha256(b"plebiscite/v1/ceremony/digest" + u32(self._attempt))
        for contents in self._contents[:4]:
            for trustee in sorted(contents):
                digest.update(hashlib.sha256(contents[trustee]).digest())
        return digest.digest()


def evaluate(coefficients, at):
    """Σ [at^m] A_m."""
    return combine([(at**m, point) for m, point in enumerate(coefficients)])
