//! A tested ballot on a second device: opened, recomputed, compared with the control code that the first one showed (§25.5).

use plebiscite_election::ballot::{ControlCode, Opening, OpeningError};
use plebiscite_election::contest::Choice;
use plebiscite_election::context::BallotContext;
use thiserror::Error;

use crate::place::{Place, PlaceError};
use crate::setup::Setup;

/// Why a test does not come out.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TestError {
    /// The opening is none, or gives no ballot.
    #[error("{0}")]
    Opening(#[from] OpeningError),
    /// There is no further place in the chain.
    #[error("{0}")]
    Place(#[from] PlaceError),
    /// The ballot with this control code was cast: a tested ballot must never be.
    #[error(
        "the ballot with this control code stands in the book: it was cast, and a tested ballot must never be"
    )]
    Cast,
    /// The tested device encrypted something else than it opened, or for another voter or place.
    #[error(
        "the test FAILED: the opening gives another control code than the device showed; do not vote on that device"
    )]
    Differs,
}

/// Recomputes a tested ballot and gives the choices that it holds, one for each contest. `place` is that of the roll number
/// on the letter, as a board or mirror proves it to this device; `shown` was read from the tested device.
///
/// The recomputed tracker binds roll number and place in the chain: the next free place, or the one that the chain's head has
/// taken since, where the voter went on to vote before she looked here. No ballot with it can stand then: of a place only
/// one stands, that of the first would be the chain's head, and that of the second is, with another tracker.
///
/// # Errors
/// [`TestError`].
pub fn check(
    setup: &Setup,
    place: &Place,
    opening: &[u8],
    shown: &ControlCode,
) -> Result<Vec<Choice>, TestError> {
    if place.standing().is_some_and(|standing| ControlCode::of(&standing.tracker) == *shown) {
        return Err(TestError::Cast);
    }
    let opening = Opening::decode(setup.parameters(), opening)?;
    let opens = |context: &BallotContext| -> Result<bool, TestError> {
        Ok(ControlCode::of(&opening.tracker(setup.parameters(), context)?) == *shown)
    };
    if !place.taken().as_ref().map(opens).transpose()?.unwrap_or(false) && !opens(&place.next()?)? {
        return Err(TestError::Differs);
    }
    let contests = setup.manifest().contests().iter().zip(opening.selections().contests());
    contests.map(|(contest, bits)| contest.choice_of(bits).ok_or(TestError::Differs)).collect()
}
