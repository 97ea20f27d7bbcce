//! `verify-certificate`: whether a certificate of destruction is the registrar's, and of this record.

use std::path::PathBuf;

use plebiscite_board::merkle::Roots;
use plebiscite_election::counted::counted;
use plebiscite_election::entry::Role;
use plebiscite_registrar::certificate::{self, Certificate};
use plebiscite_registrar::printed;
use plebiscite_roles::cli::{Exit, PassphraseOptions, Stop};
use plebiscite_roles::files::{self, Access};
use plebiscite_roles::program::{Log, Place, print_line};
use plebiscite_roles::proposal::numbered;
use sha2::{Digest, Sha256};

#[derive(clap::Args)]
pub struct Arguments {
    /// The certificate.
    file: PathBuf,
    /// The record, by address or folder: without it, only the signature is verified, and not whose key made it.
    #[arg(long, value_name = "URL", requires = "folder")]
    record: Option<String>,
    /// A folder for the checkpoint that is kept of the record.
    #[arg(long, env = "PLEBISCITE_FOLDER", value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Print the verified certificate as PDF/A into this file, which must not be there yet.
    #[arg(long, value_name = "FILE", requires = "record")]
    pdf: Option<PathBuf>,
    /// The language of the PDF: kk, ru or en.
    #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = ["kk", "ru", "en"])]
    language: String,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let failed = |error| Stop::new(Exit::CheckFailed, error);
    let bytes = files::read(&arguments.file, certificate::FILE_LIMIT)?;
    let certificate = Certificate::read(&bytes).map_err(failed)?;
    for file in &certificate.files {
        print_line(&format!("{}  {:>12} bytes  {}", file.sha256, file.length, file.name))?;
    }
    let said = format!(
        "{} of election {}, destroyed when the record was {} at {}",
        counted(certificate.files.len(), "file"),
        certificate.election,
        certificate.phase,
        counted(certificate.size, "entry")
    );
    print_line(&said)?;
    let (Some(record), Some(folder)) = (&arguments.record, &arguments.folder) else {
        return print_line(&format!(
            "the signature holds by key {}; whose key that is was not checked: give --record",
            certificate.key
        ));
    };
    let place = Place { folder: folder.clone(), passphrase: PassphraseOptions::default(), yes: true };
    let log = Log { record: record.clone(), election: Some(certificate.election.clone()) };
    let verified = place.verified(&log)?;
    let keys = verified.record.manifest().map(|manifest| manifest.registrars());
    let key = keys.and_then(|keys| keys.get(usize::from(certificate.registrar)));
    // What follows an end changes no phase: statements, and successors of keys.
    let root = verified.tree.root_at(certificate.size).map(|root| root.0);
    certificate.check(verified.election, key, verified.record.phase(), root).map_err(failed)?;
    if let (Some(path), Some(manifest)) = (&arguments.pdf, verified.record.manifest()) {
        let digest = hex::encode(Sha256::digest(&bytes));
        let pdf = printed::pdf(&certificate, &digest, manifest, &arguments.language).map_err(Stop::input)?;
        files::create(path, &pdf, Access::Public)?;
    }
    print_line(&format!("signed by {} of this record", numbered(Role::Registrar, certificate.registrar)))
}
