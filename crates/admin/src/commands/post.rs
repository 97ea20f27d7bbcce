//! `post`: an act that is signed enough goes to the board; a manifest becomes an election, or a bundle for the operator.

use std::path::PathBuf;

use plebiscite_board::entry_bundle;
use plebiscite_election::entry::{ElectionId, Entry, Role};
use plebiscite_election::manifest::Manifest;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::collected::Subject;
use plebiscite_roles::files::{self, Access};
use plebiscite_roles::program::{Log, print_line, read_proposal};
use plebiscite_roles::proposal::Proposal;
use plebiscite_roles::remote::Remote;
use plebiscite_roles::signing::{FOLDER, word};
use plebiscite_verifier::printable::Printable;
use plebiscite_verifier::source::{Client, Limits};

#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("target").required(true)))]
pub struct Arguments {
    #[command(flatten)]
    subject: Subject,
    /// Post an act to this log.
    #[arg(long, value_name = "URL", group = "target")]
    record: Option<String>,
    /// Post a manifest to this server, where it lets elections be added so.
    #[arg(long, value_name = "URL", group = "target")]
    server: Option<String>,
    /// Write a manifest as the bundle that the server's operator adds.
    #[arg(long, value_name = "FILE", group = "target")]
    bundle: Option<PathBuf>,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let proposal = match (&arguments.record, arguments.subject.file()) {
        (_, Some(file)) => read_proposal(file)?,
        (Some(record), None) => arguments.subject.read(&Log { record: record.clone(), election: None })?,
        (None, None) => {
            return Err(Stop::new(Exit::Usage, "a proposal on a server is posted to its --record"));
        }
    };
    let election = proposal.election().ok_or_else(|| Stop::input("the proposal names no election"))?;
    let entries = proposal.entries();
    if let Some(bytes) = proposal.manifest_bytes() {
        let manifest = Manifest::parse(bytes).map_err(|error| Stop::new(Exit::CheckFailed, error))?;
        ensure_signed(&proposal, manifest.officials_quorum())?;
        proposal.verify_signatures(|_, number| manifest.officials().get(usize::from(number)))?;
    }
    match (&arguments.record, &arguments.server, &arguments.bundle) {
        (Some(record), _, _) if proposal.manifest_bytes().is_none() => {
            let log = Log { record: record.clone(), election: None };
            let posted = log.post(election, &entries)?;
            let index = posted.first().map_or(0, |entry| entry.index);
            print_line(&format!("{} stands as entry {index}", proposal.kind().name()))?;
            if let (Entry::Replacement(_), Some(file)) = (proposal.entry(), arguments.subject.file()) {
                print_line(&format!(
                    "each registrar now writes its new letter: plebiscite-registrar replace {} --letter-out FILE.pdf --roll \
                     roll.prepared --phone NUMBER --record {} --election {election} --folder {FOLDER}",
                    word(&file.to_string_lossy()),
                    word(record)
                ))?;
            }
            next_is_status(record, election)
        }
        (_, Some(server), _) if proposal.manifest_bytes().is_some() => {
            let remote = Remote::new(server, election, Client::new(Limits::for_acts()))?;
            let warnings = remote.post_election(&entries)?;
            print_line(&format!("election {election}"))?;
            for warning in warnings {
                print_line(&format!("WARNING, from the server, for its operator: {}", Printable(&warning)))?;
            }
            next_is_status(&remote.log_address(), election)
        }
        (_, _, Some(path)) if proposal.manifest_bytes().is_some() => {
            let bundle = entry_bundle::encode(&entries).map_err(Stop::input)?;
            files::replace(path, &bundle, Access::Public)?;
            print_line(&format!("election {election}"))?;
            let path = word(&path.to_string_lossy());
            print_line(&format!(
                "next: the server's operator types: plebiscite-server --data BOARD add-election {path}; its log is then at http://HOST/e/{}/",
                election.to_string().chars().take(16).collect::<String>()
            ))
        }
        _ => Err(Stop::new(
            Exit::Usage,
            "a manifest goes to --server or --bundle, every other act to --record",
        )),
    }
}

/// After an act the next one is said by `status`, to each official for itself.
fn next_is_status(record: &str, election: ElectionId) -> Result<Exit, Stop> {
    print_line(&format!(
        "what comes next: plebiscite-admin status --record {} --election {election} --folder {FOLDER}",
        word(record)
    ))
}

fn signatures(count: usize) -> String {
    if count == 1 {
        "1 signature of an official".to_owned()
    } else {
        format!("{count} signatures of officials")
    }
}

fn ensure_signed(proposal: &Proposal, needed: usize) -> Result<(), Stop> {
    let found = proposal.signed(Role::Official);
    if found == needed {
        return Ok(());
    }
    Err(Stop::new(
        Exit::NotYet,
        format!("the manifest carries {} and takes exactly {needed}", signatures(found)),
    ))
}
