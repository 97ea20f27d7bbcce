//! The commands, one a file.

use std::time::{SystemTime, UNIX_EPOCH};

use plebiscite_election::manifest::time::Time;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::program::print_line;

pub mod documents;
pub mod draft;
pub mod explain;
pub mod init;
pub mod lint;
pub mod manifest;
pub mod new;
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

/// What time it is: for advice about times, and for nothing that is signed.
pub fn now() -> Result<Time, Stop> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Time::from_unix(seconds).map_err(|error| Stop::new(Exit::Bug, error))
}
