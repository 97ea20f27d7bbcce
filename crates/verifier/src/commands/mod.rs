//! The commands, one a file, and what they share: files, output, the replay of one log.

pub mod combine;
pub mod evidence;
mod progress;
pub mod receipt;
pub mod record;

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use plebiscite_board::policy::Policy;
use plebiscite_election::credential::Fingerprint;
use plebiscite_election::manifest::ElectionId;
use plebiscite_files::Links;
use plebiscite_verifier::check::Demand;
use plebiscite_verifier::source::Source;
use plebiscite_verifier::{Options, Replay, VerifyError, Work, replay_thin};

use progress::Shown;

pub const PASS: u8 = 0;
pub const CHECK_FAILED: u8 = 1;
pub const USAGE: u8 = 2;
pub const INPUT: u8 = 3;
const NETWORK: u8 = 4;
pub const BUG: u8 = 70;

/// Longest policy that is read, in bytes.
const POLICY_LIMIT: u64 = 1 << 18;

/// One sentence, and the exit code that goes with it.
pub struct Stop(pub u8, pub String);

/// Replays the log at an address. `beside` says whether its cosigned checkpoints are heard even where its manifest names no
/// witness: an auditor's policy may name some.
fn replayed(
    address: &str,
    election: Option<Demand>,
    since: Option<Vec<u8>>,
    beside: bool,
    work: Work,
) -> Result<Replay, Stop> {
    let source = open(address)?;
    let shown = Shown::new();
    let mut progress = |done: u64, all: u64| shown.reached(done, all);
    let options = Options { election, since, up_to: None, fresh: rand::random(), progress: &mut progress };
    let replay = replay_thin(source.clone(), options, work);
    drop(shown);
    let mut replay = replay.map_err(|error| stopped(&source, error))?;
    if beside {
        replay.hear_beside(&*source);
    }
    Ok(replay)
}

fn open(address: &str) -> Result<Arc<Source>, Stop> {
    Source::open(address).map(Arc::new).map_err(|error| Stop(INPUT, error.to_string()))
}

/// Why there is no verdict.
fn stopped(source: &Source, error: VerifyError) -> Stop {
    let unavailable = if source.is_remote() { NETWORK } else { INPUT };
    match error {
        VerifyError::Fetch(error) => Stop(unavailable, error.to_string()),
        other @ (VerifyError::Short { .. }
        | VerifyError::Since { .. }
        | VerifyError::Range { .. }
        | VerifyError::Election { .. }
        | VerifyError::Own(_)) => Stop(INPUT, other.to_string()),
    }
}

/// Reads one of the auditor's own files, as long as it is.
fn read_own(path: &Path) -> Result<Vec<u8>, Stop> {
    let mut bytes = Vec::new();
    let read = plebiscite_files::open(path, Links::Follow).and_then(|mut file| file.read_to_end(&mut bytes));
    read.map(|_| bytes).map_err(|error| input(path, &error))
}

/// Puts a file in another's place; the one that was there is not lost if this is cut short.
fn keep(path: &Path, bytes: &[u8]) -> Result<(), Stop> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    let written = plebiscite_files::plain(&mut options, &beside, Links::Refuse).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&beside, path)
    });
    written.map_err(|error| input(path, &error))
}

/// An auditor's policy.
fn policy(path: &Path) -> Result<Policy, Stop> {
    let refused = |reason: String| Stop(INPUT, format!("the policy {}: {reason}", path.display()));
    let text = String::from_utf8(read(path, POLICY_LIMIT)?).map_err(|_| refused("not text".to_owned()))?;
    Policy::parse(&text).map_err(|error| refused(error.to_string()))
}

fn demand(text: &str) -> Result<Demand, Stop> {
    let mut id = [0; 32];
    if hex::decode_to_slice(text, &mut id).is_ok() {
        return Ok(Demand::Id(ElectionId(id)));
    }
    let refused = |error| Stop(USAGE, format!("neither an election id nor a fingerprint: {error}"));
    Fingerprint::parse(text).map(Demand::Fingerprint).map_err(refused)
}

fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Stop> {
    plebiscite_files::read(path, limit).map_err(|error| Stop(INPUT, format!("{}: {error}", path.display())))
}

fn input(path: &Path, error: &std::io::Error) -> Stop {
    Stop(INPUT, format!("{}: {error}", path.display()))
}

fn json(value: &impl serde::Serialize) -> Result<String, Stop> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Stop(BUG, error.to_string()))?;
    Ok(format!("{text}\n"))
}

/// A reader that has gone away (`| head`) is no failure of the record.
pub fn out(text: &str) -> Result<(), Stop> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Stop(INPUT, format!("standard output: {error}")))
        }
        _ => Ok(()),
    }
}
