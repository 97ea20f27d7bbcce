//! The calls of who looks, with no code: `check_test`, `check_test_of`, `record`, `check`.

use plebiscite_board::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use plebiscite_board::merkle::leaf_hash;
use plebiscite_board::note::{Note, NoteError};
use plebiscite_board::tlog_proof::TlogProof;
use plebiscite_election::ballot::ControlCode;
use plebiscite_election::credential::Fingerprint;
use plebiscite_verifier::api::Remote as Asked;
use plebiscite_verifier::source::Http;
use plebiscite_voter::client::{Client, ClientError};
use plebiscite_voter::place::{Place, PlaceError};
use plebiscite_voter::receipt::Pending;
use plebiscite_voter::setup::Setup;
use plebiscite_voter::tested::{self, TestError};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{ClientOf, Device, Session};
use crate::arguments::{Check, CheckTest, CheckTestOf, Place as _, RecordOf, Secret};
use crate::failure::Failure;
use crate::record::PublicRecord;
use crate::shown;

impl<D: Device> Session<D> {
    /// A ballot that another device tested: recomputed here, from this device's own view of the board.
    pub(super) fn check_test(&mut self, test: &CheckTest) -> Result<Value, Failure> {
        let (origin, id) = test.place()?;
        let control_code = control_code(&test.control_code)?;
        let opening = opening(&test.opening)?;
        let client = Client::open_to_look_over(self.http(), origin, id)?;
        let place = row(&client, test.roll_number)?;
        tested_value(client.setup(), &place, &opening, &control_code)
    }

    /// The same without any server: the setup record comes from a file, and is checked like a board's answers.
    pub(super) fn check_test_of(test: &CheckTestOf) -> Result<Value, Failure> {
        let control_code = control_code(&test.control_code)?;
        let opening = opening(&test.opening)?;
        let record = PublicRecord::read(&test.record)?;
        if record.roll_number != test.roll_number {
            return Err(Failure::new("record-roll", "the setup record is of another roll number"));
        }
        let (setup, place) = record.check()?;
        let mut value = tested_value(&setup, &place, &opening, &control_code)?;
        if let Some(value) = value.as_object_mut() {
            value.insert("title".to_owned(), json!(setup.manifest().document().title));
            value.insert("fingerprint".to_owned(), json!(Fingerprint::of(&setup.id()).to_string()));
        }
        Ok(value)
    }

    /// The setup record of a roll number, to be carried to a device that asks no one. What is given was checked here.
    pub(super) fn record(&self, of: &RecordOf) -> Result<Value, Failure> {
        let (origin, id) = of.place()?;
        let (entries, note) = Client::setup_entries_over(self.http(), origin, id)?;
        let view = Asked::new(origin, id, self.http())?.roll_row(of.roll_number)?;
        let record = PublicRecord::of(id, &entries, &note, of.roll_number, &view)?;
        match record.check() {
            Err(failure) if failure.code == "code-unknown" => Err(no_such_row()),
            checked => checked.map(|_| json!(record)),
        }
    }

    /// What stands under a roll number, against a receipt or a control code where one is given.
    pub(super) fn check(&mut self, check: &Check) -> Result<Value, Failure> {
        let (origin, id) = check.place()?;
        let given = check.control_code.as_deref().map(control_code).transpose()?;
        let client = Client::open_to_look_over(self.http(), origin, id)?;
        let place = row(&client, check.roll_number)?;
        let now = client.check_extends(place.checkpoint().checkpoint())?;
        let receipted =
            check.receipt.as_deref().map(|text| by_receipt::<D>(&client, &place, &now, text)).transpose()?;
        let standing = place.standing();
        let same = given
            .is_none_or(|given| standing.is_some_and(|standing| ControlCode::of(&standing.tracker) == given));
        let state = match (standing, &receipted) {
            (None, _) => "none",
            (Some(standing), Some(own)) if standing.entry != own.entry => "replaced",
            (Some(_), Some(_)) => "stands",
            (Some(_), None) if same => "stands",
            (Some(_), None) => "replaced",
        };
        let entry = receipted.as_ref().map(|own| own.entry).or(standing.map(|standing| standing.entry));
        let (observers, confirmed) = match entry {
            Some(entry) => {
                self.observed(&client, entry, place.checkpoint().checkpoint(), receipted.as_ref())?
            }
            None => (Value::Null, None),
        };
        Ok(json!({
            "state": state,
            // Of a vote that a later one replaced, only a receipt proves that it ever stood.
            "proven": receipted.is_some(),
            "control_code": standing.map(|standing| standing.tracker.to_string()),
            "sequence": standing.map_or(0, |standing| u64::from(standing.seq) + 1),
            "entry": standing.map(|standing| standing.entry),
            "own": receipted.as_ref().map(|own| json!({
                "entry": own.entry,
                "control_code": own.ballot.tracker().to_string(),
                "sequence": u64::from(own.ballot.seq()) + 1,
            })),
            "roll_number": place.index(),
            "size": now.size,
            "phase": phase(client.setup()),
            "observers": observers,
            "receipt": confirmed,
        }))
    }

    /// What the observers have confirmed of an entry, and the receipt with their checkpoint where one was given and they have.
    fn observed(
        &self,
        client: &ClientOf<D>,
        entry: u64,
        shown_now: &Checkpoint,
        receipted: Option<&Receipted>,
    ) -> Result<(Value, Option<String>), Failure> {
        let observed = match client.observed(entry, shown_now) {
            Err(ClientError::FalseCosignature(_)) => {
                return Ok((shown::false_observers(client.setup()), None));
            }
            observed => observed?,
        };
        let again = observed.as_ref().zip(receipted).map(|(observed, own)| {
            client.confirmed_receipt(leaf_hash(own.ballot.entry()), &own.proof, observed)
        });
        let again = again.transpose()?.flatten().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        Ok((shown::observers(observed.as_ref(), self.device.now()), again))
    }
}

/// The ballot that a receipt proves.
struct Receipted {
    entry: u64,
    ballot: Pending,
    proof: TlogProof,
}

/// How far the election is, for who looks.
pub(super) fn phase(setup: &Setup) -> &'static str {
    match (setup.is_cancelled(), setup.is_closed()) {
        (true, _) => "cancelled",
        (false, true) => "closed",
        (false, false) => "open",
    }
}

/// The ballot that a receipt proves: in the log that stands now, of this roll number, the head or before it. An old receipt is
/// signed by the key that was in force at its size. A book that ends before the receipt's is told apart from one that
/// contradicts it: a mirror that has not caught up is no liar. Where such a book names no key that signed the receipt, the board's
/// key may have been succeeded in between, and nothing is decided; of a signature by a key that it names, it is.
fn by_receipt<D: Device>(
    client: &ClientOf<D>,
    place: &Place,
    now: &Checkpoint,
    text: &str,
) -> Result<Receipted, Failure> {
    let false_receipt = |error: &dyn std::fmt::Display| Failure::new("false-receipt", error);
    let proof = TlogProof::parse(text.as_bytes()).map_err(|error| Failure::new("receipt", error))?;
    let size = Note::parse(&proof.checkpoint).ok().and_then(|note| Checkpoint::parse(&note.text).ok());
    let size = size.ok_or_else(|| false_receipt(&"it has no checkpoint"))?.size;
    let board = client.setup().board_at(size);
    let sizes = || format!("the book shown here has {} entries, the receipt's {size}", now.size);
    let claimed = match SignedCheckpoint::verify(&proof.checkpoint, board) {
        Err(CheckpointError::Note(NoteError::Unsigned)) if now.size < size => {
            let sentence = format!("{}, and no key in it has signed the receipt", sizes());
            return Err(Failure::new("behind-unsigned", sentence));
        }
        claimed => claimed.map_err(|error| false_receipt(&error))?,
    };
    if now.size < size {
        return Err(Failure::new("behind", sizes()));
    }
    let entry = client.entry_extending(proof.index, claimed.checkpoint())?;
    proof.verify(&entry, board).map_err(|error| false_receipt(&error))?;
    let ballot = Pending::restore(&entry).filter(|ballot| ballot.index() == place.index());
    let ballot = ballot
        .ok_or_else(|| Failure::new("other-receipt", "the receipt is of another roll number's vote"))?;
    let hidden = || Failure::new("hidden", "the board hides the vote that the receipt proves");
    let standing = place.standing().ok_or_else(hidden)?;
    if standing.entry == proof.index || standing.seq > ballot.seq() {
        Ok(Receipted { entry: proof.index, ballot, proof })
    } else {
        Err(hidden())
    }
}

/// The place of a roll number.
fn row<H: Http + Clone>(client: &Client<H>, number: u32) -> Result<Place, Failure> {
    client.place_of_row(number).map_err(|error| match error {
        ClientError::Place(PlaceError::Unknown) => no_such_row(),
        error => error.into(),
    })
}

fn no_such_row() -> Failure {
    Failure::new("roll-number", "the roll has no such number")
}

fn opening(text: &Secret) -> Result<Zeroizing<Vec<u8>>, Failure> {
    hex::decode(text.text().trim())
        .map(Zeroizing::new)
        .map_err(|_| Failure::new("opening", "an opening is written in hexadecimal digits"))
}

/// What a tested ballot holds, or that it is another than was shown.
fn tested_value(
    setup: &Setup,
    place: &Place,
    opening: &[u8],
    control_code: &ControlCode,
) -> Result<Value, Failure> {
    let chosen = match tested::check(setup, place, opening, control_code) {
        Ok(chosen) => chosen,
        Err(TestError::Differs) => return Ok(json!({ "same": false, "choices": [] })),
        Err(error) => return Err(error.into()),
    };
    let contests = &setup.manifest().document().contests;
    let choices: Vec<Value> =
        contests.iter().zip(chosen).map(|(document, choice)| shown::chosen(document, &choice)).collect();
    Ok(json!({ "same": true, "choices": choices }))
}

fn control_code(text: &str) -> Result<ControlCode, Failure> {
    ControlCode::parse(text).map_err(|error| Failure::new("control-code", error))
}
