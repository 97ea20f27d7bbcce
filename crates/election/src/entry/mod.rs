//! Entries: what may stand in the log, each with one fixed layout (§19, §20).
//!
//! The first byte names the kind. [`Entry::decode`] accepts exactly what [`Entry::encode`] writes. Ballots are
//! kept as bytes here: their layout depends on the manifest's contests, and `ballot` decodes them.

mod act;
mod body;
mod chunked;
mod signature;
mod single;

pub use act::{Act, Body, Seen};
pub use body::{
    AttemptBegins, AttemptEnded, Cancel, Certification, Extension, OfficialClose, OfficialStatement, Open,
    REASON_LIMIT, RollAttemptEnded, RollSeal, STATEMENT_LIMIT, Seal, StatementKind, Succeeded, Successor,
};
pub use chunked::{CHUNK_LENGTH, Chunk, Head, MessageKind, Slot, chunks_of};
pub use signature::{NumberedSignature, Role, SignatureError, Signatures, sign, signed_bytes};
pub use single::{ResultEntry, RollCommitment, ScheduledClose, SealConfirmation};

pub use crate::credential::Replacement;
pub use crate::manifest::ElectionId;

use crate::encoding::{EncodingError, Reader};

/// Longest entry, by the bundle's two-byte length (§11).
pub const ENTRY_LIMIT: usize = 65_535;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $byte:literal, $text:literal;)*) => {
        /// The closed list of kinds; an entry's first byte.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            /// Every kind, in the order of the specification's table.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The first byte of an entry of this kind.
            #[must_use]
            pub const fn byte(self) -> u8 { match self { $(Self::$name => $byte,)* } }

            /// The kind that a first byte names, if any.
            #[must_use]
            pub const fn from_byte(byte: u8) -> Option<Self> { match byte { $($byte => Some(Self::$name),)* _ => None } }

            /// Its name in reports and in the specification.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Self::$name => $text,)* } }
        }
    };
}

kinds! {
    /// The signed head of a chunked message.
    Head = 0x01, "head";
    /// One chunk of it.
    Chunk = 0x02, "chunk";
    /// A ceremony attempt ends because a message is missing.
    AttemptEnded = 0x10, "attempt-ended";
    /// The next ceremony attempt begins.
    AttemptBegins = 0x11, "attempt-begins";
    /// A registrar commits to its list.
    RollCommitment = 0x20, "roll-commitment";
    /// A roll attempt ends.
    RollAttemptEnded = 0x21, "roll-attempt-ended";
    /// The roll is fixed.
    RollSeal = 0x22, "roll-seal";
    /// Voting begins.
    Open = 0x30, "open";
    /// A vote.
    Ballot = 0x31, "ballot";
    /// A lost letter is replaced.
    Replacement = 0x32, "replacement";
    /// The closing time moves.
    Extension = 0x33, "extension";
    /// Voting ends at its scheduled time.
    ScheduledClose = 0x34, "scheduled-close";
    /// Voting ends by the officials' decision.
    OfficialClose = 0x35, "official-close";
    /// The election ends without a result.
    Cancel = 0x36, "cancel";
    /// What is counted is fixed.
    Seal = 0x40, "seal";
    /// A trustee confirms the seal.
    SealConfirmation = 0x41, "seal-confirmation";
    /// Counts and verdict.
    Result = 0x42, "result";
    /// The officials certify the result.
    Certification = 0x43, "certification";
    /// A key is succeeded by another.
    Successor = 0x50, "successor";
    /// The officials state something.
    OfficialStatement = 0x51, "official-statement";
}

/// One entry, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is documented at its kind and at its body")]
pub enum Entry {
    Head(Head),
    Chunk(Chunk),
    AttemptEnded(Act<AttemptEnded>),
    AttemptBegins(Act<AttemptBegins>),
    RollCommitment(RollCommitment),
    RollAttemptEnded(Act<RollAttemptEnded>),
    RollSeal(Act<RollSeal>),
    Open(Act<Open>),
    /// The whole entry's bytes after the first: body and signature.
    Ballot(Vec<u8>),
    Replacement(Act<Replacement>),
    Extension(Act<Extension>),
    ScheduledClose(ScheduledClose),
    OfficialClose(Act<OfficialClose>),
    Cancel(Act<Cancel>),
    Seal(Act<Seal>),
    SealConfirmation(SealConfirmation),
    Result(ResultEntry),
    Certification(Act<Certification>),
    Successor(Act<Successor>),
    OfficialStatement(Act<OfficialStatement>),
}

impl Entry {
    /// Decodes an entry of at most [`ENTRY_LIMIT`] bytes.
    ///
    /// # Errors
    /// [`EncodingError`]; nothing that encode would not write is accepted.
    pub fn decode(bytes: &[u8]) -> Result<Self, EncodingError> {
        if bytes.len() > ENTRY_LIMIT {
            return Err(EncodingError::Range { field: "length of the entry" });
        }
        let mut reader = Reader::new(bytes);
        let kind = Kind::from_byte(reader.u8("kind")?).ok_or(EncodingError::Range { field: "kind" })?;
        let r = &mut reader;
        let entry = match kind {
            Kind::Head => Self::Head(Head::read(r)?),
            Kind::Chunk => Self::Chunk(Chunk::read(r)?),
            Kind::AttemptEnded => Self::AttemptEnded(Act::read(r)?),
            Kind::AttemptBegins => Self::AttemptBegins(Act::read(r)?),
            Kind::RollCommitment => Self::RollCommitment(RollCommitment::read(r)?),
            Kind::RollAttemptEnded => Self::RollAttemptEnded(Act::read(r)?),
            Kind::RollSeal => Self::RollSeal(Act::read(r)?),
            Kind::Open => Self::Open(Act::read(r)?),
            Kind::Ballot => Self::Ballot(r.bytes(r.rest().len(), "ballot")?.to_vec()),
            Kind::Replacement => Self::Replacement(Act::read(r)?),
            Kind::Extension => Self::Extension(Act::read(r)?),
            Kind::ScheduledClose => Self::ScheduledClose(ScheduledClose::read(r)?),
            Kind::OfficialClose => Self::OfficialClose(Act::read(r)?),
            Kind::Cancel => Self::Cancel(Act::read(r)?),
            Kind::Seal => Self::Seal(Act::read(r)?),
            Kind::SealConfirmation => Self::SealConfirmation(SealConfirmation::read(r)?),
            Kind::Result => Self::Result(ResultEntry::read(r)?),
            Kind::Certification => Self::Certification(Act::read(r)?),
            Kind::Successor => Self::Successor(Act::read(r)?),
            Kind::OfficialStatement => Self::OfficialStatement(Act::read(r)?),
        };
        reader.finish()?;
        Ok(entry)
    }

    /// The entry's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Head(entry) => entry.encode(),
            Self::Chunk(entry) => entry.encode(),
            Self::AttemptEnded(entry) => entry.encode(),
            Self::AttemptBegins(entry) => entry.encode(),
            Self::RollCommitment(entry) => entry.encode(),
            Self::RollAttemptEnded(entry) => entry.encode(),
            Self::RollSeal(entry) => entry.encode(),
            Self::Open(entry) => entry.encode(),
            Self::Ballot(bytes) => [&[Kind::Ballot.byte()], bytes.as_slice()].concat(),
            Self::Replacement(entry) => entry.encode(),
            Self::Extension(entry) => entry.encode(),
            Self::ScheduledClose(entry) => entry.encode(),
            Self::OfficialClose(entry) => entry.encode(),
            Self::Cancel(entry) => entry.encode(),
            Self::Seal(entry) => entry.encode(),
            Self::SealConfirmation(entry) => entry.encode(),
            Self::Result(entry) => entry.encode(),
            Self::Certification(entry) => entry.encode(),
            Self::Successor(entry) => entry.encode(),
            Self::OfficialStatement(entry) => entry.encode(),
        }
    }

    /// The entry's kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Head(_) => Kind::Head,
            Self::Chunk(_) => Kind::Chunk,
            Self::AttemptEnded(_) => Kind::AttemptEnded,
            Self::AttemptBegins(_) => Kind::AttemptBegins,
            Self::RollCommitment(_) => Kind::RollCommitment,
            Self::RollAttemptEnded(_) => Kind::RollAttemptEnded,
            Self::RollSeal(_) => Kind::RollSeal,
            Self::Open(_) => Kind::Open,
            Self::Ballot(_) => Kind::Ballot,
            Self::Replacement(_) => Kind::Replacement,
            Self::Extension(_) => Kind::Extension,
            Self::ScheduledClose(_) => Kind::ScheduledClose,
            Self::OfficialClose(_) => Kind::OfficialClose,
            Self::Cancel(_) => Kind::Cancel,
            Self::Seal(_) => Kind::Seal,
            Self::SealConfirmation(_) => Kind::SealConfirmation,
            Self::Result(_) => Kind::Result,
            Self::Certification(_) => Kind::Certification,
            Self::Successor(_) => Kind::Successor,
            Self::OfficialStatement(_) => Kind::OfficialStatement,
        }
    }
}
