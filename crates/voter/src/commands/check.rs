//! `check`: what stands in the book under a roll number.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use plebiscite_board::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use plebiscite_board::merkle::leaf_hash;
use plebiscite_board::note::{Note, NoteError};
use plebiscite_board::tlog_proof::TlogProof;
use plebiscite_election::ballot::ControlCode;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files::{self, Access};
use plebiscite_roles::program::print_line;
use plebiscite_voter::place::Place;
use plebiscite_voter::receipt::Pending;
use plebiscite_voter::setup::Setup;

use super::{Client, Where, observed_words, row, show, stop};

/// Longest receipt.
const RECEIPT_LIMIT: u64 = 64 * 1024;

/// What is said to who has a control code where no vote stands.
const NO_VOTE: &str = "no vote is registered under this roll number. If you have just voted and this is a mirror, its copy may be \
                       some minutes old: check again later. Otherwise keep your receipt and tell the election office";

#[derive(clap::Args)]
pub struct Arguments {
    /// The roll number on your letter.
    #[arg(long, value_name = "NUMBER")]
    roll_number: u32,
    /// The receipt of your vote.
    #[arg(long, value_name = "FILE", conflicts_with = "control_code")]
    receipt: Option<PathBuf>,
    /// The control code of your vote.
    #[arg(long, value_name = "CODE")]
    control_code: Option<String>,
    /// Where the receipt is written again with the checkpoint that the observers have confirmed, once they have.
    #[arg(long, value_name = "FILE", requires = "receipt")]
    save_receipt: Option<PathBuf>,
    #[command(flatten)]
    place: Where,
}

pub fn run(arguments: &Arguments) -> Result<Exit, Stop> {
    let control_code = arguments.control_code.as_deref().map(ControlCode::parse).transpose();
    let control_code = control_code.map_err(|error| Stop::new(Exit::Usage, error))?;
    // A file that is none is told before anyone is asked.
    let receipt = arguments.receipt.as_deref().map(|path| files::read(path, RECEIPT_LIMIT)).transpose()?;
    let client = arguments.place.look()?;
    let place = row(&client, arguments.roll_number)?;
    let now = client.check_extends(place.checkpoint().checkpoint()).map_err(stop)?;
    show(&client, &place, arguments.place.language())?;
    if let Some(receipt) = &receipt {
        return by_receipt(&client, &place, &now, receipt, arguments.save_receipt.as_deref());
    }
    let Some(standing) = place.standing() else {
        return match control_code {
            None => print_line("No vote is registered under this roll number."),
            Some(_) => Err(Stop::new(Exit::CheckFailed, NO_VOTE)),
        };
    };
    let (words, _) =
        observed_words(&client, standing.entry, place.checkpoint().checkpoint()).map_err(stop)?;
    print_line(&format!(
        "In the public book: vote {} of this roll number, entry {}; {}.",
        standing.seq + 1,
        standing.entry,
        words
    ))?;
    match control_code {
        None => print_line(&format!("Its control code: {}", standing.tracker)),
        Some(code) if code == ControlCode::of(&standing.tracker) => print_line(&format!(
            "It has your control code: your vote is the one that is counted{}.",
            unless(&client)
        )),
        Some(_) => Err(Stop::new(
            Exit::CheckFailed,
            format!(
                "the vote that counts has another control code, {}: a later vote with your code replaced yours, or yours \
                 never stood; check your receipt",
                standing.tracker
            ),
        )),
    }
}

/// What can still change what is counted.
fn unless(client: &Client) -> &'static str {
    match (client.setup().is_cancelled(), client.setup().is_closed()) {
        (true, _) => " in none: the election was cancelled",
        (false, true) => "; voting has ended",
        (false, false) => ", unless you vote again",
    }
}

/// The size that a receipt's checkpoint claims, before its signature is checked.
fn size_of(proof: &TlogProof) -> Option<u64> {
    let text = Note::parse(&proof.checkpoint).ok()?.text;
    Checkpoint::parse(&text).ok().map(|checkpoint| checkpoint.size)
}

/// A book that ends before the receipt's contradicts nothing where it is a mirror's, which may not have caught up, and is a
/// rollback where votes are cast. This program cannot tell which it asks: it gives both sizes, and the reader judges.
fn behind(here: u64, receipt: u64) -> Stop {
    let sentence = format!(
        "the book shown here ends before your receipt: it has {here} entries, the receipt's book has {receipt}. A mirror may be \
         some minutes behind: check again later. If it stays so, or if this is the server on which you voted, keep the receipt \
         and tell the election office"
    );
    Stop::new(Exit::NotYet, sentence)
}

/// A receipt that no key of this book signed, of a book that is longer: the board's key may have been succeeded in between.
fn unjudged(here: u64, receipt: u64) -> Stop {
    let sentence = format!(
        "this receipt cannot be judged here: the book shown here has {here} entries, the receipt's book has {receipt}, and no key \
         that this book names has signed the receipt. Either a mirror is behind, and the board has had a new key since: check \
         again later. Or the receipt is false: if it stays so, or if this is the server on which you voted, keep it and tell the \
         election office"
    );
    Stop::new(Exit::NotYet, sentence)
}

/// The receipt's checkpoint: signed by the key that was in force at its size, and within the book that is shown here.
fn claimed(setup: &Setup, here: u64, proof: &TlogProof) -> Result<SignedCheckpoint, Stop> {
    let failed = |error: &dyn Display| Stop::new(Exit::CheckFailed, error);
    let size = size_of(proof).ok_or_else(|| failed(&"the receipt has no checkpoint"))?;
    match SignedCheckpoint::verify(&proof.checkpoint, setup.board_at(size)) {
        Err(CheckpointError::Note(NoteError::Unsigned)) if here < size => Err(unjudged(here, size)),
        Err(error) => Err(failed(&error)),
        Ok(_) if here < size => Err(behind(here, size)),
        Ok(claimed) => Ok(claimed),
    }
}

/// The receipt's ballot: in the log that stands now, of this roll number, and still the head or replaced.
fn by_receipt(
    client: &Client,
    place: &Place,
    now: &Checkpoint,
    receipt: &[u8],
    save: Option<&Path>,
) -> Result<Exit, Stop> {
    let failed = |sentence: &str| Stop::new(Exit::CheckFailed, sentence);
    let proof = TlogProof::parse(receipt).map_err(Stop::input)?;
    let claimed = claimed(client.setup(), now.size, &proof)?;
    let board = client.setup().board_at(claimed.checkpoint().size);
    let entry = client.entry_extending(proof.index, claimed.checkpoint()).map_err(stop)?;
    proof.verify(&entry, board).map_err(|error| Stop::new(Exit::CheckFailed, error))?;
    let own = Pending::restore(&entry).filter(|ballot| ballot.index() == place.index());
    let own = own.ok_or_else(|| failed("the receipt is of another roll number's vote"))?;
    let standing =
        place.standing().ok_or_else(|| failed("the board hides the vote that your receipt proves"))?;
    let (words, observed) =
        observed_words(client, proof.index, place.checkpoint().checkpoint()).map_err(stop)?;
    print_line(&format!("Received: entry {}, control code {}.", proof.index, own.tracker()))?;
    if let Some((path, observed)) = save.zip(observed.as_ref()) {
        match client.confirmed_receipt(leaf_hash(&entry), &proof, observed).map_err(stop)? {
            Some(bytes) => files::replace(path, &bytes, Access::Private)?,
            None => {
                print_line("The receipt is not written again: the observers have not confirmed it yet.")?;
            }
        }
    }
    if standing.entry == proof.index {
        return print_line(&format!(
            "It is in the public book, {words}; and it is the one that is counted{}.",
            unless(client)
        ));
    }
    if standing.seq > own.seq() {
        return print_line(&format!(
            "It is in the public book, {words}, and a later vote with your code replaced it: vote {}, entry {}, control code {}.",
            standing.seq + 1,
            standing.entry,
            standing.tracker
        ));
    }
    Err(failed("the board shows an earlier vote than the one that your receipt proves"))
}

#[cfg(test)]
#[path = "../../tests/world/mod.rs"]
mod world;

#[cfg(test)]
mod tests {
    use plebiscite_election::contest::Choice;
    use plebiscite_support::{checkpoint_of, key_of};

    use super::world::{opened, receipt, setup};
    use super::*;

    #[test]
    fn a_receipt_of_a_longer_book_is_undecided_with_both_sizes_and_a_false_one_is_false_everywhere() {
        let mut election = opened();
        let late = setup(&election);
        let before = election.entries.len() as u64;
        election.cast(1, &[Choice::Option(0)]);
        let now = before + 1;
        let honest = receipt(&election, before);
        let at = |here, proof: &TlogProof| claimed(&late, here, proof);
        let undecided = |proof: &TlogProof| {
            let stop = at(before, proof).unwrap_err();
            let said = &stop.sentence;
            assert!(said.contains(&format!("has {before} entries")), "{said}");
            assert!(said.contains(&format!("receipt's book has {now}")), "{said}");
            stop.exit
        };
        assert_eq!(at(now, &honest).unwrap().checkpoint().size, now);
        assert_eq!(undecided(&honest), Exit::NotYet);
        // A key that this book does not name: it may come in what the mirror has not copied, but not in what it has.
        let mut other = honest.clone();
        other.checkpoint = checkpoint_of(election.id(), &election.tree, &key_of("board", 1)).note().to_vec();
        assert_eq!(undecided(&other), Exit::NotYet);
        assert_eq!(at(now, &other).unwrap_err().exit, Exit::CheckFailed);
        // The board's own key, and another text than it signed.
        let mut changed = honest.clone();
        let text = String::from_utf8(changed.checkpoint.clone()).unwrap();
        changed.checkpoint =
            text.replacen(&format!("\n{now}\n"), &format!("\n{}\n", now + 1), 1).into_bytes();
        assert_ne!(changed.checkpoint, honest.checkpoint);
        for here in [before, now, now + 1] {
            assert_eq!(at(here, &changed).unwrap_err().exit, Exit::CheckFailed);
        }
    }
}
