//! Tie-breaks: which of two adopted proposals enters into force (§18.6).

use std::cmp::Ordering;

use serde::Serialize;

use super::counts::{CellCounts, VerdictError, sums};
use super::fraction::{Fraction, Overflow};
use super::regions::region_units;
use super::verdict::ContestVerdict;
use super::yes_no::Decision;
use crate::cell::Partition;
use crate::contest::ContestIndex;
use crate::manifest::Manifest;
use crate::manifest::document::TieBreak;

/// What a tie-break decided. Votes are multiplied by `voter_weight`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TieBreakVerdict {
    /// The id of the contest that asked for it.
    pub contest: String,
    /// The ids of the two proposals.
    pub between: [String; 2],
    /// Which of them enters into force.
    pub outcome: Preferred,
    /// The votes for each, of heads with a result.
    pub votes: [u64; 2],
    /// Heads without a result, not multiplied.
    pub heads_without_result: u64,
    /// The region votes that each has for certain; zero where regions do not weigh.
    pub region_votes: [Fraction; 2],
}

/// The outcome of a tie-break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Preferred {
    /// Not both proposals are adopted.
    NotNeeded,
    /// The first proposal.
    First,
    /// The second proposal.
    Second,
    /// Neither has more. It is not broken.
    Tie,
    /// It depends on heads without a result, or on what has no data here.
    Undecided,
}

/// What each side has, in one evaluation.
#[derive(Clone, Copy)]
struct Sides {
    votes: [u64; 2],
    /// Region votes of each side and of all regions, where regions weigh.
    regions: Option<([u64; 2], u64)>,
}

pub(super) fn tie_break(
    manifest: &Manifest,
    partition: &Partition,
    counts: &[CellCounts],
    contests: &[ContestVerdict],
    tie_break: &TieBreak,
) -> Result<TieBreakVerdict, VerdictError> {
    let position = manifest.contests().iter().zip(0..).find(|(contest, _)| contest.id() == tie_break.contest);
    let index = ContestIndex(position.map(|found| found.1).unwrap_or_default());
    let sums = sums(manifest, partition, counts, index)?;
    let (open, votes) = (
        sums.open,
        match *sums.tally.as_slice() {
            [first, second] => [first, second],
            _ => [0, 0],
        },
    );
    let shares = manifest.region_votes();
    let first = region_units(manifest, partition, counts, index, |t| matches!(t, [x, y] if x > y))?;
    let second = region_units(manifest, partition, counts, index, |t| matches!(t, [x, y] if y > x))?;
    let weigh = |units: [u64; 2]| tie_break.regions.then(|| (units, shares.total()));
    let [x, y] = votes;
    let plus_open = |votes: u64| votes.checked_add(open).ok_or(Overflow);
    let for_first = Sides { votes: [plus_open(x)?, y], regions: weigh([first.possible, second.certain]) };
    let for_second = Sides { votes: [x, plus_open(y)?], regions: weigh([first.certain, second.possible]) };
    let region_votes = match tie_break.regions {
        true => [shares.fraction(first.certain)?, shares.fraction(second.certain)?],
        false => [Fraction::ZERO, Fraction::ZERO],
    };
    let decisions = tie_break.between.each_ref().map(|id| decision_of(contests, id));
    Ok(TieBreakVerdict {
        contest: tie_break.contest.clone(),
        between: tie_break.between.clone(),
        outcome: outcome(decisions, for_first, for_second)?,
        votes,
        heads_without_result: partition.heads_without_result(),
        region_votes,
    })
}

fn decision_of(contests: &[ContestVerdict], id: &str) -> Decision {
    let found = contests.iter().find_map(|contest| match contest {
        ContestVerdict::YesNo(verdict) if verdict.contest == id => Some(verdict.decision),
        _ => None,
    });
    // §12.13 has made sure that there is one.
    found.unwrap_or(Decision::NotAdopted)
}

fn outcome(decisions: [Decision; 2], for_first: Sides, for_second: Sides) -> Result<Preferred, Overflow> {
    if decisions.contains(&Decision::NotAdopted) {
        return Ok(Preferred::NotNeeded);
    }
    let (high, low) = (for_first.compare()?, for_second.compare()?);
    if decisions.contains(&Decision::Undecided) || high != low {
        return Ok(Preferred::Undecided);
    }
    Ok(match high {
        Ordering::Greater => Preferred::First,
        Ordering::Less => Preferred::Second,
        Ordering::Equal => Preferred::Tie,
    })
}

impl Sides {
    /// How the first stands to the second.
    fn compare(&self) -> Result<Ordering, Overflow> {
        let [x, y] = self.votes;
        let people = x.cmp(&y);
        let Some(([first, second], total)) = self.regions else { return Ok(people) };
        let regions = first.cmp(&second);
        if people == regions || regions == Ordering::Equal {
            return Ok(people);
        }
        if people == Ordering::Equal {
            return Ok(regions);
        }
        // They disagree: the lead among the people as a share of x + y against the lead among the regions as
        // a share of all region votes.
        let product = |a: u64, b: u64| u128::from(a).checked_mul(b.into()).ok_or(Overflow);
        let lead_of_people = product(x.abs_diff(y), total)?;
        let lead_of_regions = product(first.abs_diff(second), x.checked_add(y).ok_or(Overflow)?)?;
        Ok(match lead_of_people.cmp(&lead_of_regions) {
            Ordering::Greater => people,
            Ordering::Less => regions,
            Ordering::Equal => Ordering::Equal,
        })
    }
}

impl TieBreakVerdict {
    /// Appends the bytes of §18.4.
    pub(super) fn encode_into(&self, bytes: &mut Vec<u8>) {
        bytes.push(match self.outcome {
            Preferred::NotNeeded => 0,
            Preferred::First => 1,
            Preferred::Second => 2,
            Preferred::Tie => 3,
            Preferred::Undecided => 4,
        });
        bytes.extend(self.votes.iter().flat_map(|votes| votes.to_be_bytes()));
        bytes.extend(self.heads_without_result.to_be_bytes());
        bytes.extend(self.region_votes.iter().flat_map(Fraction::encode));
    }
}
