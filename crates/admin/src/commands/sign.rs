//! `sign`: an official's signature, after its own program verified the record and found that the act follows from it.

use std::path::Path;

use plebiscite_election::entry::{Entry, Role};
use plebiscite_election::manifest::Manifest;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::collected::{Subject, send};
use plebiscite_roles::keys::RoleKey;
use plebiscite_roles::program::{Log, Place, print_line, read_proposal};
use plebiscite_roles::proposal::{Proposal, check::follows};
use plebiscite_roles::signing::Course;
use plebiscite_verifier::printable::Printable;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    subject: Subject,
    #[command(flatten)]
    place: Place,
    /// The record: the log's address, or a folder. Not for a manifest, before which there is none.
    #[arg(long, value_name = "URL")]
    record: Option<String>,
    /// The election that it must be of: its id, or the fingerprint on the letter.
    #[arg(long, value_name = "ID")]
    election: Option<String>,
    /// Post the file, with this signature, to the record's server too, where the other officials find it.
    #[arg(long, requires = "file")]
    post: bool,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let read = arguments.subject.file().map(read_proposal).transpose()?;
    if let Some((file, proposal)) = arguments.subject.file().zip(read.as_ref())
        && let Some(bytes) = proposal.manifest_bytes()
    {
        let manifest = Manifest::parse(bytes).map_err(|error| Stop::new(Exit::CheckFailed, error))?;
        return sign_manifest(&arguments.place, file, proposal.clone(), &manifest);
    }
    let record = arguments
        .record
        .clone()
        .ok_or_else(|| Stop::new(Exit::Usage, "--record is missing: the log that the act belongs to"))?;
    // The act names its election: a record of another one is refused before anything is shown.
    let named = read.as_ref().and_then(Proposal::election).map(|id| id.to_string());
    let log = Log { record, election: arguments.election.clone().or(named) };
    let proposal = match read {
        Some(proposal) => proposal,
        None => arguments.subject.read(&log)?,
    };
    let verified = arguments.place.verified(&log)?;
    super::say_if_test(verified.record.manifest().is_some_and(|manifest| manifest.is_test()))?;
    follows(&proposal, &verified.record, &verified.tree)?;
    if let Entry::Replacement(act) = proposal.entry() {
        let registrars = verified.record.manifest().map_or(0, |manifest| manifest.registrars().len());
        if act.body.parts.len() != registrars {
            return Err(Stop::new(Exit::NotYet, "the registrars add their parts before the officials sign"));
        }
    }
    for line in plebiscite_admin::outcome::act(&proposal, &verified.record, super::now()?) {
        print_line(&line)?;
    }
    let key = arguments.place.key(super::ROLE)?;
    let number = verified.number(Role::Official, &key.public())?;
    let signer = (Role::Official, number);
    arguments.subject.sign((&arguments.place, &log), &verified, proposal, signer, &key)?;
    match arguments.subject.file().filter(|_| arguments.post) {
        Some(file) => send(&log, &verified, &read_proposal(file)?),
        None => Ok(Exit::Pass),
    }
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
    place.sign_shown(file, proposal, (Role::Official, number), &key, &Course::of_manifest(manifest))
}
