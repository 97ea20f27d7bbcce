//! The poll that the benches of ballots share: yes, no, blank, one contest, every ballot signed.
//!
//! Numbers are made from counters, so that each run measures the same work. Transcripts hold what a real ballot's do.

use std::sync::atomic::{AtomicU64, Ordering};

use merlin::Transcript;
use plebiscite_crypto::batch::{
    BallotStatement, SharedContest, SignatureStatement, verify_batch, verify_single,
};
use plebiscite_crypto::group::{
    Generators, Point, PointBytes, RISTRETTO_BASEPOINT_POINT, Scalar, encode_point, scalar_from_wide,
};
use plebiscite_crypto::proof::knowledge::{self, KnowledgeProof};
use plebiscite_crypto::proof::linear_bits::{
    BodyNonces, EncryptedContest, LinearForm, Row, encrypt_and_prove, verify,
};
use plebiscite_crypto::transcript::{TranscriptExt, label};
use sha2::{Digest, Sha512};

/// The three choices.
pub const CHOICES: [(&str, [u8; 3]); 3] = [("yes", [1, 0, 0]), ("no", [0, 1, 0]), ("blank", [0, 0, 1])];

/// A question with its keys.
pub struct Poll {
    form: LinearForm,
    keys: Vec<Point>,
    generators: Generators,
    base: Transcript,
}

/// An encrypted, signed ballot.
pub struct Ballot {
    index: u32,
    public: PointBytes,
    message: [u8; 32],
    contest: EncryptedContest,
    signature: KnowledgeProof,
}

fn scalar(what: &str, index: u64) -> Scalar {
    let wide = Sha512::new().chain_update(what).chain_update(index.to_be_bytes()).finalize();
    scalar_from_wide(&wide.into())
}

/// Scalars that no other ballot has: the same hashing that a ballot's seed costs.
fn nonces(form: &LinearForm) -> BodyNonces {
    static BALLOTS: AtomicU64 = AtomicU64::new(0);
    let ballot = BALLOTS.fetch_add(1, Ordering::Relaxed);
    BodyNonces {
        rho: scalar("rho", ballot),
        r_b: scalar("r_b", ballot),
        r_a: scalar("r_a", ballot),
        a: (0..form.free()).map(|i| scalar(&format!("a{i}"), ballot)).collect(),
        tau1: scalar("tau1", ballot),
        tau0: scalar("tau0", ballot),
        w: scalar("w", ballot),
    }
}

impl Poll {
    /// Yes, no, blank, of which yes and no are counted.
    #[allow(dead_code, reason = "not every bench asks yes or no")]
    pub fn new() -> Self {
        let row = Row { terms: vec![(0, 1), (1, 1), (2, 1)], value: 1, pivot: 0 };
        Self::of(LinearForm::new(3, vec![row], vec![vec![(0, 1)], vec![(1, 1)]]).expect("one of three"))
    }

    /// Any form.
    pub fn of(form: LinearForm) -> Self {
        let keys = (0..).take(form.tallied()).map(|o| Point::mul_base(&scalar("key", o))).collect();
        Self { generators: Generators::new(form.bits()), form, keys, base: Transcript::new(b"bench") }
    }

    fn transcript(&self, index: u32) -> Transcript {
        let mut t = self.base.fork(label::BALLOT, 2);
        t.append_u32(label::ROLL_INDEX, index);
        t.append_digest(label::PREV, &[0; 32]);
        t
    }

    fn contest(&self, index: u32) -> Transcript {
        let mut t = self.transcript(index).fork(label::CONTEST, 1);
        t.append_u32(label::CONTEST_INDEX, 0);
        t
    }

    fn signature(&self, index: u32) -> Transcript {
        self.transcript(index).fork(label::BALLOT_SIGNATURE, 1)
    }

    /// Encrypts and proves one contest.
    pub fn encrypt(&self, index: u32, bits: &[u8]) -> EncryptedContest {
        let t = &mut self.contest(index);
        encrypt_and_prove(t, &self.generators, &self.form, &self.keys, bits, nonces(&self.form))
            .expect("a legal choice")
    }

    /// Signs an encrypted contest.
    pub fn cast(&self, index: u32, contest: EncryptedContest) -> Ballot {
        let (secret, base) = (scalar("x", index.into()), RISTRETTO_BASEPOINT_POINT);
        let public = Point::mul_base(&secret);
        let mut message = [0; 32];
        let digest = Sha512::digest(contest.encode());
        message.iter_mut().zip(digest).for_each(|(place, byte)| *place = byte);
        let t = &mut self.signature(index);
        let signature = knowledge::sign(t, &base, &secret, &public, &message, &[7; 32]);
        Ballot { index, public: encode_point(&public), message, contest, signature }
    }

    /// That many ballots, choices in turn.
    #[allow(dead_code, reason = "not every bench verifies batches")]
    pub fn ballots(&self, count: u32) -> Vec<Ballot> {
        let ballot =
            |(index, (_, bits)): (u32, &(&str, [u8; 3]))| self.cast(index, self.encrypt(index, bits));
        (0..count).zip(CHOICES.iter().cycle()).map(ballot).collect()
    }

    fn statement<'a>(&self, ballot: &'a Ballot) -> BallotStatement<'a> {
        BallotStatement {
            contests: vec![(self.contest(ballot.index), &ballot.contest)],
            signature: SignatureStatement {
                transcript: self.signature(ballot.index),
                public: ballot.public,
                message: ballot.message,
                proof: &ballot.signature,
            },
        }
    }

    fn shared(&self) -> [SharedContest<'_>; 1] {
        [SharedContest { form: &self.form, keys: &self.keys }]
    }

    /// The contest's proof by itself, without the signature.
    #[allow(dead_code, reason = "for the comparison with peers, which sign nothing")]
    pub fn verify_contest(&self, ballot: &Ballot) {
        let t = &mut self.contest(ballot.index);
        verify(t, &self.generators, &self.form, &self.keys, &ballot.contest).expect("an honest contest");
    }

    /// One ballot, equation by equation.
    #[allow(dead_code, reason = "not every bench verifies")]
    pub fn verify_single(&self, ballot: &Ballot) {
        verify_single(&self.generators, &self.shared(), &self.statement(ballot)).expect("an honest ballot");
    }

    /// All ballots at once.
    #[allow(dead_code, reason = "not every bench verifies batches")]
    pub fn verify_batch(&self, ballots: &[Ballot]) {
        let statements: Vec<_> = ballots.iter().map(|ballot| self.statement(ballot)).collect();
        verify_batch(&self.generators, &self.shared(), &statements, &[9; 32]).expect("honest ballots");
    }
}
