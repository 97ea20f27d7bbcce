//! `explain`: the decision rule in numbers.

use std::path::PathBuf;

use plebiscite_admin::explain::{Explained, explain, explain_record};
use plebiscite_election::manifest::Manifest;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files;
use plebiscite_roles::program::{Log, Place, print_line};
use plebiscite_verifier::printable::Printable;

#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("from").required(true).args(["manifest", "record"])))]
pub struct Arguments {
    /// The manifest, or a description that is one.
    #[arg(requires = "eligible")]
    manifest: Option<PathBuf>,
    /// How many voters the roll has. Where regions have different voter weights, each voter counts with its weight.
    #[arg(long, requires = "manifest")]
    eligible: Option<u64>,
    /// A record whose roll is sealed: the log's address, or a folder. The numbers are the roll's.
    #[arg(long, value_name = "URL", requires = "folder")]
    record: Option<String>,
    /// The election that the record must be of: its id, or the fingerprint on the letter.
    #[arg(long, value_name = "ID", requires = "record")]
    election: Option<String>,
    /// The folder of this role's kept checkpoints, where a record is verified.
    #[arg(long, env = "PLEBISCITE_FOLDER", value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Print one JSON array.
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let all = match (&arguments.record, &arguments.manifest, arguments.eligible) {
        (Some(record), ..) => of_record(arguments, record)?,
        (None, Some(path), Some(eligible)) => {
            let bytes = files::read(path, Manifest::MAX_LEN as u64)?;
            let manifest = Manifest::parse(&bytes).map_err(|error| super::refused(path, &bytes, &error))?;
            explain(&manifest, eligible).map_err(|error| Stop::new(Exit::CheckFailed, error))?
        }
        _ => return Err(Stop::new(Exit::Usage, "name a manifest with --eligible, or a --record")),
    };
    if arguments.json {
        return print_line(&serde_json::to_string(&all).map_err(|error| Stop::new(Exit::Bug, error))?);
    }
    for explained in &all {
        let of = if explained.contest.is_empty() { "privacy" } else { &explained.contest };
        print_line(&Printable(&format!("{of}: {}", explained.sentence)).to_string())?;
    }
    Ok(Exit::Pass)
}

fn of_record(arguments: &Arguments, record: &str) -> Result<Vec<Explained>, Stop> {
    let folder = arguments.folder.clone();
    let folder = folder.ok_or_else(|| Stop::new(Exit::Usage, "--folder is missing"))?;
    let place = Place { folder, passphrase: Default::default(), yes: false };
    let log = Log { record: record.to_owned(), election: arguments.election.clone() };
    let verified = place.verified(&log)?;
    explain_record(&verified.record).map_err(|error| Stop::new(Exit::NotYet, error))
}
