//! The trustees' ceremony: commit-first Pedersen key generation, `t` of `n`, all keys at once (§9).
//!
//! A file a round, each statement → message → make → verify:
//!
//! | round | message | file |
//! |---|---|---|
//! | R0 | [`ShareKey`]: the key that shares are encrypted to | `share_key` |
//! | R1 | [`Commitment`]: the hash of all coefficient commitments | `commitment` |
//! | R2 | [`Dealing`]: those commitments, and an encrypted share for everyone else | `dealing` |
//! | R3 | [`Complaints`]: each reveals one Diffie–Hellman point, and anyone adjudicates it | `complaint` |
//! | R4 | [`KeyConfirmation`]: the keys that everyone derives alike | `confirmation` |
//!
//! [`CeremonyRecord`] judges messages in the order of the log and names who lied; the trustee's own stages
//! ([`ShareKeySent`] → [`CommitmentSent`] → [`DealingSent`] → [`ComplaintsSent`] → [`Share`]) read it.

mod commitment;
mod complaint;
mod confirmation;
mod context;
mod dealing;
mod fault;
mod keys;
mod record;
mod share;
mod share_key;
mod shares;
mod trustee;
mod vault;

pub use commitment::Commitment;
pub use complaint::{Complaint, Complaints};
pub use confirmation::KeyConfirmation;
pub use context::{CeremonyContext, Round};
pub use dealing::{Dealing, EncryptedShares};
pub use fault::{CeremonyError, Fault, FaultKind};
pub use keys::{DegenerateKeys, ElectionKeys};
pub use record::CeremonyRecord;
pub use share::Share;
pub use share_key::ShareKey;
pub use trustee::{CommitmentSent, ComplaintsSent, DealingSent, ShareKeySent, TrusteeError};
pub use vault::VaultError;

#[cfg(test)]
pub(crate) mod tests;
