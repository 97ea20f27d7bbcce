//! What every ballot of one election is made and judged with (§15.1).

use plebiscite_crypto::group::{Generators, Point, PointBytes};
use plebiscite_crypto::proof::linear_bits::LinearForm;
use plebiscite_crypto::threshold::ceremony::ElectionKeys;
use thiserror::Error;

use super::wire::{BALLOT_HEADER_BYTES, SIGNATURE_BYTES};
use crate::context::ElectionContext;
use crate::manifest::Manifest;

/// One contest: its linear bit form and one election key per tallied form.
#[derive(Clone, Debug)]
pub struct ContestParameters {
    form: LinearForm,
    keys: Vec<Point>,
}

/// The election's context, its contests in the manifest's order, and the generators that they need.
/// Made once; everything that makes or judges ballots borrows it.
#[derive(Clone, Debug)]
pub struct ElectionParameters {
    context: ElectionContext,
    contests: Vec<ContestParameters>,
    generators: Generators,
}

/// Why forms and keys do not go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ParameterError {
    /// An election has a contest.
    #[error("there is no contest")]
    NoContest,
    /// Not one key per tallied form.
    #[error("contest {contest}: {keys} keys for {tallied} tallied forms")]
    Keys {
        /// The contest's position.
        contest: usize,
        /// Keys given.
        keys: usize,
        /// Keys needed.
        tallied: usize,
    },
    /// A key is no point: never so with confirmed keys.
    #[error("contest {contest}: a key is no point of the group")]
    Point {
        /// The contest's position.
        contest: usize,
    },
}

impl ContestParameters {
    /// The linear bit form.
    #[must_use]
    pub const fn form(&self) -> &LinearForm {
        &self.form
    }

    /// The election keys `P_o`, in the order of the tallied forms.
    #[must_use]
    pub fn keys(&self) -> &[Point] {
        &self.keys
    }
}

impl ElectionParameters {
    /// Puts contests and their keys together. The keys are those of `context`'s key digest: whoever calls this has
    /// checked that (§9.7, §25.1).
    ///
    /// # Errors
    /// [`ParameterError`].
    pub fn new(
        context: ElectionContext,
        contests: Vec<(LinearForm, Vec<Point>)>,
    ) -> Result<Self, ParameterError> {
        let bits = contests.iter().map(|(form, _)| form.bits()).max().ok_or(ParameterError::NoContest)?;
        for (contest, (form, keys)) in contests.iter().enumerate() {
            if keys.len() != form.tallied() {
                return Err(ParameterError::Keys { contest, keys: keys.len(), tallied: form.tallied() });
            }
        }
        let contests = contests.into_iter().map(|(form, keys)| ContestParameters { form, keys }).collect();
        Ok(Self { context, contests, generators: Generators::new(bits) })
    }

    /// The parameters of a manifest's contests under the confirmed keys.
    ///
    /// # Errors
    /// [`ParameterError`].
    pub fn of(
        context: ElectionContext,
        manifest: &Manifest,
        keys: &ElectionKeys,
    ) -> Result<Self, ParameterError> {
        let contests = manifest.contests().iter().enumerate().map(|(number, contest)| {
            let own = keys.p.get(contest.keys()).unwrap_or(&[]);
            let points = own.iter().map(PointBytes::decode).collect::<Result<Vec<_>, _>>();
            let points = points.map_err(|_| ParameterError::Point { contest: number })?;
            Ok((contest.form().clone(), points))
        });
        Self::new(context, contests.collect::<Result<_, _>>()?)
    }

    /// The election's context.
    #[must_use]
    pub const fn context(&self) -> &ElectionContext {
        &self.context
    }

    /// The contests, in the manifest's order.
    #[must_use]
    pub fn contests(&self) -> &[ContestParameters] {
        &self.contests
    }

    /// `H` and as many `G_i` as the longest contest has bits.
    #[must_use]
    pub const fn generators(&self) -> &Generators {
        &self.generators
    }

    /// Bytes of every unsigned body of this election, whatever is chosen.
    #[must_use]
    pub fn body_bytes(&self) -> usize {
        BALLOT_HEADER_BYTES + self.contests.iter().map(|contest| contest.form.wire_len()).sum::<usize>()
    }

    /// Bytes of every signed ballot of this election, whatever is chosen.
    #[must_use]
    pub fn ballot_bytes(&self) -> usize {
        self.body_bytes() + SIGNATURE_BYTES
    }
}
