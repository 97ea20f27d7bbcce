//! `backup` and `restore`: the share without the memory of a seal, so that it never confirms one, and what that costs in this election.

use std::path::PathBuf;

use plebiscite_election::record::Record;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files;
use plebiscite_roles::program::{Log, Place, Verified, print_line};
use plebiscite_roles::vault::{Passphrase, Vault, VaultError};
use plebiscite_trustee::State;
use plebiscite_trustee::recovery::{Losses, irreplaceable, recovery, restored_words};
use plebiscite_trustee::rehearsal::rehearse;
use plebiscite_trustee::shares::{backup, restored};

use super::{Desk, make_state_folder, scope, standing, state_path, stop};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    log: Log,
    /// The backup's file; it must not be there yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(clap::Args)]
pub struct RestoreArguments {
    /// The backup's file; from paper, the lines as they were typed or scanned, and `-` reads standard input.
    pub file: PathBuf,
    #[command(flatten)]
    pub place: Place,
    #[command(flatten)]
    pub log: Log,
}

/// A share on its way out of the folder, and what is needed to write it down.
pub struct Taken {
    pub verified: Verified,
    pub number: u16,
    pub passphrase: Passphrase,
    pub state: State,
}

/// Takes a copy of the share, without the memory of a seal.
pub fn take(place: &Place, log: &Log) -> Result<Taken, Stop> {
    let verified = place.verified(log)?;
    let desk = Desk::open(place, &verified)?;
    let state = backup(&desk.state, &verified.record).map_err(stop)?;
    Ok(Taken { number: desk.number, passphrase: place.passphrase.passphrase(false)?, state, verified })
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let taken = take(&arguments.place, &arguments.log)?;
    Vault::create(&arguments.out, &scope(taken.verified.election), &taken.passphrase, &taken.state.encode())?;
    print_line(
        "the share is in the backup, under the same passphrase. It takes the signing key too: keep a copy of key.vault beside it",
    )?;
    tell_limits(&taken.verified.record)
}

/// What a backup is good for in this election, in numbers.
pub fn tell_limits(record: &Record) -> Result<Exit, Stop> {
    match irreplaceable(record) {
        Some(warning) => print_line(&format!("WARNING: {warning}")),
        None => print_line(&restored_words(record).unwrap_or_default()),
    }
}

pub fn restore(arguments: &RestoreArguments) -> Result<Exit, Stop> {
    let key = super::key_path(&arguments.place);
    if !key.exists() {
        return Err(Stop::input(format!(
            "{} is not there: put the copy of key.vault that was kept beside the backup into this folder, and give the same \
             command again",
            key.display()
        )));
    }
    let verified = arguments.place.verified(&arguments.log)?;
    let passphrase = arguments.place.passphrase.passphrase(false)?;
    let (_, bytes) = Vault::open(&arguments.file, &scope(verified.election), &passphrase)?;
    put_back(&arguments.place, &verified, &State::decode(&bytes).map_err(Stop::input)?)
}

/// Puts a backup's share into a folder that has the signing key and no memory of this election, once it is known to be
/// the share of this very trustee and these keys.
pub fn put_back(place: &Place, verified: &Verified, from: &State) -> Result<Exit, Stop> {
    let number = super::own_number(place, verified)?;
    let state = restored(from, &verified.record, number).map_err(stop)?;
    rehearse(&state, standing(verified), number).map_err(stop)?;
    make_state_folder(place, verified.election)?;
    let passphrase = place.passphrase.passphrase(false)?;
    let path = state_path(place, verified.election);
    let _lock = files::lock(&path.with_extension("lock"))?;
    match Vault::open(&path, &scope(verified.election), &passphrase) {
        // A command that only looked has left an empty memory: nothing is lost with it.
        Ok((vault, bytes)) if State::decode(&bytes).map_err(Stop::input)? == State::default() => {
            vault.write(&state.encode())?;
        }
        Ok(_) => {
            let sentence =
                "this folder has a memory of this election: a backup is put into one that has none";
            return Err(Stop::input(sentence));
        }
        Err(VaultError::File(error)) if error.is_missing() => {
            Vault::create(&path, &scope(verified.election), &passphrase, &state.encode())?;
        }
        Err(error) => return Err(error.into()),
    }
    if let Some(bound) = &state.seal {
        print_line(&format!(
            "the record shows that this trustee is bound to the seal {}: any other is refused for ever",
            hex::encode(bound.digest)
        ))?;
    }
    let does = restored_words(&verified.record).unwrap_or_default();
    print_line(&format!("the share is restored: {does}"))?;
    let found = recovery(&verified.record, &Losses::own(&verified.record, &state, number));
    match found.filter(|found| !found.result_possible).and_then(|found| found.words.last().cloned()) {
        Some(words) => print_line(&format!("tell the officials: {words}")),
        None => Ok(Exit::Pass),
    }
}
