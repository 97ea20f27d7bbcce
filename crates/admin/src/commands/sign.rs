//! `sign`: an official's signature, after its own program verified the record and found that the act follows from it.

use std::path::{Path, PathBuf};

use plebiscite_election::entry::{Entry, Role};
use plebiscite_election::manifest::Manifest;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::keys::RoleKey;
use plebiscite_roles::program::{Log, Place, print_line, read_proposal};
use plebiscite_roles::proposal::{Proposal, check::follows};
use plebiscite_verifier::printable::Printable;

#[derive(clap::Args)]
pub struct Arguments {
    /// The proposal file; the signature is added to it.
    file: PathBuf,
    #[command(flatten)]
    place: Place,
    /// The record: the log's address, or a folder. Not for a manifest, before which there is none.
    #[arg(long, value_name = "URL")]
    record: Option<String>,
    /// The election that it must be of: its id, or the fingerprint on the letter.
    #[arg(long, value_name = "ID")]
    election: Option<String>,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let proposal = read_proposal(&arguments.file)?;
    if let Some(bytes) = proposal.manifest_bytes() {
        let manifest = Manifest::parse(bytes).map_err(|error| Stop::new(Exit::CheckFailed, error))?;
        return sign_manifest(&arguments.place, &arguments.file, proposal, &manifest);
    }
    let record = arguments
        .record
        .clone()
        .ok_or_else(|| Stop::new(Exit::Usage, "--record is missing: the log that the act belongs to"))?;
    // The act names its election: a record of another one is refused before anything is shown.
    let named = proposal.election().map(|id| id.to_string());
    let log = Log { record, election: arguments.election.clone().or(named) };
    let verified = arguments.place.verified(&log)?;
    super::say_if_test(verified.record.manifest().is_some_and(|manifest| manifest.is_test()))?;
    follows(&proposal, &verified.record, &verified.tree)?;
    if let Entry::Replacement(act) = proposal.entry() {
        let registrars = verified.record.manifest().map_or(0, |manifest| manifest.registrars().len());
        if act.body.parts.len() != registrars {
            return Err(Stop::new(Exit::NotYet, "the registrars add their parts before the officials sign"));
        }
    }
    for line in plebiscite_admin::outcome::act(&proposal, &verified.record) {
        print_line(&line)?;
    }
    let key = arguments.place.key(super::ROLE)?;
    let number = verified.number(Role::Official, &key.public())?;
    arguments.place.sign_shown(&arguments.file, proposal, (Role::Official, number), &key)
}

fn sign_manifest(place: &Place, file: &Path, proposal: Proposal, manifest: &Manifest) -> Result<Exit, Stop> {
    let held = |role, number: u16| match role {
        Role::Official => manifest.officials().get(usize::from(number)),
        _ => None,
    };
    proposal.verify_signatures(held)?;
    let key: RoleKey = place.key(super::ROLE)?;
    let number = manifest
        .officials()
        .iter()
        .zip(0u16..)
        .find(|(known, _)| **known == key.public())
        .map(|(_, number)| number);
    let number =
        number.ok_or_else(|| Stop::new(Exit::CheckFailed, "this key is no official's of this manifest"))?;
    super::say_if_test(manifest.is_test())?;
    for line in plebiscite_admin::shown::lines(manifest) {
        print_line(&line)?;
    }
    for warning in manifest.warnings().into_iter().chain(manifest.dated_warnings(super::now()?)) {
        print_line(&format!("advice: {}", Printable(&warning.to_string())))?;
    }
    place.sign_shown(file, proposal, (Role::Official, number), &key)
}
