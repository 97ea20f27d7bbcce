//! A voter's choice as bits that obey every contest's rule (§15.1).

use std::fmt;

use plebiscite_crypto::proof::linear_bits::LinearForm;
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::parameters::ElectionParameters;

/// The bits of all contests, each 0 or 1, checked against the contests' rules. Wiped when dropped; blind `Debug`.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Selections {
    contests: Vec<Vec<u8>>,
}

/// Why bits are no selection. Says where, never what was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SelectionError {
    /// Not one choice per contest.
    #[error("{found} choices for {contests} contests")]
    Contests {
        /// Choices given.
        found: usize,
        /// Contests of the election.
        contests: usize,
    },
    /// The bits do not obey the contest's rule.
    #[error("contest {contest}: the choice does not obey the rule")]
    Rule {
        /// The contest's position.
        contest: usize,
    },
}

impl Selections {
    /// Checks one bit vector (a byte of 0 or 1 per bit) per contest against its form.
    ///
    /// # Errors
    /// [`SelectionError`].
    pub fn new(parameters: &ElectionParameters, contests: Vec<Vec<u8>>) -> Result<Self, SelectionError> {
        let selections = Self { contests };
        let forms = parameters.contests();
        if selections.contests.len() != forms.len() {
            let found = selections.contests.len();
            return Err(SelectionError::Contests { found, contests: forms.len() });
        }
        for (contest, (bits, parameters)) in selections.contests.iter().zip(forms).enumerate() {
            parameters.form().check_bits(bits).map_err(|_| SelectionError::Rule { contest })?;
        }
        Ok(selections)
    }

    /// The bits of each contest, a byte of 0 or 1 per bit.
    #[must_use]
    pub fn contests(&self) -> &[Vec<u8>] {
        &self.contests
    }

    /// Eight bits a byte, most significant first, each contest beginning a byte, what is left over zero.
    pub(super) fn pack(&self) -> Vec<u8> {
        let byte =
            |bits: &[u8]| bits.iter().zip((0..8).rev()).fold(0, |byte, (bit, shift)| byte | bit << shift);
        // Room for all at once: a vector that grows leaves a copy behind.
        let mut packed = Vec::with_capacity(self.contests.iter().map(|bits| bits.len().div_ceil(8)).sum());
        packed.extend(self.contests.iter().flat_map(|bits| bits.chunks(8).map(byte)));
        packed
    }

    /// The inverse of [`Self::pack`]; `None` where bytes are missing, left over, or a padding bit is set.
    pub(super) fn unpack(parameters: &ElectionParameters, bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
        let mut rest = bytes;
        let mut contests = Vec::with_capacity(parameters.contests().len());
        for contest in parameters.contests() {
            let (own, after) = rest.split_at_checked(packed(contest.form()))?;
            let mut bits: Vec<u8> =
                own.iter().flat_map(|byte| (0..8).rev().map(move |shift| byte >> shift & 1)).collect();
            if bits.iter().skip(contest.form().bits()).any(|bit| *bit != 0) {
                return None;
            }
            bits.truncate(contest.form().bits());
            contests.push(bits);
            rest = after;
        }
        rest.is_empty().then_some(contests)
    }
}

fn packed(form: &LinearForm) -> usize {
    form.bits().div_ceil(8)
}

impl fmt::Debug for Selections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Selections").finish_non_exhaustive()
    }
}
