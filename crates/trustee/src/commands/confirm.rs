//! `confirm`: the one seal, after the whole record was verified and compared with what mirrors were shown.

use std::path::{Path, PathBuf};

use plebiscite_election::counted::counted;
use plebiscite_roles::called::Called;
use plebiscite_roles::carried::Sending;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files::{self, Access};
use plebiscite_roles::program::{Log, Place, print_line};
use plebiscite_trustee::confirm::{bind, confirm, examine, has_confirmed};
use plebiscite_trustee::shown::shown;

use super::mirrors::{Mirrors, seen};
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
    /// Where the confirmation alone is written, too, as a file to be published anywhere: it counts for every verifier
    /// though a board keep it out of its log. Written before the board is asked to take it; no other file is overwritten.
    #[arg(long, value_name = "FILE")]
    confirmation: Option<PathBuf>,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let verified = arguments.place.verified(&arguments.log)?;
    let compared = arguments.mirrors.compare(&arguments.place, &verified)?;
    let desk = Desk::open(&arguments.place, &verified)?;
    examine(&desk.state, standing(&verified)).map_err(stop)?;
    print_all(&arguments.place, &verified, &desk, &compared)?;
    let mut outbox = Posting::of(&arguments.sending, &arguments.log, verified.election)?;
    if !has_confirmed(&desk.state) {
        // Before this trustee binds itself: what stands there can be no confirmation of it.
        if let Some(path) = arguments.confirmation.as_deref().filter(|path| path.symlink_metadata().is_ok()) {
            return Err(Stop::input(format!("{} exists already and is not overwritten", path.display())));
        }
        arguments
            .place
            .consent(&format!("Confirm this seal as trustee {}, and no other ever?", desk.number))?;
    }
    let mut state = desk.state.clone();
    let (who, mut vault) = (desk.identity(), InVault(&desk.vault));
    let bound = bind(&mut state, standing(&verified), who, &mut vault).map_err(stop)?;
    if let Some(path) = &arguments.confirmation {
        files::create_or_same(path, &bound, Access::Public)?;
        print_line(&format!(
            "the confirmation is in {}: publish it where everyone finds it",
            path.display()
        ))?;
    }
    confirm(&mut state, standing(&verified), desk.identity(), &mut vault, &mut outbox).map_err(stop)?;
    outbox.0.tell()?;
    let stands = verified.record.confirmations().contains_key(&desk.number);
    print_line(&done(desk.number, stands, arguments.sending.out.as_deref()))?;
    let called = Called::of(super::PROGRAM, &arguments.place, &arguments.log, verified.election);
    print_line(&format!(
        "next, once {} have confirmed it:\n  {}",
        counted(verified.record.confirmations_needed(), "trustee"),
        called.posting("decrypt")
    ))
}

/// What is true once the call has ended: whether the confirmation stands, or has still to be carried to where it counts.
fn done(own: u16, stood: bool, out: Option<&Path>) -> String {
    match out {
        _ if stood => format!(
            "the confirmation of trustee {own} stands in the log already; nothing was sent or written"
        ),
        None => format!("confirmed: the confirmation of trustee {own} stands in the log"),
        Some(path) => format!(
            "trustee {own} is bound to this seal, and has not confirmed it yet: the confirmation is written to {} \
             and counts once it has been carried to a machine with a network and sent from there",
            path.display()
        ),
    }
}

/// What is about to be confirmed or decrypted, and what else was seen.
pub fn print_all(
    place: &Place,
    verified: &plebiscite_roles::program::Verified,
    desk: &Desk,
    compared: &[String],
) -> Result<(), Stop> {
    for line in shown(&verified.record).map_err(stop)?.lines() {
        print_line(&line)?;
    }
    for line in seen(place, verified, &desk.state)?.iter().chain(compared) {
        print_line(&format!("seen       {line}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_only_written_is_not_called_confirmed() {
        let file = Path::new("STICK/confirmation");
        let written = done(3, false, Some(file));
        assert!(
            written.contains("STICK/confirmation") && written.contains("has not confirmed it yet"),
            "{written}"
        );
        assert!(done(3, false, None).starts_with("confirmed:"));
        for out in [None, Some(file)] {
            assert!(done(3, true, out).contains("stands in the log already"));
        }
    }
}
