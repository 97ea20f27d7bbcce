//! What every role's program shares: vaults, kept checkpoints, exit codes, fetching and submitting (§24).
//!
//! Without the feature `program` only the server's API is left, which does no I/O of its own and builds for wasm32.

#[cfg(feature = "program")]
pub mod cli;
#[cfg(feature = "program")]
pub mod files;
#[cfg(feature = "program")]
pub mod kept;
#[cfg(feature = "program")]
pub mod keys;
#[cfg(feature = "program")]
pub mod program;
#[cfg(feature = "program")]
pub mod proposal;
#[cfg(feature = "program")]
pub mod record;
pub mod remote;
#[cfg(feature = "program")]
pub mod vault;
