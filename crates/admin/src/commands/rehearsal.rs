//! `rehearsal`: the same election as a TEST, which has another id.

use std::path::PathBuf;

use plebiscite_admin::draft::{DraftError, rehearsal};
use plebiscite_election::manifest::Manifest;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files;
use plebiscite_roles::program::print_line;
use plebiscite_roles::signing::word;

#[derive(clap::Args)]
pub struct Arguments {
    /// The description or manifest of the election that is rehearsed.
    description: PathBuf,
    /// The TEST manifest; it must not be there yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let bytes = files::read(&arguments.description, Manifest::MAX_LEN as u64)?;
    let manifest = rehearsal(&bytes).map_err(|error| match error {
        DraftError::TestAlready => Stop::new(Exit::CheckFailed, error),
        error => super::refused(&arguments.description, &bytes, &error),
    })?;
    super::draft::write(&arguments.out, &manifest)?;
    print_line(
        "this is a TEST: its result binds no one; hold it with every party, to the certified result, before the other is signed",
    )?;
    print_line(&format!(
        "next: plebiscite-admin manifest {} --propose test.act",
        word(&arguments.out.to_string_lossy())
    ))
}
