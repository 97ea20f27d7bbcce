//! `rehearse`: opens the share, compares it with the verified record, and decrypts nothing.

use std::path::PathBuf;

use plebiscite_election::counted::counted;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::program::{Log, Place, print_line};
use plebiscite_roles::vault::Vault;
use plebiscite_trustee::State;
use plebiscite_trustee::recovery::restored_words;
use plebiscite_trustee::rehearsal::{Rehearsed, rehearse};

use super::{Desk, scope, standing, stop};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    log: Log,
    /// Rehearse with this backup instead, without restoring it.
    #[arg(long, value_name = "FILE")]
    backup: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let verified = arguments.place.verified(&arguments.log)?;
    let desk = Desk::open(&arguments.place, &verified)?;
    let state = match &arguments.backup {
        None => desk.state.clone(),
        Some(path) => {
            let passphrase = arguments.place.passphrase.passphrase(false)?;
            let (_, bytes) = Vault::open(path, &scope(verified.election), &passphrase)?;
            let state = State::decode(&bytes).map_err(Stop::input)?.backup();
            state.ok_or_else(|| Stop::input("the backup holds no share"))?
        }
    };
    let found = rehearse(&state, standing(&verified), desk.number).map_err(stop)?;
    if arguments.json {
        return print_line(&serde_json::to_string(&found).map_err(|error| Stop::new(Exit::Bug, error))?);
    }
    for line in lines(&found, desk.number, restored_words(&verified.record)) {
        print_line(&line)?;
    }
    Ok(Exit::Pass)
}

fn lines(found: &Rehearsed, own: u16, restored: Option<String>) -> Vec<String> {
    let Rehearsed { keys, attempt, key_digest, .. } = found;
    let mut lines = vec![format!(
        "the vault opens, and its share of trustee {own} fits the verified record: {keys} of {} of attempt {attempt} (keys \
         {key_digest})",
        counted(*keys, "verification key")
    )];
    if found.restored {
        lines.push(format!("this is a restored share: {}", restored.unwrap_or_default()));
    }
    lines
        .push("this was a rehearsal: nothing was decrypted, nothing was signed, nothing was sent".to_owned());
    lines
}
