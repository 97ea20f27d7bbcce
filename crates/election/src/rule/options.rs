//! The outcome of a contest of options that are not ranked in pairs: totals and places (§18.3).

use serde::Serialize;

use super::counts::{CellCounts, VerdictError, sums};
use super::places::{Places, greatest};
use crate::cell::Partition;
use crate::contest::{Contest, ContestIndex};
use crate::manifest::Manifest;

/// What a contest of options decided. All counts are multiplied by `voter_weight`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OptionsVerdict {
    /// The contest's id.
    pub contest: String,
    /// Credentials.
    pub eligible: u64,
    /// Heads.
    pub participants: u64,
    /// The total of each option (votes, approvals, scores or points), of heads with a result.
    pub totals: Vec<u64>,
    /// Blank, of heads with a result.
    pub blank: u64,
    /// Heads without a result, not multiplied.
    pub heads_without_result: u64,
    /// Who wins the places.
    pub places: Places,
}

pub(super) fn options(
    manifest: &Manifest,
    partition: &Partition,
    counts: &[CellCounts],
    contest: &Contest,
    index: ContestIndex,
) -> Result<OptionsVerdict, VerdictError> {
    let sums = sums(manifest, partition, counts, index)?;
    let (eligible, participants) = (sums.eligible, sums.participants);
    let (totals, blank) = sums.options_and_blank(contest.kind())?;
    let heads_without_result = partition.heads_without_result();
    let places = match heads_without_result {
        0 => greatest(&totals, contest.kind().options().places),
        _ => Places::Undecided,
    };
    let contest = contest.id().to_owned();
    Ok(OptionsVerdict { contest, eligible, participants, totals, blank, heads_without_result, places })
}

impl OptionsVerdict {
    /// Appends the bytes of §18.4.
    pub(super) fn encode_into(&self, bytes: &mut Vec<u8>) {
        bytes.push(2);
        let numbers = [self.eligible, self.participants, self.blank, self.heads_without_result];
        bytes.extend(numbers.iter().flat_map(|number| number.to_be_bytes()));
        bytes.extend(u16::try_from(self.totals.len()).unwrap_or(u16::MAX).to_be_bytes());
        bytes.extend(self.totals.iter().flat_map(|total| total.to_be_bytes()));
        self.places.encode_into(bytes);
    }
}
