//! The verdict: a function of the manifest, the partition and the counts, and of nothing else (§18).

use serde::Serialize;

use super::counts::{CellCounts, VerdictError, check_counts};
pub use super::options::OptionsVerdict;
use super::options::options;
pub use super::ranked::RankedVerdict;
use super::ranked::ranked;
use super::tie_break::tie_break;
pub use super::tie_break::{Preferred, TieBreakVerdict};
use super::yes_no::yes_no;
pub use super::yes_no::{Decision, YesNoVerdict};
use crate::cell::Partition;
use crate::contest::{ContestIndex, Kind};
use crate::manifest::Manifest;

/// What every contest decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// One for each contest, in the manifest's order.
    pub contests: Vec<ContestVerdict>,
    /// One for each tie-break, in the manifest's order.
    pub tie_breaks: Vec<TieBreakVerdict>,
}

/// What one contest decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ContestVerdict {
    /// A yes/no contest.
    YesNo(YesNoVerdict),
    /// A contest of options for places.
    Options(OptionsVerdict),
    /// A contest of options ranked in pairs.
    Ranked(RankedVerdict),
}

/// The verdict of §18. `counts` has one member for each cell of `partition`.
///
/// # Errors
/// [`VerdictError`] if the counts cannot be those of this partition. Public numbers only: not constant time.
pub fn verdict(
    manifest: &Manifest,
    partition: &Partition,
    counts: &[CellCounts],
) -> Result<Verdict, VerdictError> {
    check_counts(manifest, partition, counts)?;
    let members = manifest.contests().iter().zip((0..).map(ContestIndex));
    let judged = members.map(|(contest, index)| match contest.kind() {
        Kind::YesNoBlank | Kind::YesNoBothNone => {
            yes_no(manifest, partition, counts, contest, index).map(ContestVerdict::YesNo)
        }
        Kind::Condorcet { method, .. } => {
            ranked(manifest, partition, counts, contest, index, method).map(ContestVerdict::Ranked)
        }
        Kind::SingleChoice(_)
        | Kind::Approval { .. }
        | Kind::Score { .. }
        | Kind::Cumulative { .. }
        | Kind::Quadratic { .. }
        | Kind::Borda(_) => options(manifest, partition, counts, contest, index).map(ContestVerdict::Options),
    });
    let contests: Vec<ContestVerdict> = judged.collect::<Result<_, _>>()?;
    let between = manifest.document().tie_breaks.iter();
    let broken = between.map(|between| tie_break(manifest, partition, counts, &contests, between));
    let tie_breaks = broken.collect::<Result<_, _>>()?;
    Ok(Verdict { contests, tie_breaks })
}

impl Verdict {
    /// The bytes of the result entry (§18.4).
    pub fn encode(&self) -> Vec<u8> {
        // §12.3 allows 64 contests of 1,024 options, §12.6 16 conditions, §12.13 32 tie-breaks: every count fits.
        let count = |members: usize| u16::try_from(members).unwrap_or(u16::MAX).to_be_bytes();
        let mut bytes = count(self.contests.len()).to_vec();
        for contest in &self.contests {
            match contest {
                ContestVerdict::YesNo(verdict) => verdict.encode_into(&mut bytes),
                ContestVerdict::Options(verdict) => verdict.encode_into(&mut bytes),
                ContestVerdict::Ranked(verdict) => verdict.encode_into(&mut bytes),
            }
        }
        bytes.extend(count(self.tie_breaks.len()));
        self.tie_breaks.iter().for_each(|tie_break| tie_break.encode_into(&mut bytes));
        bytes
    }
}

#[cfg(test)]
mod tests;
