//! That the result fits its entry, whatever is voted (§12.14).
//!
//! The result is one entry, and no one can shorten it: an election whose result is longer would end without one.

use super::Faults;
use crate::contest::{Contest, Kind};
use crate::manifest::document::Document;
use crate::manifest::error::ManifestError;

/// The most that an entry holds (§11.3).
const MAX_RESULT_LEN: usize = 65_535;
/// Kind, election id, number of cells (§19.5, §21.5).
const HEADER_LEN: usize = 1 + 32 + 2;
/// The two numbers of members of a verdict (§18.4).
const VERDICT_COUNTS_LEN: usize = 4;
/// A condition of a yes/no contest.
const CONDITION_LEN: usize = 67;
/// A tie-break.
const TIE_BREAK_LEN: usize = 57;

/// Judges the length with the contests that compiled: with the others the result is longer still.
pub(super) fn check(
    document: &Document,
    contests: &[Contest],
    faults: &mut Faults,
) -> Result<(), ManifestError> {
    let len = longest(document, contests);
    let error = || ManifestError::ResultTooLong { len, limit: MAX_RESULT_LEN };
    faults.ensure(len <= MAX_RESULT_LEN, "regions", error)?;
    Ok(())
}

/// The longest entry that the result of this manifest can take.
fn longest(document: &Document, contests: &[Contest]) -> usize {
    let regions = document.regions.len();
    // Each decrypted cell has `minimum_eligible` credentials (§17.1), and all of them are in the roll.
    let most = document.roll.maximum.checked_div(document.privacy.minimum_eligible).unwrap_or_default();
    let decrypted = regions.min(usize::try_from(most).unwrap_or(usize::MAX));
    let counts = sum(contests.iter().map(|contest| contest.form().tallied())).saturating_mul(8);
    let cells = regions.saturating_add(decrypted.saturating_mul(counts));
    HEADER_LEN.saturating_add(cells).saturating_add(verdict_len(document, contests))
}

/// The longest verdict of this manifest.
fn verdict_len(document: &Document, contests: &[Contest]) -> usize {
    let conditions = sum(document.rules.iter().map(|rule| rule.conditions.len()));
    sum([
        VERDICT_COUNTS_LEN,
        sum(contests.iter().map(|contest| contest_len(contest.kind()))),
        conditions.saturating_mul(CONDITION_LEN),
        document.tie_breaks.len().saturating_mul(TIE_BREAK_LEN),
    ])
}

/// The longest verdict of one contest, conditions left out.
fn contest_len(kind: Kind) -> usize {
    let options = usize::from(kind.options().count);
    let times = |factor: usize| options.saturating_mul(factor);
    match kind {
        Kind::YesNoBlank => 53,
        Kind::YesNoBothNone => 61,
        // The matrix; every option unbeaten by both methods; every pair skipped.
        Kind::Condorcet { .. } => sum([43, times(times(10)), times(2)]),
        // The totals; every option elected or tied.
        Kind::SingleChoice(_)
        | Kind::Approval { .. }
        | Kind::Score { .. }
        | Kind::Cumulative { .. }
        | Kind::Quadratic { .. }
        | Kind::Borda(_) => times(10).saturating_add(42),
    }
}

fn sum(members: impl IntoIterator<Item = usize>) -> usize {
    members.into_iter().fold(0, usize::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::partition;
    use crate::manifest::document::{Base, Region, TieBreak};
    use crate::manifest::fixture::{four, majority, opened, region, rule, single, turnout, with, yes_no};
    use crate::rule::verdict::verdict;

    fn regions(count: usize) -> Vec<Region> {
        (0..count).map(|number| region(&format!("R{number}"), None)).collect()
    }

    #[test]
    fn a_result_that_does_not_fit_one_entry_is_refused() {
        // Five tallied numbers: 41 bytes a region, and 298 beside them.
        assert!(with(|d| d.regions = regions(1_591)).is_ok());
        let refused = with(|d| d.regions = regions(1_592)).map(|_| ()).unwrap_err();
        assert_eq!(refused, ManifestError::ResultTooLong { len: 65_570, limit: 65_535 });
        // Not so many cells can be decrypted where the roll is small: 30 credentials each.
        let small = |roll: u32| {
            with(|d| {
                d.regions = regions(1_592);
                d.roll.maximum = roll;
            })
        };
        assert!(small(30 * 1_592 - 1).is_ok());
        assert!(small(30 * 1_592).is_err());
    }

    #[test]
    fn conditions_that_make_the_verdict_too_long_are_refused() {
        let asked = |conditions: usize| {
            with(|d| {
                let ids: Vec<String> = (0..64).map(|number| format!("q{number}")).collect();
                d.contests = ids.iter().map(|id| yes_no(id)).collect();
                let fraction = |of: usize| format!("{of}/997");
                let more = (1..conditions).map(|of| crate::manifest::document::Condition::Turnout {
                    of_eligible: crate::manifest::fixture::fraction(&fraction(of)),
                    strict: true,
                    no_data: false,
                });
                let all: Vec<_> = more.chain([majority(Base::Valid)]).collect();
                d.rules = ids.iter().map(|id| rule(id, &all)).collect();
            })
        };
        assert!(asked(13).is_ok());
        assert!(matches!(asked(16), Err(ManifestError::ResultTooLong { .. })));
    }

    #[test]
    fn no_verdict_is_longer_than_was_allowed_for() {
        let manifest = with(|d| {
            d.contests =
                vec![yes_no("q1"), four("q2"), single("first", 2, true, 1), single("seats", 9, true, 4)];
            d.rules = vec![
                rule("q1", &[turnout(), majority(Base::Valid)]),
                rule("q2", &[majority(Base::Participants)]),
            ];
            d.regions = vec![opened("A", "1"), opened("B", "1/2")];
            d.tie_breaks = vec![TieBreak {
                contest: "first".to_owned(),
                between: ["q1".to_owned(), "q2".to_owned()],
                regions: true,
            }];
        })
        .unwrap();
        let partition = partition(&manifest, &[40, 50], &[90, 100]).unwrap();
        let counts = |heads: u64| Some(vec![vec![heads, 0], vec![heads, 0, 0], vec![0, 0], vec![1; 9]]);
        let verdict = verdict(&manifest, &partition, &[counts(40), counts(50)]).unwrap();
        assert_eq!(verdict.encode().len(), verdict_len(manifest.document(), manifest.contests()));
    }
}
