//! `draft`: a manifest from a description.

use std::path::{Path, PathBuf};

use plebiscite_admin::draft::from_description;
use plebiscite_admin::explain::minimums;
use plebiscite_election::credential::Fingerprint;
use plebiscite_election::manifest::Manifest;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files::{self, Access};
use plebiscite_roles::program::print_line;
use plebiscite_roles::signing::word;
use plebiscite_verifier::printable::Printable;

#[derive(clap::Args)]
pub struct Arguments {
    /// The description: the manifest's JSON, in any spacing.
    description: PathBuf,
    /// The manifest; it must not be there yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let bytes = files::read(&arguments.description, Manifest::MAX_LEN as u64)?;
    let manifest =
        from_description(&bytes).map_err(|error| super::refused(&arguments.description, &bytes, &error))?;
    write(&arguments.out, &manifest)?;
    let file = word(&arguments.out.to_string_lossy());
    print_line(&format!("next: plebiscite-admin manifest {file} --propose manifest.act"))
}

/// Writes a manifest and says what it is, with all advice.
pub fn write(out: &Path, manifest: &Manifest) -> Result<Exit, Stop> {
    files::create(out, manifest.bytes(), Access::Public)?;
    print_line(&format!("election {}", manifest.id()))?;
    print_line(&format!("fingerprint {}", Fingerprint::of(&manifest.id())))?;
    for sentence in minimums(manifest.document(), None) {
        print_line(&format!("privacy: {sentence}"))?;
    }
    for warning in manifest.warnings().into_iter().chain(manifest.dated_warnings(super::now()?)) {
        print_line(&format!("advice: {}", Printable(&warning.to_string())))?;
    }
    Ok(Exit::Pass)
}
