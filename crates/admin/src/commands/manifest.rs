//! `manifest`: the proposal to hold the election of a manifest.

use std::path::PathBuf;

use plebiscite_election::manifest::Manifest;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files;
use plebiscite_roles::program::{print_line, write_new_proposal};
use plebiscite_roles::proposal::Proposal;

#[derive(clap::Args)]
pub struct Arguments {
    /// The manifest.
    manifest: PathBuf,
    /// Where to write the proposal.
    #[arg(long, value_name = "FILE")]
    propose: PathBuf,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let bytes = files::read(&arguments.manifest, Manifest::MAX_LEN as u64)?;
    let manifest = Manifest::parse(&bytes)
        .map_err(|error| Stop::new(Exit::CheckFailed, format!("the manifest is refused: {error}")))?;
    write_new_proposal(&arguments.propose, &Proposal::manifest(&manifest))?;
    print_line(&format!("election {}", manifest.id()))
}
