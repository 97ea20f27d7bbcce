//! `decrypt`: the sums of the one seal that `c` trustees confirmed.

use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::program::{Log, Place, print_line};
use plebiscite_trustee::decrypt::{Decrypted, decrypt};

use super::{Desk, InVault, ToServer, standing, stop};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    log: Log,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let verified = arguments.place.verified(&arguments.log)?;
    let desk = Desk::open(&arguments.place, &verified)?;
    let mut state = desk.state.clone();
    let mut server = ToServer { log: &arguments.log, election: verified.election, faults: Vec::new() };
    let fresh = rand::random();
    let done = decrypt(
        &mut state,
        standing(&verified),
        desk.identity(),
        &fresh,
        &mut InVault(&desk.vault),
        &mut server,
    );
    match done.map_err(stop)? {
        Decrypted::Sent => print_line("partial decryptions stored and sent"),
        Decrypted::Stands => {
            print_line("nothing is due: the partial decryptions or the result stand already")
        }
    }
}
