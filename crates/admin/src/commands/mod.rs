//! The commands, one a file.

use plebiscite_roles::cli::Stop;
use plebiscite_roles::program::print_line;

pub mod documents;
pub mod draft;
pub mod explain;
pub mod init;
pub mod manifest;
pub mod post;
pub mod proposals;
pub mod propose;
pub mod rehearsal;
pub mod result;
pub mod sign;
pub mod status;
pub mod template;

/// The role's name in vaults.
pub const ROLE: &str = "official";

/// Says so before every act of a rehearsal.
pub fn say_if_test(test: bool) -> Result<(), Stop> {
    if test {
        print_line("TEST: this is a rehearsal; its result binds no one")?;
    }
    Ok(())
}
