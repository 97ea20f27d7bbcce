//! `manifest`: the proposal to hold the election of a manifest.

use std::path::PathBuf;

use plebiscite_election::manifest::Manifest;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files;
use plebiscite_roles::program::{print_line, write_new_proposal};
use plebiscite_roles::proposal::Proposal;
use plebiscite_roles::signing::{Course, Held};

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
    let manifest =
        Manifest::parse(&bytes).map_err(|error| super::refused(&arguments.manifest, &bytes, &error))?;
    let proposal = Proposal::manifest(&manifest);
    write_new_proposal(&arguments.propose, &proposal)?;
    print_line(&format!("election {}", manifest.id()))?;
    let file = arguments.propose.to_string_lossy();
    let lines = Course::of_manifest(&manifest).lines(&proposal, Held::File(&file));
    lines.iter().try_fold(Exit::Pass, |_, line| print_line(line))
}
