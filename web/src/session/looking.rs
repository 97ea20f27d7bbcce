//! The calls of who looks, with no code: `check_test`, `check`, `audit`.

use plebiscite_board::checkpoint::{Checkpoint, SignedCheckpoint};
use plebiscite_board::merkle::leaf_hash;
use plebiscite_board::note::Note;
use plebiscite_board::tlog_proof::TlogProof;
use plebiscite_election::ballot::ControlCode;
use plebiscite_verifier::check::Demand;
use plebiscite_verifier::source::{Http, Remote};
use plebiscite_verifier::{Options, verify_record};
use plebiscite_voter::client::{Client, ClientError};
use plebiscite_voter::place::{Place, PlaceError};
use plebiscite_voter::receipt::Pending;
use plebiscite_voter::setup::Setup;
use plebiscite_voter::tested::{self, TestError};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{ClientOf, Device, Progress, Session};
use crate::arguments::{Check, CheckTest, Place as _, Where};
use crate::failure::Failure;
use crate::shown;

impl<D: Device> Session<D> {
    /// A ballot that another device tested: recomputed here, from this device's own view of the board.
    pub(super) fn check_test(&mut self, test: &CheckTest) -> Result<Value, Failure> {
        let (origin, id) = test.place()?;
        let control_code = control_code(&test.control_code)?;
        let opening = hex::decode(test.opening.text().trim())
            .map(Zeroizing::new)
            .map_err(|_| Failure::new("opening", "an opening is written in hexadecimal digits"))?;
        let client = Client::open_to_look_over(self.http(), origin, id)?;
        let place = row(&client, test.roll_number)?;
        let chosen = match tested::check(client.setup(), &place, &opening, &control_code) {
            Ok(chosen) => chosen,
            Err(TestError::Differs) => return Ok(json!({ "same": false, "choices": [] })),
            Err(error) => return Err(error.into()),
        };
        let contests = &client.setup().manifest().document().contests;
        let choices: Vec<Value> =
            contests.iter().zip(chosen).map(|(document, choice)| shown::chosen(document, &choice)).collect();
        Ok(json!({ "same": true, "choices": choices }))
    }

    /// What stands under a roll number, against a receipt or a control code where one is given.
    pub(super) fn check(&mut self, check: &Check) -> Result<Value, Failure> {
        let (origin, id) = check.place()?;
        let given = check.control_code.as_deref().map(control_code).transpose()?;
        let client = Client::open_to_look_over(self.http(), origin, id)?;
        let place = row(&client, check.roll_number)?;
        let now = client.check_extends(place.checkpoint().checkpoint())?;
        let receipted =
            check.receipt.as_deref().map(|text| by_receipt::<D>(&client, &place, text)).transpose()?;
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

    /// Counts the whole election again.
    pub(super) fn audit(&mut self, place: &Where, progress: Progress<'_>) -> Result<Value, Failure> {
        let (origin, id) = place.place()?;
        let prefix: String = id.to_string().chars().take(16).collect();
        // Not recorded: the log is its own evidence, and the report names the entry.
        let log = Remote::with(&format!("{origin}/e/{prefix}/"), self.device.http());
        let log = log.map_err(|error| Failure::new("network", error))?;
        let mut tell = |entries: u64, of: u64| progress(json!({ "entries": entries, "of": of }));
        let options = Options {
            election: Some(Demand::Id(id)),
            since: None,
            up_to: None,
            fresh: self.device.fresh()?,
            progress: &mut tell,
        };
        let report = verify_record(log, options)?;
        serde_json::to_value(report).map_err(|error| Failure::new("internal", error))
    }
}

/// The ballot that a receipt proves.
struct Receipted {
    entry: u64,
    ballot: Pending,
    proof: TlogProof,
}

/// How far the election is, for who looks.
fn phase(setup: &Setup) -> &'static str {
    match (setup.is_cancelled(), setup.is_closed()) {
        (true, _) => "cancelled",
        (false, true) => "closed",
        (false, false) => "open",
    }
}

/// The ballot that a receipt proves: in the log that stands now, of this roll number, the head or before it. An old receipt is
/// signed by the key that was in force at its size.
fn by_receipt<D: Device>(client: &ClientOf<D>, place: &Place, text: &str) -> Result<Receipted, Failure> {
    let false_receipt = |error: &dyn std::fmt::Display| Failure::new("false-receipt", error);
    let proof = TlogProof::parse(text.as_bytes()).map_err(|error| Failure::new("receipt", error))?;
    let size = Note::parse(&proof.checkpoint).ok().and_then(|note| Checkpoint::parse(&note.text).ok());
    let size = size.ok_or_else(|| false_receipt(&"it has no checkpoint"))?.size;
    let board = client.setup().board_at(size);
    let claimed =
        SignedCheckpoint::verify(&proof.checkpoint, board).map_err(|error| false_receipt(&error))?;
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
        ClientError::Place(PlaceError::Unknown) => Failure::new("roll-number", "the roll has no such number"),
        error => error.into(),
    })
}

fn control_code(text: &str) -> Result<ControlCode, Failure> {
    ControlCode::parse(text).map_err(|error| Failure::new("control-code", error))
}
