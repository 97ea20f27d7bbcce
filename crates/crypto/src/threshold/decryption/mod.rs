//! Threshold decryption: partial decryptions of the permitted sums, their proof, and their combination (§10).
//!
//! `sums` says what may be decrypted, `partial` is one trustee's message, `combine` puts any `t` verified ones
//! together. What comes out is `[z_o]R_g` for each sum, never the decryption key `z_o`.

mod combine;
mod partial;
mod statement;
mod sums;

pub use combine::{CombineError, combine};
pub use partial::{KeyProof, PartialDecryptions, VerifiedPartials};
pub use statement::{DecryptionError, DecryptionStatement};
pub use sums::{PermittedSums, SumsError};

#[cfg(test)]
mod tests;
