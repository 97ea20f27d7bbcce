//! The commands, one a file.

pub mod draft;
pub mod init;
pub mod manifest;
pub mod post;
pub mod propose;
pub mod result;
pub mod sign;
pub mod status;
pub mod template;

/// The role's name in vaults.
pub const ROLE: &str = "official";
