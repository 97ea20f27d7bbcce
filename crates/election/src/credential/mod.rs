//! Credentials: the codes that voters hold, the secrets derived from them, and the roll of public ones (§14).

mod code;
pub mod crockford;
mod fingerprint;
mod list;
mod list_reader;
mod replacement;
mod roll;
mod secret;

pub use code::{CODE_SYMBOLS, Code, CodeError, RANDOM_SYMBOLS, Registrar};
pub(crate) use crockford::{grouped, normalise, symbols};
pub use fingerprint::{Fingerprint, FingerprintError};
pub use list::{
    LIST_HEADER_BYTES, LIST_ROW_BYTES, ListEntry, ListError, ListFault, ListRow, RegistrarList, RollLimits,
    list_commitment, list_length, make_list,
};
pub use list_reader::ListReader;
pub use replacement::{
    Replacement, ReplacementError, ReplacementPart, ReplacementReason, ReplacementRequest,
    prove_replacement_part,
};
pub use roll::{Roll, RollError, RollRow, UsedCredentials, combine_parts, roll_leaf, verify_roll_row};
pub use secret::{Credential, CredentialError, CredentialPart};

#[cfg(test)]
mod tests;
