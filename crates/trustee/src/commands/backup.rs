//! `backup` and `restore`: the share without the memory of a seal, so that it never confirms one.

use std::path::PathBuf;

use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::program::{Log, Place, print_line};
use plebiscite_roles::vault::{Scope, Vault};
use plebiscite_trustee::State;

use super::{Desk, ROLE, make_state_folder, state_path};

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
    /// The backup's file.
    file: PathBuf,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    log: Log,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let verified = arguments.place.verified(&arguments.log)?;
    let desk = Desk::open(&arguments.place, &verified)?;
    let backup =
        desk.state.backup().ok_or_else(|| Stop::new(Exit::NotYet, "this vault holds no share yet"))?;
    let scope = Scope { role: ROLE, election: Some(verified.election.0) };
    Vault::create(&arguments.out, &scope, &arguments.place.passphrase.passphrase(false)?, &backup.encode())?;
    print_line(
        "the share is in the backup, under the same passphrase; restored, it decrypts and never confirms",
    )
}

pub fn restore(arguments: &RestoreArguments) -> Result<Exit, Stop> {
    let verified = arguments.place.verified(&arguments.log)?;
    let passphrase = arguments.place.passphrase.passphrase(false)?;
    let scope = Scope { role: ROLE, election: Some(verified.election.0) };
    let (_, bytes) = Vault::open(&arguments.file, &scope, &passphrase)?;
    // Whatever the file says, a restored share is marked as one.
    let state = State::decode(&bytes).map_err(Stop::input)?.backup();
    let state = state.ok_or_else(|| Stop::input("the backup holds no share"))?;
    make_state_folder(&arguments.place, verified.election)?;
    Vault::create(&state_path(&arguments.place, verified.election), &scope, &passphrase, &state.encode())?;
    print_line("the share is restored; it decrypts a seal that others confirmed, and never confirms one")
}
