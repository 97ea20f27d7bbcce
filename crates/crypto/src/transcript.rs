//! Transcripts: the table of all labels and domains, and how values are absorbed (§4).
//!
//! A transcript is merlin's. `Transcript::new` never stands in this crate: whoever knows the context makes it and a
//! proof only borrows it, so that no proof can forget what it is about.

use curve25519_dalek::Scalar;
use zeroize::Zeroize;

pub use merlin::Transcript;

use crate::group::{Point, PointBytes, encode_point, scalar_from_wide};

/// Labels within transcripts, in the order in which the specification's table gives them (§4.3).
pub mod label {
    /// The label with which every transcript of the project begins.
    pub const PROTOCOL: &[u8] = b"plebiscite/v1";
    /// Name of a fork.
    pub const FORK: &[u8] = b"fork";
    /// How many values follow in a fork before its first challenge.
    pub const COUNT: &[u8] = b"count";

    /// Base *setup*.
    pub const SETUP: &[u8] = b"setup";
    /// Name of the suite.
    pub const SUITE: &[u8] = b"suite";
    /// SHA-256 of the manifest.
    pub const ELECTION_ID: &[u8] = b"election-id";
    /// Domain of the generators.
    pub const GENERATORS: &[u8] = b"generators";
    /// Number of a ceremony or roll attempt.
    pub const ATTEMPT: &[u8] = b"attempt";
    /// Base *election*.
    pub const ELECTION: &[u8] = b"election";
    /// Digest of the election keys.
    pub const KEY_DIGEST: &[u8] = b"key-digest";
    /// Digest of the ceremony.
    pub const CEREMONY_RECORD: &[u8] = b"ceremony-digest";
    /// Root of the roll.
    pub const ROLL_ROOT: &[u8] = b"roll-root";
    /// Base point of the roll.
    pub const ROLL_BASE: &[u8] = b"roll-base";

    /// Fork of a registrar's list.
    pub const REGISTRAR_LIST: &[u8] = b"registrar-list";
    /// Number of a registrar.
    pub const REGISTRAR: &[u8] = b"registrar";
    /// Fork of a replacement's part.
    pub const REPLACEMENT: &[u8] = b"replacement";
    /// Number of a replacement.
    pub const NUMBER: &[u8] = b"number";
    /// Reason of a replacement.
    pub const REASON: &[u8] = b"reason";

    /// Fork of a ballot.
    pub const BALLOT: &[u8] = b"ballot";
    /// Roll index.
    pub const ROLL_INDEX: &[u8] = b"roll-index";
    /// A credential `K`.
    pub const CREDENTIAL: &[u8] = b"K";
    /// A region.
    pub const REGION: &[u8] = b"region";
    /// Position in a chain.
    pub const SEQ: &[u8] = b"seq";
    /// Tracker of the ballot before.
    pub const PREV: &[u8] = b"prev";
    /// Fork of a contest.
    pub const CONTEST: &[u8] = b"contest";
    /// Position of a contest.
    pub const CONTEST_INDEX: &[u8] = b"contest-index";
    /// Fork of a ballot's signature.
    pub const BALLOT_SIGNATURE: &[u8] = b"ballot-signature";

    /// Begin of a proof of knowledge.
    pub const KNOWLEDGE: &[u8] = b"knowledge";
    /// Begin of a proof of knowledge of a list.
    pub const LIST_KNOWLEDGE: &[u8] = b"list-knowledge";
    /// Begin of a signature.
    pub const SIGNATURE: &[u8] = b"signature";
    /// Begin of a proof of equal logarithms.
    pub const DLEQ: &[u8] = b"dleq";
    /// A base point.
    pub const BASE: &[u8] = b"base";
    /// A second base point.
    pub const SECOND_BASE: &[u8] = b"second-base";
    /// A public point.
    pub const PUBLIC: &[u8] = b"X";
    /// A second public point.
    pub const SECOND_PUBLIC: &[u8] = b"Y";
    /// Length of a list.
    pub const LENGTH: &[u8] = b"length";
    /// Digest of a list of points.
    pub const POINTS: &[u8] = b"points";
    /// What is signed.
    pub const MESSAGE: &[u8] = b"message";
    /// A commitment of Schnorr's form.
    pub const COMMITMENT: &[u8] = b"A";
    /// First commitment of a proof of equal logarithms.
    pub const COMMITMENT_U: &[u8] = b"U";
    /// Second one.
    pub const COMMITMENT_V: &[u8] = b"V";
    /// The challenge of all of these.
    pub const CHALLENGE: &[u8] = b"c";

    /// Begin of the ballot's proof.
    pub const LINEAR_BITS: &[u8] = b"linear-bits";
    /// Digest of the linear bit form.
    pub const FORM: &[u8] = b"form";
    /// Number of bits `N`.
    pub const BITS: &[u8] = b"N";
    /// Number of tallied forms `k`.
    pub const TALLIED: &[u8] = b"k";
    /// An election key `P_o`.
    pub const KEY: &[u8] = b"P";
    /// `R`.
    pub const R: &[u8] = b"R";
    /// `E_o`.
    pub const E: &[u8] = b"E";
    /// `B`.
    pub const B: &[u8] = b"B";
    /// `A`.
    pub const A: &[u8] = b"A";
    /// First challenge.
    pub const Y: &[u8] = b"y";
    /// `T1`.
    pub const T1: &[u8] = b"T1";
    /// `T0`.
    pub const T0: &[u8] = b"T0";
    /// `A_R`.
    pub const A_R: &[u8] = b"A_R";
    /// `A_E`.
    pub const A_E: &[u8] = b"A_E";
    /// Second challenge.
    pub const X: &[u8] = b"x";

    /// A trustee's number.
    pub const TRUSTEE: &[u8] = b"trustee";
    /// Fork of a ceremony.
    pub const CEREMONY: &[u8] = b"ceremony";
    /// Its attempt.
    pub const CEREMONY_ATTEMPT: &[u8] = b"attempt";
    /// `t`.
    pub const CEREMONY_THRESHOLD: &[u8] = b"threshold";
    /// `n`.
    pub const CEREMONY_TRUSTEES: &[u8] = b"trustees";
    /// `K`.
    pub const CEREMONY_KEYS: &[u8] = b"keys";
    /// 32 bytes that stand for the ceremony's context.
    pub const CEREMONY_DIGEST: &[u8] = b"context-digest";
    /// Fork of R0's proof.
    pub const CEREMONY_SHARE_KEY: &[u8] = b"ceremony-share-key";
    /// Fork of R2's proof of all coefficients.
    pub const CEREMONY_COEFFICIENTS: &[u8] = b"ceremony-coefficients";
    /// R1's hash.
    pub const CEREMONY_COMMITMENT: &[u8] = b"commitment";
    /// Fork of R2's proof of an ephemeral.
    pub const CEREMONY_EPHEMERAL: &[u8] = b"ceremony-ephemeral";
    /// `C`.
    pub const CEREMONY_EPHEMERAL_POINT: &[u8] = b"C";
    /// One encrypted share.
    pub const CEREMONY_ENCRYPTED_SHARE: &[u8] = b"encrypted-share";
    /// A recipient's number.
    pub const CEREMONY_RECIPIENT: &[u8] = b"recipient";
    /// A recipient's `κ`.
    pub const CEREMONY_RECIPIENT_KEY: &[u8] = b"kappa";
    /// Fork of R3's proof.
    pub const CEREMONY_COMPLAINT: &[u8] = b"ceremony-complaint";
    /// A dealer's number.
    pub const CEREMONY_DEALER: &[u8] = b"dealer";
    /// Fork from which `ζ` is drawn.
    pub const CEREMONY_SHARE_KEY_SECRET: &[u8] = b"ceremony-share-key-secret";
    /// Fork from which coefficients are drawn.
    pub const CEREMONY_COEFFICIENT_SECRET: &[u8] = b"ceremony-coefficient-secret";
    /// Which of them.
    pub const CEREMONY_COEFFICIENT_POSITION: &[u8] = b"position";
    /// Fork from which an ephemeral is drawn.
    pub const CEREMONY_EPHEMERAL_SECRET: &[u8] = b"ceremony-ephemeral-secret";

    /// Fork of a trustee's decryption.
    pub const DECRYPTION: &[u8] = b"decryption";
    /// Digest of the seal.
    pub const DECRYPTION_SEAL: &[u8] = b"seal";
    /// Number of cells.
    pub const DECRYPTION_CELLS: &[u8] = b"cells";
    /// Number of contests.
    pub const DECRYPTION_CONTESTS: &[u8] = b"contests";
    /// Number of keys of a contest.
    pub const DECRYPTION_CONTEST_KEYS: &[u8] = b"contest-keys";
    /// `Y_{j,o}`.
    pub const DECRYPTION_VERIFICATION_KEY: &[u8] = b"Y";
    /// `R` of a sum.
    pub const DECRYPTION_SUM: &[u8] = b"R";
    /// `D`.
    pub const DECRYPTION_FACTOR: &[u8] = b"D";
    /// `ε`.
    pub const DECRYPTION_WEIGHT: &[u8] = b"epsilon";
    /// `U_o`.
    pub const DECRYPTION_U: &[u8] = b"U";
    /// `V_o`.
    pub const DECRYPTION_V: &[u8] = b"V";
    /// `e`.
    pub const DECRYPTION_CHALLENGE: &[u8] = b"e";
    /// Which key a nonce is for.
    pub const DECRYPTION_NONCE_KEY: &[u8] = b"nonce-key";

    /// A secret that a nonce is hedged with.
    pub const SECRET: &[u8] = b"secret";
    /// Fresh bytes that a nonce is hedged with.
    pub const FRESH: &[u8] = b"fresh";
    /// A nonce.
    pub const NONCE: &[u8] = b"nonce";
}

/// Domains of hashes outside transcripts (§4.4). None is a prefix of another.
pub mod domain {
    /// Name of the suite and version.
    pub const SUITE: &[u8] = b"ristretto255-merlin-sha2";
    /// Generators.
    pub const GENERATORS: &[u8] = b"plebiscite/v1/generators";
    /// Digest of a linear bit form.
    pub const FORM: &[u8] = b"plebiscite/v1/linear-bit-form";
    /// Seed of a batch's weights.
    pub const BATCH: &[u8] = b"plebiscite/v1/batch/seed";
    /// Fresh bytes of half a batch.
    pub const BATCH_HALF: &[u8] = b"plebiscite/v1/batch/half";
    /// Weights from the seed of a batch.
    pub const BATCH_WEIGHTS: &[u8] = b"plebiscite/v1/batch/weights";
    /// R1's hash.
    pub const CEREMONY_COMMITMENT: &[u8] = b"plebiscite/v1/ceremony/commitment";
    /// Pad of an encrypted share.
    pub const CEREMONY_SHARE_PAD: &[u8] = b"plebiscite/v1/ceremony/share-pad";
    /// Digest of a ceremony.
    pub const CEREMONY_DIGEST: &[u8] = b"plebiscite/v1/ceremony/digest";
    /// Digest of the election keys.
    pub const KEY_DIGEST: &[u8] = b"plebiscite/v1/key-digest";
    /// Check symbols of a code.
    pub const CODE_CHECK: &[u8] = b"plebiscite/v1/code-check";
    /// Secret of a code.
    pub const CODE_SECRET: &[u8] = b"plebiscite/v1/code-secret";
    /// Commitment to a list.
    pub const LIST_COMMITMENT: &[u8] = b"plebiscite/v1/list-commitment";
    /// Digest of the election's base.
    pub const ELECTION_BASE: &[u8] = b"plebiscite/v1/election-base";
    /// Digest of a ballot's context.
    pub const BALLOT_CONTEXT: &[u8] = b"plebiscite/v1/ballot-context";
}

/// How values are absorbed and challenges drawn.
pub trait TranscriptExt {
    /// A copy that goes its own way: it absorbs the fork's name and how many values follow before its first challenge.
    #[must_use]
    fn fork(&self, label: &'static [u8], count: u32) -> Transcript;
    /// Absorbs a point's canonical encoding.
    fn append_point(&mut self, label: &'static [u8], point: &Point);
    /// Absorbs a point as it stands on the wire.
    fn append_bytes(&mut self, label: &'static [u8], point: &PointBytes);
    /// Absorbs a scalar, 32 bytes little-endian.
    fn append_scalar(&mut self, label: &'static [u8], scalar: &Scalar);
    /// Absorbs one byte.
    fn append_u8(&mut self, label: &'static [u8], number: u8);
    /// Absorbs two bytes, big-endian.
    fn append_u16(&mut self, label: &'static [u8], number: u16);
    /// Absorbs four bytes, big-endian.
    fn append_u32(&mut self, label: &'static [u8], number: u32);
    /// Absorbs a digest.
    fn append_digest(&mut self, label: &'static [u8], digest: &[u8; 32]);
    /// Draws a scalar from 64 bytes.
    fn challenge_scalar(&mut self, label: &'static [u8]) -> Scalar;
}

impl TranscriptExt for Transcript {
    fn fork(&self, label: &'static [u8], count: u32) -> Transcript {
        let mut fork = self.clone();
        fork.append_message(label::FORK, label);
        fork.append_u32(label::COUNT, count);
        fork
    }

    fn append_point(&mut self, label: &'static [u8], point: &Point) {
        self.append_bytes(label, &encode_point(point));
    }

    fn append_bytes(&mut self, label: &'static [u8], point: &PointBytes) {
        self.append_message(label, &point.0);
    }

    fn append_scalar(&mut self, label: &'static [u8], scalar: &Scalar) {
        self.append_message(label, scalar.as_bytes());
    }

    fn append_u8(&mut self, label: &'static [u8], number: u8) {
        self.append_message(label, &[number]);
    }

    fn append_u16(&mut self, label: &'static [u8], number: u16) {
        self.append_message(label, &number.to_be_bytes());
    }

    fn append_u32(&mut self, label: &'static [u8], number: u32) {
        self.append_message(label, &number.to_be_bytes());
    }

    fn append_digest(&mut self, label: &'static [u8], digest: &[u8; 32]) {
        self.append_message(label, digest);
    }

    fn challenge_scalar(&mut self, label: &'static [u8]) -> Scalar {
        let mut wide = [0; 64];
        self.challenge_bytes(label, &mut wide);
        let scalar = scalar_from_wide(&wide);
        wide.zeroize();
        scalar
    }
}

/// A nonce hedged three ways: from all that is public so far, from the secrets, and from fresh bytes. With a stuck
/// generator it still differs from statement to statement; with a known secret it still is unknown.
#[must_use]
pub fn hedged_nonce(transcript: &Transcript, secrets: &[&Scalar], fresh: &[u8; 32]) -> Scalar {
    let mut own = transcript.clone();
    for secret in secrets {
        own.append_scalar(label::SECRET, secret);
    }
    own.append_digest(label::FRESH, fresh);
    own.challenge_scalar(label::NONCE)
}

#[cfg(test)]
mod tests;
