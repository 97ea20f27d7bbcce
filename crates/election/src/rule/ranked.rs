//! The outcome of a ranked contest: the pairwise matrix, and both methods in the clear (§18.5).

use serde::Serialize;

use super::counts::{CellCounts, VerdictError, sums};
use super::fraction::Overflow;
use super::places::{Places, encode_list};
use super::ranked_pairs::{RankedPairs, ranked_pairs};
use super::schulze::schulze;
use crate::cell::Partition;
use crate::contest::{Contest, ContestIndex};
use crate::manifest::Manifest;
use crate::manifest::document::RankedMethod;

/// `preferences[a][b]`: how many ballots put `a` before `b`; 0 for `a = b`.
pub type Matrix = Vec<Vec<u64>>;

/// What a ranked contest decided. All counts are multiplied by `voter_weight`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RankedVerdict {
    /// The contest's id.
    pub contest: String,
    /// Credentials.
    pub eligible: u64,
    /// Heads.
    pub participants: u64,
    /// Blank, of heads with a result.
    pub blank: u64,
    /// Heads without a result, not multiplied.
    pub heads_without_result: u64,
    /// Every pair, of heads with a result.
    pub preferences: Matrix,
    /// The method that decides.
    pub method: RankedMethod,
    /// The options unbeaten by Schulze's method; none while heads lack a result.
    pub schulze: Vec<u16>,
    /// What ranked pairs found; nothing while heads lack a result.
    pub ranked_pairs: RankedPairs,
    /// Who wins the place, by the method that decides.
    pub places: Places,
}

pub(super) fn ranked(
    manifest: &Manifest,
    partition: &Partition,
    counts: &[CellCounts],
    contest: &Contest,
    index: ContestIndex,
    method: RankedMethod,
) -> Result<RankedVerdict, VerdictError> {
    let sums = sums(manifest, partition, counts, index)?;
    let (eligible, participants, open) = (sums.eligible, sums.participants, sums.open);
    let (pairs, blank) = sums.options_and_blank(contest.kind())?;
    let ranked = participants.checked_sub(open).and_then(|with| with.checked_sub(blank)).ok_or(Overflow)?;
    let preferences = matrix(&pairs, contest.options(), ranked).ok_or(Overflow)?;
    let heads_without_result = partition.heads_without_result();
    let decided = heads_without_result == 0;
    let schulze = if decided { schulze(&preferences) } else { Vec::new() };
    let pairs = if decided { ranked_pairs(&preferences) } else { RankedPairs::default() };
    let unbeaten = match method {
        RankedMethod::Schulze => &schulze,
        RankedMethod::RankedPairs => &pairs.unbeaten,
    };
    let places = match unbeaten.as_slice() {
        [] => Places::Undecided,
        [one] => Places::Decided { elected: vec![*one] },
        several => Places::Tied { elected: Vec::new(), tied: several.to_vec(), places_left: 1 },
    };
    Ok(RankedVerdict {
        contest: contest.id().to_owned(),
        eligible,
        participants,
        blank,
        heads_without_result,
        preferences,
        method,
        schulze,
        ranked_pairs: pairs,
        places,
    })
}

/// The whole matrix from the tallied half; `None` if a pair has more than all ballots.
fn matrix(pairs: &[u64], options: u16, ranked: u64) -> Option<Matrix> {
    let mut tallied = pairs.iter();
    let mut matrix = vec![vec![0; options.into()]; options.into()];
    for a in 0..usize::from(options) {
        for b in a.saturating_add(1)..options.into() {
            let before = *tallied.next()?;
            *matrix.get_mut(a)?.get_mut(b)? = before;
            *matrix.get_mut(b)?.get_mut(a)? = ranked.checked_sub(before)?;
        }
    }
    Some(matrix)
}

/// `matrix[a][b]`; 0 outside.
pub(super) fn entry(matrix: &Matrix, a: usize, b: usize) -> u64 {
    matrix.get(a).and_then(|row| row.get(b)).copied().unwrap_or_default()
}

impl RankedVerdict {
    /// Appends the bytes of §18.4.
    pub(super) fn encode_into(&self, bytes: &mut Vec<u8>) {
        bytes.push(3);
        let numbers = [self.eligible, self.participants, self.blank, self.heads_without_result];
        bytes.extend(numbers.iter().flat_map(|number| number.to_be_bytes()));
        bytes.extend(u16::try_from(self.preferences.len()).unwrap_or(u16::MAX).to_be_bytes());
        bytes.extend(self.preferences.iter().flatten().flat_map(|count| count.to_be_bytes()));
        bytes.push(match self.method {
            RankedMethod::Schulze => 1,
            RankedMethod::RankedPairs => 2,
        });
        bytes.push(self.places.code());
        encode_list(&self.schulze, bytes);
        self.ranked_pairs.encode_into(bytes);
    }
}
