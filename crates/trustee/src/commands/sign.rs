//! `sign`: a successor of a key, which takes `c` trustees beside the officials.

use std::path::PathBuf;

use plebiscite_election::entry::{Entry, Role};
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::program::{Log, Place, read_proposal};
use plebiscite_roles::proposal::check::follows;
use plebiscite_trustee::successor::bind;

use super::{Desk, InVault, standing, stop};

#[derive(clap::Args)]
pub struct Arguments {
    /// The proposal file; the signature is added to it.
    file: PathBuf,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    log: Log,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let proposal = read_proposal(&arguments.file)?;
    let verified = arguments.place.verified(&arguments.log)?;
    follows(&proposal, &verified.record, &verified.tree)?;
    let Entry::Successor(act) = proposal.entry() else {
        return Err(Stop::new(Exit::Usage, "a trustee signs successors of keys only"));
    };
    let desk = Desk::open(&arguments.place, &verified)?;
    arguments.place.consent(&format!(
        "Bind trustee {} to this as the one successor number {}?",
        desk.number, act.body.number
    ))?;
    let mut state = desk.state.clone();
    bind(&mut state, standing(&verified), act, &mut InVault(&desk.vault)).map_err(stop)?;
    arguments.place.sign_shown(&arguments.file, proposal, (Role::Trustee, desk.number), &desk.key)
}
