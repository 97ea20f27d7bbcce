//! The decision of a yes/no contest: adopted, not adopted, or undecided (§18.2).

use std::fmt;

use serde::Serialize;

use super::condition::{Answer, ConditionVerdict, RegionVotes, Votes, evaluate, group};
use super::counts::{CellCounts, VerdictError, sums};
use super::fraction::Fraction;
use super::regions::region_units;
use crate::cell::Partition;
use crate::contest::{Contest, ContestIndex};
use crate::manifest::Manifest;
use crate::manifest::document::Condition;

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
    /// Both, of heads with a result; `None` where the contest does not count it apart.
    pub both: Option<u64>,
    /// Blank (or none), of heads with a result.
    pub blank: u64,
    /// Heads without a result, not multiplied.
    pub heads_without_result: u64,
    /// Every turnout condition holds; `None` if none fails and one has no data here.
    pub valid: Option<bool>,
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

pub(super) fn yes_no(
    manifest: &Manifest,
    partition: &Partition,
    counts: &[CellCounts],
    contest: &Contest,
    index: ContestIndex,
) -> Result<YesNoVerdict, VerdictError> {
    let sums = sums(manifest, partition, counts, index)?;
    let (eligible, participants, open) = (sums.eligible, sums.participants, sums.open);
    let (tally, blank) = sums.options_and_blank(contest.kind())?;
    let (yes, no, both) = match *tally.as_slice() {
        [yes, no] => (yes, no, None),
        [yes, no, both] => (yes, no, Some(both)),
        _ => (0, 0, None),
    };
    let votes = Votes { eligible, participants, yes, no, open };
    let regions = region_votes(manifest, partition, counts, index)?;
    let heads_without_result = partition.heads_without_result();
    let rule = manifest.rule(index).map(|rule| rule.conditions.as_slice()).unwrap_or_default();
    let conditions: Vec<ConditionVerdict> = rule
        .iter()
        .map(|condition| evaluate(*condition, &votes, &regions, heads_without_result))
        .collect::<Result<_, _>>()?;
    let (valid, decision) = (validity(&conditions), decide(&conditions));
    let contest = contest.id().to_owned();
    Ok(YesNoVerdict {
        contest,
        eligible,
        participants,
        yes,
        no,
        both,
        blank,
        heads_without_result,
        valid,
        conditions,
        decision,
    })
}

fn region_votes(
    manifest: &Manifest,
    partition: &Partition,
    counts: &[CellCounts],
    index: ContestIndex,
) -> Result<RegionVotes, VerdictError> {
    let in_favour = |tally: &[u64]| matches!(tally, [yes, no, ..] if yes > no);
    let units = region_units(manifest, partition, counts, index, in_favour)?;
    let shares = manifest.region_votes();
    Ok(RegionVotes {
        units_if_no: units.certain,
        units_if_yes: units.possible,
        total: shares.total(),
        if_no: shares.fraction(units.certain)?,
        if_yes: shares.fraction(units.possible)?,
        base: shares.fraction(shares.total())?,
    })
}

fn validity(conditions: &[ConditionVerdict]) -> Option<bool> {
    let turnout = || conditions.iter().filter(|c| matches!(c.condition, Condition::Turnout { .. }));
    if turnout().any(|condition| condition.answer == Answer::Fails) {
        return Some(false);
    }
    turnout().all(|condition| condition.answer == Answer::Holds).then_some(true)
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

impl YesNoVerdict {
    /// Region votes in favour if all heads without a result are no, and if they are yes; `None` if no
    /// condition of this contest asks for them.
    pub fn regions_for(&self) -> Option<(Fraction, Fraction)> {
        let asks = |c: &&ConditionVerdict| matches!(c.condition, Condition::Regions { no_data: false, .. });
        self.conditions.iter().find(asks).map(|c| (c.reached_if_no, c.reached_if_yes))
    }

    /// Appends the bytes of §18.4.
    pub(super) fn encode_into(&self, bytes: &mut Vec<u8>) {
        bytes.push(1);
        let numbers =
            [self.eligible, self.participants, self.yes, self.no, self.blank, self.heads_without_result];
        bytes.extend(numbers.iter().flat_map(|number| number.to_be_bytes()));
        bytes.push(u8::from(self.both.is_some()));
        bytes.extend(self.both.iter().flat_map(|both| both.to_be_bytes()));
        bytes.push(match self.valid {
            Some(false) => 0,
            Some(true) => 1,
            None => 2,
        });
        bytes.push(match self.decision {
            Decision::NotAdopted => 0,
            Decision::Adopted => 1,
            Decision::Undecided => 2,
        });
        bytes.push(u8::try_from(self.conditions.len()).unwrap_or(u8::MAX));
        self.conditions.iter().for_each(|condition| condition.encode_into(bytes));
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
        match self.both {
            None => writeln!(f, "{}: {yes} yes, {no} no, {blank} blank", self.contest)?,
            Some(both) => {
                writeln!(f, "{}: {yes} yes, {no} no, {} both, {blank} none", self.contest, group(both))?;
            }
        }
        for condition in &self.conditions {
            writeln!(f, "  {condition}")?;
        }
        let validity = match self.valid {
            Some(true) => "valid",
            Some(false) => "not valid",
            None => "whether it is valid is not known here",
        };
        write!(f, "  {validity}, {}", self.decision)
    }
}
