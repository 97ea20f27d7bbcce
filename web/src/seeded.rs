//! Ballots from a given seed, to show that two programs make the same bytes, and how long that takes.
//!
//! Such a ballot is never signed, so none can be cast. A session takes its seeds from the device's randomness alone: there
//! is no way from here into one.

use plebiscite_election::ballot::{EncryptedBallot, Seed, Selections};
use plebiscite_election::contest::Choice;
use plebiscite_voter::place::Place;
use plebiscite_voter::setup::Setup;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::arguments::Answer;
use crate::failure::Failure;
use crate::record::PublicRecord;
use crate::shown;

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
        let (setup, place) = record.check()?;
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
