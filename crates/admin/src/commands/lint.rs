//! `lint`: every fault of a description at once, with how to fix it, and advice apart.

use std::path::PathBuf;

use plebiscite_admin::lint::lint;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files;
use plebiscite_roles::program::print_line;
use plebiscite_verifier::printable::Printable;

#[derive(clap::Args)]
pub struct Arguments {
    /// The description or manifest.
    description: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// Longest file that is looked at: a manifest that is too long is named so by its own rule.
const LIMIT: u64 = 16 * 1024 * 1024;

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let bytes = files::read(&arguments.description, LIMIT)?;
    let found = lint(&bytes, super::now()?);
    if arguments.json {
        print_line(&serde_json::to_string(&found).map_err(|error| Stop::new(Exit::Bug, error))?)?;
    } else {
        for line in found.lines() {
            print_line(&Printable(&line).to_string())?;
        }
    }
    Ok(if found.faults.is_empty() { Exit::Pass } else { Exit::CheckFailed })
}
