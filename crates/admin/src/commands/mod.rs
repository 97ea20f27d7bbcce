//! The commands, one a file.

use std::fmt::Display;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use plebiscite_admin::lint::{first_of, lint};
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

/// Says of a file that is no manifest what is wrong first, with the line that lint names too, and where all of it is listed.
pub fn refused(path: &Path, bytes: &[u8], error: &dyn Display) -> Stop {
    let said = now().ok().and_then(|now| first_of(&lint(bytes, now), &path.to_string_lossy()));
    Stop::new(Exit::CheckFailed, said.unwrap_or_else(|| error.to_string()))
}

/// What time it is: for advice about times, and for nothing that is signed.
pub fn now() -> Result<Time, Stop> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Time::from_unix(seconds).map_err(|error| Stop::new(Exit::Bug, error))
}
