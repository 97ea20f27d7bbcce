//! `decrypt`: the sums of the one seal that `c` trustees confirmed.

use plebiscite_election::counted::{counted, either};
use plebiscite_roles::carried::Sending;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::program::{Log, Place, print_line};
use plebiscite_trustee::decrypt::{Decrypted, decrypt, examine, has_decrypted};

use super::confirm::print_all;
use super::mirrors::Mirrors;
use super::sending::Posting;
use super::{Desk, InVault, standing, stop};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    log: Log,
    #[command(flatten)]
    mirrors: Mirrors,
    #[command(flatten)]
    sending: Sending,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let verified = arguments.place.verified(&arguments.log)?;
    let compared = arguments.mirrors.compare(&arguments.place, &verified)?;
    let desk = Desk::open(&arguments.place, &verified)?;
    let input = examine(&desk.state, standing(&verified), desk.number).map_err(stop)?;
    let Some(input) = input else {
        return print_line("nothing is due: the partial decryptions or the result stand already");
    };
    print_all(&arguments.place, &verified, &desk, &compared)?;
    let mut outbox = Posting::of(&arguments.sending, &arguments.log, verified.election)?;
    if !has_decrypted(&desk.state) {
        let sums = input.sums.cells() * input.sums.keys();
        arguments.place.consent(&format!(
            "Decrypt {} {} as trustee {}, and nothing else ever?",
            either(sums, "this", "these"),
            counted(sums, "sum"),
            desk.number
        ))?;
    }
    let mut state = desk.state.clone();
    let fresh = rand::random();
    let done = decrypt(
        &mut state,
        standing(&verified),
        desk.identity(),
        &fresh,
        &mut InVault(&desk.vault),
        &mut outbox,
    );
    match done.map_err(stop)? {
        Decrypted::Sent if arguments.sending.out.is_some() => {
            outbox.0.tell()?;
            print_line("partial decryptions stored and written; they count once they have been sent")
        }
        Decrypted::Sent => print_line("partial decryptions stored and sent"),
        Decrypted::Stands => {
            print_line("nothing is due: the partial decryptions or the result stand already")
        }
    }
}
