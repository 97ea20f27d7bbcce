//! What the privacy minimums make of a roll, in numbers: which counts can be opened at all, and how many may abstain (§17.2).
//!
//! Nobody is refused anything by this. It is what people who seal a roll, open a vote or confirm a seal are told before they
//! sign, because a minimum that no turnout reaches shows nowhere else until the vote is over.

use super::{Cell, LEAST_HEADS, Outcome, PartitionError, partition};
use crate::manifest::{Manifest, RegionIndex};
use crate::rule::condition::group;

/// Most regions that a sentence names one by one.
const NAMED: usize = 6;

/// What the minimums make of regions that are counted together if everybody votes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// The regions, ascending.
    pub regions: Vec<RegionIndex>,
    /// Voters on the roll in these regions.
    pub eligible: u64,
    /// From so many ballots on their count is opened.
    pub least: u64,
    /// From so many voters on the roll on.
    pub least_eligible: u64,
    /// Whether it is opened if everybody votes.
    pub possible: bool,
    /// Whether there is another region that these join if fewer vote.
    pub joins: bool,
}

/// What the minimums make of a roll with so many voters in each region, in the order of the first regions. Regions without
/// voters that join no other have no count, and are left out.
///
/// # Errors
/// [`PartitionError`] if the numbers cannot be those of a roll of this manifest.
pub fn reach(manifest: &Manifest, eligible: &[u64]) -> Result<Vec<Reach>, PartitionError> {
    let privacy = &manifest.document().privacy;
    let all: u64 = eligible.iter().sum();
    let as_one = privacy.small_poll.is_some()
        && (all < u64::from(privacy.minimum_cell) || manifest.regions().len() == 1);
    let of = |cell: &Cell| {
        let region = |index: &RegionIndex| manifest.region(*index);
        let exempt = cell.regions.iter().filter_map(region).any(|region| region.always_opened);
        let joins = |index: &RegionIndex| {
            manifest.sibling(*index).is_some_and(|sibling| !cell.regions.contains(&sibling))
        };
        Reach {
            eligible: cell.eligible,
            least: if exempt || as_one { LEAST_HEADS } else { privacy.minimum_cell }.into(),
            least_eligible: privacy.minimum_eligible.into(),
            possible: cell.outcome == Outcome::Decrypt,
            joins: cell.regions.iter().any(joins),
            regions: cell.regions.clone(),
        }
    };
    let whole = partition(manifest, eligible, eligible)?;
    Ok(whole.cells().iter().filter(|cell| cell.eligible > 0).map(of).collect())
}

impl Reach {
    /// How many may abstain at most.
    #[must_use]
    pub const fn abstentions(&self) -> u64 {
        self.eligible.saturating_sub(self.least)
    }

    /// Whether people have to be warned: the count can never be opened, or is lost unless more than half of the voters vote.
    #[must_use]
    pub const fn is_doubtful(&self) -> bool {
        !self.possible || (!self.joins && self.least.saturating_mul(2) > self.eligible)
    }

    /// The whole in one sentence.
    #[must_use]
    pub fn sentence(&self, manifest: &Manifest) -> String {
        let who = named(manifest, &self.regions);
        let roll = group(self.eligible);
        if !self.possible {
            let (least, voters) = (group(self.least), group(self.least_eligible));
            return format!(
                "{who}: {roll} on the roll, and a count is opened from {least} ballots and {voters} voters on the roll on: \
                 there can be no result, however many vote"
            );
        }
        let opened =
            format!("{who}: {roll} on the roll; the count is opened from {} ballots on", group(self.least));
        let otherwise = if self.joins {
            "these ballots are counted with those of another region"
        } else {
            "there is no result"
        };
        match self.abstentions() {
            0 => format!("{opened}: if even one does not vote, {otherwise}"),
            most => format!("{opened}: if more than {} do not vote, {otherwise}", group(most)),
        }
    }
}

/// What a partition leaves without a result, a sentence for each cell: too few have voted there, or too few are on the roll.
///
/// # Errors
/// [`PartitionError`] if the numbers cannot be those of a roll of this manifest.
pub fn withheld(manifest: &Manifest, heads: &[u64], eligible: &[u64]) -> Result<Vec<String>, PartitionError> {
    let privacy = &manifest.document().privacy;
    let whole = partition(manifest, heads, eligible)?;
    let lost = whole.cells().iter().filter(|cell| cell.outcome == Outcome::NoResult);
    let sentence = |cell: &Cell| {
        format!(
            "{}: {} of {} have voted, and a count is opened from {} ballots and {} voters on the roll on: there is no result",
            named(manifest, &cell.regions),
            group(cell.heads),
            group(cell.eligible),
            group(least_of(manifest, cell)),
            group(privacy.minimum_eligible.into()),
        )
    };
    Ok(lost.map(sentence).collect())
}

fn least_of(manifest: &Manifest, cell: &Cell) -> u64 {
    let privacy = &manifest.document().privacy;
    let opened = |index: &RegionIndex| manifest.region(*index).is_some_and(|region| region.always_opened);
    let whole = privacy.small_poll.is_some() && cell.regions.len() == manifest.regions().len();
    let exempt = whole || cell.regions.iter().any(opened);
    if exempt { LEAST_HEADS.into() } else { privacy.minimum_cell.into() }
}

/// `all voters`, `region N`, `regions N, S and 3 more`.
fn named(manifest: &Manifest, regions: &[RegionIndex]) -> String {
    if regions.len() == manifest.regions().len() {
        return "all voters".to_owned();
    }
    let ids: Vec<&str> = regions
        .iter()
        .take(NAMED)
        .filter_map(|index| manifest.region(*index).map(|region| region.id.as_str()))
        .collect();
    let more = regions.len().saturating_sub(NAMED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("region{} {}{more}", if regions.len() == 1 { "" } else { "s" }, ids.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::document::Document;
    use crate::manifest::fixture::{region, text, with};

    /// Regions `r0`, `r1`, … without siblings, and both minimums.
    fn of(regions: u16, minimum: u32, change: impl FnOnce(&mut Document)) -> Manifest {
        let made = with(|document| {
            document.regions = (0..regions).map(|number| region(&format!("r{number}"), None)).collect();
            (document.privacy.minimum_cell, document.privacy.minimum_eligible) = (minimum, minimum);
            document.privacy.small_numbers_sentence = (minimum < 10).then(|| text("Wenige"));
            change(document);
        });
        made.unwrap()
    }

    #[test]
    fn a_roll_that_no_turnout_opens_is_named_and_one_more_voter_makes_it_possible() {
        let manifest = of(1, 8, |_| {});
        let short = reach(&manifest, &[7]).unwrap().remove(0);
        assert!(!short.possible && short.is_doubtful());
        assert_eq!(
            short.sentence(&manifest),
            "all voters: 7 on the roll, and a count is opened from 8 ballots and 8 voters on the roll on: there can be no result, however many vote"
        );
        let just = reach(&manifest, &[8]).unwrap().remove(0);
        assert!(just.possible && just.is_doubtful() && just.abstentions() == 0);
        assert!(just.sentence(&manifest).ends_with("if even one does not vote, there is no result"));
        let ample = reach(&manifest, &[16]).unwrap().remove(0);
        assert!(!ample.is_doubtful() && ample.abstentions() == 8);
        assert!(ample.sentence(&manifest).contains("if more than 8 do not vote"));
    }

    #[test]
    fn what_is_said_is_what_the_partition_does() {
        for regions in 1..=3 {
            for minimum in [3, 5, 10] {
                let manifest = of(regions, minimum, |_| {});
                let sizes = [4_u64, 9, 20];
                let sizes = &sizes[..usize::from(regions)];
                for found in reach(&manifest, sizes).unwrap() {
                    let at = |heads: u64| {
                        let place = usize::from(found.regions[0].0);
                        let mut all = sizes.to_vec();
                        all[place] = heads;
                        partition(&manifest, &all, sizes).unwrap().cells()[place].outcome
                    };
                    if found.possible {
                        assert_eq!(at(found.least), Outcome::Decrypt);
                        assert_eq!(at(found.least - 1), Outcome::NoResult);
                    } else {
                        assert_eq!(at(found.eligible), Outcome::NoResult);
                    }
                }
            }
        }
    }

    #[test]
    fn a_sibling_and_a_small_poll_save_a_count_that_would_be_lost() {
        let joined = of(2, 10, |document| {
            document.regions[0].sibling = Some("r1".to_owned());
        });
        let found = reach(&joined, &[12, 40]).unwrap();
        assert!(found[0].joins && !found[0].is_doubtful() && !found[1].joins);
        assert!(found[0].sentence(&joined).ends_with("are counted with those of another region"));
        let alone = reach(&of(2, 10, |_| {}), &[12, 40]).unwrap();
        assert!(alone[0].is_doubtful());
        let poll = of(1, 10, |document| document.privacy.small_poll = Some(text("Eine Zelle")));
        let found = reach(&poll, &[12]).unwrap().remove(0);
        assert_eq!((found.least, found.is_doubtful()), (3, false));
    }

    #[test]
    fn what_a_seal_leaves_without_a_result_is_named_with_its_numbers() {
        let manifest = of(2, 5, |_| {});
        assert_eq!(withheld(&manifest, &[5, 5], &[6, 6]).unwrap(), Vec::<String>::new());
        assert_eq!(
            withheld(&manifest, &[4, 5], &[6, 6]).unwrap(),
            [
                "region r0: 4 of 6 have voted, and a count is opened from 5 ballots and 5 voters on the roll on: there is no result"
            ]
        );
    }
}
