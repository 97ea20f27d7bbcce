//! The verdict: a function of the manifest, the partition and the counts, and of nothing else (§18).

use std::fmt;

use serde::Serialize;

use super::condition::{Answer, ConditionVerdict, RegionVotes, Votes, evaluate, group};
use super::counts::{CellCounts, VerdictError, check_counts, of_contest, sums};
use super::fraction::{Fraction, Overflow};
use super::places::{Places, plurality};
use crate::cell::{LEAST_HEADS, Outcome, Partition};
use crate::contest::{Contest, ContestIndex, Kind};
use crate::manifest::Manifest;
use crate::manifest::document::Condition;

/// What every contest decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// One for each contest, in the manifest's order.
    pub contests: Vec<ContestVerdict>,
}

/// What one contest decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ContestVerdict {
    /// A yes/no contest.
    YesNo(YesNoVerdict),
    /// A contest of options for places.
    Options(OptionsVerdict),
}

/// What a yes/no contest decided. All counts are multiplied by `voter_weight`, `heads_without_result` is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct YesNoVerdict {
    /// The contest's id.
    pub contest: String,
    /// Credentials.
    pub eligible: u64,
    /// Heads.
    pub participants: u64,
    /// Yes, of heads with a result.
    pub yes: u64,
    /// No, of heads with a result.
    pub no: u64,
    /// Blank, of heads with a result.
    pub blank: u64,
    /// Heads without a result, not multiplied.
    pub heads_without_result: u64,
    /// Every turnout condition holds.
    pub valid: bool,
    /// Each condition with its numbers, in the manifest's order.
    pub conditions: Vec<ConditionVerdict>,
    /// The decision.
    pub decision: Decision,
}

/// Whether a proposal is adopted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Every condition holds.
    Adopted,
    /// A condition fails.
    NotAdopted,
    /// No condition fails, and one is undecided or has no data.
    Undecided,
}

/// What a contest of options decided. All counts are multiplied by `voter_weight`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OptionsVerdict {
    /// The contest's id.
    pub contest: String,
    /// Credentials.
    pub eligible: u64,
    /// Heads.
    pub participants: u64,
    /// The total of each option, of heads with a result.
    pub totals: Vec<u64>,
    /// Blank, of heads with a result.
    pub blank: u64,
    /// Heads without a result, not multiplied.
    pub heads_without_result: u64,
    /// Who wins the places.
    pub places: Places,
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
    let contests = manifest.contests().iter().zip((0..).map(ContestIndex));
    let judged = contests.map(|(contest, index)| match contest.kind() {
        Kind::YesNoBlank => yes_no(manifest, partition, counts, contest, index).map(ContestVerdict::YesNo),
        Kind::SingleChoice { places, .. } => {
            options(manifest, partition, counts, contest, index, places).map(ContestVerdict::Options)
        }
    });
    Ok(Verdict { contests: judged.collect::<Result<_, _>>()? })
}

fn yes_no(
    manifest: &Manifest,
    partition: &Partition,
    counts: &[CellCounts],
    contest: &Contest,
    index: ContestIndex,
) -> Result<YesNoVerdict, VerdictError> {
    let sums = sums(manifest, partition, counts, index)?;
    let (yes, no) = match sums.tally.as_slice() {
        [yes, no] => (*yes, *no),
        _ => (0, 0),
    };
    let votes = Votes { eligible: sums.eligible, participants: sums.participants, yes, no, open: sums.open };
    let regions = region_votes(manifest, partition, counts, index)?;
    let lacking = partition.heads_without_result();
    let rule = manifest.rule(index).map(|rule| rule.conditions.as_slice()).unwrap_or_default();
    let conditions: Vec<ConditionVerdict> = rule
        .iter()
        .map(|condition| evaluate(*condition, &votes, &regions, lacking))
        .collect::<Result<_, _>>()?;
    Ok(YesNoVerdict {
        contest: contest.id().to_owned(),
        eligible: sums.eligible,
        participants: sums.participants,
        yes,
        no,
        blank: sums.blank()?,
        heads_without_result: lacking,
        valid: is_valid(&conditions),
        decision: decide(&conditions),
        conditions,
    })
}

fn is_valid(conditions: &[ConditionVerdict]) -> bool {
    let mut turnout = conditions.iter().filter(|c| matches!(c.condition, Condition::Turnout { .. }));
    turnout.all(|condition| condition.answer == Answer::Holds)
}

/// Not adopted if any condition fails, else undecided if any is not decided, else adopted.
fn decide(conditions: &[ConditionVerdict]) -> Decision {
    let any = |answer: Answer| conditions.iter().any(|condition| condition.answer == answer);
    if any(Answer::Fails) {
        Decision::NotAdopted
    } else if any(Answer::Undecided) || any(Answer::NoData) {
        Decision::Undecided
    } else {
        Decision::Adopted
    }
}

fn options(
    manifest: &Manifest,
    partition: &Partition,
    counts: &[CellCounts],
    contest: &Contest,
    index: ContestIndex,
    places: u16,
) -> Result<OptionsVerdict, VerdictError> {
    let sums = sums(manifest, partition, counts, index)?;
    let lacking = partition.heads_without_result();
    Ok(OptionsVerdict {
        contest: contest.id().to_owned(),
        eligible: sums.eligible,
        participants: sums.participants,
        blank: sums.blank()?,
        places: if lacking > 0 { Places::Undecided } else { plurality(&sums.tally, places) },
        totals: sums.tally,
        heads_without_result: lacking,
    })
}

/// The votes of the regions in favour: a region is in favour exactly if it has more yes than no. Only an
/// always-opened region has a cell of its own, whoever else joins, so only it can have a vote here.
fn region_votes(
    manifest: &Manifest,
    partition: &Partition,
    counts: &[CellCounts],
    index: ContestIndex,
) -> Result<RegionVotes, VerdictError> {
    let shares = manifest.region_votes();
    let (mut units_if_no, mut units_if_yes) = (0_u64, 0_u64);
    for (cell, counts) in partition.cells().iter().zip(counts) {
        let [region] = cell.regions.as_slice() else { continue };
        let opened = manifest.region(*region).is_some_and(|region| region.always_opened);
        let units = shares.units().get(usize::from(region.0)).copied().unwrap_or_default();
        if !opened {
            continue;
        }
        let in_favour = matches!(of_contest(counts, index), [yes, no] if yes > no);
        let varies = cell.outcome == Outcome::NoResult && cell.heads >= u64::from(LEAST_HEADS);
        if in_favour {
            units_if_no = units_if_no.checked_add(units).ok_or(Overflow)?;
        }
        if in_favour || varies {
            units_if_yes = units_if_yes.checked_add(units).ok_or(Overflow)?;
        }
    }
    Ok(RegionVotes {
        units_if_no,
        units_if_yes,
        total: shares.total(),
        if_no: shares.fraction(units_if_no)?,
        if_yes: shares.fraction(units_if_yes)?,
        base: shares.fraction(shares.total())?,
    })
}

impl YesNoVerdict {
    /// Region votes in favour if all heads without a result are no, and if they are yes; `None` if no
    /// condition of this contest asks for them.
    pub fn regions_for(&self) -> Option<(Fraction, Fraction)> {
        let asks = |c: &&ConditionVerdict| matches!(c.condition, Condition::Regions { no_data: false, .. });
        self.conditions.iter().find(asks).map(|c| (c.reached_if_no, c.reached_if_yes))
    }
}

impl Verdict {
    /// The bytes of the result entry (§18.4).
    pub fn encode(&self) -> Vec<u8> {
        // §12.3 allows 64 contests of 1,024 options and §12.6 16 conditions: every count fits.
        let mut bytes = u16::try_from(self.contests.len()).unwrap_or(u16::MAX).to_be_bytes().to_vec();
        for contest in &self.contests {
            match contest {
                ContestVerdict::YesNo(verdict) => verdict.encode_into(&mut bytes),
                ContestVerdict::Options(verdict) => verdict.encode_into(&mut bytes),
            }
        }
        bytes
    }
}

impl YesNoVerdict {
    fn encode_into(&self, bytes: &mut Vec<u8>) {
        bytes.push(1);
        let numbers =
            [self.eligible, self.participants, self.yes, self.no, self.blank, self.heads_without_result];
        bytes.extend(numbers.iter().flat_map(|number| number.to_be_bytes()));
        bytes.push(u8::from(self.valid));
        bytes.push(match self.decision {
            Decision::NotAdopted => 0,
            Decision::Adopted => 1,
            Decision::Undecided => 2,
        });
        bytes.push(u8::try_from(self.conditions.len()).unwrap_or(u8::MAX));
        self.conditions.iter().for_each(|condition| condition.encode_into(bytes));
    }
}

impl OptionsVerdict {
    fn encode_into(&self, bytes: &mut Vec<u8>) {
        bytes.push(2);
        let numbers = [self.eligible, self.participants, self.blank, self.heads_without_result];
        bytes.extend(numbers.iter().flat_map(|number| number.to_be_bytes()));
        bytes.extend(u16::try_from(self.totals.len()).unwrap_or(u16::MAX).to_be_bytes());
        bytes.extend(self.totals.iter().flat_map(|total| total.to_be_bytes()));
        self.places.encode_into(bytes);
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Adopted => "adopted",
            Self::NotAdopted => "not adopted",
            Self::Undecided => "undecided",
        })
    }
}

/// The whole decision in lines: the counts, each condition, the outcome.
impl fmt::Display for YesNoVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [yes, no, blank] = [self.yes, self.no, self.blank].map(group);
        writeln!(f, "{}: {yes} yes, {no} no, {blank} blank", self.contest)?;
        for condition in &self.conditions {
            writeln!(f, "  {condition}")?;
        }
        let validity = if self.valid { "valid" } else { "not valid" };
        write!(f, "  {validity}, {}", self.decision)
    }
}

#[cfg(test)]
mod tests;
