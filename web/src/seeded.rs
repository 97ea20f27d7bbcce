//! Ballots from a given seed, to show that two programs make the same bytes, and how long that takes.
//!
//! Such a ballot is never signed, so none can be cast. A session takes its seeds from the device's randomness alone: there
//! is no way from here into one.

use plebiscite_election::ballot::{EncryptedBallot, Seed, Selections};
use plebiscite_election::contest::Choice;
use plebiscite_election::entry::ElectionId;
use plebiscite_voter::place::Place;
use plebiscite_voter::setup::{Setup, SetupEntries};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::arguments::Answer;
use crate::failure::Failure;
use crate::shown;

/// Public bytes that a voter's program checks before it encrypts, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicRecord {
    /// The whole id.
    pub election: String,
    /// The manifest's head and chunks.
    pub manifest: Vec<String>,
    /// Head and chunks of each trustee's confirmation of the keys.
    pub confirmations: Vec<Vec<String>>,
    /// The roll seal's index and entry.
    pub roll_seal: (u64, String),
    /// The opening's index and entry.
    pub open: (u64, String),
    /// The board's checkpoint, as signed.
    pub checkpoint: String,
    /// The roll number of the voter.
    pub roll_number: u32,
    /// The board's answer about that roll number.
    pub view: String,
}

/// An election and one voter's place in it, for ballots that are never cast.
#[wasm_bindgen]
pub struct SeededBallots {
    setup: Setup,
    place: Place,
}

impl SeededBallots {
    /// Checks the record as a voter's program does.
    ///
    /// # Errors
    /// As opening an election and entering codes.
    pub fn of(record: &PublicRecord) -> Result<Self, Failure> {
        let mut id = [0; 32];
        hex::decode_to_slice(&record.election, &mut id).map_err(Failure::arguments)?;
        let entries = SetupEntries {
            manifest: all(&record.manifest)?,
            confirmations: record
                .confirmations
                .iter()
                .map(|entries| all(entries))
                .collect::<Result<_, _>>()?,
            roll_seal: Some((record.roll_seal.0, bytes(&record.roll_seal.1)?)),
            open: Some((record.open.0, bytes(&record.open.1)?)),
            ..SetupEntries::default()
        };
        let (setup, _) = Setup::verify(ElectionId(id), &entries, &bytes(&record.checkpoint)?)?;
        let place = Place::of_row(&setup, record.roll_number, &bytes(&record.view)?)?;
        Ok(Self { setup, place })
    }

    /// The unsigned bytes of a ballot: one answer for each contest, in the manifest's order, none for blank.
    ///
    /// # Errors
    /// A choice that is not offered.
    pub fn body(&self, answers: &[Option<Answer>], seed: [u8; 32]) -> Result<Vec<u8>, Failure> {
        let manifest = self.setup.manifest();
        let documents = &manifest.document().contests;
        let not_offered = || Failure::new("choice", "not one offered choice for each contest");
        if answers.len() != documents.len() {
            return Err(not_offered());
        }
        let contests = manifest.contests().iter().zip(documents).zip(answers);
        let bits = contests.map(|((contest, document), answer)| {
            let choice: Option<Choice> = shown::choice(contest, document, answer.as_ref());
            choice.and_then(|choice| contest.bits(&choice).ok()).ok_or_else(not_offered)
        });
        let selections = Selections::new(self.setup.parameters(), bits.collect::<Result<_, _>>()?)
            .map_err(|error| Failure::new("choice", error))?;
        let ballot = EncryptedBallot::new(
            self.setup.parameters(),
            self.place.next()?,
            selections,
            Seed::from_fresh(seed),
        );
        Ok(ballot.map_err(|error| Failure::new("internal", error))?.body().to_vec())
    }
}

fn all(entries: &[String]) -> Result<Vec<Vec<u8>>, Failure> {
    entries.iter().map(|entry| bytes(entry)).collect()
}

fn bytes(text: &str) -> Result<Vec<u8>, Failure> {
    hex::decode(text).map_err(Failure::arguments)
}
