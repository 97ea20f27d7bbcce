//! `check`: what stands in the book under a roll number.

use std::path::{Path, PathBuf};

use plebiscite_board::checkpoint::{Checkpoint, SignedCheckpoint};
use plebiscite_board::merkle::leaf_hash;
use plebiscite_board::note::Note;
use plebiscite_board::tlog_proof::TlogProof;
use plebiscite_election::ballot::ControlCode;
use plebiscite_roles::cli::{Exit, Stop};
use plebiscite_roles::files::{self, Access};
use plebiscite_roles::program::print_line;
use plebiscite_voter::place::Place;
use plebiscite_voter::receipt::Pending;

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

/// A book that ends before the receipt's contradicts nothing: a mirror may not have caught up.
fn behind(here: u64, receipt: u64) -> Stop {
    let sentence = format!(
        "the book shown here ends before your receipt: it has {here} entries, the receipt's book has {receipt}. A mirror may be \
         some minutes behind: check again later. If it stays so, or if this is the server on which you voted, keep the receipt \
         and tell the election office"
    );
    Stop::new(Exit::NotYet, sentence)
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
    // An old receipt is signed by the key that was in force at its size.
    let size = size_of(&proof).ok_or_else(|| failed("the receipt has no checkpoint"))?;
    let board = client.setup().board_at(size);
    let claimed = SignedCheckpoint::verify(&proof.checkpoint, board)
        .map_err(|error| Stop::new(Exit::CheckFailed, error))?;
    if now.size < size {
        return Err(behind(now.size, size));
    }
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
