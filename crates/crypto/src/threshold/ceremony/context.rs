//! What every message of one attempt is bound to: the setup transcript, the sizes, the attempt's number (§9.2).

use crate::threshold::CeremonyParams;
use crate::transcript::{Transcript, TranscriptExt, label};

/// The five rounds, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Round {
    /// Keys that shares are encrypted to.
    R0,
    /// Hashes of the coefficient commitments.
    R1,
    /// Coefficient commitments and encrypted shares.
    R2,
    /// Complaints.
    R3,
    /// Confirmation of keys and ceremony.
    R4,
}

impl Round {
    /// 0 to 4.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The round of this number.
    pub fn from_number(number: u8) -> Option<Self> {
        [Self::R0, Self::R1, Self::R2, Self::R3, Self::R4].get(usize::from(number)).copied()
    }

    /// The round after this one.
    pub fn next(self) -> Option<Self> {
        Self::from_number(self.number() + 1)
    }
}

impl std::fmt::Display for Round {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "R{}", self.number())
    }
}

/// One attempt of one election's ceremony. Every proof of it is made on a fork of this transcript.
#[derive(Clone)]
pub struct CeremonyContext {
    transcript: Transcript,
    params: CeremonyParams,
    attempt: u32,
    digest: [u8; 32],
}

impl std::fmt::Debug for CeremonyContext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CeremonyContext")
            .field("params", &self.params)
            .field("attempt", &self.attempt)
            .field("digest", &self.digest)
            .finish_non_exhaustive()
    }
}

impl CeremonyContext {
    /// `setup` is the election's setup transcript; it is not changed.
    pub fn new(setup: &Transcript, params: CeremonyParams, attempt: u32) -> Self {
        let mut transcript = setup.fork(label::CEREMONY, 4);
        transcript.append_u32(label::CEREMONY_ATTEMPT, attempt);
        transcript.append_u16(label::CEREMONY_THRESHOLD, params.threshold());
        transcript.append_u16(label::CEREMONY_TRUSTEES, params.trustees());
        transcript.append_u32(label::CEREMONY_KEYS, params.keys());
        let mut digest = [0; 32];
        transcript.clone().challenge_bytes(label::CEREMONY_DIGEST, &mut digest);
        Self { transcript, params, attempt, digest }
    }

    /// `t`, `n`, `K`.
    pub fn params(&self) -> &CeremonyParams {
        &self.params
    }

    /// The number of this attempt.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// 32 bytes that stand for election, sizes and attempt wherever a hash, not a transcript, is bound to them.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// A transcript that begins with a label and the count of what its statement absorbs.
    pub(super) fn fork(&self, label: &'static [u8], count: u32) -> Transcript {
        self.transcript.fork(label, count)
    }

    /// A fork for what one trustee makes: it begins with that trustee's index.
    pub(super) fn fork_for(&self, label: &'static [u8], count: u32, sender: u16) -> Transcript {
        let mut fork = self.fork(label, count);
        fork.append_u16(label::TRUSTEE, sender);
        fork
    }
}
