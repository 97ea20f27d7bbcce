//! `sign`: a successor of a key, which takes `c` trustees beside the officials.

use plebiscite_election::entry::{Entry, Role, Succeeded};
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::collected::Subject;
use plebiscite_roles::program::{Log, Place};
use plebiscite_roles::proposal::check::follows;
use plebiscite_trustee::successor::bind;

use super::{Desk, InVault, standing, stop};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    subject: Subject,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    log: Log,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let proposal = arguments.subject.read(&arguments.log)?;
    let verified = arguments.place.verified(&arguments.log)?;
    follows(&proposal, &verified.record, &verified.tree)?;
    let Entry::Successor(act) = proposal.entry() else {
        return Err(Stop::new(Exit::Usage, "a trustee signs successors of keys only"));
    };
    let desk = Desk::open(&arguments.place, &verified)?;
    if act.body.of == Succeeded::Board {
        arguments.place.consent(&format!(
            "Bind trustee {} to this as the one successor number {}? No other of this number is signed afterwards, also if \
             this one is too late.",
            desk.number, act.body.number
        ))?;
    }
    let mut state = desk.state.clone();
    bind(&mut state, standing(&verified), act, &mut InVault(&desk.vault)).map_err(stop)?;
    let signer = (Role::Trustee, desk.number);
    arguments.subject.sign((&arguments.place, &arguments.log), &verified, proposal, signer, &desk.key)
}
