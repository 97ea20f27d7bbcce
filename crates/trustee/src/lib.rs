//! A trustee's part in an election: the ceremony round by round, the one seal it confirms, the sums it decrypts (§24.6).
//!
//! The program is a thin shell around these functions, and tests call the same ones. Each takes a [`Standing`] — a
//! record that this trustee's own program has verified whole — and its [`State`], and saves before it publishes:
//! what a start of the program left half done, the next one completes with exactly the stored bytes.

pub mod ceremony;
pub mod confirm;
pub mod decrypt;
pub mod next;
pub mod paper;
pub mod recovery;
pub mod rehearsal;
pub mod shares;
pub mod shown;
pub mod state;
pub mod status;
pub mod successor;
pub mod words;

use ed25519_dalek::SigningKey;
use plebiscite_election::counted::counted;
use plebiscite_election::entry::{ElectionId, Head, MessageKind, Role, Seen, Slot, chunks_of, sign};
use plebiscite_election::record::Record;
use thiserror::Error;

pub use state::State;

/// A record that this trustee's program has verified whole, and the log's size and root there.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'r> {
    /// The record.
    pub record: &'r Record,
    /// Size and root of the verified log.
    pub seen: Seen,
}

/// Who acts: the trustee's number in the manifest and its signing key.
#[derive(Clone, Copy)]
pub struct Identity<'k> {
    /// 1 to `n`.
    pub number: u16,
    /// Its Ed25519 key.
    pub key: &'k SigningKey,
}

impl std::fmt::Debug for Identity<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").field("number", &self.number).finish_non_exhaustive()
    }
}

/// Where the state is kept. Nothing is published before it returned.
pub trait Store {
    /// Makes the state durable.
    ///
    /// # Errors
    /// It is not durable; nothing may then be published.
    fn save(&mut self, state: &State) -> Result<(), Failure>;
}

/// Where entries are sent.
pub trait Publisher {
    /// Sends entries in order. Entries that stand already are passed over.
    ///
    /// # Errors
    /// Some do not stand yet; sending the same again is safe.
    fn publish(&mut self, entries: &[Vec<u8>]) -> Result<(), Failure>;
}

/// What the outside — a disk, a network — reported.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Why a trustee's program does not go on.
#[derive(Debug, Error)]
pub enum Refused {
    /// The record is not of an election whose keys exist, or has no manifest.
    #[error("the record does not hold {what} yet")]
    NotYet {
        /// What is missing.
        what: &'static str,
    },
    /// The election was cancelled.
    #[error("the election is cancelled; nothing is confirmed or decrypted")]
    Cancelled,
    /// Another seal was confirmed before.
    #[error("this trustee has bound itself to the seal {bound}; the seal {found} is refused for ever")]
    OtherSeal {
        /// The digest of the seal that it confirmed.
        bound: String,
        /// The digest that the record holds.
        found: String,
    },
    /// Another successor of the same number was signed before.
    #[error(
        "this trustee has signed another successor number {number}, and signs no second one, also where that one came too late: \
         each could stand in a log of its own, and nothing would say which is the record. If as many trustees as confirm a seal \
         have not signed the other, they can sign this one; otherwise no successor of this number stands in this log any more, \
         and the vote goes on under the key in force: a seal that enough trustees confirm decides against everything else that \
         is signed with that key (specification, §20.4)"
    )]
    OtherSuccessor {
        /// The number.
        number: u32,
    },
    /// The share came from a backup, without the memory of what was confirmed.
    #[error("this share was restored from a backup and never confirms a seal")]
    Restored,
    /// Too few confirmations.
    #[error("the seal has {} of those that count here, and {needed} are needed", counted(*found, "confirmation"))]
    Unconfirmed {
        /// Confirmations that count for this share.
        found: usize,
        /// `c`.
        needed: usize,
    },
    /// A restored share, where there can never be enough others.
    #[error(
        "a restored share decrypts only what {needed} other trustees have confirmed, and there are only {others} others: in this \
         election it decrypts nothing, ever"
    )]
    NoOthers {
        /// Trustees beside this one.
        others: usize,
        /// `c`.
        needed: usize,
    },
    /// No share is kept.
    #[error("this vault holds no share of the election's keys")]
    NoShare,
    /// The record is of a time before what this vault has done.
    #[error("the record stands at ceremony attempt {found}, but this trustee has begun attempt {begun}")]
    EarlierAttempt {
        /// The record's attempt.
        found: u32,
        /// The vault's attempt.
        begun: u32,
    },
    /// The record is of a time before what this vault has done in the same attempt, or of another log.
    #[error(
        "the record stands in an earlier round of ceremony attempt {attempt} than this vault has reached: it is an old \
         copy of the log, or another log"
    )]
    EarlierRound {
        /// The attempt.
        attempt: u32,
    },
    /// A message under this trustee's name that this vault did not make.
    #[error(
        "the record holds a message of this trustee in round {round} that this vault did not make; has the key been copied?"
    )]
    ForeignMessage {
        /// The round.
        round: String,
    },
    /// Another trustee's share.
    #[error("this is the share of trustee {found}, and this is the folder of trustee {own}")]
    OtherTrustee {
        /// Whose share it is.
        found: u16,
        /// Whose folder it is.
        own: u16,
    },
    /// Partial decryptions under this trustee's name that this vault did not make.
    #[error(
        "the record holds partial decryptions of this trustee that this vault did not make; no second ones are made, ever"
    )]
    ForeignDecryption,
    /// There is nothing to decrypt.
    #[error("nothing is to be decrypted: the result follows from the confirmations")]
    NothingToDecrypt,
    /// A share that the protocol destroys is neither copied nor brought back.
    #[error("the shares of this election are to be destroyed by now: none is copied or brought back")]
    Over,
    /// Shares are kept as long as they may be needed.
    #[error(
        "the shares are still needed: they are destroyed after certification, after a cancel without a seal, or at the manifest's time"
    )]
    StillNeeded,
    /// A step of the ceremony.
    #[error(transparent)]
    Step(#[from] plebiscite_crypto::threshold::ceremony::TrusteeError),
    /// Secrets in the vault do not fit.
    #[error(transparent)]
    Secrets(#[from] plebiscite_crypto::threshold::ceremony::VaultError),
    /// The partial decryptions could not be made.
    #[error(transparent)]
    Decryption(#[from] plebiscite_crypto::threshold::decryption::DecryptionError),
    /// The state could not be kept.
    #[error("the state could not be stored, so nothing was published: {0}")]
    Store(Failure),
    /// The entries could not be sent; they are kept and sent again.
    #[error("stored, but not published yet: {0}")]
    Publish(Failure),
}

/// The entries of a chunked message: head signed by the trustee, then its chunks.
fn message(
    election: ElectionId,
    who: Identity<'_>,
    kind: MessageKind,
    attempt: u32,
    content: &[u8],
    seen: Seen,
) -> Vec<Vec<u8>> {
    let slot = Slot { message: kind, attempt, signer: who.number };
    let mut head = Head::of(election, slot, content, seen);
    head.signatures.insert(who.number, sign(Role::Trustee, who.key, &head.unsigned_bytes()));
    std::iter::once(head.encode())
        .chain(chunks_of(slot, content).iter().map(|chunk| chunk.encode()))
        .collect()
}

fn election_of(record: &Record) -> Result<ElectionId, Refused> {
    record.election().ok_or(Refused::NotYet { what: "its manifest" })
}
