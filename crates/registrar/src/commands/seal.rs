//! `seal`: the registrar's signature under a proposed roll seal, after the whole record was verified.

use plebiscite_election::entry::{Entry, Role};
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::collected::Subject;
use plebiscite_roles::program::{Log, Place};
use plebiscite_roles::proposal::check::follows;

use super::Desk;

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
    let Entry::RollSeal(act) = proposal.entry() else {
        return Err(Stop::new(Exit::Usage, "the proposal seals no roll"));
    };
    let verified = arguments.place.verified(&arguments.log)?;
    follows(&proposal, &verified.record, &verified.tree)?;
    let desk = Desk::open(&arguments.place, &verified)?;
    // The codes that will be printed are those of this attempt, and of as many voters.
    let codes = desk.codes(act.body.attempt)?;
    if codes.is_none_or(|codes| codes.len() != act.body.count as usize) {
        return Err(Stop::new(
            Exit::CheckFailed,
            "this registrar holds no codes for the roll that the act seals",
        ));
    }
    let signer = (Role::Registrar, desk.number());
    arguments.subject.sign((&arguments.place, &arguments.log), &verified, proposal, signer, &desk.key)
}
