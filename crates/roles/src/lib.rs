//! What every role's program shares: vaults, kept checkpoints, exit codes, fetching and submitting (§24).

pub mod called;
pub mod carried;
pub mod cli;
pub mod collected;
pub mod entries;
pub mod files;
pub mod kept;
pub mod keys;
pub mod manual;
pub mod modes;
pub mod program;
pub mod progress;
pub mod record;
pub mod remote;
pub mod signing;
pub mod vault;

pub use plebiscite_election::proposal;
