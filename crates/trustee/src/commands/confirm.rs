//! `confirm`: the one seal, after the whole record was verified and compared with what mirrors were shown.

use std::path::PathBuf;

use plebiscite_board::checkpoint::{Checkpoint, SignedCheckpoint};
use plebiscite_board::merkle::Roots;
use plebiscite_board::note::{Note, NoteKey};
use plebiscite_board::reader::Fetch;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files::{self, Access};
use plebiscite_roles::program::{Log, Place, Verified, print_line};
use plebiscite_trustee::confirm::{bind, confirm, examine, has_confirmed};
use plebiscite_verifier::source::Source;

use super::{Desk, InVault, ToServer, standing, stop};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    log: Log,
    /// Another copy of the log (a mirror's address, or a folder), which must not contradict this one. May be repeated.
    #[arg(long, value_name = "URL")]
    mirror: Vec<String>,
    /// Where the confirmation is written, too, as a file to be published anywhere: it counts for every verifier though a
    /// board keep it out of its log. Written before the board is asked to take it.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let verified = arguments.place.verified(&arguments.log)?;
    for mirror in &arguments.mirror {
        compare(&arguments.place, &verified, mirror)?;
    }
    let desk = Desk::open(&arguments.place, &verified)?;
    let sealed = examine(&desk.state, standing(&verified)).map_err(stop)?;
    print_line(&format!(
        "seal {} of election {}: log up to entry {}, {} ballots of {} voters among {} eligible; confirmed so far by {:?}",
        hex::encode(sealed.digest),
        verified.election,
        sealed.close,
        sealed.ballots,
        sealed.heads,
        sealed.eligible,
        sealed.confirmed_by
    ))?;
    if !has_confirmed(&desk.state) {
        arguments
            .place
            .consent(&format!("Confirm this seal as trustee {}, and no other ever?", desk.number))?;
    }
    let mut state = desk.state.clone();
    let mut server = ToServer { log: &arguments.log, election: verified.election, faults: Vec::new() };
    let (who, mut vault) = (desk.identity(), InVault(&desk.vault));
    let bound = bind(&mut state, standing(&verified), who, &mut vault).map_err(stop)?;
    if let Some(path) = &arguments.out {
        files::replace(path, &bound, Access::Public)?;
        print_line(&format!(
            "the confirmation is in {}: publish it where everyone finds it",
            path.display()
        ))?;
    }
    confirm(&mut state, standing(&verified), desk.identity(), &mut vault, &mut server).map_err(stop)?;
    print_line("confirmed")
}

/// What a mirror holds must be a part of the log that was verified, or that log of a later time.
fn compare(place: &Place, verified: &Verified, mirror: &str) -> Result<(), Stop> {
    let source = Source::open(mirror).map_err(Stop::input)?;
    let note = source.fetch("checkpoint").map_err(|error| Stop::new(Exit::Network, error))?;
    let of_no_use =
        |what: String| Stop::new(Exit::Network, format!("the checkpoint of {mirror} is of no use: {what}"));
    let text = Note::parse(&note).map_err(|error| of_no_use(error.to_string()))?.text;
    let other = Checkpoint::parse(&text).map_err(|error| of_no_use(error.to_string()))?;
    let key = verified
        .record
        .board_key_at(other.size)
        .ok_or_else(|| of_no_use("the board's key is not known".to_owned()))?;
    let origin = format!("plebiscite/v1/{}", verified.election);
    let key = NoteKey::new(&origin, *key).map_err(|error| of_no_use(error.to_string()))?;
    // Only what the board signed says anything about the board.
    SignedCheckpoint::verify(&note, &key).map_err(|error| of_no_use(error.to_string()))?;
    if other.size > verified.seen.size {
        return Err(Stop::new(
            Exit::NotYet,
            format!("{mirror} has {} entries, more than were verified here: run this again", other.size),
        ));
    }
    if verified.tree.root_at(other.size) == Some(other.root) {
        return Ok(());
    }
    let folder = place.folder.join(verified.election.to_string());
    files::replace(&folder.join("evidence-mirror"), &note, Access::Public)?;
    files::replace(&folder.join("evidence-board"), verified.checkpoint.note(), Access::Public)?;
    let sentence = format!(
        "the log is forked: {mirror} was shown another one by the board; both checkpoints are in {}: publish them",
        folder.display()
    );
    Err(Stop::new(Exit::CheckFailed, sentence))
}
