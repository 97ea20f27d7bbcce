//! `explain`: the decision rule in numbers.

use std::path::PathBuf;

use plebiscite_admin::explain::explain;
use plebiscite_election::manifest::Manifest;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files;
use plebiscite_roles::program::print_line;

#[derive(clap::Args)]
pub struct Arguments {
    /// The manifest, or a description that is one.
    manifest: PathBuf,
    /// How many voters the roll has. Where regions have different voter weights, each voter counts with its weight.
    #[arg(long)]
    eligible: u64,
    /// Print one JSON array.
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let bytes = files::read(&arguments.manifest, Manifest::MAX_LEN as u64)?;
    let manifest = Manifest::parse(&bytes)
        .map_err(|error| Stop::new(Exit::CheckFailed, format!("the manifest is refused: {error}")))?;
    let all = explain(&manifest, arguments.eligible).map_err(|error| Stop::new(Exit::CheckFailed, error))?;
    if arguments.json {
        return print_line(&serde_json::to_string(&all).map_err(|error| Stop::new(Exit::Bug, error))?);
    }
    for explained in &all {
        print_line(&format!("{}: {}", explained.contest, explained.sentence))?;
    }
    Ok(Exit::Pass)
}
