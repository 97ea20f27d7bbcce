//! Which tallied numbers some ballots have, and which none (§18.1).

use super::describe::{pairs, triples};
use super::kind::{Kind, most_votes};

/// Whether the tallied numbers of `heads` ballots can be these.
pub(super) fn can_be_tally(kind: Kind, tally: &[u64], heads: u64) -> bool {
    let (numbers, blank) = match tally.split_last() {
        Some((blank, numbers)) if kind.tallies_blank() => (numbers, *blank),
        _ => (tally, 0),
    };
    let Some(marked) = heads.checked_sub(blank) else { return false };
    let sum: u128 = numbers.iter().map(|number| u128::from(*number)).sum();
    let marked_times = |number: u32| u128::from(marked).saturating_mul(number.into());
    let each_at_most = |most: u32| numbers.iter().all(|number| u128::from(*number) <= marked_times(most));
    let between = |least: u32, most: u32| (marked_times(least)..=marked_times(most)).contains(&sum);
    let of = kind.options();
    match kind {
        _ if kind.is_one_of() && of.blank => sum <= u128::from(marked),
        _ if kind.is_one_of() => sum == u128::from(marked),
        Kind::Approval { minimum, maximum, .. } => each_at_most(1) && between(minimum, maximum),
        Kind::Score { maximum, .. } => each_at_most(maximum),
        Kind::Cumulative { budget, minimum, maximum, .. } => {
            each_at_most(maximum) && between(minimum, budget)
        }
        Kind::Quadratic { budget, .. } => {
            each_at_most(most_votes(budget)) && within_budget(numbers, budget, marked)
        }
        Kind::Borda(_) => are_borda(numbers, marked),
        Kind::Condorcet { .. } => are_pairs(numbers, marked, of.count),
        Kind::YesNoBlank | Kind::YesNoBothNone | Kind::SingleChoice(_) => false,
    }
}

/// `Σ m² ≤ budget·n²`: the length of a sum of vectors is at most the sum of their lengths.
fn within_budget(numbers: &[u64], budget: u32, marked: u64) -> bool {
    let square = |number: u64| u128::from(number).checked_mul(number.into());
    let sum = numbers.iter().try_fold(0_u128, |sum, number| sum.checked_add(square(*number)?));
    let most = square(marked).and_then(|square| square.checked_mul(budget.into()));
    matches!((sum, most), (Some(sum), Some(most)) if sum <= most)
}

/// All points are given, and the `j` smallest totals get at least what `j` last ranks give.
fn are_borda(numbers: &[u64], marked: u64) -> bool {
    let mut ascending = numbers.to_vec();
    ascending.sort_unstable();
    let (mut sum, mut least) = (0_u128, 0_u128);
    for (number, points) in ascending.iter().zip(0_u64..) {
        sum = sum.saturating_add((*number).into());
        least = least.saturating_add(u128::from(marked).saturating_mul(points.into()));
        if sum < least {
            return false;
        }
    }
    sum == least
}

/// Each pair at most every ballot, and no triple that would need a ballot going round.
fn are_pairs(numbers: &[u64], marked: u64, options: u16) -> bool {
    let before: std::collections::BTreeMap<(u16, u16), u128> =
        pairs(options).zip(numbers.iter().map(|number| u128::from(*number))).collect();
    let of = |a: u16, b: u16| before.get(&(a, b)).copied().unwrap_or_default();
    let most = u128::from(marked);
    before.values().all(|number| *number <= most)
        && triples(options).all(|(a, b, c)| {
            let path = of(a, b).saturating_add(of(b, c));
            path.checked_sub(of(a, c)).is_some_and(|slack| slack <= most)
        })
}
