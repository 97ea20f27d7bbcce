//! The commands, one a file, and what they share: files, output, the replay of one log.

pub mod evidence;
pub mod receipt;
pub mod record;

use std::io::{IsTerminal, Write};
use std::path::Path;

use plebiscite_board::policy::Policy;
use plebiscite_election::credential::Fingerprint;
use plebiscite_election::manifest::ElectionId;
use plebiscite_verifier::check::Demand;
use plebiscite_verifier::source::Source;
use plebiscite_verifier::{Options, Replay, VerifyError, replay};

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
) -> Result<Replay, Stop> {
    let open = || Source::open(address).map_err(|error| Stop(INPUT, error.to_string()));
    let source = open()?;
    let unavailable = if source.is_remote() { NETWORK } else { INPUT };
    let terminal = std::io::stderr().is_terminal();
    let mut progress = |done: u64, all: u64| {
        if terminal {
            eprint!("\r{done} of {all} entries{}", if done == all { "\n" } else { "" });
        }
    };
    let options = Options { election, since, up_to: None, fresh: rand::random(), progress: &mut progress };
    let mut replay = replay(source, options).map_err(|error| match error {
        VerifyError::Fetch(error) => Stop(unavailable, error.to_string()),
        other @ (VerifyError::Short { .. } | VerifyError::Since { .. }) => Stop(INPUT, other.to_string()),
    })?;
    if beside {
        replay.hear_beside(&open()?);
    }
    Ok(replay)
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
