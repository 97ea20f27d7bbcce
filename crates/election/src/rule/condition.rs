//! One condition of a decision rule: what it compares, and what it answers (§18.2).

use std::fmt;

use serde::Serialize;

use super::fraction::{Fraction, Overflow};
use crate::manifest::document::{Base, Condition};

/// What a condition of a yes/no contest looks at; all numbers are multiplied by `voter_weight`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Votes {
    pub(super) eligible: u64,
    pub(super) participants: u64,
    pub(super) yes: u64,
    pub(super) no: u64,
    /// Heads without a result.
    pub(super) open: u64,
}

/// Region votes in favour, in units of their common denominator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RegionVotes {
    pub(super) units_if_no: u64,
    pub(super) units_if_yes: u64,
    pub(super) total: u64,
    pub(super) if_no: Fraction,
    pub(super) if_yes: Fraction,
    pub(super) base: Fraction,
}

/// What a condition answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It fails, however the heads without a result voted.
    Fails,
    /// It holds, however they voted.
    Holds,
    /// It depends on how they voted.
    Undecided,
    /// The manifest marks it as having no data here.
    NoData,
}

/// A condition with its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ConditionVerdict {
    /// The condition, as the manifest has it.
    pub condition: Condition,
    /// What is reached if all heads without a result are no.
    pub reached_if_no: Fraction,
    /// What is reached if all heads without a result are yes.
    pub reached_if_yes: Fraction,
    /// Of what the share is taken.
    pub base: Fraction,
    /// How many heads have no result, not multiplied.
    pub heads_without_result: u64,
    /// The answer.
    pub answer: Answer,
}

/// Evaluates a condition with all heads without a result as no, and again as yes.
pub(super) fn evaluate(
    condition: Condition,
    votes: &Votes,
    regions: &RegionVotes,
    heads_without_result: u64,
) -> Result<ConditionVerdict, Overflow> {
    let (low, high, base, fraction, strict) = match condition {
        Condition::Turnout { of_eligible, strict, .. } => {
            (votes.participants, votes.participants, votes.eligible, of_eligible, strict)
        }
        Condition::Majority { of, fraction, strict } => {
            let high = votes.yes.checked_add(votes.open).ok_or(Overflow)?;
            let valid = high.checked_add(votes.no).ok_or(Overflow)?;
            let base = match of {
                Base::Participants => votes.participants,
                Base::Valid => valid,
                Base::Eligible => votes.eligible,
            };
            (votes.yes, high, base, fraction, strict)
        }
        Condition::Regions { fraction, strict, .. } => {
            (regions.units_if_no, regions.units_if_yes, regions.total, fraction, strict)
        }
    };
    let reached = |part: u64| fraction.is_reached(part.into(), base.into(), strict);
    let answer = match (reached(low)?, reached(high)?) {
        _ if is_without_data(condition) => Answer::NoData,
        (false, false) => Answer::Fails,
        (true, true) => Answer::Holds,
        _ => Answer::Undecided,
    };
    let (reached_if_no, reached_if_yes, base) = match condition {
        _ if is_without_data(condition) => (Fraction::ZERO, Fraction::ZERO, Fraction::ZERO),
        Condition::Regions { .. } => (regions.if_no, regions.if_yes, regions.base),
        _ => (Fraction::whole(low), Fraction::whole(high), Fraction::whole(base)),
    };
    Ok(ConditionVerdict { condition, reached_if_no, reached_if_yes, base, heads_without_result, answer })
}

fn is_without_data(condition: Condition) -> bool {
    matches!(condition, Condition::Regions { no_data: true, .. } | Condition::Turnout { no_data: true, .. })
}

impl ConditionVerdict {
    /// Appends the condition's 67 bytes (§18.4).
    pub(super) fn encode_into(&self, bytes: &mut Vec<u8>) {
        let (kind, fraction, strict) = match self.condition {
            Condition::Turnout { of_eligible, strict, .. } => (1, of_eligible, strict),
            Condition::Majority { of: Base::Participants, fraction, strict } => (2, fraction, strict),
            Condition::Majority { of: Base::Valid, fraction, strict } => (3, fraction, strict),
            Condition::Majority { of: Base::Eligible, fraction, strict } => (4, fraction, strict),
            Condition::Regions { fraction, strict, .. } => (5, fraction, strict),
        };
        bytes.extend([kind, u8::from(strict)]);
        bytes.extend(fraction.encode());
        bytes.extend([self.reached_if_no, self.reached_if_yes, self.base].iter().flat_map(Fraction::encode));
        bytes.push(match self.answer {
            Answer::Fails => 0,
            Answer::Holds => 1,
            Answer::Undecided => 2,
            Answer::NoData => 3,
        });
    }

    fn reached(&self) -> String {
        match (grouped(self.reached_if_no), grouped(self.reached_if_yes)) {
            (low, high) if low == high => low,
            (low, high) => format!("{low} to {high}"),
        }
    }
}

/// A sentence for reports: `turnout: 1,247 of 1,641 eligible; needs more than 1/2: holds`.
impl fmt::Display for ConditionVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (reached, base) = (self.reached(), grouped(self.base));
        let (fraction, strict) = match self.condition {
            Condition::Turnout { of_eligible, strict, no_data: true } => {
                write!(f, "turnout: that of the whole vote is not part of this election")?;
                (of_eligible, strict)
            }
            Condition::Turnout { of_eligible, strict, .. } => {
                write!(f, "turnout: {reached} of {base} eligible")?;
                (of_eligible, strict)
            }
            Condition::Majority { of, fraction, strict } => {
                let of = match of {
                    Base::Participants => "participants",
                    Base::Valid => "valid votes",
                    Base::Eligible => "eligible",
                };
                write!(f, "majority: {reached} yes of {base} {of}")?;
                (fraction, strict)
            }
            Condition::Regions { no_data: true, fraction, strict } => {
                write!(f, "majority of regions: results of regions are not part of this election")?;
                (fraction, strict)
            }
            Condition::Regions { fraction, strict, .. } => {
                write!(f, "majority of regions: {reached} of {base} region votes in favour")?;
                (fraction, strict)
            }
        };
        let least = if strict { "more than" } else { "at least" };
        write!(f, "; needs {least} {fraction}: ")?;
        match self.answer {
            Answer::Fails => f.write_str("fails"),
            Answer::Holds => f.write_str("holds"),
            Answer::Undecided => {
                write!(f, "undecided, for {} ballots have no result", group(self.heads_without_result))
            }
            Answer::NoData => f.write_str("not decided here"),
        }
    }
}

fn grouped(fraction: Fraction) -> String {
    match fraction.denominator() {
        1 => group(fraction.numerator()),
        denominator => format!("{}/{}", group(fraction.numerator()), group(denominator)),
    }
}

/// A number with a comma before every three digits from the right.
pub fn group(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len().saturating_add(6));
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && digits.len().saturating_sub(place).checked_rem(3) == Some(0) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_REGIONS: RegionVotes = RegionVotes {
        units_if_no: 0,
        units_if_yes: 0,
        total: 0,
        if_no: Fraction::ZERO,
        if_yes: Fraction::ZERO,
        base: Fraction::ZERO,
    };

    fn half() -> Fraction {
        Fraction::parse("1/2").unwrap()
    }

    fn answer(condition: Condition, votes: Votes) -> Answer {
        evaluate(condition, &votes, &NO_REGIONS, votes.open).unwrap().answer
    }

    fn majority(of: Base, strict: bool) -> Condition {
        Condition::Majority { of, fraction: half(), strict }
    }

    #[test]
    fn each_base_is_its_own() {
        let votes = Votes { eligible: 100, participants: 60, yes: 28, no: 20, open: 0 };
        assert_eq!(answer(majority(Base::Valid, true), votes), Answer::Holds);
        assert_eq!(answer(majority(Base::Participants, true), votes), Answer::Fails);
        assert_eq!(answer(majority(Base::Eligible, true), votes), Answer::Fails);
        let half_of_all = Votes { yes: 30, ..votes };
        assert_eq!(answer(majority(Base::Participants, true), half_of_all), Answer::Fails);
        assert_eq!(answer(majority(Base::Participants, false), half_of_all), Answer::Holds);
    }

    #[test]
    fn heads_without_a_result_count_as_yes_and_as_no() {
        let votes = Votes { eligible: 100, participants: 50, yes: 24, no: 20, open: 6 };
        assert_eq!(answer(majority(Base::Valid, true), votes), Answer::Undecided);
        let clear = Votes { yes: 27, no: 17, ..votes };
        assert_eq!(answer(majority(Base::Valid, true), clear), Answer::Holds);
        let lost = Votes { yes: 17, no: 27, ..votes };
        assert_eq!(answer(majority(Base::Valid, true), lost), Answer::Fails);
        // Turnout knows all heads.
        let turnout = Condition::Turnout { of_eligible: half(), strict: false, no_data: false };
        assert_eq!(answer(turnout, votes), Answer::Holds);
    }

    #[test]
    fn a_base_of_zero_fails() {
        let none = Votes { eligible: 9, participants: 0, yes: 0, no: 0, open: 0 };
        assert_eq!(answer(majority(Base::Valid, false), none), Answer::Fails);
        assert_eq!(answer(majority(Base::Participants, false), none), Answer::Fails);
        let nobody = Votes { eligible: 0, ..none };
        assert_eq!(
            answer(Condition::Turnout { of_eligible: half(), strict: false, no_data: false }, nobody),
            Answer::Fails
        );
    }

    #[test]
    fn sums_beyond_64_bits_are_refused() {
        let votes = Votes { eligible: u64::MAX, participants: u64::MAX, yes: u64::MAX, no: 0, open: 1 };
        let condition = majority(Base::Valid, true);
        assert_eq!(evaluate(condition, &votes, &NO_REGIONS, 1), Err(Overflow));
        assert!(evaluate(condition, &Votes { open: 0, ..votes }, &NO_REGIONS, 0).is_ok());
    }

    #[test]
    fn a_condition_reads_as_a_sentence() {
        let votes = Votes { eligible: 1_641, participants: 1_247, yes: 560, no: 659, open: 0 };
        let turnout = Condition::Turnout { of_eligible: half(), strict: true, no_data: false };
        let sentence = |condition, votes: &Votes| {
            evaluate(condition, votes, &NO_REGIONS, votes.open).unwrap().to_string()
        };
        assert_eq!(sentence(turnout, &votes), "turnout: 1,247 of 1,641 eligible; needs more than 1/2: holds");
        let open = Votes { no: 610, open: 49, ..votes };
        assert_eq!(
            sentence(majority(Base::Valid, false), &Votes { yes: 590, ..open }),
            "majority: 590 to 639 yes of 1,249 valid votes; needs at least 1/2: undecided, for 49 ballots have no result"
        );
        let elsewhere = Condition::Turnout { of_eligible: half(), strict: true, no_data: true };
        assert_eq!(
            sentence(elsewhere, &votes),
            "turnout: that of the whole vote is not part of this election; needs more than 1/2: not decided here"
        );
        let no_data = Condition::Regions { fraction: half(), strict: true, no_data: true };
        assert_eq!(
            sentence(no_data, &votes),
            "majority of regions: results of regions are not part of this election; needs more than 1/2: not decided here"
        );
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(group),
            ["0", "999", "1,000", "1,234,567"].map(String::from)
        );
    }
}
