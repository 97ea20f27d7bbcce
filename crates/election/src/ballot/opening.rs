//! A tested ballot, opened: seed and choice, from which any other device recomputes the body (§16.2).

use std::fmt;

use thiserror::Error;
use zeroize::Zeroize;

use super::encrypt::encrypt_body;
use super::parameters::ElectionParameters;
use super::seed::Seed;
use super::selections::{SelectionError, Selections};
use super::tracker::Tracker;
use crate::context::BallotContext;

/// Seed and selections of a tested ballot. Wiped when dropped; blind `Debug`: who sees an opening learns the choice.
///
/// Bytes: seed 32 ‖ the contests' bits, eight a byte, most significant first, each contest beginning a byte.
#[derive(PartialEq, Eq)]
pub struct Opening {
    seed: Seed,
    selections: Selections,
}

/// Why an opening does not explain a tracker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum OpeningError {
    /// Not the layout that encode writes.
    #[error("the opening is malformed")]
    Malformed,
    /// The opened choice does not obey the contests' rules.
    #[error("the opened choice is none: {0}")]
    Selections(#[from] SelectionError),
    /// The body recomputed from the opening has another tracker: the device encrypted something else than it opened,
    /// or for another context.
    #[error("the ballot recomputed from the opening has the tracker {recomputed}")]
    Tracker {
        /// What the opening gives.
        recomputed: Tracker,
    },
}

impl Opening {
    pub(super) const fn new(seed: Seed, selections: Selections) -> Self {
        Self { seed, selections }
    }

    /// The bytes given above. They reveal the choice; the caller wipes them.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut packed = self.selections.pack();
        let mut bytes = Vec::with_capacity(32 + packed.len());
        bytes.extend_from_slice(self.seed.bytes());
        bytes.extend_from_slice(&packed);
        packed.zeroize();
        bytes
    }

    /// Reads a whole opening and checks that the choice obeys the rules.
    ///
    /// # Errors
    /// [`OpeningError::Malformed`], [`OpeningError::Selections`].
    pub fn decode(parameters: &ElectionParameters, bytes: &[u8]) -> Result<Self, OpeningError> {
        let (seed, packed) = bytes.split_first_chunk::<32>().ok_or(OpeningError::Malformed)?;
        let contests = Selections::unpack(parameters, packed).ok_or(OpeningError::Malformed)?;
        Ok(Self { seed: Seed::from_fresh(*seed), selections: Selections::new(parameters, contests)? })
    }

    /// The tracker of the ballot that seed and choice give in a place.
    ///
    /// # Errors
    /// [`OpeningError::Malformed`] if they give none.
    pub fn tracker(
        &self,
        parameters: &ElectionParameters,
        context: &BallotContext,
    ) -> Result<Tracker, OpeningError> {
        let body = encrypt_body(parameters, context, &self.selections, &self.seed)
            .map_err(|_| OpeningError::Malformed)?;
        Ok(Tracker::of(&body))
    }

    #[cfg(test)]
    pub(super) const fn seed(&self) -> &Seed {
        &self.seed
    }

    /// The opened choice.
    #[must_use]
    pub const fn selections(&self) -> &Selections {
        &self.selections
    }
}

/// Recomputes the body of a tested ballot byte for byte and compares its tracker with the one that was shown.
///
/// `context` and `parameters` come from the tester's own letter and a mirror, never from the tested device; the caller also
/// requires that `shown` is not in the log (else one tracker could serve two voters).
///
/// # Errors
/// [`OpeningError`].
pub fn verify_opening<'o>(
    parameters: &ElectionParameters,
    context: &BallotContext,
    opening: &'o Opening,
    shown: &Tracker,
) -> Result<&'o Selections, OpeningError> {
    let recomputed = opening.tracker(parameters, context)?;
    if recomputed == *shown { Ok(&opening.selections) } else { Err(OpeningError::Tracker { recomputed }) }
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opening").finish_non_exhaustive()
    }
}
