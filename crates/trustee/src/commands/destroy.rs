//! `destroy`: the end of a share.

use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::program::{Log, Place, print_line};
use plebiscite_trustee::shares::destroy;

use super::{Desk, InVault, standing, stop};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    log: Log,
    /// The days after the result that the manifest names have passed.
    #[arg(long)]
    deadline_passed: bool,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let verified = arguments.place.verified(&arguments.log)?;
    let desk = Desk::open(&arguments.place, &verified)?;
    arguments.place.consent("Destroy the share for ever?")?;
    let mut state = desk.state.clone();
    destroy(&mut state, standing(&verified), arguments.deadline_passed, &mut InVault(&desk.vault))
        .map_err(stop)?;
    print_line("the share is destroyed here; destroy its backups too")
}
