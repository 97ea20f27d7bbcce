//! Credentials: the codes that voters hold, the secrets derived from them, and the roll of public ones (§14).

mod code;
mod crockford;
mod fingerprint;
mod list;
mod replacement;
mod roll;
mod secret;

pub use code::{CODE_SYMBOLS, Code, CodeError, RANDOM_SYMBOLS, Registrar};
pub(crate) use crockford::{grouped, symbols};
pub use fingerprint::{Fingerprint, FingerprintError};
pub use list::{
    LIST_HEADER_BYTES, LIST_ROW_BYTES, ListEntry, ListError, ListReader, ListRow, RegistrarList, RollLimits,
    list_commitment, list_length, make_list,
};
pub use replacement::{
    Replacement, ReplacementError, ReplacementPart, ReplacementReason, ReplacementRequest,
    prove_replacement_part,
};
pub use roll::{Roll, RollError, RollRow, UsedCredentials, combine_parts, roll_leaf, verify_roll_row};
pub use secret::{Credential, CredentialError, CredentialPart};
